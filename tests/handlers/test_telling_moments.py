"""When people are told: evenings, mornings, quiet hours, over midnight, month end, leap day and year end."""

import pytest

from bot.clock import in_china, instant
from handlers.appointments import moments
from handlers.directory.county import Closure, Shift
from handlers.directory.hours import Calendar, Hours
from handlers.directory.notice import complete_years, shipped
from tests.handlers.office import ms


def shown(at: int | None) -> str:
    """An instant in China, or nothing."""
    return in_china(instant(at)).strftime("%Y-%m-%d %H:%M") if at is not None else ""


@pytest.mark.parametrize(
    ("begins", "now", "reminded"),
    [
        ("2026-11-24 09:30", "2026-11-20 10:00", "2026-11-23 19:00"),
        ("2026-11-24 09:30", "2026-11-23 17:00", "2026-11-23 19:00"),
        ("2026-11-24 09:30", "2026-11-23 17:01", "2026-11-24 08:00"),  # just booked: the evening is too soon
        ("2026-11-24 09:30", "2026-11-23 23:50", "2026-11-24 08:00"),
        ("2026-11-24 09:29", "2026-11-23 23:50", ""),  # the morning is too late
        ("2026-11-24 08:30", "2026-11-23 16:00", "2026-11-23 19:00"),
        ("2026-11-24 14:00", "2026-11-24 05:59", "2026-11-24 08:00"),
        ("2026-11-24 16:00", "2026-11-24 09:00", ""),  # today: they have just booked it
        ("2026-12-01 09:30", "2026-11-20 10:00", "2026-11-30 19:00"),
        ("2027-01-04 09:30", "2026-12-20 10:00", "2027-01-03 19:00"),
        ("2028-03-01 09:30", "2028-02-20 10:00", "2028-02-29 19:00"),
        ("2028-02-29 09:30", "2028-02-28 22:00", "2028-02-29 08:00"),
    ],
)
def test_a_reminder_comes_the_evening_before_or_in_the_morning_or_not_at_all(
    begins: str, now: str, reminded: str
) -> None:
    assert shown(moments.remind_at(ms(begins), ms(now))) == reminded


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", ""),
        ("2026-11-23 20:59", ""),
        ("2026-11-23 21:00", "2026-11-24 08:00"),
        ("2026-11-30 23:59", "2026-12-01 08:00"),
        ("2028-02-28 21:30", "2028-02-29 08:00"),
        ("2028-02-29 21:30", "2028-03-01 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
    ],
)
def test_the_quiet_hours_end_at_eight(now: str, until: str) -> None:
    assert shown(moments.quiet_until(ms(now))) == until


def test_only_what_the_morning_would_be_too_late_for_is_near() -> None:
    night = ms("2026-11-23 21:30")

    near = [moments.near(night, ms(f"2026-11-24 {at}")) for at in ("08:30", "09:59", "10:00")]

    assert near == [True, True, False]
    assert not moments.near(ms("2026-11-23 20:00"), ms("2026-11-23 21:00"))


def week(closes: int = 17 * 60 + 30, **more: tuple[Closure, ...]) -> Calendar:
    """A station that is open from Monday to Friday."""
    shifts = tuple(Shift(day, 8 * 60 + 30, closes) for day in range(5))
    days = {one.day: one for one in shipped()}
    return Calendar({"liuhe": Hours(shifts, **more)}, days, complete_years(days.values()))


@pytest.mark.parametrize(
    ("begins", "from_"),
    [
        ("2026-11-24 09:30", "2026-11-23 14:00"),
        ("2026-11-23 09:30", "2026-11-20 14:00"),  # Monday: on Friday
        ("2026-10-08 09:30", "2026-10-07 14:00"),  # no open day within a week: the day before
        ("2027-01-05 09:30", "2026-12-31 14:00"),  # the last day that is known to be open
        ("2027-03-05 09:30", "2027-03-04 14:00"),  # far beyond the table of holidays
    ],
)
def test_calls_are_listed_on_the_last_open_afternoon_before(begins: str, from_: str) -> None:
    at = moments.calls_from(week(), "liuhe", ms(begins))

    assert shown(at) == from_


def test_a_station_that_is_open_in_the_morning_alone_calls_in_the_morning() -> None:
    at = moments.calls_from(week(12 * 60), "liuhe", ms("2026-11-24 09:30"))

    assert shown(at) == "2026-11-23 08:00"
