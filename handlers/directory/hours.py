"""Opening hours: when a station is open, when it opens next, when so much working time has passed.

The rules are pure; `calendar_for` loads what they need. A make-up work day (调休上班) has the hours of
the weekday it replaces where the table says which, else a Saturday has Friday's and a Sunday Monday's.
In a year whose holidays are not in the table nothing is known, so no opening is promised there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, select, true

from bot.clock import CHINA, in_china
from handlers.directory import holidays
from handlers.directory.county import Closure, Shift
from handlers.directory.models import StationClosure, StationShift
from handlers.directory.notice import FRIDAY, HOLIDAY, MONDAY, SATURDAY, SpecialDay, complete_years

_LONGEST = 400
"""Days looked ahead: a station that does not open for so long has no next opening."""

Split = Callable[[datetime, datetime], Iterable[tuple[datetime, datetime]]]
"""Gives the parts of an opening that count, in order, as when somebody is there."""


@dataclass(frozen=True)
class Hours:
    """A station's week and the days on which it is closed."""

    shifts: tuple[Shift, ...] = ()
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """What is known about days.

    Attributes: stations: hours by station id; days: holidays and make-up work days; years: those
    whose holidays are known.
    """

    stations: Mapping[str, Hours] = field(default_factory=dict)
    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    years: frozenset[int] = frozenset()


def shifts_on(calendar: Calendar, station: str, day: date) -> tuple[Shift, ...] | None:
    """The openings of one day in order, empty when closed; None when the day's year is not known."""
    if day.year not in calendar.years:
        return None
    hours = calendar.stations.get(station, Hours())
    if any(one.first <= day <= one.last for one in hours.closures):
        return ()
    found = calendar.days.get(day)
    if found is not None and found.kind == HOLIDAY:
        return ()
    weekday = day.weekday() if found is None else _replaced(found)
    return tuple(sorted((one for one in hours.shifts if one.weekday == weekday), key=lambda one: one.opens))


def _replaced(made_up: SpecialDay) -> int:
    if made_up.hours_of is not None:
        return made_up.hours_of
    return FRIDAY if made_up.day.weekday() == SATURDAY else MONDAY


def open_at(calendar: Calendar, station: str, at: datetime) -> bool:
    """Whether a station is open at an instant; False also where the year is not known.

    Args: at: aware. The closing minute itself is closed. Raises: ValueError for a naive time.
    """
    day = _local(at).date()
    return any(opens <= at < closes for opens, closes in _spans(calendar, station, day) or ())


def next_opening(
    calendar: Calendar, station: str, at: datetime, split: Split | None = None
) -> datetime | None:
    """When a station opens next: ``at`` itself when it is open.

    Args: split: leaves of each opening what counts. Returns: an instant in UTC; None when the table of
    holidays ends before, or it never opens. Raises: ValueError for a naive time.
    """
    return next((opens for opens, _closes in stretches(calendar, station, at, split)), None)


def working_minutes_later(
    calendar: Calendar, station: str, at: datetime, minutes: int, split: Split | None = None
) -> datetime | None:
    """The instant at which a station will have been open for so many minutes since ``at``.

    Args: split: leaves of each opening what counts. Returns: an instant in UTC, with 0 minutes ``at``
    itself; None when the table of holidays ends before. Raises: ValueError for a naive time or negative
    minutes.
    """
    if minutes < 0:
        raise ValueError("minutes must not be negative")
    left = timedelta(minutes=minutes)
    if not left:
        return _local(at).astimezone(UTC)
    for opens, closes in stretches(calendar, station, at, split):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def stretches(
    calendar: Calendar, station: str, at: datetime, split: Split | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a station's openings from an instant on, in UTC and in order.

    Args: split: leaves of each opening what counts; None: all of it. They end where the table of
    holidays does, or after 400 days without any. Raises: ValueError for a naive time.
    """
    last = at
    for opens, closes in _openings(calendar, station, at):
        if opens - last > timedelta(days=_LONGEST):
            return
        begin, end = max(opens, at).astimezone(UTC), closes.astimezone(UTC)
        if begin >= end:
            continue
        for part in ((begin, end),) if split is None else split(begin, end):
            last = part[1]
            yield part


def _openings(calendar: Calendar, station: str, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Openings from the day of ``at`` on, until the table of holidays ends."""
    first, quiet = _local(at).date(), 0
    ahead = 0
    while quiet < _LONGEST:
        spans = _spans(calendar, station, first + timedelta(days=ahead))
        if spans is None:
            return
        yield from spans
        ahead, quiet = ahead + 1, 0 if spans else quiet + 1


def _spans(calendar: Calendar, station: str, day: date) -> list[tuple[datetime, datetime]] | None:
    shifts = shifts_on(calendar, station, day)
    if shifts is None:
        return None
    midnight = datetime.combine(
        day, time(), CHINA
    )  # China has no summer time: minutes are wall-clock minutes
    return [
        (midnight + timedelta(minutes=one.opens), midnight + timedelta(minutes=one.closes)) for one in shifts
    ]


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("the time must be aware")
    return in_china(at)


def calendar_for(connection: Connection, station_id: str) -> Calendar:
    """The calendar of one station, as the tables have it now."""
    days = holidays.all_days(connection)
    return Calendar({station_id: hours_of(connection, station_id)}, days, complete_years(days.values()))


def hours_of(connection: Connection, station_id: str) -> Hours:
    """Week and closures of one station; empty for one that is not known."""
    only = (StationShift.station_id == station_id, StationClosure.station_id == station_id)
    return _weeks(connection, *only).get(station_id, Hours())


def all_hours(connection: Connection) -> Mapping[str, Hours]:
    """Week and closures of every station, in two look-ups."""
    return _weeks(connection, true(), true())


def _weeks(
    connection: Connection, of_shift: ColumnElement[bool], of_closure: ColumnElement[bool]
) -> Mapping[str, Hours]:
    shifts: dict[str, list[Shift]] = {}
    for station, weekday, opens, closes in connection.execute(
        select(StationShift.station_id, StationShift.weekday, StationShift.opens, StationShift.closes)
        .where(of_shift)
        .order_by(StationShift.weekday, StationShift.opens)
    ):
        shifts.setdefault(station, []).append(Shift(weekday, opens, closes))
    closures: dict[str, list[Closure]] = {}
    for station, first, last, reason in connection.execute(
        select(StationClosure.station_id, StationClosure.first, StationClosure.last, StationClosure.reason)
        .where(of_closure)
        .order_by(StationClosure.first)
    ):
        closures.setdefault(station, []).append(Closure(first, last, reason))
    return {
        station: Hours(tuple(shifts.get(station, ())), tuple(closures.get(station, ())))
        for station in shifts.keys() | closures.keys()
    }
