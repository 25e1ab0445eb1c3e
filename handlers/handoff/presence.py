"""Who is there: the people who answer, their absences, and working time in which somebody is there."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from sqlalchemy import Connection, or_, select

from bot.clock import instant, millis
from handlers.directory import holidays, hours, stations
from handlers.directory.county import StationCard
from handlers.directory.hours import Calendar, Split
from handlers.directory.notice import complete_years
from handlers.handoff.engaged import spans
from handlers.handoff.models import Absence, Staff, Task

ANSWERING = ("clerk", "head", "county_admin")
"""Roles that answer from a pool; mediators and lawyers answer what is offered to them."""
_KEPT_MS = 40 * 24 * 60 * 60_000
"""Absences that ended before are of no more use: no open promise was made so long ago."""


@dataclass(frozen=True)
class Person:
    """Somebody who answers.

    Attributes: away: (since, until) in milliseconds UTC, until None: open end; engaged: likewise, when they
    receive people or are on a route: they are there, but cannot answer.
    """

    id: int
    station_id: str | None
    role: str
    away: tuple[tuple[int, int | None], ...] = ()
    engaged: tuple[tuple[int, int], ...] = ()

    def there(self, at_ms: int) -> bool:
        """Whether no absence covers this instant."""
        return not any(since <= at_ms and (until is None or at_ms < until) for since, until in self.away)

    def free(self, at_ms: int) -> bool:
        """Whether they are there and nobody else has their time."""
        return self.there(at_ms) and not any(since <= at_ms < until for since, until in self.engaged)


@dataclass
class View:
    """What is known of people and days for one act or look-up at an instant; read as it is needed."""

    connection: Connection
    now_ms: int
    _calendars: dict[str, Calendar] = field(default_factory=dict)

    @cached_property
    def people(self) -> list[Person]:
        """All who answer, by id."""
        away: dict[int, list[tuple[int, int | None]]] = {}
        for staff_id, since, until in self.connection.execute(
            select(Absence.staff_id, Absence.since, Absence.until)
            .where(or_(Absence.until.is_(None), Absence.until > self.now_ms - _KEPT_MS))
            .order_by(Absence.since)
        ):
            away.setdefault(staff_id, []).append((since, until))
        busy: dict[int, list[tuple[int, int]]] = {}
        for staff_id, since, until in sorted(spans(self.connection)):
            busy.setdefault(staff_id, []).append((since, until))
        rows = self.connection.execute(
            select(Staff.id, Staff.station_id, Staff.role)
            .where(Staff.active, Staff.role.in_(ANSWERING))
            .order_by(Staff.id)
        )
        return [Person(*row, tuple(away.get(row[0], ())), tuple(busy.get(row[0], ()))) for row in rows]

    def ahead(self, pool: str | None, since_ms: int) -> int:
        """How many residents wait in a pool who came before an instant."""
        return bisect_left(self._waiting.get(pool, []), since_ms)

    @cached_property
    def _waiting(self) -> dict[str | None, list[int]]:
        found: dict[str | None, list[int]] = {}
        for pool, since in self.connection.execute(
            select(Task.station_id, Task.waits_since)
            .where(Task.state == "open", Task.waits_since.is_not(None))
            .order_by(Task.waits_since)
        ):
            found.setdefault(pool, []).append(since or 0)
        return found

    @cached_property
    def stations(self) -> list[StationCard]:
        """The stations of the county, in its order."""
        return stations.all_open(self.connection)

    @cached_property
    def _days(self) -> Calendar:
        days = holidays.all_days(self.connection)
        return Calendar({}, days, complete_years(days.values()))

    def calendar(self, station: str) -> Calendar:
        """A station's calendar."""
        if station not in self._calendars:
            week = {station: hours.hours_of(self.connection, station)}
            self._calendars[station] = Calendar(week, self._days.days, self._days.years)
        return self._calendars[station]

    def of(self, station: str | None) -> list[Person]:
        """Who works at a station; with None, who works for the whole county."""
        return [one for one in self.people if one.station_id == station]

    def person(self, staff_id: int) -> Person | None:
        """One of them by id."""
        return next((one for one in self.people if one.id == staff_id), None)

    def stretches(
        self, station: str, people: Sequence[Person] | None, since_ms: int
    ) -> Iterator[tuple[int, int]]:
        """Stretches of opening hours with somebody there, in milliseconds UTC, in order.

        Args: people: of whom one must be there; None: nobody need be. They end where the holidays of a
        year are not known, or after 400 days without any.
        """
        found = hours.stretches(self.calendar(station), station, instant(since_ms), _split(people))
        return ((millis(opens), millis(closes)) for opens, closes in found)

    def later(self, station: str, people: Sequence[Person] | None, since_ms: int, minutes: int) -> int | None:
        """When so many minutes of such stretches will have passed, in milliseconds UTC; None: not known."""
        later = hours.working_minutes_later(
            self.calendar(station), station, instant(since_ms), minutes, _split(people)
        )
        return None if later is None else millis(later)

    def opens(self, station: str, people: Sequence[Person] | None, since_ms: int) -> int | None:
        """When the next such stretch begins; ``since_ms`` itself within one."""
        opens = hours.next_opening(self.calendar(station), station, instant(since_ms), _split(people))
        return None if opens is None else millis(opens)


def _split(people: Sequence[Person] | None) -> Split | None:
    """Leaves of an opening the time in which one of these is there and free."""
    if people is None:
        return None

    def split(opens: datetime, closes: datetime) -> Iterator[tuple[datetime, datetime]]:
        for begin, end in _with_somebody(people, millis(opens), millis(closes)):
            yield instant(begin), instant(end)

    return split


def _with_somebody(people: Sequence[Person], opens: int, closes: int) -> Iterator[tuple[int, int]]:
    edges = {opens, closes}
    for one in people:
        spans = (*one.away, *one.engaged)
        edges |= {at for span in spans for at in span if at is not None and opens < at < closes}
    for begin, end in pairwise(sorted(edges)):
        if any(one.free(begin) for one in people):
            yield begin, end
