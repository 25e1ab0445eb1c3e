"""Closings, absences and changed files: each person they hit is marked once for each of their times."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from handlers.appointments import affected, service, stock
from handlers.appointments.refusals import BadClosing
from handlers.appointments.supply import Supply
from handlers.directory import holidays
from handlers.directory.county import Closure
from handlers.directory.notice import HOLIDAY, SpecialDay, shipped
from handlers.handoff import absence, staff
from tests.handlers.booking import Bookings, demo_supply, shown
from tests.handlers.office import ms

TUESDAY, WEDNESDAY = "2026-11-24", "2026-11-25"


def rounds(bookings: Bookings) -> int:
    """The round until it rests. Returns: how many were looked at."""
    looked = 0
    for _step in range(50):
        found: int = bookings.office.does(affected.look_over)
        looked += found
        if not found:
            return looked
    raise AssertionError("the round never rests")


def to_ask(bookings: Bookings) -> list[str]:
    """The times of those who must be asked."""
    return [shown(one.begins) for one in bookings.office.reads(affected.to_ask)]


def closes(bookings: Bookings, since: str, until: str, **where: str) -> int:
    """A clerk closes a place for a while."""
    clerk: int = bookings.office.rows("select min(id) from staff")[0][0]
    where = where or {"station_id": "liuhe"}
    made: int = bookings.office.does(affected.close, clerk, ms(since), ms(until), "停电", **where)
    return made


def ten_booked(bookings: Bookings) -> None:
    """Ten people have a time at one station on one day, and one on the next."""
    times = ["08:30", "10:00", "14:00", "15:30"]
    for day in (TUESDAY, WEDNESDAY, "2026-11-26"):
        for at in times[: 4 if day != "2026-11-26" else 3]:
            bookings.books(bookings.office.resident(), f"{day} {at}")


def test_a_closing_over_ten_bookings_marks_ten_people_once_and_nobody_is_lost(bookings: Bookings) -> None:
    ten_booked(bookings)

    closes(bookings, f"{TUESDAY} 00:00", "2026-11-26 12:00")
    closes(bookings, f"{TUESDAY} 00:00", "2026-11-26 12:00")
    rounds(bookings)

    assert len(to_ask(bookings)) == 10
    assert bookings.office.rows("select count(*) from asking") == [(10,)]
    assert bookings.office.rows("select count(*) from appointment where state = 'booked'") == [(11,)]
    assert bookings.free("mediation", "liuhe-room", TUESDAY) == []
    bookings.whole()


def test_a_closing_over_more_than_one_act_looks_at_is_looked_over_to_the_end(
    bookings: Bookings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(affected, "STEP", 3)
    ten_booked(bookings)

    closes(bookings, f"{TUESDAY} 00:00", "2026-11-26 12:00")
    at_once = len(to_ask(bookings))
    rounds(bookings)

    assert (at_once, len(to_ask(bookings))) == (3, 10)


def test_two_nodes_look_over_at_once_and_ask_once(bookings: Bookings) -> None:
    ten_booked(bookings)
    closes(bookings, f"{TUESDAY} 00:00", "2026-11-26 12:00")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _node: bookings.office.does(affected.look_over), range(8)))

    assert bookings.office.rows("select count(*) from asking") == [(10,)]


def test_whoever_claims_the_telling_is_the_only_one(bookings: Bookings) -> None:
    bookings.books(bookings.office.resident(), f"{TUESDAY} 08:30")
    closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")
    one = bookings.office.reads(affected.to_ask)[0].asking_id

    claimed = [bookings.office.does(affected.asked, one) for _try in range(3)]
    rounds(bookings)

    assert claimed == [True, False, False]
    assert to_ask(bookings) == []


def test_only_the_part_of_the_day_that_is_closed_counts(bookings: Bookings) -> None:
    for at in ("08:30", "10:00"):
        bookings.books(bookings.office.resident(), f"{TUESDAY} {at}")

    closes(bookings, f"{TUESDAY} 10:30", f"{TUESDAY} 14:00", post_id="liuhe-room")

    assert to_ask(bookings) == [f"{TUESDAY} 10:00"]
    assert bookings.free("mediation", "liuhe-room", TUESDAY) == [
        "14:00",
        "14:30",
        "15:00",
        "15:30",
        "16:00",
        "16:30",
    ]


def test_a_closing_taken_back_asks_nobody_who_was_not_told(bookings: Bookings) -> None:
    for at in ("08:30", "10:00"):
        bookings.books(bookings.office.resident(), f"{TUESDAY} {at}")
    closing = closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")
    told = bookings.office.reads(affected.to_ask)[0].asking_id
    bookings.office.does(affected.asked, told)

    bookings.office.does(affected.reopen, closing)
    rounds(bookings)
    lifted = bookings.office.rows("select state from asking order by id")
    closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

    assert lifted == [("told",), ("moot",)]
    assert to_ask(bookings) == [f"{TUESDAY} 10:00"]


def test_an_absence_marks_whom_the_person_would_have_received(bookings: Bookings) -> None:
    bookings.books(bookings.office.resident(), f"{TUESDAY} 08:30")
    bookings.books(bookings.office.resident("chengdong"), bookings.slot(f"{TUESDAY} 08:30", "chengdong-room"))
    chen = bookings.office.reads(staff.by_login, "chenmin").id

    bookings.office.does(absence.away, chen, chen, ms(f"{TUESDAY} 08:00"), ms(f"{TUESDAY} 12:00"))
    looked = rounds(bookings)

    assert (looked, to_ask(bookings)) == (2, [f"{TUESDAY} 08:30"])
    assert bookings.free("mediation", "liuhe-room", TUESDAY)[0] == "14:00"
    assert rounds(bookings) == 0


def test_who_is_back_has_all_times_again(bookings: Bookings) -> None:
    bookings.books(bookings.office.resident(), f"{TUESDAY} 08:30")
    chen = bookings.office.reads(staff.by_login, "chenmin").id
    bookings.office.does(absence.away, chen, chen, ms(f"{TUESDAY} 08:00"), None)
    rounds(bookings)

    bookings.office.does(absence.back, chen)
    rounds(bookings)

    assert to_ask(bookings) == []
    assert bookings.free("mediation", "liuhe-room", TUESDAY)[:2] == ["10:00", "10:30"]


def test_a_stop_without_named_people_goes_on_with_whoever_is_there(bookings: Bookings) -> None:
    """The car has a lawyer from outside: the absence of the station's people does not end it."""
    chen = bookings.office.reads(staff.by_login, "chenmin").id

    bookings.office.does(absence.away, chen, chen, bookings.office.now_ms, None)

    assert bookings.free("car", "car.lijiazhuang", "2026-12-03")[0] == "09:00"
    assert bookings.free("mediation", "liuhe-room", "2026-12-03") == []


@pytest.mark.parametrize("change", ["a day off", "a closure of the post", "the post leaves the file"])
def test_what_changes_in_file_or_calendar_marks_whom_it_hits(bookings: Bookings, change: str) -> None:
    bookings.books(bookings.office.resident(), f"{WEDNESDAY} 08:30")
    bookings.books(bookings.office.resident(), "2026-11-26 08:30")
    rounds(bookings)
    supply = demo_supply()
    room = next(one for one in supply.posts if one.id == "liuhe-room")
    off = Closure(date(2026, 11, 25), date(2026, 11, 25), "培训")
    if change == "a day off":
        year = [one for one in shipped() if one.day.year == 2026]
        bookings.office.does(holidays.import_days, [*year, SpecialDay(date(2026, 11, 25), HOLIDAY, "县庆")])
    else:
        others = tuple(one for one in supply.posts if one.id != "liuhe-room")
        kept = () if change.endswith("file") else (replace(room, closures=(off,)),)
        bookings.office.does(stock.load_supply, Supply(supply.services, (*others, *kept)))

    looked = rounds(bookings)

    hit = [f"{WEDNESDAY} 08:30", "2026-11-26 08:30"]
    assert (looked, to_ask(bookings)) == (2, hit if change.endswith("file") else hit[:1])


def test_loading_the_same_file_again_changes_nothing(bookings: Bookings) -> None:
    bookings.books(bookings.office.resident(), f"{WEDNESDAY} 08:30")
    rounds(bookings)

    bookings.office.does(stock.load_supply, demo_supply())

    assert rounds(bookings) == 0


def test_whom_we_ask_to_move_may_move_however_often_and_is_asked_anew_for_the_new_time(
    bookings: Bookings,
) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 09:30")
    for day in (WEDNESDAY, "2026-11-26"):
        held = bookings.holds(resident, f"{day} 14:00", moving=booked.appointment_id)
        bookings.office.does(service.move, resident, held.appointment_id)
    closes(bookings, "2026-11-26 00:00", "2026-11-27 00:00")

    held = bookings.holds(resident, "2026-11-27 14:00", moving=booked.appointment_id)
    bookings.office.does(service.move, resident, held.appointment_id)
    answered = bookings.office.rows("select state from asking")
    closes(bookings, "2026-11-27 00:00", "2026-11-28 00:00")

    assert answered == [("answered",)]
    assert to_ask(bookings) == ["2026-11-27 14:00"]


def test_who_cancels_need_not_be_asked(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 09:30")
    closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

    bookings.office.does(service.cancel, resident, booked.appointment_id)

    assert to_ask(bookings) == []


def test_a_time_that_was_closed_while_it_was_held_is_not_booked(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    held = bookings.holds(resident, f"{TUESDAY} 09:30")
    closes(bookings, f"{TUESDAY} 00:00", f"{WEDNESDAY} 00:00")

    refused = bookings.refusal(service.book, resident, held.appointment_id)

    assert refused == "slot_gone"


@pytest.mark.parametrize(
    ("since", "until", "where", "field"),
    [
        ("2026-11-24 12:00", "2026-11-24 12:00", {"station_id": "liuhe"}, "until"),
        ("2026-11-22 08:00", "2026-11-23 09:59", {"station_id": "liuhe"}, "until"),
        ("2026-11-24 08:00", "2026-11-24 12:00", {"station_id": "nowhere"}, "place"),
        ("2026-11-24 08:00", "2026-11-24 12:00", {"station_id": "liuhe", "post_id": "liuhe-room"}, "place"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(
    bookings: Bookings, since: str, until: str, where: dict[str, str], field: str
) -> None:
    with pytest.raises(BadClosing) as refused:
        closes(bookings, since, until, **where)

    assert refused.value.field == field
    assert bookings.office.rows("select count(*) from closing") == [(0,)]
