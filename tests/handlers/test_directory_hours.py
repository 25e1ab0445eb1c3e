"""When a station is open, when it opens next, and when so much working time has passed: as tables."""

from datetime import date, datetime

import pytest

from bot.clock import CHINA
from handlers.directory.county import Closure, Shift, StationCard
from handlers.directory.hours import Calendar, Hours, next_opening, open_at, working_minutes_later
from handlers.directory.notice import SpecialDay, complete_years, shipped
from handlers.directory.sentences import card_words, closures_ahead, moment_words, open_words, week_words

MORNING, AFTERNOON = (8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30)
WEEK = (
    *(Shift(day, *span) for day in range(4) for span in (MORNING, AFTERNOON)),
    Shift(4, *MORNING),
)
CLOSED = Closure(date(2026, 12, 3), date(2026, 12, 4), "下村普法")
DAYS = {one.day: one for one in shipped()}
CALENDAR = Calendar({"s": Hours(WEEK, (CLOSED,)), "never": Hours()}, DAYS, complete_years(DAYS.values()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def shown(found: datetime | None) -> str | None:
    return None if found is None else found.astimezone(CHINA).isoformat(" ", "minutes")[:16]


@pytest.mark.parametrize(
    ("instant", "open_then"),
    [
        ("2026-11-23 08:29:59", False),
        ("2026-11-23 08:30", True),
        ("2026-11-23 11:59:59", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 13:59", False),
        ("2026-11-23 14:00", True),
        ("2026-11-23 17:30", False),
        ("2026-11-27 14:30", False),  # a Friday that ends at noon
        ("2026-11-22 10:00", False),  # a Sunday
        ("2026-10-01 10:00", False),  # National Day, a Thursday
        ("2026-09-20 10:00", True),  # a make-up Sunday: Monday's hours
        ("2026-09-20 15:00", True),
        ("2026-10-10 10:00", True),  # a make-up Saturday: Friday's hours
        ("2026-10-10 15:00", False),
        ("2026-12-03 10:00", False),  # closed for a reason of its own
        ("2026-12-07 10:00", True),
        ("2027-01-04 10:00", False),  # nothing is known of that year
    ],
)
def test_a_station_is_open_in_its_shifts_on_days_that_are_worked(instant: str, open_then: bool) -> None:
    assert open_at(CALENDAR, "s", at(instant)) is open_then


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        ("2026-11-23 07:00", "2026-11-23 08:30"),
        ("2026-11-23 09:10", "2026-11-23 09:10"),
        ("2026-11-23 12:00", "2026-11-23 14:00"),
        ("2026-11-23 18:00", "2026-11-24 08:30"),
        ("2026-11-27 12:00", "2026-11-30 08:30"),
        ("2026-09-30 18:00", "2026-10-08 08:30"),
        ("2026-09-18 18:00", "2026-09-20 08:30"),
        ("2026-12-02 18:00", "2026-12-07 08:30"),
        ("2026-12-31 17:29", "2026-12-31 17:29"),
        ("2026-12-31 17:30", None),
        ("2027-01-04 09:00", None),
    ],
)
def test_the_next_opening_passes_over_breaks_holidays_and_closures(instant: str, opens: str | None) -> None:
    assert shown(next_opening(CALENDAR, "s", at(instant))) == opens


@pytest.mark.parametrize(
    ("instant", "minutes", "later"),
    [
        ("2026-11-23 09:00", 0, "2026-11-23 09:00"),
        ("2026-11-23 03:00", 0, "2026-11-23 03:00"),
        ("2026-11-23 09:00", 30, "2026-11-23 09:30"),
        ("2026-11-23 11:30", 30, "2026-11-23 12:00"),
        ("2026-11-23 11:30", 31, "2026-11-23 14:01"),
        ("2026-11-23 12:30", 60, "2026-11-23 15:00"),
        ("2026-11-23 17:00", 60, "2026-11-24 09:00"),
        ("2026-11-27 11:00", 120, "2026-11-30 09:30"),
        ("2026-09-30 17:00", 60, "2026-10-08 09:00"),
        ("2026-12-02 17:00", 60, "2026-12-07 09:00"),
        ("2026-11-23 08:30", 7 * 60 * 4 + 210, "2026-11-27 12:00"),
        ("2026-12-31 17:00", 30, "2026-12-31 17:30"),
        ("2026-12-31 17:00", 31, None),
    ],
)
def test_working_minutes_count_only_while_the_station_is_open(
    instant: str, minutes: int, later: str | None
) -> None:
    assert shown(working_minutes_later(CALENDAR, "s", at(instant), minutes)) == later


def test_only_what_a_split_leaves_of_an_opening_counts() -> None:
    back = at("2026-11-24 09:00")

    def there(opens: datetime, closes: datetime) -> list[tuple[datetime, datetime]]:
        return [(max(opens, back), closes)] if closes > back else []

    now = at("2026-11-23 09:00")

    assert shown(next_opening(CALENDAR, "s", now, there)) == "2026-11-24 09:00"
    assert shown(working_minutes_later(CALENDAR, "s", now, 200, there)) == "2026-11-24 14:20"


@pytest.mark.parametrize("station", ["never", "unknown"])
def test_a_station_without_hours_never_opens(station: str) -> None:
    now = at("2026-01-05 10:00")

    assert open_at(CALENDAR, station, now) is False
    assert next_opening(CALENDAR, station, now) is None
    assert working_minutes_later(CALENDAR, station, now, 1) is None


def test_a_make_up_day_has_the_hours_of_the_weekday_that_the_table_names() -> None:
    tuesday = SpecialDay(date(2026, 10, 10), "workday", "国庆节", hours_of=1)
    calendar = Calendar(CALENDAR.stations, {**DAYS, tuesday.day: tuesday}, CALENDAR.years)

    assert open_at(calendar, "s", at("2026-10-10 15:00"))


def test_a_naive_time_or_negative_minutes_are_refused() -> None:
    naive = at("2026-11-23 09:00").replace(tzinfo=None)

    for asked in (open_at, next_opening):
        with pytest.raises(ValueError, match="aware"):
            asked(CALENDAR, "s", naive)
    with pytest.raises(ValueError, match="negative"):
        working_minutes_later(CALENDAR, "s", at("2026-11-23 09:00"), -1)


@pytest.mark.parametrize(
    ("shifts", "said"),
    [
        ((), ""),
        (WEEK, "周一到周四 8:30-12:00、14:00-17:30；周五 8:30-12:00，节假日不上班"),
        (
            tuple(Shift(day, *span) for day in range(5) for span in (AFTERNOON, MORNING)),
            "周一到周五 8:30-12:00、14:00-17:30，节假日不上班",
        ),
        (
            (Shift(0, *MORNING), Shift(1, *MORNING), Shift(3, *MORNING), Shift(5, *AFTERNOON)),
            "周一、周二、周四 8:30-12:00；周六 14:00-17:30，节假日不上班",
        ),
    ],
)
def test_a_week_is_said_in_plain_words(shifts: tuple[Shift, ...], said: str) -> None:
    assert week_words(shifts) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-23 09:00", "现在在上班，到 12:00。"),
        ("2026-11-23 12:30", "现在不上班，今天 14:00 上班。"),
        ("2026-11-23 20:00", "现在不上班，明天（周二）8:30 上班。"),
        ("2026-11-27 20:00", "现在不上班，11月30日（周一）8:30 上班。"),
        ("2026-12-03 10:00", "今天不办公：下村普法。现在不上班，12月7日（周一）8:30 上班。"),
        ("2026-12-31 20:00", "现在不上班。下次哪天上班还没定，去之前请先打电话问一下。"),
        ("2027-01-04 10:00", "今年的放假安排还没录入，去之前请先打电话问一下。"),
    ],
)
def test_it_is_said_whether_a_station_is_open(now: str, said: str) -> None:
    assert open_words(CALENDAR, "s", at(now)) == said


def test_a_moment_of_another_year_names_the_year() -> None:
    assert moment_words(at("2027-01-04 08:30"), at("2026-12-30 10:00")) == "2027年1月4日（周一）8:30"


def test_closures_of_the_next_two_weeks_are_said() -> None:
    assert closures_ahead(Hours(WEEK, (CLOSED,)), at("2026-11-23 09:00")) == (
        "请注意：12月3日到12月4日不办公。"
    )
    assert closures_ahead(Hours(WEEK, (CLOSED,)), at("2026-11-10 09:00")) == ""


def test_a_card_without_hours_says_so() -> None:
    card = card_words(StationCard("never", "某所", "某镇", ""), CALENDAR, at("2026-11-23 09:00"))

    assert card == "某所（某镇）\n上班时间还没登记，去之前请先打电话问一下。"
