"""What a resident has, as chat sees it: on each engine."""

from handlers.appointments import affected, answering, gating, mine, moving, service, waiting
from handlers.appointments.having import held_for
from handlers.appointments.mine_words import Mine
from handlers.appointments.service import Person, moves_left
from tests.handlers.booking import Bookings, shown
from tests.handlers.office import ms


def having(bookings: Bookings, resident: int) -> Mine:
    found: Mine = bookings.office.reads(held_for, resident, bookings.office.now_ms)
    return found


def does(bookings: Bookings, resident: int, act: object, *args: object) -> object:
    """An act of a conversation of the resident."""
    return bookings.office.does(lambda work: act(work.for_resident(resident, "7/x/0"), *args))  # type: ignore[operator]


def moves(bookings: Bookings, resident: int, number: int, when: str) -> moving.Moved:
    """A resident chooses another time."""
    moved = does(bookings, resident, moving.give_time, number, bookings.slot(when))
    assert isinstance(moved, moving.Moved)
    return moved


def test_bookings_for_others_carry_their_name_and_those_for_oneself_none(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    own = bookings.books(resident, "2026-11-24 08:30")
    held = bookings.holds(resident, "2026-11-24 10:00", other=True)
    person = Person("李大爷", "13900001111", other=True)
    other = bookings.office.does(service.book, resident, held.appointment_id, person)

    have = having(bookings, resident)

    assert [one.appointment_id for one in have.visits] == [own.appointment_id, other.appointment_id]
    assert have.names == {other.appointment_id: "李大爷"}


def test_a_place_in_line_shows_the_time_that_is_kept_and_goes_when_it_was_answered(
    bookings: Bookings,
) -> None:
    resident = bookings.office.resident()
    number = bookings.office.does(waiting.wait_for, resident, "mediation", "liuhe")
    before = having(bookings, resident)
    chance = bookings.office.reads(waiting.chances, bookings.shelf, bookings.office.now_ms)[0]
    held = bookings.office.does(waiting.offer, chance)

    offered = having(bookings, resident)
    does(bookings, resident, answering.give_up, held.appointment_id)
    after = having(bookings, resident)

    assert (list(before.offers), [one.wait_id for one in before.waits]) == ([], [number])
    assert offered.offers[number].appointment_id == held.appointment_id
    assert (after.waits, after.offers) == ((), {})
    bookings.whole()


def test_a_move_that_was_asked_for_is_not_counted_among_the_free_ones(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, "2026-11-24 08:30")
    moves(bookings, resident, booked.appointment_id, "2026-11-25 08:30")
    clerk = bookings.office.rows("select min(id) from staff")[0][0]
    day = (ms("2026-11-25 00:00"), ms("2026-11-26 00:00"))
    bookings.office.does(affected.close, clerk, *day, "停电", station_id="liuhe")
    moves(bookings, resident, booked.appointment_id, "2026-11-26 08:30")

    left = bookings.office.reads(moves_left, booked.appointment_id)
    last = moves(bookings, resident, booked.appointment_id, "2026-11-27 08:30")
    none = moves(bookings, resident, booked.appointment_id, "2026-11-26 08:30")

    assert left == 1
    assert last == moving.Moved()
    assert none.code == "ask_staff"
    assert shown(having(bookings, resident).visits[0].begins) == "2026-11-27 08:30"
    bookings.whole()


def test_a_move_that_is_refused_holds_nothing_back(bookings: Bookings) -> None:
    resident, other = bookings.office.resident(), bookings.office.resident()
    booked = bookings.books(resident, "2026-11-24 08:30")
    bookings.books(other, "2026-11-24 10:00")

    moved = moves(bookings, resident, booked.appointment_id, "2026-11-24 10:00")
    strange = moves(bookings, other, booked.appointment_id, "2026-11-25 10:00")

    assert (moved.code, strange.code) == ("slot_taken", "no_appointment")
    assert bookings.office.rows("select count(*) from appointment where state = 'held'") == [(0,)]
    bookings.whole()


def test_nobody_calls_off_what_is_anothers(bookings: Bookings) -> None:
    resident, other = bookings.office.resident(), bookings.office.resident()
    booked = bookings.books(resident, "2026-11-24 08:30")

    ended = does(bookings, other, mine.call_off, booked.appointment_id)

    assert isinstance(ended, mine.Ended)
    assert ended.say.startswith("没有找到这个预约")
    assert len(having(bookings, resident).visits) == 1


def test_the_gate_gives_back_what_a_conversation_holds_but_no_offer(bookings: Bookings) -> None:
    waits, holds = bookings.office.resident(), bookings.office.resident()
    bookings.office.does(waiting.wait_for, waits, "mediation", "liuhe")
    chance = bookings.office.reads(waiting.chances, bookings.shelf, bookings.office.now_ms)[0]
    bookings.office.does(waiting.offer, chance)
    bookings.holds(holds, "2026-11-25 08:30")

    counts = [does(bookings, one, gating.let_go) for one in (waits, holds)]

    assert counts == [0, 1]
    bookings.whole()
