"""Promises know who receives people or is on a route, and how many wait before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.appointments import affected, engaging, service, stock
from handlers.handoff import engaged
from tests.handlers.booking import Bookings, shown, supply_of, with_supply
from tests.handlers.office import Office, ms, office
from tests.support.service import COUNTY


@pytest.fixture
def county(tmp_path: Path, template_db: Path) -> Iterator[Office]:
    """The demo county, Monday at ten."""
    with office(tmp_path / "data", template_db) as opened:
        yield opened


def ask_many(county: Office, count: int) -> None:
    """So many residents ask, a second after each other."""
    for _one in range(count):
        county.asks(county.resident())
        county.clock.move(seconds=1)


def promised(county: Office) -> str:
    found = county.outlook(county.resident()).promised_at
    assert found is not None
    return shown(found)


def test_up_to_six_a_person_can_be_answered_within_the_hour(county: Office) -> None:
    county.works("chen")
    ask_many(county, 5)

    assert promised(county) == "2026-11-23 11:05"


def test_who_comes_behind_many_is_promised_a_later_time(county: Office) -> None:
    county.works("chen")
    ask_many(county, 8)

    assert promised(county) == "2026-11-23 11:35"


def test_two_people_answer_twice_as_many(county: Office) -> None:
    county.works("chen")
    county.works("zhou")
    ask_many(county, 8)

    assert promised(county) == "2026-11-23 11:05"


def test_who_came_first_is_not_told_later_because_others_came(county: Office) -> None:
    county.works("chen")
    first = county.resident()
    task = county.asks(first)
    county.clock.move(seconds=1)
    ask_many(county, 12)
    county.climbs()

    assert county.told(first) == []
    assert county.task(task, "promised_at") == (ms("2026-11-23 11:00"),)


def test_a_day_on_a_route_takes_the_time_of_who_answers(county: Office, tmp_path: Path) -> None:
    on_route = COUNTY.read_text("utf-8").replace("guest: 法律服务车值班律师", "people: [sunli]")
    county.does(stock.load_supply, supply_of(tmp_path, on_route))
    county.works("sunli")
    county.now("2026-12-10 09:10")  # the second Thursday: the car stands in Donggang from nine to eleven
    bookings = Bookings(county)
    before = promised(county)

    changed = written(bookings)

    assert changed > 0
    assert (before, promised(county)) == ("2026-12-10 10:10", "2026-12-10 12:00")
    assert written(bookings) == 0


def test_a_stop_that_is_closed_takes_nobodys_time(county: Office, tmp_path: Path) -> None:
    on_route = COUNTY.read_text("utf-8").replace("guest: 法律服务车值班律师", "people: [sunli]")
    county.does(stock.load_supply, supply_of(tmp_path, on_route))
    sun = county.works("sunli")
    county.now("2026-12-10 09:10")
    bookings = Bookings(county)
    since, until = ms("2026-12-10 10:00"), ms("2026-12-10 12:00")
    county.does(affected.close, sun, since, until, "下雪", post_id="car.donggang")

    written(bookings)

    assert promised(county) == "2026-12-10 11:00"


def test_a_booking_moves_the_promise_and_its_end_moves_it_back(county: Office) -> None:
    bookings = with_supply(county)
    booked = bookings.books(county.resident(), "2026-11-24 09:30")
    county.now("2026-11-24 09:00")
    before = promised(county)
    written(bookings)
    during = promised(county)
    county.does(service.cancel, None, booked.appointment_id)
    written(bookings)

    assert (before, during, promised(county)) == ("2026-11-24 10:00", "2026-11-24 11:30", "2026-11-24 10:00")


def written(bookings: Bookings) -> int:
    """What the round does. Returns: how many rows it changed."""
    wanted = bookings.office.reads(engaging.engaged, bookings.shelf, bookings.office.now_ms)
    changed: int = bookings.office.does(engaged.write, wanted)
    return changed
