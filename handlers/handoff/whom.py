"""Who could be told of a task: who may see it, who is on duty, and what became of it so far."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.clock import instant, millis
from handlers.directory.hours import next_opening, open_at
from handlers.handoff import absence, roster
from handlers.handoff.models import Staff, Task
from handlers.handoff.presence import View
from handlers.handoff.scope import in_list, scope_of
from handlers.handoff.staff import Colleague

TOLD = ("county_admin", "head", "clerk", "mediator", "lawyer")
"""Roles that work on threads."""


@dataclass(frozen=True)
class Reachable:
    """Somebody who may see a task.

    Attributes: on_duty: by opening hours and absence; the county's staff are on duty while any station is
    open; first: the roster names them for it now, at whatever hour.
    """

    staff_id: int
    station_id: str | None
    role: str
    on_duty: bool
    first: bool = False


@dataclass(frozen=True)
class Standing:
    """A task as it stands.

    Attributes: taken: urgent and acknowledged; opens_at: when its station (or, without one, any) opens next,
    milliseconds UTC, None when that is not known.
    """

    open: bool
    urgent: bool
    taken: bool
    station_id: str | None
    holder_id: int | None
    opens_at: int | None


def standing(connection: Connection, task_id: int, now_ms: int) -> Standing | None:
    """How a task stands, None when it is gone."""
    row = connection.execute(
        select(
            Task.state,
            Task.urgent,
            Task.acknowledged_by,
            Task.station_id,
            Task.holder_id,
        ).where(Task.id == task_id)
    ).first()
    if row is None:
        return None
    taken = row.urgent and row.acknowledged_by is not None
    opens = _opens(View(connection, now_ms), row.station_id)
    return Standing(row.state == "open", row.urgent, taken, row.station_id, row.holder_id, opens)


def reachable(connection: Connection, task_id: int, now_ms: int) -> list[Reachable]:
    """Everybody who works on threads and may see a task, by id."""
    view = View(connection, now_ms)
    now = instant(now_ms)
    open_now = {one.id for one in view.stations if open_at(view.calendar(one.id), one.id, now)}
    away = {one.staff_id for one in absence.ahead(connection, now_ms) if one.since <= now_ms}
    rows = connection.execute(
        select(Staff.id, Staff.login, Staff.name, Staff.station_id, Staff.role)
        .where(Staff.active, Staff.role.in_(TOLD))
        .order_by(Staff.id)
    ).all()
    first = _first(connection, task_id, now_ms)
    found = []
    for row in rows:
        who = Colleague(*row)
        there = who.station_id in open_now if who.station_id is not None else bool(open_now)
        if _sees(connection, who, task_id):
            on_duty = there and who.id not in away
            found.append(Reachable(who.id, who.station_id, who.role, on_duty, who.id in first))
    return found


def _sees(connection: Connection, who: Colleague, task_id: int) -> bool:
    found = select(Task.id).where(Task.id == task_id, in_list(scope_of(who)))
    return connection.scalar(found) is not None


def _first(connection: Connection, task_id: int, now_ms: int) -> frozenset[int]:
    """Whom the roster names for a task: in danger at any hour, else where the whole county is asked."""
    row = connection.execute(select(Task.urgent, Task.station_id).where(Task.id == task_id)).first()
    if row is None or not (row.urgent or row.station_id is None):
        return frozenset()
    return roster.first_asked(connection, row.station_id, now_ms, urgent=row.urgent)


def _opens(view: View, station_id: str | None) -> int | None:
    now = instant(view.now_ms)
    stations = [one.id for one in view.stations] if station_id is None else [station_id]
    opens = [next_opening(view.calendar(one), one, now) for one in stations]
    return min((millis(one) for one in opens if one is not None), default=None)
