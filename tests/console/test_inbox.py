"""The list: groups by what is due, whose it is, what colleagues offer, and what can be found."""

import pytest
from sqlalchemy import text

from bot.clock import SetClock
from handlers.handoff import baton, reading
from handlers.handoff.baton import Target
from tests.console.desk import audited, browser, staffed
from tests.console.test_threads import asked
from tests.journeys.test_handoff import later
from tests.support.service import Service


async def test_the_list_is_in_the_order_of_what_is_due(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    await asked(timed, "oTest-1")
    await timed.phone("oTest-2").says("我不想活了")
    await later(timed, clock, hours=7)  # 17:00: an hour of work from now ends tomorrow
    await asked(timed, "oTest-3")

    async with browser(timed) as at:
        page = await at.signs_in("t001")

    listed = page.text[page.text.index("<main") :]
    order = [listed.index(words) for words in ("马上处理", "R-0002", "今天", "R-0001", "以后", "R-0003")]
    assert order == sorted(order)
    assert "已过" in page.text
    assert ("list", "list:mine") in audited(timed)


async def test_a_row_shows_the_question_without_long_numbers(service: Service) -> None:
    staffed(service)
    phone = service.phone()
    await phone.says("我叫他打13812345678，借出去的钱到期不还怎么办？")
    await phone.says("人工")

    async with browser(service) as at:
        page = await at.signs_in("t001")

    assert "借出去的钱到期不还怎么办" in page.text
    assert "13812345678" not in page.text


async def test_what_a_colleague_holds_is_not_mine_but_the_offices(service: Service) -> None:
    first = staffed(service)
    staffed(service, "t002", name="周海")
    await asked(service)
    service.store.writer.do_now(baton.take, first, 1)

    async with browser(service) as at:
        mine = await at.signs_in("t002")
        office = await at.opens("/admin?view=all")

    assert "R-0001" not in mine.text
    assert "同事手里还有 1 件" in mine.text
    assert "陈敏在办" in office.text


async def test_an_offer_is_accepted_in_one_press_and_opens(service: Service) -> None:
    first, second = staffed(service), staffed(service, "t002", name="周海")
    await asked(service)
    service.store.writer.do_now(baton.take, first, 1)
    offer = service.store.writer.do_now(baton.offer, first, 1, Target("colleague", second), "他管工资这一块")

    async with browser(service) as at:
        page = await at.signs_in("t002")
        opened = await at.sends(f"/admin/offers/{offer}/accept", form=page.value("form"))

    assert "同事转来的" in page.text
    assert "他管工资这一块" in page.text
    assert opened.path == "/admin/tasks/1"
    assert service.rows("select holder_id from task") == [(second,)]
    assert ("accept", f"offer:{offer}") in audited(service)


async def test_a_refusal_needs_a_reason_and_is_read_by_who_offered(service: Service) -> None:
    first, second = staffed(service), staffed(service, "t002", name="周海")
    await asked(service)
    service.store.writer.do_now(baton.take, first, 1)
    offer = service.store.writer.do_now(baton.offer, first, 1, Target("colleague", second), "请您看看")

    async with browser(service) as at:
        page = await at.signs_in("t002")
        silent = await at.sends(f"/admin/offers/{offer}/refuse", form=page.value("form"), reason=" ")
        await at.sends(f"/admin/offers/{offer}/refuse", form=page.value("form"), reason="下午要出庭")
    async with browser(service) as at:
        told = await at.signs_in("t001")
        after = await at.sends(f"/admin/offers/{offer}/seen", form=told.value("form"))

    assert silent.status == 422
    assert "周海没有收" in told.text
    assert "下午要出庭" in told.text
    assert "下午要出庭" not in after.text
    assert service.rows("select holder_id from task") == [(first,)]


async def test_a_task_is_found_by_number_day_topic_and_colleague(either: Service) -> None:
    first = staffed(either)
    await asked(either)
    either.store.writer.do_now(baton.take, first, 1)

    found = {}
    async with browser(either) as at:
        page = await at.signs_in("t001")
        for words in ("R-0001", "0001", "今天", "11-23", "2026-11-23", "工资和用工", "陈敏", "昨天", "张三"):
            answer = await at.sends("/admin/search", form=page.value("form"), q=words)
            found[words] = (answer.path, "R-0001" in answer.text and "没找到" not in answer.text)

    assert found == {
        "R-0001": ("/admin/tasks/1", True),
        "0001": ("/admin/tasks/1", True),
        "今天": ("/admin/search", True),
        "11-23": ("/admin/search", True),
        "2026-11-23": ("/admin/search", True),
        "工资和用工": ("/admin/search", True),
        "陈敏": ("/admin/search", True),
        "昨天": ("/admin/search", False),
        "张三": ("/admin/search", False),
    }


async def test_a_name_and_a_phone_are_found_whole_or_by_the_last_four(either: Service) -> None:
    service = either
    staffed(service)
    staffed(service, "t002", station="shiqiao", name="赵琴")
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.presses(1, "contact", name="王秀英", phone="138 1234 5678")
        page = await at.opens("/admin/search")
        hits = [
            "R-0001" in (await at.sends("/admin/search", form=page.value("form"), q=words)).text
            for words in ("王秀英", "13812345678", "5678", "王秀", "1381234")
        ]
    async with browser(service) as at:
        page = await at.signs_in("t002")
        elsewhere = await at.sends("/admin/search", form=page.value("form"), q="王秀英")

    assert hits == [True, True, True, False, False]
    assert "没找到" in elsewhere.text
    stored = str(service.rows("select * from contact"))
    assert "王秀英" not in stored
    assert "12345678" not in stored


@pytest.mark.parametrize(
    ("number", "said"),
    [("1381234567", "少了 1 位"), ("138123456789", "多了 1 位"), ("2345", "写 11 位手机号")],
)
async def test_a_wrong_number_is_said_how(service: Service, number: str, said: str) -> None:
    staffed(service)
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.presses(1, "contact", name="", phone=number)

    assert page.status == 422
    assert said in page.text
    assert number in page.text


async def test_pages_of_the_list_leave_nothing_out_and_show_nothing_twice(either: Service) -> None:
    service = either
    staffed(service)
    await service.phone().says("你好")
    one = text(
        "insert into task (kind, urgent, reason, resident_id, message_id, station_id, promised_at,"
        " state, created_at, moved_at, rung, secluded)"
        " values ('person', false, '', 1, :message, 'liuhe', :promised, 'open', 1, 1, 0, '')"
    )
    with service.store.engine.begin() as connection:
        for number in range(120):
            connection.execute(one, {"message": 1000 + number, "promised": number % 7 * 1000 or None})

    async with browser(service) as at:
        pages = [await at.signs_in("t001"), *[await at.opens(f"/admin?page={n}") for n in (1, 2, 3)]]

    shown = [part[: part.index('"')] for page in pages for part in page.text.split('data-task="')[1:]]
    assert len(shown) == len(set(shown)) == 120
    assert [page.text.count('data-task="') for page in pages] == [50, 50, 20, 0]
    assert reading.PAGE == 50
