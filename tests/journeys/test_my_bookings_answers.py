"""What a resident answers who was told: a time became free, or the own time is gone."""

import pytest

from bot.clock import SetClock, millis
from handlers.appointments import affected, telling, waiting
from handlers.appointments.slots import Shelf
from handlers.appointments.telling import Means
from tests.handlers.office import ms
from tests.journeys.booking_desk import bookings, cells, desk, neighbour, resident, says_all
from tests.journeys.test_handoff import later
from tests.journeys.test_my_bookings import begins, books
from tests.support.service import Phone, Service

__all__ = ["desk"]
PUSH = Means(push=("oa",))


async def waits(service: Service, clock: SetClock, kind: str = "mediation") -> Phone:
    """Somebody waits for a kind at home, and said so a while ago."""
    phone = await neighbour(service)
    service.store.writer.do_now(waiting.wait_for, resident(service), kind, "liuhe")
    await later(service, clock, minutes=1)
    return phone


async def offered(service: Service, clock: SetClock, kind: str = "mediation") -> Phone:
    """The same, who is offered a time now."""
    phone = await waits(service, clock, kind)
    now_ms = millis(clock.now())
    for chance in service.store.reader.now(waiting.chances, Shelf(), now_ms):
        service.store.writer.do_now(telling.offer, chance, PUSH)
    await phone.waits_for_push(1)
    clock.move(minutes=1)
    return phone


async def asked(service: Service, clock: SetClock) -> Phone:
    """The phone of somebody whose station is closed at their time, and who was told so."""
    phone = await neighbour(service)
    books(service)
    await later(service, clock, minutes=1)
    clerk = int(service.rows("select min(id) from staff")[0][0])
    work = service.store.writer
    work.do_now(
        affected.close, clerk, ms("2026-11-24 08:00"), ms("2026-11-24 18:00"), "停电", station_id="liuhe"
    )
    (asking,) = service.rows("select id from asking")[0]
    assert work.do_now(telling.ask, asking, PUSH)
    await phone.waits_for_push(1)
    clock.move(minutes=1)
    return phone


@pytest.mark.parametrize("word", ["要", "我要", "要。", "好的", "可以", "1"])
async def test_a_free_time_is_taken_with_a_word(desk: Service, clock: SetClock, word: str) -> None:
    phone = await offered(desk, clock)

    told = await phone.hears(word)

    assert phone.pushed()[0].startswith("您等的时间有了：今天 14:00")
    assert told.startswith("约好了：人民调解，今天 14:00，柳河司法所。\n您的号是 Y-0001，纸上记 ")
    assert begins(desk) == ["11-23 14:00"]


@pytest.mark.parametrize("word", ["不要", "让给别人", "不用了", "2"])
async def test_a_free_time_is_left_to_the_next_with_a_word(desk: Service, clock: SetClock, word: str) -> None:
    phone = await offered(desk, clock)

    told = await phone.hears(word)
    again = await phone.hears("要")

    assert told.startswith("好，让给后面的人了。")
    assert (begins(desk), cells(desk)) == ([], 0)
    assert "约好了" not in again


async def test_a_polite_word_after_another_talk_takes_nothing(desk: Service, clock: SetClock) -> None:
    phone = await offered(desk, clock)
    await phone.hears("单位拖欠工资不给怎么办？")
    await later(desk, clock, minutes=1)

    polite = await phone.hears("好的")
    told = await phone.hears("要")

    assert "约好了" not in polite
    assert told.startswith("约好了：")


async def test_an_offer_that_is_over_is_not_taken(desk: Service, clock: SetClock) -> None:
    phone = await offered(desk, clock)
    await later(desk, clock, hours=2)

    told = await phone.hears("要")

    assert "约好了" not in told
    assert begins(desk) == []


async def test_an_offer_stands_in_my_bookings_and_is_taken_there(desk: Service, clock: SetClock) -> None:
    phone = await offered(desk, clock)

    shown = await phone.hears("我的预约")
    told = await phone.hears("1")

    assert shown == (
        "候补有位了：人民调解，今天 14:00，柳河司法所，替您留到今天 12:01\n1 要这个时间\n2 不要，让给别人"
    )
    assert told.startswith("约好了：人民调解，今天 14:00")


async def test_a_visit_at_home_needs_an_address_before_it_is_booked(desk: Service, clock: SetClock) -> None:
    phone = await offered(desk, clock, "home")

    ask = await phone.hears("要")
    before = begins(desk)
    told = await phone.hears("李家庄三组12号")

    assert "上门到哪里？" in ask
    assert before == []
    assert told.startswith("约好了：上门服务")
    assert len(begins(desk)) == 1


async def test_the_place_in_line_is_shown_and_left(desk: Service, clock: SetClock) -> None:
    phone = await waits(desk, clock)

    shown = await phone.hears("退出候补")
    told = await phone.hears("2")

    assert shown == "候补：人民调解，柳河司法所，您排第一位\n1 接着等\n2 不等了，退出"
    assert told == "好，不排了。以后要约，回复“预约”。"
    assert desk.rows("select state from wait") == [("left",)]


@pytest.mark.parametrize("word", ["改时间", "换时间", "好的", "怎么办？"])
async def test_whose_time_is_gone_chooses_another_and_it_costs_no_free_move(
    desk: Service, clock: SetClock, word: str
) -> None:
    phone = await asked(desk, clock)

    times = await phone.hears(word)
    told = await phone.hears("1")

    assert phone.pushed()[0].startswith("因为停电，您约在明天（周二）8:30")
    assert "这个时间所里办不了了，对不起。回复数字就换好。" in times
    assert "11月24日" not in times.split("：", 1)[1]
    assert told.startswith("改好了：人民调解，今天 14:00")
    assert "自己还能再改 2 次。" in told
    assert desk.rows("select state from asking") == [("answered",)]


async def test_whose_time_is_gone_may_cancel(desk: Service, clock: SetClock) -> None:
    phone = await asked(desk, clock)

    told = await says_all(phone, "取消预约", "1")

    assert told.startswith("取消了：人民调解")
    assert (bookings(desk), desk.rows("select state from asking")) == ([], [("moot",)])


async def test_in_my_bookings_the_lost_time_is_marked(desk: Service, clock: SetClock) -> None:
    phone = await asked(desk, clock)

    told = await phone.hears("我的预约")

    assert told.startswith("人民调解，明天（周二）8:30，柳河司法所（时间要改）")
    assert "请另选一个，或者取消。" in told
