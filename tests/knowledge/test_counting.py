"""How time limits are counted: day one, the last day, days off, working days, and where the table ends."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.desk import days_of
from handlers.directory.notice import shipped
from knowledge.counting import Counted, DaysOff, count, count_working, is_counted

OFF = days_of(shipped())
"""2025 and 2026."""
_DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))
_PERIODS = st.tuples(st.integers(1, 400), st.sampled_from("dwmy")).filter(lambda p: p[1] != "y" or p[0] <= 30)


@pytest.mark.parametrize(
    ("start", "period", "one", "last"),
    [
        ("2026-11-10", "15d", "2026-11-11", "2026-11-25"),
        ("2026-01-31", "1m", "2026-02-01", "2026-02-28"),
        ("2025-08-31", "6m", "2025-09-01", "2026-02-28"),
        ("2024-02-29", "1y", "2024-03-01", "2025-02-28"),
        ("2025-02-28", "1y", "2025-03-01", "2026-02-28"),
        ("2026-11-06", "2w", "2026-11-07", "2026-11-20"),
        ("2026-12-01", "30d", "2026-12-02", "2026-12-31"),
    ],
)
def test_the_day_itself_is_not_counted_and_months_end_on_the_corresponding_day(
    start: str, period: str, one: str, last: str
) -> None:
    found = count(date.fromisoformat(start), period, OFF, moves=True)

    assert (str(found.day_one), str(found.counted), str(found.last)) == (one, last, last)


@pytest.mark.parametrize(
    ("start", "counted", "last"),
    [
        ("2026-11-06", "2026-11-21", "2026-11-23"),  # a Saturday
        ("2026-09-16", "2026-10-01", "2026-10-08"),  # the first day of a week of holidays
        ("2026-09-25", "2026-10-10", "2026-10-10"),  # a Saturday that is worked
        ("2026-01-31", "2026-02-15", "2026-02-24"),  # the Spring Festival
        ("2026-02-13", "2026-02-28", "2026-02-28"),  # another Saturday that is worked
    ],
)
def test_a_last_day_off_moves_to_the_next_working_day(start: str, counted: str, last: str) -> None:
    found = count(date.fromisoformat(start), "15d", OFF, moves=True)

    assert (str(found.counted), str(found.last)) == (counted, last)


def test_where_the_law_says_nothing_it_does_not_move() -> None:
    found = count(date(2026, 11, 6), "15d", OFF, moves=False)

    assert found.last == found.counted == date(2026, 11, 21)


@pytest.mark.parametrize("start", ["2026-12-20", "2026-12-17", "2023-01-01"])
def test_beyond_the_table_the_counted_day_stands_and_nothing_is_moved(start: str) -> None:
    found = count(date.fromisoformat(start), "15d", OFF, moves=True)

    assert found.counted == date.fromisoformat(start) + timedelta(days=15)
    assert found.last is None


def test_a_holiday_that_runs_into_a_year_without_a_table_is_not_moved_blindly() -> None:
    off = DaysOff({date(2026, 12, 31): False}, frozenset({2026}))

    assert count(date(2026, 12, 16), "15d", off, moves=True).last is None


@pytest.mark.parametrize(
    ("start", "amount", "one", "last"),
    [
        ("2026-11-21", 3, "2026-11-23", "2026-11-25"),
        ("2026-11-20", 3, "2026-11-23", "2026-11-25"),
        ("2026-11-23", 1, "2026-11-24", "2026-11-24"),
        ("2026-09-30", 3, "2026-10-08", "2026-10-10"),
        ("2026-09-30", 10, "2026-10-08", "2026-10-20"),
    ],
)
def test_working_days_leave_out_days_off_and_count_saturdays_that_are_worked(
    start: str, amount: int, one: str, last: str
) -> None:
    found = count_working(date.fromisoformat(start), amount, OFF)

    assert (str(found.day_one), str(found.last)) == (one, last)


def test_working_days_beyond_the_table_are_not_counted() -> None:
    found = count_working(date(2026, 12, 30), 3, OFF)

    assert found == Counted(date(2026, 12, 30), date(2026, 12, 31), None, None)


@pytest.mark.parametrize("period", ["", "none", "24h", "d", "1.5y", "-3d"])
def test_another_period_is_refused(period: str) -> None:
    assert not is_counted(period)
    with pytest.raises(ValueError, match="cannot be counted"):
        count(date(2026, 1, 1), period, OFF, moves=True)


@pytest.mark.parametrize("amount", [0, -1, 1001])
def test_an_amount_of_working_days_that_no_law_has_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        count_working(date(2026, 1, 1), amount, OFF)


@given(start=_DAYS, period=_PERIODS)
def test_counting_by_days_weeks_months_and_years(start: date, period: tuple[int, str]) -> None:
    amount, unit = period
    found = count(start, f"{amount}{unit}", DaysOff(), moves=True)

    assert found.day_one == start + timedelta(days=1)
    assert found.last is None
    assert found.counted is not None
    if unit in "dw":
        assert (found.counted - start).days == amount * (7 if unit == "w" else 1)
    else:
        months = amount * (12 if unit == "y" else 1)
        assert (found.counted.year * 12 + found.counted.month) - (start.year * 12 + start.month) == months
        assert found.counted.day == min(start.day, monthrange(found.counted.year, found.counted.month)[1])


@given(start=st.dates(date(2025, 1, 1), date(2026, 10, 31)), days=st.integers(1, 45))
def test_the_last_day_is_a_working_day_and_none_lies_between_it_and_the_counted_one(
    start: date, days: int
) -> None:
    found = count(start, f"{days}d", OFF, moves=True)

    assert found.counted is not None
    assert found.last is not None
    assert OFF.works(found.last)
    between = [found.counted + timedelta(days=n) for n in range((found.last - found.counted).days)]
    assert not any(OFF.works(day) for day in between)


@given(start=st.dates(date(2025, 1, 1), date(2026, 9, 30)), amount=st.integers(1, 40))
def test_as_many_working_days_lie_in_a_limit_as_it_has(start: date, amount: int) -> None:
    found = count_working(start, amount, OFF)

    assert found.last is not None
    span = [start + timedelta(days=n) for n in range(1, (found.last - start).days + 1)]
    worked = [day for day in span if OFF.works(day)]
    assert len(worked) == amount
    assert worked[0] == found.day_one
    assert worked[-1] == found.last


@given(start=_DAYS, longer=st.integers(1, 60))
def test_a_later_start_never_ends_earlier(start: date, longer: int) -> None:
    later = start + timedelta(days=longer)

    for period in ("15d", "6m", "1y"):
        one, two = (count(day, period, OFF, moves=True) for day in (start, later))
        assert one.counted is not None
        assert two.counted is not None
        assert one.counted <= two.counted
        assert one.last is None or two.last is None or one.last <= two.last
