"""Telling people: once each, by the first way that is open, and never after it is moot."""

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from admin.housekeeping import Housekeeping
from admin.slices import SLICES
from bot.errors import Refused
from handlers.appointments import (
    affected,
    calls,
    consent,
    personal,
    service,
    telling,
    telling_sending,
    waiting,
)
from handlers.appointments.calls import CallLine
from handlers.appointments.refusals import NotYours
from handlers.appointments.telling import Means
from handlers.correspondence import service as letters
from tests.handlers.booking import Bookings
from tests.handlers.office import ms
from tests.handlers.tellings import ALL, Tellings
from tests.handlers.tellings import telling as tellings_of

TUESDAY, WEDNESDAY = "2026-11-24", "2026-11-25"
TIMES = ("08:30", "10:00", "14:00", "15:30")


def closes(bookings: Bookings, since: str, until: str) -> int:
    """A clerk closes the station for a while."""
    clerk: int = bookings.office.rows("select min(id) from staff")[0][0]
    made: int = bookings.office.does(affected.close, clerk, ms(since), ms(until), "停电", station_id="liuhe")
    return made


def listed(bookings: Bookings, *stations: str) -> list[CallLine]:
    """The call list."""
    found: list[CallLine] = bookings.office.reads(calls.due, stations or None, bookings.office.now_ms)
    return found


def reminded(one: Tellings, when: str, *, said: int = 0, allowed: int = 0) -> tuple[int, int]:
    """Somebody books and wants a reminder. Returns: resident and appointment."""
    resident = one.resident(said=said, allowed=allowed)
    booked = one.bookings.books(resident, when)
    one.bookings.office.does(consent.given, resident, booked.appointment_id)
    return resident, booked.appointment_id


async def test_a_closing_over_ten_bookings_tells_ten_people_once_by_the_way_that_is_open(
    bookings: Bookings,
) -> None:
    async with tellings_of(bookings, nodes=2) as one:
        ways = [{"allowed": 1}, {"said": 5}, {}, {"allowed": 1, "said": 5}, {"said": 5}] * 2
        slots = [f"{day} {at}" for day in (TUESDAY, WEDNESDAY, "2026-11-26") for at in TIMES][:10]
        for way, slot in zip(ways, slots, strict=True):
            bookings.books(one.resident(**way), slot)
        closes(bookings, f"{TUESDAY} 00:00", "2026-11-27 00:00")

        await one.rounds()
        closes(bookings, f"{TUESDAY} 00:00", "2026-11-27 00:00")
        await one.rounds()

        assert Counter((channel, state) for _about, channel, state in one.states()) == {
            ("notice", "told"): 4,
            ("message", "told"): 4,
            ("call", "call"): 2,
        }
        assert len(one.reached()) == len(set(one.reached())) == 8
        assert len(listed(bookings, "liuhe")) == 2
        assert bookings.office.rows("select distinct state from asking") == [("told",)]


async def test_a_reminder_comes_the_evening_before_and_no_second_one(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        reminded(one, f"{TUESDAY} 10:00", allowed=2)
        await one.rounds()
        before = one.reached()
        bookings.office.now("2026-11-23 19:00")
        await one.rounds()
        bookings.office.now("2026-11-23 20:00")
        await one.rounds()

        assert (before, [kind for _who, kind in one.reached()]) == ([], ["notice"])
        assert one.values() == [["预约提醒", "2026年11月24日 10:00", "柳河司法所", "来不了请回复“取消预约”"]]


async def test_without_a_yes_nobody_is_reminded(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        no, yes_then_no = one.resident(said=5), one.resident(said=5)
        bookings.books(no, f"{TUESDAY} 10:00")
        booked = bookings.books(yes_then_no, f"{TUESDAY} 14:00").appointment_id
        bookings.office.does(consent.given, yes_then_no, booked)
        bookings.office.does(consent.refused, yes_then_no, booked)

        bookings.office.now("2026-11-23 19:30")
        await one.rounds()

        assert one.reached() == []


async def test_a_yes_after_a_no_is_a_yes(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        resident, booked = reminded(one, f"{TUESDAY} 10:00", said=5)
        bookings.office.does(consent.refused, resident, booked)
        again = bookings.office.does(consent.given, resident, booked)
        bookings.office.now("2026-11-23 19:30")
        await one.rounds()

        assert (again, len(one.texts())) == (True, 1)


async def test_a_reminder_goes_with_the_time_and_not_to_who_cancelled(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        mover, moved = reminded(one, f"{TUESDAY} 10:00", said=5)
        leaver, left = reminded(one, f"{TUESDAY} 14:00", said=5)
        held = bookings.holds(mover, f"{WEDNESDAY} 10:00", moving=moved)
        bookings.office.does(service.move, mover, held.appointment_id)
        bookings.office.does(service.cancel, leaver, left)

        bookings.office.now("2026-11-23 19:30")
        await one.rounds()
        first = one.texts()
        bookings.office.now("2026-11-24 19:30")
        await one.rounds()

        assert (first, len(one.texts())) == ([], 1)
        assert "明天（周三）10:00" in one.texts()[0]


async def test_a_reminder_that_cannot_be_written_is_called_while_the_station_is_open(
    bookings: Bookings,
) -> None:
    async with tellings_of(bookings) as one:
        resident, _booked = reminded(one, f"{TUESDAY} 10:00")
        bookings.office.does(letters.keep_contact, resident, "王女士", "13812345678")
        reminded(one, f"{TUESDAY} 14:00", said=5)
        bookings.office.now("2026-11-23 14:00")
        await one.rounds()

        due = listed(bookings)
        assert [(line.about, line.name, line.phone) for line in due] == [("remind", "王女士", "13812345678")]
        assert one.states() == [("remind", "call", "call"), ("remind", "", "open")]
        assert "提醒您明天（周二）10:00有预约" in due[0].words


async def test_a_reminder_without_window_and_number_waits_for_a_word_of_the_resident(
    bookings: Bookings,
) -> None:
    async with tellings_of(bookings) as one:
        resident, _booked = reminded(one, f"{TUESDAY} 10:00")
        bookings.office.now("2026-11-23 19:00")
        await one.rounds()
        before = (listed(bookings), one.texts())
        bookings.office.now("2026-11-23 19:20")
        one.writes(resident)
        await one.rounds()

        assert (before, len(one.texts())) == (([], []), 1)


async def test_a_consent_that_the_platform_does_not_know_falls_to_the_next_way(bookings: Bookings) -> None:
    """43101: the phone withdrew it, and nobody told us."""
    async with tellings_of(bookings) as one:
        bookings.books(one.resident(said=5, granted=2), f"{TUESDAY} 10:00")
        bookings.books(one.resident(granted=2), f"{TUESDAY} 14:00")
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

        await one.rounds()

        assert one.states() == [("ask", "message", "told"), ("ask", "call", "call")]
        assert [kind for _who, kind in one.reached()] == ["text"]
        assert bookings.office.rows("select available from notice_grant") == [(0,), (0,)]


async def test_a_message_that_the_platform_refuses_is_called_and_never_shown_later(
    bookings: Bookings,
) -> None:
    """45015: the window is closed, although we counted on it."""
    async with tellings_of(bookings) as one:
        resident = one.resident(said=5)
        bookings.books(resident, f"{TUESDAY} 10:00")
        one.platform.book("oa").windows.closed(one.names[resident])
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

        await one.rounds()

        assert one.states() == [("ask", "call", "call")]
        assert bookings.office.rows("select state, body is null from outbox") == [("dropped", 1)]


@pytest.mark.parametrize("times", [2, 3])
async def test_a_busy_platform_is_asked_again_and_then_the_next_way_is_used(
    bookings: Bookings, times: int
) -> None:
    async with tellings_of(bookings) as one:
        bookings.books(one.resident(said=5, allowed=1), f"{TUESDAY} 10:00")
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")
        one.fault("errcode", -1, times=times)

        for _try in range(4):
            await one.rounds()
            bookings.office.clock.move(minutes=1)

        assert one.states() == [("ask", "notice" if times == 2 else "message", "told")]
        assert len(one.reached()) == 1
        assert bookings.office.rows("select available from notice_grant") == [(0 if times == 2 else 1,)]


async def test_a_template_that_is_wrong_rings_until_one_is_taken_and_people_are_told_otherwise(
    bookings: Bookings,
) -> None:
    """40037."""
    async with tellings_of(bookings) as one:
        for at in ("10:00", "14:00"):
            bookings.books(one.resident(said=5, allowed=1), f"{TUESDAY} {at}")
        one.fault("errcode", 40037)
        closes(bookings, f"{TUESDAY} 10:00", f"{TUESDAY} 12:00")
        await one.rounds()
        rung = bookings.office.rows("select kind, subject from alarm where cleared_at is null")
        closes(bookings, f"{TUESDAY} 14:00", f"{TUESDAY} 18:00")
        await one.rounds()

        assert one.states() == [("ask", "message", "told"), ("ask", "notice", "told")]
        assert rung == [("notices", "oa")]
        assert bookings.office.rows("select 1 from alarm where cleared_at is null") == []
        assert bookings.office.rows("select available from notice_grant order by resident_id") == [(1,), (0,)]


async def test_a_value_that_the_platform_refuses_is_said_more_plainly_once(bookings: Bookings) -> None:
    """47003."""
    async with tellings_of(bookings) as one:
        bookings.books(one.resident(allowed=1), f"{TUESDAY} 10:00")
        one.fault("errcode", 47003)
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

        await one.rounds()

        assert one.values() == [["预约", "2026年11月24日 10:00", "司法所", "请看预约"]]


async def test_a_sending_of_unknown_fate_is_called_and_not_sent_again(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        bookings.books(one.resident(said=5, allowed=3), f"{TUESDAY} 10:00")
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")
        one.fault("http", 500)

        await one.rounds()

        assert one.states() == [("ask", "call", "call")]
        assert [line.maybe for line in listed(bookings)] == [True]
        assert one.reached() == []


@pytest.mark.parametrize("found_by", ["its own restart", "another node"])
async def test_killed_between_claim_and_send_nobody_is_lost_and_nobody_told_twice(
    bookings: Bookings, found_by: str
) -> None:
    async with tellings_of(bookings) as one:
        bookings.books(one.resident(said=5, allowed=3), f"{TUESDAY} 10:00")
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")
        asking = bookings.office.reads(affected.to_ask)[0].asking_id
        bookings.office.does(telling.ask, asking, ALL)
        bookings.office.does(telling_sending.claim, "killed", 4)
        if found_by == "another node":
            bookings.office.clock.move(seconds=41)
        else:
            bookings.office.does(telling_sending.start_node, "killed")

        await one.rounds()

        assert one.states() == [("ask", "call", "call")]
        assert one.reached() == []
        assert [line.maybe for line in listed(bookings)] == [True]


async def test_what_becomes_moot_before_it_leaves_is_not_told(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        resident = one.resident(allowed=3)
        booked = bookings.books(resident, f"{TUESDAY} 10:00")
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")
        bookings.office.does(telling.ask, bookings.office.reads(affected.to_ask)[0].asking_id, ALL)
        bookings.office.does(service.cancel, resident, booked.appointment_id)

        await one.rounds()

        assert (one.reached(), one.states()) == ([], [("ask", "notice", "moot")])
        assert bookings.office.rows("select available from notice_grant") == [(3,)]


async def test_a_message_that_has_not_left_is_taken_back_when_the_time_is_moved(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        resident = one.resident(said=5)
        booked = bookings.books(resident, f"{TUESDAY} 10:00").appointment_id
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")
        for sender in one.senders:
            await sender.stop()
        bookings.office.does(telling.ask, bookings.office.reads(affected.to_ask)[0].asking_id, ALL)
        queued = one.states()

        held = bookings.holds(resident, f"{WEDNESDAY} 10:00", moving=booked)
        bookings.office.does(service.move, resident, held.appointment_id)

        assert (queued, one.states()) == ([("ask", "message", "queued")], [("ask", "message", "moot")])
        assert bookings.office.rows("select state from outbox") == [("dropped",)]


async def test_what_staff_change_or_cancel_is_told_and_what_residents_do_is_not(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        clerk = bookings.office.works("clerk2")
        first, second, own = (one.resident(said=5) for _one in range(3))
        moved = bookings.books(first, f"{TUESDAY} 10:00").appointment_id
        ended = bookings.books(second, f"{TUESDAY} 14:00").appointment_id
        mine = bookings.books(own, f"{TUESDAY} 15:30").appointment_id
        held = bookings.holds(first, f"{WEDNESDAY} 10:00", moving=moved, by=clerk)
        bookings.office.does(service.move, None, held.appointment_id, clerk)
        bookings.office.does(service.cancel, None, ended)
        bookings.office.does(service.cancel, None, ended)
        bookings.office.does(service.cancel, own, mine)

        await one.rounds()
        await one.rounds()

        assert one.states() == [("change", "message", "told"), ("cancel", "message", "told")]
        cancelled, changed = sorted(one.texts(), key=lambda text: "改了" in text)
        assert "改了时间：11月25日（周三）10:00" in changed
        assert "明天（周二）14:00的预约取消了" in cancelled


async def test_who_booked_at_the_window_is_called_unless_staff_told_them(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        clerk = bookings.office.works("clerk2")
        for when, name in ((f"{TUESDAY} 10:00", "张三"), (f"{TUESDAY} 14:00", "李四")):
            held = bookings.holds(None, when, by=clerk)
            person = service.Person(name, "13800000000", other=True)
            bookings.office.does(service.book, None, held.appointment_id, person)
            bookings.office.does(service.cancel, None, held.appointment_id)
        spared = bookings.office.does(calls.in_person, clerk, 2)
        await one.rounds()

        due = listed(bookings, "liuhe")
        assert (spared, [line.name for line in due]) == (1, ["张三"])
        assert listed(bookings, "shiqiao") == []
        bookings.office.does(calls.called, clerk, due[0].telling_id, reached=False)
        again = listed(bookings)
        bookings.office.does(calls.called, clerk, due[0].telling_id, reached=True)
        assert [line.missed for line in again] == [1]
        assert listed(bookings) == []
        with pytest.raises(NotYours):
            bookings.office.does(calls.called, clerk, due[0].telling_id, reached=True)


async def test_at_night_only_what_cannot_wait_is_told(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        bookings.books(one.resident(said=5), f"{TUESDAY} 08:30")
        bookings.books(one.resident(said=5), f"{TUESDAY} 14:00")
        bookings.office.now("2026-11-23 22:00")
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

        await one.rounds()
        at_night = len(one.texts())
        bookings.office.now("2026-11-24 08:00")
        await one.rounds()

        assert (at_night, len(one.texts())) == (1, 2)


@pytest.mark.parametrize("hour", ["23:00", "03:00", "05:59"])
async def test_in_the_dead_of_night_nobody_is_told_anything(bookings: Bookings, hour: str) -> None:
    async with tellings_of(bookings) as one:
        bookings.books(one.resident(said=5), f"{TUESDAY} 08:30")
        bookings.office.now(f"{'2026-11-23' if hour == '23:00' else TUESDAY} {hour}")
        closes(bookings, f"{TUESDAY} 07:00", f"{WEDNESDAY} 00:00")

        await one.rounds()

        assert one.texts() == []


async def test_a_clock_that_jumps_on_and_back_loses_no_reminder_and_doubles_none(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        reminded(one, f"{WEDNESDAY} 10:00", allowed=3)
        bookings.office.now("2026-11-25 12:00")
        await one.rounds()
        bookings.office.now("2026-11-23 10:30")
        await one.rounds()
        before = one.reached()

        bookings.office.now("2026-11-24 19:00")
        await one.rounds()
        bookings.office.now("2026-11-24 18:00")
        await one.rounds()
        bookings.office.now("2026-11-24 19:10")
        await one.rounds()

        assert (before, len(one.reached())) == ([], 1)


async def test_a_service_that_was_away_in_the_evening_reminds_in_the_morning(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        reminded(one, f"{TUESDAY} 10:00", allowed=1)
        bookings.office.now("2026-11-23 21:30")
        await one.rounds()
        at_night = one.reached()
        bookings.office.now("2026-11-24 08:05")
        await one.rounds()

        assert (at_night, len(one.reached())) == ([], 1)


async def test_who_is_asked_to_move_is_not_reminded_of_the_time_that_is_gone(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        reminded(one, f"{WEDNESDAY} 10:00", allowed=2)
        closes(bookings, f"{WEDNESDAY} 00:00", "2026-11-26 00:00")
        await one.rounds()
        bookings.office.now("2026-11-24 19:00")
        await one.rounds()

        assert [values[0] for values in one.values()] == ["这个时间办不了了"]


async def test_an_offer_is_told_once_and_answered_by_booking_while_it_is_held(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        store, office = bookings.office.store, bookings.office
        keeping = Housekeeping(store, None, None, SLICES, lambda: None, one.nodes[0].means)  # type: ignore[arg-type]
        resident = one.resident(said=5)
        office.does(waiting.wait_for, resident, "mediation", "liuhe")

        for _round in range(2):
            await keeping.look_over_appointments()
            await one.rounds()
        asked = office.reads(telling.questions, resident, office.now_ms)
        late = office.reads(telling.questions, resident, asked[0].until)
        office.does(service.book, resident, asked[0].appointment_id)

        assert [(question.about, question.kind) for question in asked] == [("offer", "mediation")]
        assert (late, office.reads(telling.questions, resident, office.now_ms)) == ([], [])
        assert len(one.texts()) == 1
        assert "给您留到今天 12:00" in one.texts()[0]


async def test_an_asking_can_be_answered_until_it_is_moved(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 10:00").appointment_id
    closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

    asked = bookings.office.reads(telling.questions, resident, bookings.office.now_ms)
    held = bookings.holds(resident, f"{WEDNESDAY} 10:00", moving=booked)
    bookings.office.does(service.move, resident, held.appointment_id)

    assert [(one.about, one.appointment_id, one.begins) for one in asked] == [
        ("ask", booked, ms(f"{TUESDAY} 10:00"))
    ]
    assert bookings.office.reads(telling.questions, resident, bookings.office.now_ms) == []


async def test_who_left_is_called_and_what_they_allowed_is_forgotten(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        resident = one.resident(said=5, allowed=1)
        bookings.books(resident, f"{TUESDAY} 10:00")
        erase = next(part.erase for part in SLICES if part.name == "appointments")
        while erase is not None and bookings.office.does(erase, resident, 200):
            pass
        closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

        await one.rounds()

        assert (one.states(), one.reached()) == ([("ask", "call", "call")], [])
        assert bookings.office.rows("select count(*) from notice_grant") == [(0,)]


def test_consent_is_given_for_ones_own_bookings_only(bookings: Bookings) -> None:
    booked = bookings.books(bookings.office.resident(), f"{TUESDAY} 10:00").appointment_id
    other = bookings.office.resident()

    assert bookings.refusal(consent.given, other, booked) == "no_appointment"
    assert bookings.office.does(consent.given, None, booked)
    assert bookings.office.rows("select count(*) from telling") == [(1,)]


def test_tellings_go_with_their_appointment(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 10:00").appointment_id
    bookings.office.does(consent.given, resident, booked)
    bookings.office.does(service.cancel, resident, booked)

    while bookings.office.does(personal.expire, ms("2027-11-23 10:00"), 200):
        pass

    assert bookings.office.rows("select count(*) from telling") == [(0,)]
    assert bookings.office.rows("select count(*) from reminder_wish") == [(0,)]


async def test_while_nothing_is_due_the_round_changes_nothing(bookings: Bookings) -> None:
    async with tellings_of(bookings) as one:
        reminded(one, f"{WEDNESDAY} 10:00", said=5)
        closes(bookings, f"{WEDNESDAY} 00:00", "2026-11-26 00:00")
        await one.rounds()
        bookings.office.now("2026-11-24 19:30")

        due = bookings.office.reads(telling.anything, bookings.office.now_ms)

        assert not due


def test_means_without_templates_know_none() -> None:
    assert Means(("oa",)).template("oa", "remind") == ""


async def test_while_people_move_and_cancel_two_nodes_tell_nobody_twice_and_leave_nobody_out(
    bookings: Bookings,
) -> None:
    async with tellings_of(bookings, nodes=2) as one:
        days = (TUESDAY, WEDNESDAY, "2026-11-26")
        booked = {}
        for number, slot in enumerate(f"{day} {at}" for day in days for at in TIMES[:3]):
            resident = one.resident(said=5 * (number % 2), allowed=number % 3)
            booked[resident] = bookings.books(resident, slot).appointment_id
        closes(bookings, f"{TUESDAY} 00:00", "2026-11-27 00:00")

        def answers(number: int) -> None:
            resident = list(booked)[number]
            if number % 2:
                bookings.office.does(service.cancel, resident, booked[resident])
                return
            slot = f"2026-11-27 {('08:30', '10:00', '14:00', '15:30', '16:00')[number // 2 % 4]}"
            with contextlib.suppress(Refused):
                held = bookings.holds(resident, slot, moving=booked[resident])
                bookings.office.does(service.move, resident, held.appointment_id)

        with ThreadPoolExecutor(4) as pool:
            working = [pool.submit(answers, number) for number in range(0, 9, 2)]
            working += [pool.submit(answers, 1)]
            await one.rounds()
            for done in working:
                done.result()
        await one.rounds()

        once = Counter(one.reached())
        standing = bookings.office.rows(
            "select count(*) from asking a join appointment p on p.id = a.appointment_id"
            " where a.placed = p.moves and p.state = 'booked' and a.state = 'open'"
        )
        pending = [state for _about, _channel, state in one.states() if state not in ("told", "moot", "call")]
        assert set(once.values()) <= {1}
        assert (standing, pending) == ([(0,)], [])
