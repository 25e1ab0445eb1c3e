"""不在: who is away from when until when; what they hold goes to their colleagues in one step."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from bot.words import _
from bot.work.unit import Work
from handlers.facts import AbsenceChanged
from handlers.handoff import holding
from handlers.handoff.models import Absence, Staff, Task
from handlers.handoff.refusals import BadAbsence
from handlers.handoff.returning import give_up_all

LONGEST_MS = 366 * 24 * 60 * 60_000


@dataclass(frozen=True)
class Away:
    """An absence. Attributes: until: milliseconds UTC, None until they say that they are back."""

    staff_id: int
    name: str
    station_id: str | None
    since: int
    until: int | None


def away(work: Work, by: int, staff_id: int, since_ms: int, until_ms: int | None) -> int:
    """Record that somebody is away, and move all that they hold to their pool, in one step.

    Args: by: who records it; since_ms, until_ms: milliseconds UTC, until None for an open end. What is
    held when an absence begins later is moved then, by the ladder. Promises of waiting tasks are
    computed anew in its next round. Returns: how many tasks moved. Raises: BadAbsence.
    """
    if until_ms is not None and not since_ms < until_ms:
        raise BadAbsence(_("结束要比开始晚。"), field="until")
    if until_ms is not None and (until_ms <= work.now_ms or until_ms - since_ms > LONGEST_MS):
        raise BadAbsence(_("这段时间已经过了，或者太长了。"), field="until")
    station = _station(work, staff_id)
    work.db.add(Absence(staff_id=staff_id, since=since_ms, until=until_ms, by_id=by, made_at=work.now_ms))
    work.db.flush()
    moved = give_up_all(work, staff_id, "away") if since_ms <= work.now_ms else 0
    _look_again(work, station, staff_id)
    work.happened(AbsenceChanged(staff_id))
    return moved


def back(work: Work, staff_id: int) -> None:
    """Somebody is there again: what of their absences is not over ends now, and what lies ahead goes.

    Raises: BadAbsence when there is no such person.
    """
    station = _station(work, staff_id)
    mine = (Absence.staff_id == staff_id, _not_over(work.now_ms))
    holding.changed(
        work, update(Absence).where(*mine, Absence.since <= work.now_ms).values(until=work.now_ms)
    )
    for row in work.db.scalars(select(Absence).where(*mine, Absence.since > work.now_ms)):
        work.db.delete(row)
    work.db.flush()
    _look_again(work, station, staff_id)
    work.happened(AbsenceChanged(staff_id))


def is_away(connection: Connection, staff_id: int, now_ms: int) -> bool:
    """Whether somebody is away at an instant."""
    found = select(Absence.id).where(Absence.staff_id == staff_id, *lasting(now_ms))
    return connection.scalar(found.limit(1)) is not None


def lasting(now_ms: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What holds of an absence that has begun and is not over at an instant."""
    return (Absence.since <= now_ms, _not_over(now_ms))


def within(
    since: ColumnElement[int] | InstrumentedAttribute[int],
    until: ColumnElement[int] | InstrumentedAttribute[int],
    now_ms: int,
) -> tuple[ColumnElement[bool], ...]:
    """What holds of an absence that falls into a span and is not over. Args: since, until: of the span."""
    return (Absence.since < until, _not_over(since), _not_over(now_ms))


def next_beginning(connection: Connection, staff_id: int, now_ms: int) -> int | None:
    """When somebody's next absence begins, in milliseconds UTC."""
    found = select(func.min(Absence.since)).where(Absence.staff_id == staff_id, Absence.since > now_ms)
    return connection.scalar(found)


def ahead(connection: Connection, now_ms: int) -> list[Away]:
    """All absences that are not over, by their beginning."""
    rows = connection.execute(
        select(Absence.staff_id, Staff.name, Staff.station_id, Absence.since, Absence.until)
        .join(Staff, Staff.id == Absence.staff_id)
        .where(Staff.active, _not_over(now_ms))
        .order_by(Absence.since, Absence.id)
    )
    return [Away(*row) for row in rows]


def spans_ahead(connection: Connection, now_ms: int) -> list[tuple[int, int, int | None]]:
    """Who is away from when until when, in milliseconds UTC, of all absences that are not over."""
    rows = connection.execute(
        select(Absence.staff_id, Absence.since, Absence.until)
        .where(_not_over(now_ms))
        .order_by(Absence.since)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _not_over(at: int | ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return or_(Absence.until.is_(None), Absence.until > at)


def _station(work: Work, staff_id: int) -> str | None:
    row = work.db.get(Staff, staff_id)
    if row is None or not row.active:
        raise BadAbsence(_("没有这个人。"))
    return row.station_id


def _look_again(work: Work, station: str | None, staff_id: int) -> None:
    """Let the ladder look now at what somebody holds, and at the waiting tasks of their station."""
    at = true() if station is None else Task.station_id == station
    waiting = and_(Task.waits_since.is_not(None), at)
    concerned = or_(waiting, Task.holder_id == staff_id)
    due = and_(Task.urgent, Task.acknowledged_by.is_(None))  # its own times stand
    holding.changed(
        work,
        update(Task).where(Task.state == "open", concerned, not_(due)).values(next_at=work.now_ms),
    )
