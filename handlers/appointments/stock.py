"""The supply in the database: bringing it in line with the county's file, and reading it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from bot.work.replacing import replace_rows
from bot.work.revisions import bump
from bot.work.unit import Work
from handlers.appointments.supply import Post, Seat, Service, Supply, Times
from handlers.appointments.supply_models import Bookable, PostClosure, PostRow, PostTime
from handlers.directory.county import Closure

REVISION = "appointments"
"""Rises with the supply, with a closing, and with an absence."""
_SERVICE = ("kind", "name", "form", "minutes", "after", "step", "people", "horizon", "notice")
_POST = ("station_id", "village_id", "name", "place", "guest")
_TIME = ("post_id", "weekday", "week", "day", "opens", "closes")
_CLOSED = ("post_id", "first", "last", "reason")


def load_supply(work: Work, supply: Supply) -> None:
    """Bring the tables in line with the county's file; it follows `stations.load_county`.

    What leaves the file is no longer offered, but what was booked there stays; nodes are told only of a
    change. It runs before the service listens, in one act, so that nobody sees half a supply.
    """
    changed = _keep_all(work, Bookable, supply.services, _service)
    changed |= _keep_all(work, PostRow, supply.posts, _post)
    work.db.flush()
    times = [
        (post.id, one.weekday, one.week, one.day, one.opens, one.closes)
        for post in supply.posts
        for one in post.times
    ]
    closed = [(post.id, one.first, one.last, one.reason) for post in supply.posts for one in post.closures]
    changed |= replace_rows(work, PostTime, _TIME, times)
    changed |= replace_rows(work, PostClosure, _CLOSED, closed)
    if changed:
        bump(work, REVISION)


def read_supply(connection: Connection, only: Iterable[str] | None = None) -> Supply:
    """The supply as the tables have it. Args: only: posts that are wanted, with all services."""
    wanted = None if only is None else list(only)
    services: Any = connection.execute(
        select(Bookable.id, *(getattr(Bookable, name) for name in _SERVICE), Bookable.papers)
        .where(Bookable.gone.is_(False))
        .order_by(Bookable.rank)
    )
    rows = select(
        PostRow.id, *(getattr(PostRow, name) for name in _POST), PostRow.services, PostRow.seats
    ).where(PostRow.gone.is_(False))
    times = select(*(getattr(PostTime, name) for name in _TIME)).order_by(PostTime.id)
    closed = select(*(getattr(PostClosure, name) for name in _CLOSED)).order_by(PostClosure.id)
    if wanted is not None:
        rows, times = rows.where(PostRow.id.in_(wanted)), times.where(PostTime.post_id.in_(wanted))
        closed = closed.where(PostClosure.post_id.in_(wanted))
    by_post: dict[str, list[Times]] = {}
    for post_id, weekday, week, day, opens, closes in connection.execute(times):
        by_post.setdefault(post_id, []).append(Times(weekday, opens, closes, week, day))
    closures: dict[str, list[Closure]] = {}
    for post_id, *row in connection.execute(closed):
        closures.setdefault(post_id, []).append(Closure(*row))
    posts: list[Post] = []
    found: list[Any] = list(connection.execute(rows.order_by(PostRow.rank)))
    for ident, *own, offered, keys in found:
        seats = tuple(Seat(key) for key in keys.split())
        at = tuple(by_post.get(ident, ())), tuple(closures.get(ident, ()))
        posts.append(Post(*(ident, *own, tuple(offered.split()), seats, *at)))
    return Supply(
        tuple(Service(*(*row, tuple(papers.splitlines()))) for *row, papers in services), tuple(posts)
    )


def _service(one: Service) -> dict[str, Any]:
    return {**{name: getattr(one, name) for name in _SERVICE}, "papers": "\n".join(one.papers)}


def _post(one: Post) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _POST},
        "services": " ".join(one.services),
        "seats": " ".join(seat.key for seat in one.seats),
    }


def _keep_all(work: Work, table: type[Any], entries: Sequence[Any], columns: Any) -> bool:
    known = {row.id: row for row in work.db.scalars(select(table))}
    for rank, entry in enumerate(entries):
        row = known.pop(entry.id, None) or table(id=entry.id)
        for name, value in {**columns(entry), "rank": rank, "gone": False}.items():
            setattr(row, name, value)
        work.db.add(row)
    for left in known.values():
        left.gone = True
    return bool(work.db.new) or any(work.db.is_modified(one) for one in work.db.dirty)
