"""When a post receives: holidays, make-up work days, weeks of a month, midnight and the end of the table."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.appointments.almanac import Almanac, midnight, windows_on
from handlers.appointments.attendance import Attendance
from handlers.appointments.cells import at_least, bits_of, first_places, places_in, room, start_of, touching
from handlers.appointments.slots import Board, places
from handlers.appointments.supply import LAST, Post, Seat, Service, Supply, Times
from handlers.directory.county import Closure, Shift, StationCard
from handlers.directory.hours import Calendar, Hours, shifts_on
from handlers.directory.notice import HOLIDAY, WORKDAY, SpecialDay, complete_years, shipped
from tests.handlers.booking import shown
from tests.handlers.office import ms

WEEK = tuple(Times(day, opens, closes) for day in range(5) for opens, closes in ((510, 720), (840, 1050)))
SERVICE = Service("talk", "lawyer", "咨询", "office", 60, horizon=366)
DAYS: Mapping[date, SpecialDay] = {one.day: one for one in shipped()}
CALENDAR = Calendar({}, DAYS, complete_years(DAYS.values()))


def post(times: tuple[Times, ...] = WEEK, **more: object) -> Post:
    """A post with one numbered place, held by somebody from outside."""
    one = Post("room", "liuhe", None, "接待室", "", "律师", ("talk",), (Seat("room#1"),), times)
    return replace(one, **more)  # type: ignore[arg-type]


def board(now: str, one: Post, calendar: Calendar = CALENDAR, service: Service = SERVICE) -> Board:
    """The year from a day on."""
    supply = Supply((service,), (one,))
    card = StationCard("liuhe", "柳河司法所", "柳河镇", "")
    first = date.fromisoformat(now[:10])
    return Board(Almanac(supply, (card,), calendar, first, 367), Attendance({}, {}), ms(now))


def received(one: Post, day: date) -> list[str]:
    """The spans of a day."""
    return [
        f"{shown(start_of(since))[11:]}-{shown(start_of(until))[11:]}"
        for since, until in windows_on(CALENDAR, one, day)
    ]


def test_every_day_of_2026_is_a_work_day_or_not_as_the_notice_says() -> None:
    weekly = Hours(tuple(Shift(one.weekday, one.opens, one.closes) for one in WEEK))
    calendar = replace(CALENDAR, stations={"liuhe": weekly})
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    works = {day for day in days if list(windows_on(CALENDAR, post(), day))}

    off = {one.day for one in shipped() if one.kind == HOLIDAY}
    made_up = {one.day for one in shipped() if one.kind == WORKDAY and one.day.year == 2026}
    assert works == ({day for day in days if day.weekday() < 5} - off) | made_up
    assert works == {day for day in days if shifts_on(calendar, "liuhe", day)}
    assert made_up


@pytest.mark.parametrize(
    ("times", "day", "expected"),
    [
        (Times(2, 540, 660, week=2), "2026-12-09", ["09:00-11:00"]),
        (Times(2, 540, 660, week=2), "2026-12-02", []),
        (Times(4, 870, 1020, week=LAST), "2026-11-27", ["14:30-17:00"]),
        (Times(4, 870, 1020, week=LAST), "2026-11-20", []),
        (Times(5, 540, 660, week=LAST), "2028-01-29", []),  # the year is not in the table
        (Times(3, 540, 660, day=date(2026, 12, 3)), "2026-12-03", ["09:00-11:00"]),
        (Times(3, 540, 660, day=date(2026, 10, 1)), "2026-10-01", []),  # a holiday ends it
        (Times(3, 540, 660, week=1), "2026-10-01", []),
    ],
)
def test_duty_days_fall_on_their_week_or_day_and_never_on_a_holiday(
    times: Times, day: str, expected: list[str]
) -> None:
    assert received(post((times,)), date.fromisoformat(day)) == expected


def test_a_make_up_saturday_has_the_weekly_hours_but_no_duty_day_of_the_month() -> None:
    made_up = next(
        one.day
        for one in shipped()
        if one.kind == WORKDAY and one.day.year == 2026 and one.day.weekday() == 5
    )
    friday_of_the_month = tuple(Times(4, 540, 660, week=week) for week in (1, 2, 3, 4, LAST))

    assert received(post(), made_up) == ["08:30-12:00", "14:00-17:30"]
    assert received(post(friday_of_the_month[:4]), made_up) == []


def test_the_29th_of_february_is_a_day_like_others() -> None:
    days = {date(2028, 1, n): SpecialDay(date(2028, 1, n), HOLIDAY, "假") for n in range(1, 14)}
    calendar = Calendar({}, days, frozenset({2028}))

    found = board("2028-02-28 18:00", post(), calendar).next_begins(SERVICE, post(), 1)

    assert [shown(at) for at in found] == ["2028-02-29 08:30"]


def test_no_slot_is_offered_beyond_the_table_of_holidays() -> None:
    found = board("2026-12-30 18:00", post()).begins(SERVICE, post())

    assert {shown(at)[:10] for at in found} == {"2026-12-31"}


def test_a_shift_over_midnight_is_one_and_what_is_kept_free_runs_into_the_next_day() -> None:
    night = post((Times(0, 22 * 60, 24 * 60), Times(1, 0, 60)))
    service = replace(SERVICE, after=30)

    found = board("2026-11-23 08:00", night, service=service)

    monday = [shown(at)[8:] for at in found.begins(service, night)[:5]]
    assert monday == ["23 22:00", "23 22:30", "23 23:00", "23 23:30", "24 00:00"]
    taken = Attendance(
        {}, {}, taken={"room#1": ((midnight(date(2026, 11, 24)) - 12, midnight(date(2026, 11, 24)) + 6),)}
    )
    late = Board(found.almanac, taken, found.now_ms)
    assert [shown(at)[5:] for at in late.begins(service, night)[:2]] == ["11-30 22:00", "11-30 22:30"]


@pytest.mark.parametrize(
    ("now", "notice", "horizon", "first", "last"),
    [
        ("2026-11-23 10:00", 0, 0, "2026-11-23 10:00", "2026-11-23 16:30"),
        ("2026-11-23 10:01", 0, 0, "2026-11-23 10:30", "2026-11-23 16:30"),
        ("2026-11-23 10:00", 120, 1, "2026-11-23 14:00", "2026-11-24 16:30"),
        ("2026-11-23 23:59", 0, 1, "2026-11-24 08:30", "2026-11-24 16:30"),
        ("2026-11-24 00:00", 0, 1, "2026-11-24 08:30", "2026-11-25 16:30"),
    ],
)
def test_notice_and_horizon_count_from_now_and_by_days_in_china(
    now: str, notice: int, horizon: int, first: str, last: str
) -> None:
    service = replace(SERVICE, notice=notice, horizon=horizon)

    found = board(now, post(), service=service).begins(service, post())

    assert (shown(found[0]), shown(found[-1])) == (first, last)


def test_two_seats_are_needed_where_two_people_are() -> None:
    two = post(seats=(Seat("a"), Seat("b")))
    service = replace(SERVICE, people=2)
    base = board("2026-11-24 08:00", two, service=service)
    nine = midnight(date(2026, 11, 24)) + 9 * 12

    there = Attendance({}, {}, taken={"a": ((nine, nine + 12),)})

    found = Board(base.almanac, there, base.now_ms).begins(service, two)
    assert [shown(at)[11:] for at in found[:3]] == ["10:00", "10:30", "11:00"]


def test_closed_posts_and_stations_offer_nothing_but_a_stop_goes_on() -> None:
    day = Closure(date(2026, 11, 24), date(2026, 11, 24), "培训")
    calendar = replace(CALENDAR, stations={"liuhe": Hours((), (day,))})

    found = [
        [shown(start_of(since)) for since, _until in windows_on(calendar, one, date(2026, 11, 24))]
        for one in (
            post(),
            post(closures=(day,)),
            post(village_id="v"),
            post(village_id="v", closures=(day,)),
        )
    ]

    assert [len(one) for one in found] == [0, 0, 2, 0]


def test_nearest_station_first_then_neighbours_then_calls_then_the_next_stop() -> None:
    cards = (
        StationCard("far", "远", "远", "", "", 34.9, 112.4),
        StationCard("home", "近", "近", "", "", 34.0, 112.4),
        StationCard("next", "邻", "邻", "", "", 34.1, 112.4),
        StationCard("lost", "无", "无", ""),
    )
    services = {
        "talk": SERVICE,
        "line": replace(SERVICE, id="line", form="phone"),
        "stop": replace(SERVICE, id="stop", form="stop"),
        "visit": replace(SERVICE, id="visit", form="home"),
    }

    def at(
        ident: str, station: str, service: str, village: str | None = None, times: tuple[Times, ...] = WEEK
    ) -> Post:
        more = {"id": ident, "station_id": station, "services": (service,), "seats": (Seat(ident),)}
        return post(times, village_id=village, **more)

    posts = (
        at("1", "lost", "talk"),
        at("2", "next", "line"),
        at("3", "home", "stop", village="b", times=(Times(3, 540, 660),)),
        at("4", "far", "talk"),
        at("5", "home", "stop", village="a", times=(Times(2, 540, 660),)),
        at("6", "next", "visit"),
        at("7", "home", "visit"),
        at("8", "home", "talk"),
        at("9", "next", "talk"),
    )
    almanac = Almanac(Supply(tuple(services.values()), posts), cards, CALENDAR, date(2026, 11, 23), 30)
    known = Board(almanac, Attendance({}, {}), ms("2026-11-23 08:00"))

    order = [one.post.id for one in places(known, "lawyer", "home")]
    own_village = [one.post.id for one in places(known, "lawyer", "home", village="b")]
    unknown = [one.post.id for one in places(known, "lawyer", None)]

    assert order == ["8", "7", "9", "4", "1", "2", "5", "3"]
    assert own_village[-2:] == ["3", "5"]
    assert unknown == ["4", "8", "7", "9", "6", "1", "2", "5", "3"]


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(1, 30), st.integers(0, 1000))
def test_bits_say_what_counting_cell_by_cell_says(cells: list[int], length: int, base: int) -> None:
    there = {base + one for one in cells}
    bits = bits_of(((one, one + 1) for one in there), base, 420)
    every = range(base, base + 420)

    assert set(places_in(bits, base)) == there
    assert first_places(bits, base, 3) == sorted(there)[:3]
    assert set(places_in(room(bits, length), base)) == {
        one for one in every if all(one + n in there for n in range(length))
    }
    assert set(places_in(touching(bits, length), base)) == {
        one for one in every if any(one + n in there for n in range(length))
    }


@given(st.lists(st.integers(0, 255), min_size=1, max_size=5), st.integers(1, 4))
def test_at_least_counts_rows(rows: list[int], count: int) -> None:
    found = at_least(rows, count)

    assert found == sum(1 << bit for bit in range(8) if sum(row >> bit & 1 for row in rows) >= count)
