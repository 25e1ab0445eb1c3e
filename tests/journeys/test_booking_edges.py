"""What can come between a booking and its number: side questions, silence, others who are quicker, limits."""

import asyncio
import re

from admin.sandbox import messages
from bot.clock import SetClock
from handlers.appointments import service as appointments
from handlers.appointments.slots import Slot
from tests.handlers.office import ms
from tests.journeys.booking_desk import (
    SELF,
    STORY,
    bookings,
    cells,
    desk,
    held,
    neighbour,
    resident,
    says_all,
    shown,
    takes,
    to_summary,
)
from tests.journeys.test_booking import labels
from tests.support.service import Phone, Service

__all__ = ["desk"]
OTHER = ("替别人约", "李大山 13800005678")


async def later(service: Service, clock: SetClock, **span: float) -> None:
    """Move the clock once the responses are recorded: a shown one is not shown again."""
    while service.rows("select id from inbox where channel = 'response' and written_at is null"):
        await asyncio.sleep(0.05)
    clock.move(**span)


async def for_other(phone: Phone, who: str, pick: str = "1") -> str:
    return await says_all(phone, "我要调解", STORY, "替别人约", who, pick, "确认")


def did_not_come(service: Service, times: int) -> None:
    ident = resident(service)
    for hour in range(times):
        slot = Slot("mediation", "liuhe-room", "liuhe", _tomorrow(9 + hour))
        work = service.store.writer
        held_now = work.do_now(appointments.hold, ident, slot)
        booked = work.do_now(appointments.book, ident, held_now.appointment_id)
        with service.store.engine.begin() as connection:
            connection.exec_driver_sql(
                "update appointment set state = 'no_show', ended_at = booked_at"
                f" where id = {booked.appointment_id}"
            )
            connection.exec_driver_sql("delete from seat_cell")


def _tomorrow(hour: int) -> int:
    return ms(f"2026-11-24 {hour:02}:00")


# -- leaving and coming back ---------------------------------------------------------------------


async def test_cancelling_gives_the_time_back_at_once_and_can_be_undone(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    assert (len(held(desk)), cells(desk)) == (1, 18)

    reply = await phone.hears("取消")

    assert reply.startswith("好，“约人民调解”不办了，什么都没留下。")
    assert (held(desk), cells(desk)) == ([], 0)
    assert "刚才替您留的时间过了，好在还空着，又替您留到今天 10:10。" in await phone.hears("恢复")
    assert (await phone.hears("确认")).startswith("约好了。")


async def test_one_step_back_gives_the_time_back_and_shows_the_times(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")

    reply = await phone.hears("返回")

    assert labels(reply)[1] == "明天（周二）8:30"
    assert (held(desk), cells(desk)) == ([], 0)


async def test_cancelling_a_draft_leaves_a_booking_alone(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await phone.hears("确认")
    await says_all(phone, "约律师", "离婚时房子怎么分")

    await phone.hears("取消")

    assert [row[0] for row in bookings(desk)] == ["mediation"]


async def test_two_questions_are_answered_while_the_time_is_kept_once_longer(
    desk: Service, clock: SetClock
) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await later(desk, clock, minutes=8)

    papers = await phone.hears("要带身份证吗？")
    law = await phone.hears("法律援助几天给答复？")
    await later(desk, clock, minutes=9)
    end = await phone.hears("确认")

    assert papers.startswith("带上：身份证；")
    assert papers.endswith("3 改一下")
    assert "7 日" in law or "七日" in law or "7 天" in law
    assert "这个时间替您留 10 分钟，到今天 10:18。" in law
    assert end.startswith("约好了。")


async def test_a_question_where_words_are_asked_for_is_not_taken_for_them(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, "我要调解", STORY, "1")

    cost = await phone.hears("要收费吗？")
    why = await phone.hears("为什么要留电话？")
    times = await phone.hears(SELF)

    assert cost.startswith("不收费。\n\n怎么称呼您？")
    assert why.startswith("电话可以不留。")
    assert times.startswith("柳河司法所")


async def test_a_person_can_be_asked_for_in_the_middle_and_the_booking_taken_up_again(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("我要调解")

    person = await phone.hears("人工")
    again = await phone.hears("恢复")

    assert person.startswith("好，请工作人员来回您。您的号是 R-0001。")
    assert again.endswith("跟谁、因为什么事？用一句话说说就行。")


async def test_another_wish_in_the_middle_is_followed(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")

    reply = await phone.hears("约律师")

    assert reply.startswith("值班律师解答法律问题")
    assert held(desk) == []


async def test_a_picture_in_the_middle_is_kept_and_the_step_asked_again(desk: Service) -> None:
    phone = await neighbour(desk)
    asked = await says_all(phone, "我要调解", STORY, "1")

    reply = await phone.does("image", "https://example.test/p.jpg", "media-1")

    assert reply.startswith("图片收到了，留下了，工作人员看得到。")
    assert reply.endswith(asked)
    assert (await phone.hears(SELF)).startswith("柳河司法所")


async def test_after_silence_a_yes_confirms_nothing_and_going_on_holds_the_time_again(
    desk: Service, clock: SetClock
) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await later(desk, clock, hours=2)

    yes = await phone.hears("好")
    nothing = bookings(desk)
    again = await phone.hears("继续")
    end = await phone.hears("确认")

    assert "您上次的“约人民调解”还没办完。接着办请回复“继续”" in yes
    assert nothing == []
    assert "刚才替您留的时间过了，好在还空着，又替您留到今天 12:10。" in again
    assert end.startswith("约好了。")


async def test_after_silence_a_time_that_is_gone_is_said_and_others_are_offered(
    desk: Service, clock: SetClock
) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await later(desk, clock, hours=2)
    await phone.hears("好")
    takes(desk, "2026-11-24 08:30")

    again = await phone.hears("继续")
    await phone.hears("1")
    end = await phone.hears("确认")

    assert again.startswith("这个时间刚刚约满了，请换一个。\n还可以约：")
    assert labels(again)[:3] == ["明天（周二）10:00", "明天（周二）10:30", "明天（周二）11:00"]
    assert end.startswith("约好了。")


async def test_a_yes_after_ten_minutes_is_told_so_and_books_what_is_still_free(
    desk: Service, clock: SetClock
) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await later(desk, clock, minutes=12)

    end = await phone.hears("确认")

    assert end.startswith("留的时间过了，好在还空着，给您约好了。您的号是 Y-0002")
    assert len(bookings(desk)) == 1
    assert cells(desk) == 18


async def test_a_yes_after_ten_minutes_books_nothing_that_somebody_else_has(
    desk: Service, clock: SetClock
) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await later(desk, clock, minutes=12)
    takes(desk, "2026-11-24 08:30")

    reply = await phone.hears("确认")

    assert reply.startswith("这个时间刚刚约满了，请换一个。\n还可以约：\n1 明天（周二）10:00")
    assert len(bookings(desk)) == 1


# -- saying it twice -----------------------------------------------------------------------------


async def test_a_second_yes_returns_the_same_number(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await phone.hears("确认")

    for word in ("确认", "1", "好的"):
        again = await phone.hears(word)

        assert again.startswith("已经约好了，不用再确认。您的号是 Y-0001，明天（周二）8:30")
    assert len(bookings(desk)) == 1


async def test_a_yes_that_is_delivered_three_times_is_one_booking(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    push = messages.text(desk.lines.next(phone.who), "确认")

    delivery = await desk.sandbox.push("oa", push, times=3)

    texts = {one.answer.passive.text for one in delivery.tries if one.answer and one.answer.passive}
    assert len(texts) == 1
    assert len(bookings(desk)) == 1


async def test_all_can_be_changed_before_the_yes(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await says_all(phone, "改一下", "事情", "哥哥不肯分老屋的拆迁款")
    await says_all(phone, "改一下", "名字、电话", "王秀兰 13900001111")

    summary = await says_all(phone, "改一下", "时间、地点", "3")
    end = await phone.hears("好")

    assert "事情：哥哥不肯分老屋的拆迁款" in summary
    assert "王秀兰，139****1111" in summary
    assert "明天（周二）14:00" in summary
    assert "明天（周二）14:00" in end
    assert [shown(row[2]) for row in bookings(desk)] == ["11-24 14:00"]
    assert cells(desk) == 18


# -- others, and limits --------------------------------------------------------------------------


async def test_of_two_who_saw_the_same_time_the_slower_gets_three_others(desk: Service) -> None:
    first, second = await neighbour(desk), await neighbour(desk, "oTest-resident-2")
    for phone in (first, second):
        await says_all(phone, "我要调解", STORY, "1", SELF)
    await first.hears("2")

    reply = await second.hears("2")
    await second.hears("3")
    end = await second.hears("确认")

    assert reply.startswith("这个时间刚刚约满了，请换一个。\n还可以约：")
    assert labels(reply) == [
        "明天（周二）10:00",
        "明天（周二）10:30",
        "明天（周二）11:00",
        "城东司法所，今天 14:00",
        "都不合适，请工作人员帮我约",
    ]
    assert end.startswith("约好了。")


async def test_of_eight_who_want_the_last_time_one_has_it_and_the_others_are_offered_more(
    desk: Service,
) -> None:
    phones = [await neighbour(desk, f"oTest-resident-{n}") for n in range(8)]
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "update post_time set opens = 840, closes = 900 where post_id = 'liuhe-room'"
        )
        connection.exec_driver_sql("update bookable set horizon = 1 where id = 'mediation'")
        connection.exec_driver_sql("delete from post_time where post_id = 'liuhe-room' and weekday <> 0")
        connection.exec_driver_sql("update revision set count = count + 1")
    for phone in phones:
        await says_all(phone, "我要调解", STORY, "1", SELF)

    replies = await asyncio.gather(*(phone.hears("1") for phone in phones))

    won = [reply for reply in replies if reply.startswith("请看对不对")]
    lost = [reply for reply in replies if reply.startswith("这个时间刚刚约满了")]
    assert (len(won), len(lost)) == (1, 7)
    assert {tuple(labels(reply)) for reply in lost} == {
        (
            "城东司法所，今天 14:00",
            "城东司法所，今天 14:30",
            "城东司法所，今天 15:00",
            "排候补，有空出来的告诉我",
            "都不合适，请工作人员帮我约",
        )
    }
    assert len(held(desk)) == 1


async def test_what_was_lost_can_be_handed_to_staff(desk: Service) -> None:
    first, second = await neighbour(desk), await neighbour(desk, "oTest-resident-2")
    for phone in (first, second):
        await says_all(phone, "我要调解", STORY, "1", SELF)
    await says_all(first, "2")
    await second.hears("2")

    reply = await second.hears("都不合适")

    assert reply.startswith("好。您的号是 R-0001。")
    assert [row[0] for row in desk.rows("select kind from task")] == ["visit"]


async def test_when_the_station_is_full_neighbours_and_the_wait_list_are_offered(desk: Service) -> None:
    phone = await neighbour(desk)
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("delete from post_time where post_id = 'liuhe-room'")
        connection.exec_driver_sql("update revision set count = count + 1")
    reply = await says_all(phone, "我要调解", STORY, "1", SELF)

    end = await phone.hears("排候补")

    assert reply.startswith("柳河司法所这段时间约满了。还可以去：")
    assert labels(reply) == [
        "城东司法所，最早今天 14:00",
        "石桥司法所，最早今天 14:00",
        "排候补，有空出来的告诉我",
        "都不合适，请工作人员帮我约",
    ]
    assert end.startswith("候补排上了，您排在第一位。有空出来的时间会告诉您，替您留两小时。")
    assert [tuple(row) for row in desk.rows("select kind, station_id, state from wait")] == [
        ("mediation", "liuhe", "waiting")
    ]


async def test_when_full_a_neighbour_a_call_a_stop_and_the_wait_list_stand_side_by_side(
    desk: Service,
) -> None:
    phone = await neighbour(desk)
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("delete from post_time where post_id = 'liuhe-lawyer'")
        connection.exec_driver_sql("update revision set count = count + 1")

    reply = await says_all(phone, "约律师", "离婚时房子怎么分", "1", SELF)

    offered = [label.split("，")[0] for label in labels(reply)]
    assert offered[:3] == ["城东司法所", "值班律师电话咨询", "李家庄村（村委会门口）"]
    assert offered[-2:] == ["排候补", "都不合适"]


async def test_an_open_booking_is_shown_and_kept(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await phone.hears("确认")

    reply = await phone.hears("我要调解")
    end = await phone.hears("1")

    assert reply.startswith("您已经约了人民调解：明天（周二）8:30，柳河司法所调解室（Y-0001）。")
    assert labels(reply) == ["不改，就按这个来", "改时间，或者取消", "替别人约（他本人同意了）"]
    assert end.startswith("好，按原来约的来。")


async def test_an_open_booking_leads_to_ones_bookings(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await says_all(phone, "确认", "我要调解")

    reply = await phone.hears("改时间")

    assert "Y-0001" in reply
    assert any("改时间" in label for label in labels(reply))


async def test_with_an_open_booking_one_can_book_for_another(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await says_all(phone, "确认", "我要调解", "3", STORY, "李大山 13800005678", "2")

    end = await phone.hears("确认")

    assert end.startswith("约好了。您的号是 Y-0002")
    assert len(bookings(desk)) == 2


async def test_the_third_booking_for_others_on_a_day_goes_to_staff(desk: Service) -> None:
    phone = await neighbour(desk)
    await for_other(phone, "李大山 13800005678", "2")
    await for_other(phone, "赵小花 13800005679", "2")

    reply = await says_all(phone, "我要调解", STORY, "替别人约")

    assert reply.startswith("今天已经替别人约了两次，再约请工作人员来办。您的号是 R-0001。")
    assert len(bookings(desk)) == 2


async def test_who_did_not_come_twice_is_helped_by_staff_with_a_kind_word(desk: Service) -> None:
    phone = await neighbour(desk)
    did_not_come(desk, 2)

    reply = await says_all(phone, "我要调解", STORY, "给我自己")

    assert reply.startswith("前两次约好了没能来。这次请工作人员帮您约，一样不收费。您的号是 R-0001。")
    assert held(desk) == []


async def test_one_absence_does_not_count(desk: Service) -> None:
    phone = await neighbour(desk)
    did_not_come(desk, 1)

    await to_summary(phone, pick="2")

    assert (await phone.hears("确认")).startswith("约好了。")


async def test_somebody_else_who_is_booked_already_is_not_booked_twice(desk: Service) -> None:
    first, second = await neighbour(desk), await neighbour(desk, "oTest-resident-2")
    await for_other(first, "李大山 13800005678", "2")

    reply = await for_other(second, "李大山 13800005678", "2")

    assert reply.startswith("这个人的这一种已经约过一次了")
    assert "Y-0001" not in reply
    assert len(bookings(desk)) == 1
    assert held(desk) == []


# -- the gate ------------------------------------------------------------------------------------


async def test_violence_at_home_gets_no_mediation(desk: Service) -> None:
    phone = await neighbour(desk)

    reply = await says_all(phone, "我要调解", "老公经常动手打我，想找人说和说和")

    assert "最近能约的时间" not in reply
    assert re.search(r"给谁约", reply) is None
    assert held(desk) == []


async def test_a_limit_that_is_near_is_told_and_the_intake_goes_on(desk: Service) -> None:
    phone = await neighbour(desk)
    did_not_come(desk, 2)

    who = await says_all(phone, "法律援助预约", "劳动仲裁裁决书下来了，后天就是起诉的最后一天")
    await says_all(phone, "1", SELF, "2")
    end = await phone.hears("确认")

    assert who.endswith("给谁约？\n1 给我自己\n2 替别人约（他本人同意了）")
    assert "R-0001" in who
    assert end.startswith("约好了。")
