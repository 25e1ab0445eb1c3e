"""What of the tasks a member of staff may see."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, true

from handlers.handoff.models import Task
from handlers.handoff.staff import Colleague


@dataclass(frozen=True)
class Scope:
    """Whose eyes. Attributes: station_id: the station whose tasks are shown, None for the whole county."""

    staff_id: int
    station_id: str | None


def scope_of(who: Colleague) -> Scope:
    """The scope of a member of staff."""
    return Scope(who.id, None if who.role == "admin" else who.station_id)


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """A station sees its own tasks and those of nobody; danger is everybody's."""
    if scope.station_id is None:
        return true()
    return or_(Task.station_id == scope.station_id, Task.station_id.is_(None), Task.urgent)
