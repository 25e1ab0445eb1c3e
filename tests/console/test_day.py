"""今天: a clerk's day at the station, without script, over HTTP."""

import re
from functools import partial

import pytest
from sqlalchemy import Connection, select

from bot.clock import CHINA, SetClock, millis
from handlers.appointments import attending, stock
from handlers.appointments.models import Appointment
from handlers.appointments.service import Booked, Person
from handlers.appointments.slots import Slot
from handlers.handoff import absence
from tests.console.calling import call_at
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
    assert "已取消：Y-0001，" in cancelled.text
    assert "空出来" not in cancelled.text, "its time was over"
    assert "15 分钟以内来都算数" in early.text
    assert "刚刚有人办了这一位" in again.text
    assert state(timed) == "cancelled"


async def test_who_cancels_reads_what_became_of_the_time_and_of_the_person(
    timed: Service, clock: SetClock
) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        cancelled = await sends(desk, f"/admin/day/{made.appointment_id}/cancel", because="asked")
        of_another = await desk.opens("/admin/day?said=cancelled&made=999")
        timed.rows("update telling set state = 'told' where about = 'cancel' returning id")
        known = await desk.opens(f"/admin/day?said=cancelled&made={made.appointment_id}")

    assert re.search(
        r"已取消：Y-0001，[^<]+。时间已经空出来，别人可以约了。[^<]*(?:会告诉本人|要打的电话)",
        cancelled.text,
    )
    assert "已取消：" not in of_another.text
    assert "别人可以约了。已经告诉本人。" in known.text
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


async def test_who_has_a_time_takes_a_slip_along_that_names_nobody(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-24 09:00")
    staffed(timed, "chenmin")
    staffed(timed, "zhouhai", station="chengdong", name="周海")
    supplied(timed)

    async with browser(timed) as desk, browser(timed) as other:
        await desk.signs_in("chenmin")
        await other.signs_in("zhouhai")
        offer = await desk.opens("/admin/day/book?kind=mediation")
        slot = re.findall(r'name="slot" value="([^"]+)"', offer.text)[0]
        fields = {"form": offer.value("form"), "kind": "mediation", "slot": slot, "name": "李四"}
        kept = await desk.sends("/admin/day/book", **fields, phone=PHONE)
        slip = await desk.opens("/admin/day/1/slip")
        theirs = await other.opens("/admin/day/1/slip")

    (code,) = timed.rows("select code from appointment")[0]
    assert f"11 月 24 日（周二） 11:00，人民调解。纸条号 {code}。" in kept.text
    assert [
        one
        for one in (code, "要带：身份证", "柳河司法所", "11 月 24 日（周二） 11:00")
        if one not in slip.text
    ] == []
    assert [one for one in ("李四", PHONE) if one in slip.text] == []
    assert theirs.status == 404


@pytest.mark.parametrize("what", ["cancel", "move"])
async def test_the_resident_is_told_why_in_words_that_are_meant_for_them(
    timed: Service, clock: SetClock, what: str
) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))
    path = f"/admin/day/{made.appointment_id}/{what}"

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        page = await desk.opens(f"/admin/day/{made.appointment_id}/move")
        slots = re.findall(r'name="slot" value="([^"]+)"', page.text)
        fields = {"because": "elsewhere"} if what == "cancel" else {"slot": slots[-1]}
        sent = await desk.sends(path, form=page.value("form"), say="因为停电。", **fields)

    def told(connection: Connection) -> str | None:
        return connection.scalar(select(Appointment.said).where(Appointment.id == made.appointment_id))

    assert sent.status == 200
    assert timed.store.reader.now(told) == "停电"


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


async def test_a_call_that_is_owed_stands_in_the_day_and_is_done_in_one_press(
    timed: Service, clock: SetClock
) -> None:
    at(clock, "2026-11-24 09:00")
    staffed(timed, "chenmin")
    call_at(timed, "liuhe")
    call_at(timed, "chengdong", phone="13912345679")

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        before = await desk.opens("/admin/day")
        tomorrow = await desk.opens("/admin/day?day=2026-11-25")
        missed = await sends(desk, "/admin/tellings/1/called", result="missed", day="2026-11-24")
        done = await sends(desk, "/admin/tellings/1/called", result="reached", day="2026-11-24")

    assert "1 个电话要打" in before.text
    assert "<b>打电话</b>　告诉预约取消了" in before.text
    assert [one for one in ("13812345678", "王秀兰", "5679") if one in before.text] == []
    assert "打通了" not in tomorrow.text
    assert "打过 1 次没人接" in missed.text
    assert (done.path, "打通了" in done.text) == ("/admin/day", False)
    assert timed.rows("select state from telling order by id") == [("told",), ("call",)]


async def test_calls_come_before_what_is_later_and_after_what_is_sooner(
    timed: Service, clock: SetClock
) -> None:
    at(clock, "2026-11-22 10:00")
    clerk = staffed(timed, "chenmin")
    booked(timed, clock, clerk, "2026-11-24 08:30", Person("李四", PHONE, other=True))
    booked(timed, clock, clerk, "2026-11-24 14:00", Person("王五", "13900000002", other=True))
    call_at(timed, "liuhe")  # for a time in two days, at ten
    at(clock, "2026-11-24 08:30")

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        page = await desk.opens("/admin/day")

    order = re.findall(r"<time>([^<]+)</time>", page.text)
    assert order[0] == "8:30"
    assert [one for one in order if one in ("8:30", "10:00 前", "14:00")] == ["8:30", "10:00 前", "14:00"]


async def test_free_times_and_the_break_stand_between_and_are_given_away(
    timed: Service, clock: SetClock
) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    booked(timed, clock, clerk, "2026-11-25 08:30", Person("李四", PHONE, other=True))

    async with browser(timed) as desk:
        await desk.signs_in("chenmin")
        page = await desk.opens("/admin/day?day=2026-11-25")
        gap = re.findall(r'href="(/admin/day/book[^"]+gap=liuhe-room[^"]+)"', page.text)[0]
        offer = await desk.opens(gap.replace("&amp;", "&"))
        slots = re.findall(r'name="slot" value="([^"]+)"', offer.text)
        fields = {name: offer.value(name) for name in ("form", "station", "kind", "gap")}
        kept = await desk.sends("/admin/day/book", **fields, slot=slots[0], name="王五")
        lost = await desk.sends("/admin/day/book", **fields, slot=slots[0], name="赵六")
        odd = await desk.opens("/admin/day/book?station=liuhe&gap=liuhe-room|x|y")

    assert ">10:00</time><div>空，120 分钟" in page.text
    assert "能约 10:00、10:30、11:00" in page.text
    assert "午休，14:00 开门" in page.text
    assert {one.split("|")[1] for one in slots} == {"liuhe-room"}
    assert (kept.path, "王五" in kept.text) == ("/admin/day", True)
    assert (lost.status, slots[0] in lost.text, 'name="slot"' in lost.text) == (409, False, True)
    assert "约给人：调解" in odd.text


async def test_staff_see_who_is_where_and_with_whom(timed: Service, clock: SetClock) -> None:
    at(clock, "2026-11-23 10:00")
    clerk = staffed(timed, "chenmin")
    other = staffed(timed, "t002", name="周海")
    third = staffed(timed, "t003", name="吴芳")
    made = booked(timed, clock, clerk, "2026-11-24 09:00", Person("李四", PHONE, other=True))
    at(clock, "2026-11-24 09:10")
    timed.store.writer.do_now(
        absence.away, other, other, ms(clock, "2026-11-24 09:00"), ms(clock, "2026-11-24 15:00")
    )

    async with browser(timed) as desk, browser(timed) as third_desk:
        await desk.signs_in("chenmin")
        await third_desk.signs_in("t003")
        before = await desk.opens("/admin/day")
        await sends(desk, f"/admin/day/{made.appointment_id}/here")
        await sends(third_desk, "/admin/day/ticket", need="ask")
        await sends(third_desk, "/admin/day/next")
        page = await desk.opens("/admin/day")
        board = await desk.opens("/board/liuhe")
        tomorrow = await desk.opens("/admin/day?day=2026-11-25")

    assert third != clerk
    assert "<b>陈敏</b>　现在在所里" in before.text
    assert "<b>周海</b>　不在，今天 15:00 回来" in before.text
    assert "<b>陈敏</b>　正在接待李四" in page.text
    assert "<b>吴芳</b>　正在接待 A001" in page.text
    assert "正在接待" not in board.text
    assert "谁在哪里" not in tomorrow.text


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
