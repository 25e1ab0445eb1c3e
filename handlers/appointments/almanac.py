"""When each post receives, day by day: what the file, the holidays and the closures say; no person, no
booking.

An almanac is kept by a node for as long as the supply, the calendar and the day are the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import Connection

from bot.clock import CHINA, in_china, instant, millis
from handlers.appointments import stock
from handlers.appointments.cells import DAY_CELLS, bits_of, cell_of, cells_in, room
from handlers.appointments.supply import Post, Service, Supply
from handlers.directory import holidays, hours, stations
from handlers.directory.county import Shift, StationCard
from handlers.directory.hours import Calendar, Hours
from handlers.directory.notice import HOLIDAY, complete_years

YEAR = 367
"""Days that are looked ahead at most: the longest horizon, and today."""
_GRAIN = 5


@dataclass(frozen=True)
class Almanac:
    """The supply over days. Attributes: first: the first day, in China; days: how many."""

    supply: Supply
    stations: tuple[StationCard, ...]
    calendar: Calendar
    first: date
    days: int
    _windows: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict, repr=False, compare=False)
    _starts: dict[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def base(self) -> int:
        """The cell with which the first day begins."""
        return midnight(self.first)

    @property
    def size(self) -> int:
        """How many cells there are, with a day behind the last one for what runs past midnight."""
        return (self.days + 1) * DAY_CELLS

    def windows(self, post: Post) -> tuple[tuple[int, int], ...]:
        """The spans of cells in which a post receives."""
        if post.id not in self._windows:
            days = (self.first + timedelta(days=ahead) for ahead in range(self.days))
            self._windows[post.id] = tuple(
                window for day in days for window in windows_on(self.calendar, post, day)
            )
        return self._windows[post.id]

    def starts(self, service: Service, post: Post) -> int:
        """The bits of all cells at which a service can begin, as if nobody had booked or were away."""
        key = (service.id, post.id)
        if key not in self._starts:
            windows, base, size = self.windows(post), self.base, self.size
            step = service.step // _GRAIN
            grid = ((at, at + 1) for since, until in windows for at in range(since, until, step))
            fitting = room(bits_of(windows, base, size), cells_in(service.minutes))
            self._starts[key] = bits_of(grid, base, size) & fitting
        return self._starts[key]


def windows_on(calendar: Calendar, post: Post, day: date) -> Iterator[tuple[int, int]]:
    """The spans of cells in which a post receives on a day; none where the year's holidays are not known.

    A make-up work day has the weekly times of the weekday that it replaces; what is agreed for a week of
    the month or for one day stays on its own day. A holiday or a closure ends all of them.
    """
    weekly = tuple(Shift(one.weekday, one.opens, one.closes) for one in post.times if one.weekly)
    there = () if post.stop else calendar.stations.get(post.station_id, Hours()).closures
    closures = (*there, *post.closures)
    own = replace(calendar, stations={post.id: Hours(weekly, closures)})
    shifts = hours.shifts_on(own, post.id, day)
    if shifts is None or any(one.first <= day <= one.last for one in closures):
        return
    found = calendar.days.get(day)
    if found is not None and found.kind == HOLIDAY:
        return
    spans = [(one.opens, one.closes) for one in shifts]
    spans += [(one.opens, one.closes) for one in post.times if not one.weekly and one.falls_on(day)]
    begin = midnight(day)
    for opens, closes in sorted(spans):
        yield begin + opens // _GRAIN, begin + closes // _GRAIN


@lru_cache(maxsize=2048)
def midnight(day: date) -> int:
    """The cell with which a day begins in China."""
    return cell_of(millis(datetime.combine(day, time(), CHINA).astimezone(UTC)))


def almanac_for(connection: Connection, now_ms: int) -> Almanac:
    """The almanac of the whole supply for the year that begins today."""
    week = hours.all_hours(connection)
    return _almanac(connection, stock.read_supply(connection), week, now_ms, YEAR)


def almanac_of_day(connection: Connection, posts: Iterable[str], at_ms: int) -> Almanac:
    """The almanac of a few posts for the day of an instant."""
    supply = stock.read_supply(connection, posts)
    week = {one: hours.hours_of(connection, one) for one in {post.station_id for post in supply.posts}}
    return _almanac(connection, supply, week, at_ms, 1)


def _almanac(
    connection: Connection, supply: Supply, week: Mapping[str, Hours], at_ms: int, days: int
) -> Almanac:
    special = holidays.all_days(connection)
    calendar = Calendar(week, special, complete_years(special.values()))
    first = in_china(instant(at_ms)).date()
    return Almanac(supply, tuple(stations.all_open(connection)), calendar, first, days)
