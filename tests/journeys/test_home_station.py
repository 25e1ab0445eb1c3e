"""选常去的司法所: the transcript, and what nobody expects in the middle of it."""

import asyncio

from bot.clock import SetClock
from bot.dialogue.expiry import pause_silent
from tests.support.service import Service

ASKED = "您平常去哪个司法所？\n1 城东司法所（城东街道）\n2 柳河司法所（柳河镇）\n3 石桥司法所（石桥乡）"


def homes(service: Service) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in service.rows("select station_id, times from home_station")]


async def test_a_resident_chooses_a_station_by_number_word_and_yes(service: Service) -> None:
    phone = service.phone()

    said = [await phone.says(words) for words in ("选司法所", "柳河", "是的")]

    assert said == [
        ASKED,
        "以后就按柳河司法所给您办，对吗？\n1 是\n2 不是，改一下",
        "记下了，您常去的是柳河司法所。地址：柳河镇政府院内一楼。要换请回复“换司法所”。",
    ]
    assert homes(service) == [("liuhe", 1)]


async def test_a_wrong_number_asks_again(service: Service) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    assert await phone.says("9") == "没看懂您选的是哪一项，请回复数字。\n" + ASKED


async def test_a_no_and_back_go_one_step_back(service: Service) -> None:
    phone = service.phone()
    for words in ("选司法所", "1"):
        await phone.says(words)

    no = await phone.says("不是")
    await phone.says("3")
    back = await phone.says("返回")

    assert no == "好，那就改一下。\n" + ASKED
    assert back == ASKED
    assert await phone.says("返回") == "已经是第一步了。不想办了请回复“取消”。\n" + ASKED


async def test_cancel_drops_it_and_restore_takes_it_up_where_it_was(service: Service) -> None:
    phone = service.phone()
    for words in ("选司法所", "1"):
        await phone.says(words)

    cancelled = await phone.says("取消")
    other = await phone.says("你好")
    again = await phone.says("恢复")

    assert cancelled.startswith("好，“选常去的司法所”不办了")
    assert "小司" in other
    assert again == "以后就按城东司法所给您办，对吗？\n1 是\n2 不是，改一下"
    assert await phone.says("1") != ""
    assert homes(service) == [("chengdong", 1)]


async def test_a_question_in_the_middle_is_answered_without_numbers_and_the_journey_goes_on(
    service: Service,
) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    aside = await phone.says("劳动仲裁要不要花钱？")
    await phone.says("2")
    await phone.says("是")

    assert aside.endswith(ASKED)
    assert aside.count("\n1 ") == 1
    assert homes(service) == [("liuhe", 1)]


async def test_the_menu_in_the_middle_repeats_the_question(service: Service) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    menu = await phone.says("菜单")

    assert menu.endswith(ASKED)
    assert menu.count("1 ") == 1


async def test_a_picture_in_the_middle_is_acknowledged_and_the_question_repeated(service: Service) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    reply = await phone.does("image", "http://example.test/p.jpg", "media-1")

    assert reply.startswith("图片收到了")
    assert reply.endswith(ASKED)


async def test_after_half_an_hour_a_word_is_no_answer_but_continue_is(
    timed: Service, clock: SetClock
) -> None:
    phone = timed.phone()
    for words in ("选司法所", "1"):
        await phone.says(words)
    clock.move(hours=2)

    offered = await phone.says("好")
    taken_up = await phone.says("继续")

    assert offered.endswith("您上次的“选常去的司法所”还没办完。接着办请回复“继续”，不办了回复“取消”。")
    assert homes(timed) == []
    assert taken_up == "以后就按城东司法所给您办，对吗？\n1 是\n2 不是，改一下"


async def test_the_clock_alone_pauses_a_silent_conversation(timed: Service, clock: SetClock) -> None:
    phone = timed.phone()
    await phone.says("选司法所")
    clock.move(minutes=31)

    paused = await timed.store.writer.do(pause_silent, round(clock.now().timestamp() * 1000) - 30 * 60_000)

    assert paused == 1
    assert [row[0] for row in timed.rows("select state from conversation")] == ["paused"]
    assert "还没办完" in await phone.says("你好")


async def test_two_words_at_once_are_answered_in_their_order(service: Service) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    first, second = await asyncio.gather(phone.says("1"), phone.says("是"))

    assert first.startswith("以后就按城东司法所")
    assert second.startswith("记下了")


async def test_the_same_yes_twice_changes_nothing_twice(service: Service) -> None:
    phone = service.phone()
    for words in ("选司法所", "1", "是"):
        await phone.says(words)

    await phone.says("是")

    assert homes(service) == [("chengdong", 1)]


async def test_a_scanned_code_offers_its_station_and_a_no_asks_for_another(service: Service) -> None:
    from admin.sandbox import events

    phone = service.phone()

    scanned = await service.sandbox.push("oa", events.scan(service.lines.next(phone.who), "station:shiqiao"))
    no = await phone.says("不是")
    await phone.says("2")
    await phone.says("是")

    assert scanned.text == "以后就按石桥司法所给您办，对吗？\n1 是\n2 不是，改一下"
    assert no == "好，那就改一下。\n" + ASKED
    assert homes(service) == [("liuhe", 1)]


async def test_an_unknown_code_is_greeted(service: Service) -> None:
    from admin.sandbox import events

    scanned = await service.sandbox.push("oa", events.scan(service.lines.next("oTest-2"), "poster-7"))

    assert "小司" in scanned.text


async def test_a_menu_key_that_nobody_knows_shows_the_menu(service: Service) -> None:
    from admin.sandbox import events

    tapped = await service.sandbox.push("oa", events.click(service.lines.next("oTest-3"), "办事情"))

    assert tapped.text.endswith("1 预约（调解、律师、上门）\n2 选常去的司法所\n3 评价刚才的回答")
