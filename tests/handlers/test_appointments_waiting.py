"""候补: who waits is offered what becomes free, first come first, for two hours and never at night."""

from dataclasses import replace

import pytest

from admin.housekeeping import Housekeeping
from admin.slices import SLICES
from handlers.appointments import affected, personal, service, stock, waiting
from handlers.appointments.refusals import HoldLapsed
from handlers.appointments.service import Held
from handlers.appointments.waiting import AlreadyWaiting, Chance, NotWaiting
from handlers.handoff import absence, staff
from tests.handlers.booking import Bookings, demo_supply, shown
from tests.handlers.office import ms


def waits(bookings: Bookings, kind: str = "adviser", station: str = "chengdong") -> tuple[int, int]:
    """Somebody stands in line. Returns: the resident and the number."""
    resident = bookings.office.resident(station)
    number: int = bookings.office.does(waiting.wait_for, resident, kind, station)
    return resident, number


def full_room(bookings: Bookings) -> list[tuple[int, int]]:
    """Chen is booked wherever aid fits. Returns: resident and number of each appointment."""
    supply = demo_supply()
    short = tuple(replace(one, horizon=1) for one in supply.services)
    bookings.office.does(stock.load_supply, replace(supply, services=short))
    found: list[tuple[int, int]] = []
    while True:
        mine = [one for one in bookings.places("legal_aid", "liuhe", each=1) if one.group == 0]
        if not mine:
            return found
        resident = bookings.office.resident()
        found.append((resident, bookings.books(resident, mine[0].slots[0]).appointment_id))


def chances(bookings: Bookings) -> list[Chance]:
    """What the round would offer."""
    found: list[Chance] = bookings.office.reads(waiting.chances, bookings.shelf, bookings.office.now_ms)
    return found


def rounds(bookings: Bookings) -> list[Held | None]:
    """The round of the service."""
    bookings.office.does(service.pass_over, bookings.office.now_ms - 86_400_000, 200)
    bookings.office.does(waiting.settle, 200)
    found: list[Held | None] = []
    while ahead := chances(bookings):
        found += [bookings.office.does(waiting.offer, one) for one in ahead]
    return found


def states(bookings: Bookings) -> list[str]:
    """How each place in line stands."""
    return [row[0] for row in bookings.office.rows("select state from wait order by id")]


def test_what_becomes_free_is_offered_to_the_first_in_line_and_accepted_by_booking(
    bookings: Bookings,
) -> None:
    resident = bookings.office.resident()
    taken = bookings.books(resident, bookings.slot("2026-11-24 09:30", "liuhe-room"))
    first, number = waits(bookings, "mediation", "liuhe")
    waits(bookings, "mediation", "liuhe")
    bookings.office.does(service.cancel, resident, taken.appointment_id)

    offered = rounds(bookings)

    assert states(bookings) == ["offered", "offered"]
    held = offered[0]
    assert held is not None
    assert held.until == bookings.office.now_ms + waiting.OFFER_MS
    mine = bookings.office.reads(waiting.waits_of, first)
    assert [(one.wait_id, one.offer_id) for one in mine] == [(number, held.appointment_id)]
    booked = bookings.office.does(service.book, first, held.appointment_id)
    rounds(bookings)
    assert (shown(booked.begins), states(bookings)[0]) == ("2026-11-23 14:00", "taken")
    bookings.whole()


def test_nothing_is_offered_while_all_is_full_or_people_sleep(bookings: Bookings) -> None:
    booked = full_room(bookings)
    waits(bookings, "legal_aid", "liuhe")
    while_full = chances(bookings)
    resident, number = booked[-1]
    bookings.office.does(service.cancel, resident, number)

    by_day = chances(bookings)
    bookings.office.now("2026-11-23 19:00")
    by_night = chances(bookings)

    assert (while_full, len(by_day), by_night) == ([], 1, [])


def test_an_offer_that_is_not_answered_goes_to_the_next(bookings: Bookings) -> None:
    first, _number = waits(bookings, "mediation", "liuhe")
    held = rounds(bookings)[0]
    assert held is not None
    bookings.office.does(service.extend, first)
    waits(bookings, "mediation", "liuhe")

    bookings.office.clock.move(hours=2)
    offered = rounds(bookings)

    assert states(bookings) == ["lapsed", "offered"]
    assert len(offered) == 1
    with pytest.raises(HoldLapsed):
        bookings.office.does(service.book, first, held.appointment_id)
    bookings.whole()


def test_who_declines_or_leaves_gives_the_time_back(bookings: Bookings) -> None:
    _first, _number = waits(bookings, "mediation", "liuhe")
    second, number = waits(bookings, "mediation", "liuhe")
    offered = rounds(bookings)

    bookings.office.does(service.release, offered[0])
    bookings.office.does(waiting.leave, second, number)
    rounds(bookings)

    assert states(bookings) == ["declined", "left"]
    assert bookings.cells() == []


def test_who_holds_or_has_booked_is_passed_over(bookings: Bookings) -> None:
    first, _number = waits(bookings, "mediation", "liuhe")
    second, _number = waits(bookings, "mediation", "liuhe")
    bookings.books(first, "2026-11-24 09:30")
    bookings.holds(second, bookings.slot("2026-11-24 14:00", service_id="legal_aid"))

    assert chances(bookings) == []


def test_one_place_in_line_of_a_kind_and_only_the_own_is_left(bookings: Bookings) -> None:
    resident, number = waits(bookings)
    other = bookings.office.resident()

    with pytest.raises(AlreadyWaiting):
        bookings.office.does(waiting.wait_for, resident, "adviser", "liuhe")
    with pytest.raises(NotWaiting):
        bookings.office.does(waiting.leave, other, number)
    with pytest.raises(NotWaiting):
        bookings.office.does(waiting.wait_for, other, "adviser", "nowhere")
    bookings.office.does(waiting.wait_for, other, "adviser", "chengdong")

    assert [one.ahead for one in bookings.office.reads(waiting.waits_of, other)] == [1]


def test_places_in_line_go_with_their_resident_and_with_the_retention(bookings: Bookings) -> None:
    first, _number = waits(bookings, "mediation", "liuhe")
    second, number = waits(bookings, "mediation", "liuhe")
    rounds(bookings)
    bookings.office.does(waiting.leave, second, number)

    while bookings.office.does(personal.erase, first, 200):
        pass
    while bookings.office.does(personal.expire, ms("2027-11-23 10:00"), 200):
        pass

    assert (states(bookings), bookings.cells()) == ([], [])
    assert bookings.office.rows("select count(*) from appointment") == [(0,)]


async def test_the_round_of_the_service_ends_marks_and_offers(bookings: Bookings) -> None:
    store = bookings.office.store
    keeping = Housekeeping(store, None, None, SLICES, lambda: None)  # type: ignore[arg-type]
    old = bookings.books(bookings.office.resident(), "2026-11-24 08:30")
    bookings.books(bookings.office.resident(), bookings.slot("2026-11-26 08:30", "chengdong-room"))
    waits(bookings, "mediation", "liuhe")
    zhou = bookings.office.reads(staff.by_login, "zhouhai").id
    bookings.office.now("2026-11-25 10:30")
    bookings.office.does(absence.away, zhou, zhou, ms("2026-11-26 08:00"), ms("2026-11-26 18:00"))

    await keeping.look_over_appointments()

    assert bookings.office.rows("select state from appointment order by id") == [
        ("passed",), ("booked",), ("held",),
    ]  # fmt: skip
    assert states(bookings) == ["offered"]
    assert [shown(one.begins) for one in bookings.office.reads(affected.to_ask)] == ["2026-11-26 08:30"]
    assert old.appointment_id == 1
    bookings.whole()
