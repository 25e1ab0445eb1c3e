"""今天: a clerk's day at the station, without script, over HTTP."""

import re
from functools import partial

import pytest

from bot.clock import CHINA, SetClock, millis
from handlers.appointments import attending, stock
from handlers.appointments.service import Booked, Person
from handlers.appointments.slots import Slot
from tests.console.desk import Browser, Page, audited, browser, staffed
from tests.handlers.booking import demo_supply
from tests.support.service import Service

PHONE = "13900000001"


def at(clock: SetClock, words: str) -> None:
    """Set the clock to a time in China."""
    clock.at = clock.at.fromisoformat(words).replace(tzinfo=CHINA)


def ms(clock: SetClock, words: str) -> int:
    """A time in China, in milliseconds."""
    return millis(clock.at.fromisoformat(words).replace(tzinfo=CHINA))


def supplied(service: Service) -> None:
    """What the demo county offers."""
    service.store.writer.do_now(stock.load_supply, demo_supply())


def booked(
    service: Service, clock: SetClock, clerk: int, when: str, person: Person, post: str = "liuhe-room"
) -> Booked:
    """Somebody has a time at the station."""
    supplied(service)
    kind = {"liuhe-room": "mediation", "liuhe-home": "home"}[post]
    slot = Slot(kind, post, "liuhe", ms(clock, when))
    made: Booked = service.store.writer.do_now(
        partial(attending.book_for, address="上湾村三组"), clerk, slot, person
    )
    return made


async def sends(browser: Browser, path: str, **fields: str) -> Page:
    """Open the day and send one of its forms."""
    page = await browser.opens("/admin/day")
    return await browser.sends(path, form=page.value("form"), **fields)


def state(service: Service) -> str:
    """What became of the only appointment."""
    return str(service.rows("select state from appointment where code is not null")[0][0])


@pytest.mark.parametrize("how", ["code", "phone", "tail", "name"])
async def test_who_has_a_time_is_checked_in_by_one_field(timed: Service, clock: SetClock, how: str) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))
    at(clock, "2026-11-24 09:10")
    said = {"code": made.code.lower(), "phone": PHONE, "tail": PHONE[-4:], "name": "李四"}[how]

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        before = await desk.opens("/admin/day")
        page = await sends(desk, "/admin/day/come", who=said)
        done = await sends(desk, f"/admin/day/{made.appointment_id}/done")
        book = await desk.opens("/admin/registers?book=visits")

    assert f"预约 {made.appointment_id}" in book.text
    assert "李某" in book.text
    assert "来所调解" in book.text
    assert PHONE not in book.text
    assert "还没到" in before.text
    assert PHONE not in before.text
    assert "正在办，0 分钟" in page.text
    assert done.status == 200
    assert state(timed) == "done"
    assert ("visit_here", f"appointment:{made.appointment_id}") in audited(timed)


async def test_who_comes_more_than_a_quarter_late_waits_with_a_number(
    timed: Service, clock: SetClock
) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))
    at(clock, "2026-11-24 09:16")

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        page = await sends(desk, f"/admin/day/{made.appointment_id}/here")
        await sends(desk, "/admin/day/next")
        await sends(desk, "/admin/day/tickets/1/done")

    assert "排到 A001" in page.text
    assert state(timed) == "done"


async def test_not_come_cancelled_and_done_twice_are_said_kindly(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))
    at(clock, "2026-11-24 09:10")
    where = f"/admin/day/{made.appointment_id}"

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        early = await sends(desk, f"{where}/absent")
        cancelled = await sends(desk, f"{where}/cancel", because="asked")
        again = await sends(desk, f"{where}/done")

    assert (early.status, cancelled.status, again.status) == (409, 200, 409)
    assert "15 分钟以内来都算数" in early.text
    assert "刚刚有人办了这一位" in again.text
    assert state(timed) == "cancelled"


async def test_somebody_at_the_window_gets_a_time_and_then_another(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-24 09:00")
    staffed(timed, "chenmin")
    supplied(timed)

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        offer = await desk.opens("/admin/day/book?kind=mediation")
        slots = re.findall(r'name="slot" value="([^"]+)"', offer.text)
        fields = {"form": offer.value("form"), "kind": "mediation", "slot": slots[0], "name": "李四"}
        short = await desk.sends("/admin/day/book", **fields, phone="139")
        kept = await desk.sends("/admin/day/book", **fields, phone=PHONE)
        lost = await desk.sends("/admin/day/book", **{**fields, "name": "王五"})
        (ident,) = timed.rows("select id from appointment where state = 'booked'")[0]
        moving = await desk.opens(f"/admin/day/{ident}/move")
        other = re.findall(r'name="slot" value="([^"]+)"', moving.text)[-1]
        moved = await desk.sends(f"/admin/day/{ident}/move", form=moving.value("form"), slot=other)

    assert "手机号是 11 位" in short.text
    assert "约好了。" in kept.text
    assert (lost.status, "刚刚约满了" in lost.text, 'name="slot"' in lost.text) == (409, True, True)
    assert "改好了。" in moved.text
    assert timed.rows("select moves from appointment where state = 'booked'") == [(1,)]


async def test_a_walk_in_gets_a_number_and_is_called(timed: Service) -> None:
    staffed(timed, "chenmin")

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        given = await sends(desk, "/admin/day/ticket", need="ask", name="李大爷")
        urgent = await sends(desk, "/admin/day/ticket", need="legal_aid", first="1", slip="1")
        called = await sends(desk, "/admin/day/next")
        twice = await sends(desk, "/admin/day/tickets/2/call")
        await sends(desk, "/admin/day/tickets/2/done")
        book = await desk.opens("/admin/registers?book=visits")

    assert "给了 A001。" in given.text
    assert "A002" in urgent.text
    assert "前面没有人了" in urgent.text
    assert "叫 A002。" in called.text
    assert twice.status == 409
    assert "刚刚有人办了" in twice.text
    assert "到所" in book.text
    assert book.text.count("接待了") == 1


async def test_the_number_is_shown_after_a_reason_that_is_kept(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        asked = await sends(desk, f"/admin/day/{made.appointment_id}/reveal")
        shown = await sends(desk, f"/admin/day/{made.appointment_id}/reveal", why="改时间")

    assert PHONE not in asked.text
    assert PHONE in shown.text
    assert ("reveal", f"appointment:{made.appointment_id}") in audited(timed)


async def test_another_station_sees_and_changes_nothing_of_it(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    staffed(timed, "zhouhai", station="chengdong", name="周海")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))
    where = f"/admin/day/{made.appointment_id}"

    async with browser(timed) as desk:
        await desk.signs_in("zhouhai")
        page = await desk.opens("/admin/day?day=2026-11-24&station=liuhe")
        tried = [
            (await sends(desk, f"{where}/{what}", because="asked", why="查")).status
            for what in ("here", "done", "absent", "cancel", "reveal", "move")
        ]

    assert "李四" not in page.text
    assert tried == [404] * 6
    assert state(timed) == "booked"


async def test_visits_of_a_day_stand_under_their_village(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    booked(timed, clock, clerk, "2026-11-26 14:00", Person("李四", PHONE, other=True), "liuhe-home")

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        page = await desk.opens("/admin/day/visits?day=2026-11-26")
        whole = await desk.sends("/admin/day/visits", form=page.value("form"), day="2026-11-26", why="下村")

    assert "上湾村　1 位" in page.text
    assert PHONE not in page.text
    assert PHONE in whole.text


async def test_whom_a_closing_hits_is_seen_before_it_is_pressed(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))
    fields = {
        "place": "station:liuhe",
        "reason": "停电",
        "since": "2026-11-24T08:00",
        "until": "2026-11-24T12:00",
    }

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        page = await desk.opens("/admin/closings")
        looked = await desk.sends("/admin/closings", form=page.value("form"), **fields)
        none = timed.rows("select count(*) from closing")
        closed = await desk.sends("/admin/closings", form=page.value("form"), sure="1", **fields)
        asked = timed.rows("select state from asking")
        opened = await desk.sends("/admin/closings/1/reopen", form=page.value("form"))

    assert "影响 1 位约好的人" in looked.text
    assert none == [(0,)]
    assert "停电" in closed.text
    assert len(asked) == 1
    assert "没有停办" in opened.text


async def test_today_and_the_roster_stand_in_the_navigation(timed: Service) -> None:
    staffed(timed, "chenmin")

    async with browser(timed) as desk:
        page = await desk.signs_in("chenmin")

    assert 'href="/admin/day"' in page.text
    assert 'href="/admin/duty"' in page.text
