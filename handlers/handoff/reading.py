"""The list that staff see: tasks by what is due, one task, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from handlers.directory import stations
from handlers.handoff.models import Staff, Task
from handlers.handoff.scope import NOTHING, OWN, Scope, in_list, in_scope

PAGE = 50
NOW, TODAY, LATER = 0, 1, 2
"""Groups of the list: danger that nobody took; what is due today or waits; the rest."""
OPEN: ColumnElement[bool] = Task.state == literal_column("'open'")
"""Said as a constant, so that the index on open tasks serves it on both engines."""
_holder = aliased(Staff)
_KEPT = 1024
"""Statements that are kept, by scope: to build one takes as long as to run it."""
_ONLY_OPEN = (OWN, NOTHING)
"""Reaches that know of no closed task, see `scope.in_scope`: none need be looked at."""
_UNTAKEN = and_(Task.urgent, Task.acknowledged_by.is_(None))
_UNANSWERED = and_(
    Task.answered_at.is_(None), or_(Task.promised_at.is_(None), Task.promised_at < bindparam("day_end"))
)
_DUE = or_(Task.urgent, _UNANSWERED, and_(Task.answered_at.is_not(None), Task.waits_since.is_not(None)))
_GROUP: ColumnElement[int] = case((_UNTAKEN, NOW), (_DUE, TODAY), else_=LATER)


@dataclass(frozen=True)
class Line:
    """A task in the list. It holds none of the resident's words.

    Attributes: taken_by: who acknowledged it; answered_at: first reply; waiting: the resident waits for a
    person's word; holder_id, holder: who has it, None and empty in a pool; can_open: False for danger that
    must be taken before it is shown; offered: it may be read because it is offered to one, and not acted on
    before it is accepted; instants are milliseconds UTC.
    """

    id: int
    kind: str
    urgent: bool
    reason: str
    station: str
    promised_at: int | None
    created_at: int
    taken_by: str
    answered_at: int | None
    waiting: bool
    resident_id: int | None
    state: str
    closed_at: int | None
    category: str
    message_id: int
    holder_id: int | None
    holder: str
    station_id: str | None
    secluded: str
    group: int
    can_open: bool
    offered: bool = False


@dataclass(frozen=True)
class Counts:
    """Open tasks in a scope.

    Attributes: mine: those that one holds or that nobody does; late: of ``mine``, past their promise;
    untaken: urgent ones that nobody took; newest: the newest task, so that a page knows what came after it.
    """

    open: int = 0
    mine: int = 0
    late: int = 0
    untaken: int = 0
    newest: int = 0


def open_lines(
    connection: Connection, scope: Scope, day_end_ms: int, *, mine: bool = False, offset: int = 0
) -> list[Line]:
    """Open tasks by what is due: danger that nobody took, then what is due today or waits, then the rest.

    Args: day_end_ms: when the day ends in China; mine: only those that one holds or that nobody does.
    """
    # first the page alone, from the open tasks without their neighbours: the rest is read for its rows only
    wanted = {"day_end": day_end_ms, "offset": offset}
    ids = connection.scalars(_open_page(scope, mine=mine), wanted).all()
    return by_ids(connection, scope, ids, day_end_ms)


def closed_lines(connection: Connection, scope: Scope, *, offset: int = 0) -> list[Line]:
    """Closed tasks, the newest first."""
    if scope.reach in _ONLY_OPEN:
        return []
    wanted = select(Task.id).where(Task.state == literal_column("'closed'"), in_list(scope))
    newest = wanted.order_by(Task.closed_at.desc(), Task.id.desc()).limit(PAGE + 1).offset(offset)
    return by_ids(connection, scope, connection.scalars(newest).all())


def by_ids(
    connection: Connection, scope: Scope, ids: Sequence[int], day_end_ms: int | None = None
) -> list[Line]:
    """Tasks in the given order; those that are gone or out of scope are left out."""
    wanted = {"day_end": day_end_ms or 0, "ids": list(ids)}
    found = _read(connection, _lines(scope), wanted) if ids else []
    lines = {line.id: line for line in found}
    return [lines[ident] for ident in ids if ident in lines]


def one(connection: Connection, task_id: int, scope: Scope) -> Line | None:
    """One task, if it is there and may be opened."""
    found = listed(connection, task_id, scope)
    return found if found and found.can_open else None


def listed(connection: Connection, task_id: int, scope: Scope) -> Line | None:
    """One task, if it stands in a list; it may have to be taken before it can be opened."""
    found = by_ids(connection, scope, [task_id])
    return found[0] if found else None


def of_resident(connection: Connection, resident_id: int, scope: Scope, most: int = 20) -> list[Line]:
    """A resident's tasks in scope, open ones first, then the newest."""
    wanted = select(Task.id).where(Task.resident_id == resident_id, in_scope(scope))
    order = (case((Task.state == "open", 0), else_=1), Task.id.desc())
    return by_ids(connection, scope, connection.scalars(wanted.order_by(*order).limit(most)).all())


def closed_since(connection: Connection, scope: Scope, since_ms: int) -> int:
    """How many tasks were closed since an instant."""
    if scope.reach in _ONLY_OPEN:
        return 0
    wanted = select(func.count()).where(Task.closed_at >= since_ms, in_list(scope))
    return int(connection.scalar(wanted) or 0)


def counts(connection: Connection, scope: Scope, now_ms: int) -> Counts:
    """How many tasks are open, one's own, late, and untaken."""
    row = connection.execute(_counted(scope), {"now": now_ms}).one()
    return Counts(*(int(value or 0) for value in row))


@lru_cache(_KEPT)
def _open_page(scope: Scope, *, mine: bool) -> Select[*tuple[Any, ...]]:
    order = (
        _GROUP,
        case((Task.urgent, 0), else_=1),
        case((and_(Task.answered_at.is_(None), Task.promised_at.is_not(None)), 0), else_=1),
        case((Task.answered_at.is_(None), Task.promised_at)),
        Task.id,
    )
    wanted = select(Task.id).where(OPEN, in_list(scope), *([_mine(scope)] if mine else []))
    return wanted.order_by(*order).limit(PAGE + 1).offset(bindparam("offset", type_=Integer))


@lru_cache(_KEPT)
def _counted(scope: Scope) -> Select[*tuple[Any, ...]]:
    own = _mine(scope)
    late = and_(own, Task.promised_at < bindparam("now"), Task.answered_at.is_(None))
    sums = (_sum(one) for one in (own, late, _UNTAKEN))
    return select(func.count(), *sums, func.max(Task.id)).where(OPEN, in_list(scope))


def _mine(scope: Scope) -> ColumnElement[bool]:
    return or_(Task.holder_id == scope.staff_id, Task.holder_id.is_(None))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


@lru_cache(_KEPT)
def _lines(scope: Scope) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = (
        select(
            Task.id,
            Task.kind,
            Task.urgent,
            Task.reason,
            Task.station_id,
            Task.promised_at,
            Task.created_at,
            Staff.name,
            Task.answered_at,
            Task.waits_since,
            Task.resident_id,
            Task.state,
            Task.closed_at,
            Task.category,
            Task.message_id,
            Task.holder_id,
            _holder.name.label("holder"),
            Task.secluded,
            _GROUP.label("place"),
            in_scope(scope).label("can_open"),
            in_scope(scope, offered=False).label("can_act"),
        )
        .join(Staff, Staff.id == Task.acknowledged_by, isouter=True)
        .join(_holder, _holder.id == Task.holder_id, isouter=True)
        .where(Task.id.in_(bindparam("ids", expanding=True)), in_list(scope))
    )
    return found


def _read(connection: Connection, query: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[Line]:
    names = {card.id: card.name for card in stations.all_open(connection)}
    return [
        Line(
            id=row.id,
            kind=row.kind,
            urgent=bool(row.urgent),
            reason=row.reason,
            station=names.get(row.station_id or "", row.station_id or ""),
            promised_at=row.promised_at,
            created_at=row.created_at,
            taken_by=row.name or "",
            answered_at=row.answered_at,
            waiting=row.waits_since is not None,
            resident_id=row.resident_id,
            state=row.state,
            closed_at=row.closed_at,
            category=row.category or "",
            message_id=row.message_id,
            holder_id=row.holder_id,
            holder=row.holder or "",
            station_id=row.station_id,
            secluded=row.secluded or "",
            group=int(row.place),
            can_open=bool(row.can_open),
            offered=bool(row.can_open) and not row.can_act,
        )
        for row in connection.execute(query, values)
    ]
