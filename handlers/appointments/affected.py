"""Whose time is not there any more: closings, absences, a changed file or calendar. Each is asked once for
it.

One round looks over all that is booked whenever a revision rose, so that nothing can be forgotten, whatever
changed and in whichever process; a closing and an absence look at once at what they hit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.words import _
from bot.work.inserting import insert
from bot.work.revisions import Cursor, Revision, bump
from bot.work.unit import Work
from handlers.appointments import stock
from handlers.appointments.almanac import almanac_of_day
from handlers.appointments.attendance import attendance
from handlers.appointments.cells import cell_after, cell_of
from handlers.appointments.models import Appointment, Asking, Closing
from handlers.appointments.refusals import BadClosing
from handlers.appointments.slots import Board
from handlers.appointments.supply_models import PostRow
from handlers.directory import holidays, stations
from handlers.facts import AbsenceChanged, StaffLeft

LONGEST_MS = 366 * 24 * 60 * 60_000
STEP = 50
"""Appointments that one act looks at."""
_LOOKED, _SEEN = "appointments.looked", "appointments.seen"
_REVISIONS = (stations.REVISION, holidays.REVISION, stock.REVISION)


@dataclass(frozen=True)
class Closed:
    """A closing as staff see it. Instants are milliseconds UTC."""

    id: int
    station_id: str | None
    post_id: str | None
    since: int
    until: int
    reason: str = field(repr=False)


@dataclass(frozen=True)
class ToAsk:
    """Somebody who must be asked. Attributes: placed: which of the appointment's times is meant."""

    asking_id: int
    appointment_id: int
    resident_id: int | None
    station_id: str
    begins: int
    placed: int


def close(
    work: Work,
    by: int,
    since_ms: int,
    until_ms: int,
    reason: str,
    *,
    station_id: str | None = None,
    post_id: str | None = None,
) -> int:
    """Close a station or one post for a while; whoever has a time then is marked for being asked.

    Args: by: the member of staff; since_ms, until_ms: milliseconds UTC; reason: residents read it.
    Returns: the closing's id. Raises: BadClosing.
    """
    if not since_ms < until_ms or until_ms <= work.now_ms or until_ms - since_ms > LONGEST_MS:
        raise BadClosing(_("结束要比开始晚，也不能已经过去，最长一年。"), field="until")
    if (station_id is None) == (post_id is None):
        raise BadClosing(_("请选一个司法所，或者一个岗位。"), field="place")
    known = {one.id for one in stations.all_open(work.db.connection())}
    if (station_id is not None and station_id not in known) or (
        post_id is not None and work.db.get(PostRow, post_id) is None
    ):
        raise BadClosing(_("没有这个地方。"), field="place")
    if not reason.strip():
        raise BadClosing(_("写一句为什么，居民会看到。"), field="reason")
    row = Closing(
        station_id=station_id,
        post_id=post_id,
        since=since_ms,
        until=until_ms,
        reason=reason.strip(),
        by_id=by,
        made_at=work.now_ms,
    )
    work.db.add(row)
    bump(work, stock.REVISION)
    work.db.flush()
    here = Appointment.station_id == station_id if post_id is None else Appointment.post_id == post_id
    _look_at(work, _booked(work, here, cell_of(since_ms), cell_after(until_ms), STEP))
    return row.id


def reopen(work: Work, closing_id: int) -> None:
    """Take a closing back; who has not been told of it need not be asked any more. Raises: BadClosing."""
    row = work.db.get(Closing, closing_id)
    if row is None or row.ended_at is not None or row.until <= work.now_ms:
        raise BadClosing(_("这次停办已经结束了。"), field="closing")
    row.ended_at = work.now_ms
    bump(work, stock.REVISION)
    work.db.flush()


def closings(connection: Connection, now_ms: int) -> list[Closed]:
    """The closings that are not over, by their beginning."""
    rows = connection.execute(
        select(Closing.id, Closing.station_id, Closing.post_id, Closing.since, Closing.until, Closing.reason)
        .where(Closing.until > now_ms, Closing.ended_at.is_(None))
        .order_by(Closing.since, Closing.id)
    )
    return [Closed(*row) for row in rows]


def to_ask(connection: Connection, most: int = 200) -> list[ToAsk]:
    """Who must be asked and has not been, the nearest times first."""
    rows = connection.execute(
        select(
            Asking.id,
            Appointment.id,
            Appointment.resident_id,
            Appointment.station_id,
            Appointment.begins,
            Asking.placed,
        )
        .join(Appointment, Appointment.id == Asking.appointment_id)
        .where(Asking.state == "open")
        .order_by(Appointment.begins, Asking.id)
        .limit(most)
    )
    return [ToAsk(*row) for row in rows]


def asked(work: Work, asking_id: int) -> bool:
    """Claim the telling of somebody: whoever gets True tells them, nobody else does.

    Returns: False when it was told before, or need not be told any more.
    """
    changed: Any = work.db.execute(
        update(Asking).where(Asking.id == asking_id, Asking.state == "open").values(state="told")
    )
    return bool(changed.rowcount)


def absence_changed(work: Work, fact: AbsenceChanged | StaffLeft) -> None:
    """Somebody is away, back, or left: the round looks over what is booked."""
    del fact  # whose seats it hits depends on who else is there
    bump(work, stock.REVISION)


def look_over(work: Work) -> int:
    """Look at the next of all that is booked ahead, when something changed since the last whole look.

    Returns: how many were looked at, 0 when all is as it was.
    """
    now = _revisions(work)
    seen, looked = _cursor(work, _SEEN), _cursor(work, _LOOKED)
    if seen.at == now and looked.at == 0:
        return 0
    if looked.at == 0:
        seen.at = now  # what changes while it looks makes it look once more
    rows = work.db.execute(
        _columns()
        .where(Appointment.state == "booked", Appointment.ends > work.now_ms, Appointment.id > looked.at)
        .order_by(Appointment.id)
        .limit(STEP)
    ).all()
    _look_at(work, rows)
    looked.at = rows[-1].id if len(rows) == STEP else 0
    return len(rows)


def _look_at(work: Work, rows: Sequence[Any]) -> None:
    """Mark whose time is not there, and lift the mark from whose is there again and who was not told."""
    connection = work.db.connection()
    there = attendance(connection, work.now_ms)
    almanac = almanac_of_day(connection, {row.post_id for row in rows}, work.now_ms)
    board = Board(almanac, there, work.now_ms)
    gone, back = list[Any](), list[int]()
    for row in rows:
        post = almanac.supply.by_post.get(row.post_id)
        until = cell_after(row.ends)
        if post is not None and board.stands(row.service_id, post, row.seats.split(), row.since, until):
            back.append(row.id)
        else:
            gone.append(row)
    _mark(work, gone)
    work.db.execute(
        update(Asking)
        .where(Asking.appointment_id.in_(back), Asking.state == "open")
        .values(state="moot", ended_at=work.now_ms)
    )


def _mark(work: Work, rows: Iterable[Any]) -> None:
    """Once for each time: the key of the table sees to it. One that was lifted untold is open again."""
    values = [
        {"appointment_id": row.id, "placed": row.moves, "state": "open", "made_at": work.now_ms}
        for row in rows
    ]
    if not values:
        return
    fresh = insert(work.db, Asking).values(values)
    work.db.execute(
        fresh.on_conflict_do_update(
            index_elements=["appointment_id", "placed"],
            set_={"state": "open", "ended_at": None},
            where=Asking.state == "moot",
        )
    )


def _booked(work: Work, here: Any, since: int, until: int, most: int) -> Sequence[Any]:
    found = (
        _columns()
        .where(here, Appointment.state == "booked", Appointment.since < until, Appointment.until > since)
        .order_by(Appointment.id)
        .limit(most)
    )
    return work.db.execute(found).all()


def _columns() -> Any:
    return select(
        Appointment.id,
        Appointment.service_id,
        Appointment.post_id,
        Appointment.begins,
        Appointment.ends,
        Appointment.since,
        Appointment.seats,
        Appointment.moves,
    )


def _revisions(work: Work) -> int:
    """A number that rises with each change of supply, calendar, closing and absence."""
    counts = work.db.scalar(select(func.sum(Revision.count)).where(Revision.name.in_(_REVISIONS)))
    return int(counts or 0)


def _cursor(work: Work, name: str) -> Cursor:
    """The row, locked: of two nodes one looks at a time."""
    work.db.execute(insert(work.db, Cursor).values(name=name, at=0).on_conflict_do_nothing())
    return work.db.scalars(select(Cursor).where(Cursor.name == name).with_for_update()).one()
