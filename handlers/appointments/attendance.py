"""Who is there and what is taken: what an almanac cannot know, read anew for each look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, or_, select

from handlers.appointments import stock
from handlers.appointments.cells import cell_after, cell_of
from handlers.appointments.models import Appointment, Closing
from handlers.appointments.supply import Post, Seat
from handlers.handoff import absence, staff
from handlers.handoff.presence import ANSWERING

RECEIVING = frozenset({*ANSWERING, "mediator"})
"""Roles of which somebody must be there at a post that names nobody."""
FOREVER = 1 << 60
"""The cell at which an absence without an end ends."""
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Attendance:
    """Spans of cells, end excluded.

    Attributes: away: of each active member of staff by work number; serving: work numbers of those who
    receive by station, None for the county's; shut: closings by id of a station or post; taken: by key of a
    seat.
    """

    away: Mapping[str, Spans]
    serving: Mapping[str | None, tuple[str, ...]]
    shut_stations: Mapping[str, Spans] = field(default_factory=dict)
    shut_posts: Mapping[str, Spans] = field(default_factory=dict)
    taken: Mapping[str, Spans] = field(default_factory=dict)

    def missing(self, post: Post, seat: Seat) -> list[Spans]:
        """The absences of those of whom one must be there for this seat; an empty list: nobody can be."""
        if seat.login is not None:
            return [self.away[seat.login]] if seat.login in self.away else []
        if post.guest:
            return [()]
        own = self.serving.get(post.station_id) or self.serving.get(None, ())
        return [self.away[login] for login in own]

    def shut(self, post: Post) -> Spans:
        """The closings of a post; those of a station do not bind a stop in a village."""
        there = () if post.stop else self.shut_stations.get(post.station_id, ())
        return (*there, *self.shut_posts.get(post.id, ()))


def attendance(connection: Connection, now_ms: int, taken: Mapping[str, Spans] | None = None) -> Attendance:
    """Who is there from an instant on. Args: taken: what `taken_from` found."""
    people = staff.at_work(connection)
    away: dict[int, list[tuple[int, int]]] = {ident: [] for ident, *_rest in people}
    for ident, begins, ends in absence.spans_ahead(connection, now_ms):
        if ident in away:
            away[ident].append((cell_of(begins), FOREVER if ends is None else cell_after(ends)))
    serving: dict[str | None, tuple[str, ...]] = {}
    for _ident, login, station_id, role in people:
        if role in RECEIVING:
            serving[station_id] = (*serving.get(station_id, ()), login)
    at_stations: dict[str, list[tuple[int, int]]] = {}
    at_posts: dict[str, list[tuple[int, int]]] = {}
    for station, post, begin, end in connection.execute(
        select(Closing.station_id, Closing.post_id, Closing.since, Closing.until).where(
            Closing.until > now_ms, Closing.ended_at.is_(None)
        )
    ):
        where, place = (at_stations, station) if station is not None else (at_posts, post or "")
        where.setdefault(place, []).append((cell_of(begin), cell_after(end)))
    return Attendance(
        {login: tuple(away[ident]) for ident, login, *_rest in people},
        serving,
        {ident: tuple(spans) for ident, spans in at_stations.items()},
        {ident: tuple(spans) for ident, spans in at_posts.items()},
        taken or {},
    )


def state(connection: Connection, now_ms: int) -> tuple[bool, str]:
    """Whether there is somebody for every post, and a sentence for the operator."""
    posts, there = stock.read_supply(connection).posts, attendance(connection, now_ms)
    empty = [one.id for one in posts if not any(there.missing(one, seat) for seat in one.seats)]
    unknown = sorted(
        {seat.login for one in posts for seat in one.seats if seat.login and seat.login not in there.away}
    )
    if not empty and not unknown:
        return True, f"{len(posts)} posts, and somebody for each"
    found = []
    if unknown:
        found.append(f"no active work number {', '.join(unknown)}")
    if empty:
        found.append(f"nobody receives at {', '.join(empty)}, so nothing is offered there")
    return False, f"{'; '.join(found)}: staff add, or correct `people` in county.yaml and start again"


def taken_from(
    connection: Connection, cell: int, now_ms: int, posts: Iterable[str] | None = None
) -> dict[str, Spans]:
    """What is held or booked from a cell on, by key of a seat; holds whose time is over are free.

    Args: posts: at these only. The cost does not grow with what is past: see the partial index.
    """
    found = select(Appointment.seats, Appointment.since, Appointment.until).where(
        Appointment.ended_at.is_(None),
        Appointment.until > cell,
        or_(Appointment.state == "booked", Appointment.held_until > now_ms),
    )
    if posts is not None:
        found = found.where(Appointment.post_id.in_(list(posts)))
    spans: dict[str, list[tuple[int, int]]] = {}
    for seats, since, until in connection.execute(found).all():
        for key in seats.split():
            spans.setdefault(key, []).append((since, until))
    return {key: tuple(at) for key, at in spans.items()}
