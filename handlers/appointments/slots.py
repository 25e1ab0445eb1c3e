"""Which times are free, and in which order they are offered: nearest station, neighbours, phone, next stop.

Nothing here changes anything: a time that is shown may be gone when it is chosen, and then the act says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from bot.clock import in_china, instant
from bot.work.revisions import Revision
from handlers.appointments import stock
from handlers.appointments.almanac import Almanac, almanac_for, midnight, windows_on
from handlers.appointments.attendance import FOREVER, Attendance, attendance, taken_from
from handlers.appointments.cells import (
    DAY_CELLS,
    at_least,
    bits_of,
    cell_after,
    cell_of,
    cells_in,
    first_places,
    places_in,
    room,
    start_of,
    touching,
)
from handlers.appointments.supply import Post, Seat, Service
from handlers.directory import holidays, stations
from handlers.directory.county import StationCard
from handlers.directory.places import kilometres

_FAR = 10_000.0
"""Kilometres that count for a station whose place is not known: behind all others."""
_TWO_DAYS = 2 * DAY_CELLS
_STOP = 3
_CALLS = ("phone", "video")


@dataclass(frozen=True)
class Slot:
    """A time that can be chosen. Attributes: begins: milliseconds UTC."""

    service_id: str
    post_id: str
    station_id: str
    begins: int


@dataclass(frozen=True)
class Place:
    """Where something is offered, with its next times in milliseconds UTC. group: 0 nearest, 1 neighbour, 2
    call, 3 stop.
    """

    service: Service
    post: Post
    group: int
    begins: tuple[int, ...]

    @property
    def slots(self) -> list[Slot]:
        """The times as slots."""
        return [Slot(self.service.id, self.post.id, self.post.station_id, at) for at in self.begins]


@dataclass
class Board:
    """All that is needed to say which times are free at an instant."""

    almanac: Almanac
    there: Attendance
    now_ms: int
    _blocked: dict[tuple[str, int], int] = field(default_factory=dict, repr=False)
    _spans: dict[str, int] = field(default_factory=dict, repr=False)

    def free(self, service: Service, post: Post) -> int:
        """The bits of the cells at which a service can begin at a post, within notice and horizon."""
        return self._open(service, post) & self._ahead(service)

    def begins(self, service: Service, post: Post, since: int = 0, until: int = FOREVER) -> list[int]:
        """The times between two instants, in milliseconds UTC."""
        found = places_in(self.free(service, post), self.almanac.base)
        return [at for at in map(start_of, found) if since <= at < until]

    def next_begins(self, service: Service, post: Post, most: int, since: int = 0) -> tuple[int, ...]:
        """The next few times from an instant on."""
        base = self.almanac.base
        skipped = max(0, cell_after(since) - base)
        free = self.free(service, post) >> skipped
        return tuple(start_of(cell) for cell in first_places(free, base + skipped, most))

    def able(self, service: Service, post: Post, cell: int) -> list[Seat]:
        """The seats that are free when a service begins at a cell; empty where it cannot begin there."""
        at = cell - self.almanac.base
        if at < 0 or not self.almanac.starts(service, post) >> at & 1:
            return []
        rows = zip(post.seats, self._rows(service, post), strict=True)
        return [seat for seat, bits in rows if bits >> at & 1]

    def stands(self, service_id: str, post: Post, keys: Sequence[str], since: int, until: int) -> bool:
        """Whether what was booked from one cell to another is still received, by the same people.

        The steps of the service are not asked for: they may have changed since.
        """
        seats = {one.key: one for one in post.seats}
        if service_id not in post.services or not seats.keys() >= set(keys):
            return False
        day = in_china(instant(start_of(since))).date()
        base, length = midnight(day), until - since
        whole = room(bits_of(windows_on(self.almanac.calendar, post, day), base, _TWO_DAYS), length)
        if not whole >> (since - base) & 1:
            return False
        if any(begin < until and since < end for begin, end in self.there.shut(post)):
            return False
        for key in keys:
            gone = self._gone(post, seats[key], base, _TWO_DAYS)
            if gone is None or touching(gone, length) >> (since - base) & 1:
                return False
        return True

    def ahead(self, service: Service, cell: int) -> bool:
        """Whether a cell is neither too soon nor too far ahead."""
        at = cell - self.almanac.base
        return at >= 0 and bool(self._ahead(service) >> at & 1)

    def _open(self, service: Service, post: Post) -> int:
        return at_least(self._rows(service, post), service.people)

    def _rows(self, service: Service, post: Post) -> Iterator[int]:
        """For each seat the cells at which the service can begin there."""
        length, whole = cells_in(service.minutes), cells_in(service.minutes + service.after)
        starts, base, size = self.almanac.starts(service, post), self.almanac.base, self.almanac.size
        shut = self.there.shut(post)
        if shut:
            starts &= ~touching(bits_of(shut, base, size), length)
        for seat in post.seats:
            gone = self._gone(post, seat, base, size)
            if gone is None:
                yield 0
                continue
            bits = starts & ~touching(gone, length) if gone else starts
            yield bits & ~self._taken(seat, whole)

    def _gone(self, post: Post, seat: Seat, base: int, size: int) -> int | None:
        """The bits at which nobody is there for a seat; None where nobody ever is."""
        missing = self.there.missing(post, seat)
        if not missing:
            return None
        if not all(missing):
            return 0
        gone = bits_of(missing[0], base, size)
        for spans in missing[1:]:
            gone &= bits_of(spans, base, size)
        return gone

    def _taken(self, seat: Seat, whole: int) -> int:
        spans = self.there.taken.get(seat.key)
        if not spans:
            return 0
        key = (seat.key, whole)
        if key not in self._blocked:
            self._blocked[key] = touching(bits_of(spans, self.almanac.base, self.almanac.size), whole)
        return self._blocked[key]

    def _ahead(self, service: Service) -> int:
        """The bits from the notice on until the end of the last day of the horizon."""
        if service.id not in self._spans:
            self._spans[service.id] = self._between(service)
        return self._spans[service.id]

    def _between(self, service: Service) -> int:
        base = self.almanac.base
        today = cell_of(self.now_ms) - (cell_of(self.now_ms) - base) % DAY_CELLS
        low = max(0, cell_after(self.now_ms + service.notice * 60_000) - base)
        high = max(low, min(today + (service.horizon + 1) * DAY_CELLS - base, self.almanac.size))
        return (1 << high) - (1 << low)


class Shelf:
    """Keeps a node's almanac for as long as supply, calendar and day are the same."""

    def __init__(self) -> None:
        self._at: tuple[object, ...] = ()
        self._almanac: Almanac | None = None

    def board(self, connection: Connection, now_ms: int, near: str | None = None) -> Board:
        """What is free now. Args: near: only for the posts of a station, and whoever receives elsewhere
        too.
        """
        almanac = self.almanac(connection, now_ms)
        posts = None
        if near is not None:
            sharing = almanac.supply.sharing
            own = [post for post in almanac.supply.posts if post.station_id == near]
            posts = {ident for post in own for seat in post.seats for ident in sharing[seat.key]}
        taken = taken_from(connection, cell_of(now_ms), now_ms, posts)
        return Board(almanac, attendance(connection, now_ms, taken), now_ms)

    def almanac(self, connection: Connection, now_ms: int) -> Almanac:
        """The almanac of today, made anew when a revision rose."""
        names = (stations.REVISION, holidays.REVISION, stock.REVISION)
        counts = connection.execute(
            select(Revision.name, Revision.count).where(Revision.name.in_(names)).order_by(Revision.name)
        )
        at = (in_china(instant(now_ms)).date(), *(tuple(row) for row in counts))
        if self._almanac is None or self._at != at:
            self._almanac, self._at = almanac_for(connection, now_ms), at
        return self._almanac


def places(board: Board, kind: str, home: str | None, *, each: int = 3, village: str = "") -> list[Place]:
    """Where a kind can be booked, in the order of the offer, with the next times of each; full ones are
    left out.

    The nearest station comes first (what it does at home with it), then its neighbours by distance, then
    calls, those of the nearest station before others, then the stops by their next time, those of one's own
    village first.
    Args: home: the resident's station, None when not known: then all stations are in the order of the file.
    """
    cards = {one.id: one for one in board.almanac.stations}
    ways = {one: _way(cards.get(home or ""), card, rank) for rank, (one, card) in enumerate(cards.items())}
    nearest = home if home in cards else None
    found: list[tuple[tuple[float, ...], Place]] = []
    for service, post in board.almanac.supply.offering(kind):
        theirs = service.form == "home" and nearest not in (None, post.station_id)
        if post.station_id not in cards or theirs:
            continue
        begins = board.next_begins(service, post, each)
        if not begins:
            continue
        group = _group(service, post, nearest)
        way = ways[post.station_id]
        own = post.village_id == village if village else False
        key = (group, not own, begins[0]) if group == _STOP else (group, way, service.form == "home", 0.0)
        found.append((key, Place(service, post, group, begins)))
    return [place for _key, place in sorted(found, key=lambda one: one[0])]


def _group(service: Service, post: Post, nearest: str | None) -> int:
    if service.form == "stop":
        return _STOP
    if service.form in _CALLS:
        return 2
    return 0 if nearest in (None, post.station_id) else 1


def _way(home: StationCard | None, other: StationCard, rank: int) -> float:
    """Kilometres from home; behind them by rank in the file where a place is not known."""
    if home is None:
        return float(rank)
    if home.id == other.id:
        return -1.0
    if None in (home.latitude, home.longitude, other.latitude, other.longitude):
        return _FAR + rank
    return kilometres(home.latitude or 0, home.longitude or 0, other.latitude or 0, other.longitude or 0)


def instead(board: Board, lost: Slot, home: str | None, most: int = 3) -> list[Slot]:
    """What is offered when a time was lost: the next times at the same place, then elsewhere in the order
    of the offer.
    """
    supply = board.almanac.supply
    service, post = supply.by_service.get(lost.service_id), supply.by_post.get(lost.post_id)
    if service is None:
        return []
    found = []
    if post is not None and lost.service_id in post.services:
        begins = board.next_begins(service, post, most, lost.begins)
        found = [Slot(service.id, post.id, post.station_id, at) for at in begins if at != lost.begins]
    for place in places(board, service.kind, home, each=most):
        if place.post.id != lost.post_id or len(found) < most:
            found += [one for one in place.slots if one not in found and one != lost]
    return found[:most]


def elsewhere(board: Board, kind: str, home: str | None, village: str = "") -> list[Slot]:
    """When the nearest station is full: the first time at a neighbour, by phone, and at a stop, of those
    that there are.
    """
    found: dict[int, Slot] = {}
    for place in places(board, kind, home, each=1, village=village):
        if place.group:
            found.setdefault(place.group, place.slots[0])
    return list(found.values())
