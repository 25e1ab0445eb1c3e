"""What of the tasks a member of staff may see: by role, by station, and by case."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, false, not_, or_, select, true

from handlers.handoff.models import Offer, Staff, Task
from handlers.handoff.named_models import NamedStaff
from handlers.handoff.staff import Colleague

COUNTY, STATION, OWN, NOTHING = "county", "station", "own", "nothing"
_REACH = {
    "county_admin": COUNTY,
    "auditor": COUNTY,
    "head": STATION,
    "clerk": STATION,
    "mediator": OWN,
    "lawyer": OWN,
}
_GROUPS = {"lawyer": ("lawyer", "experts"), "mediator": ("experts",)}
"""Kinds of offers to anybody of a group, see `handlers.handoff.baton.reaches`."""
_DUTY = frozenset({"county_admin", "head", "clerk"})
_KEPT = 1024
"""Conditions that are kept: to build one takes as long as to count ten thousand tasks with it."""


@dataclass(frozen=True)
class Scope:
    """Whose eyes.

    Attributes: station_id: whose tasks are shown, None for the whole county; reach: `COUNTY`, `STATION`,
    `OWN` (what was given or is offered to them) or `NOTHING`; duty: whether danger that nobody took is
    theirs to take; groups: kinds of offers that ask anybody like them.
    """

    staff_id: int
    station_id: str | None
    reach: str = STATION
    duty: bool = True
    groups: tuple[str, ...] = ()


def scope_of(who: Colleague) -> Scope:
    """The scope of a member of staff."""
    reach = _REACH.get(who.role, NOTHING)
    station = who.station_id if reach == STATION else None
    return Scope(who.id, station, reach, who.role in _DUTY, _GROUPS.get(who.role, ()))


@lru_cache(_KEPT)
def in_scope(scope: Scope, *, offered: bool = True) -> ColumnElement[bool]:
    """What may be opened: one's own, what is within reach, and danger that nobody took.

    Threads on violence, minors and correction are there only for who is named for them and for who has
    or took them. All tasks of such a resident are closed alike, since each leads to the same thread.

    Args: offered: whether that something is offered counts. It may be read then, and until it is accepted
    nothing else may be done with it.
    """
    if scope.reach == NOTHING:
        return false()
    named = Task.secluded.in_(select(NamedStaff.kind).where(NamedStaff.staff_id == scope.staff_id))
    return or_(_mine(scope), and_(_within(scope, offered=offered), or_(Task.secluded == "", named)))


@lru_cache(_KEPT)
def in_list(scope: Scope) -> ColumnElement[bool]:
    """What stands in lists and counts: what may be opened, and what is closed to this one but must be taken.

    Of the latter nothing is shown but that it is there: danger that nobody took, and secluded tasks
    within reach for which nobody is named; who takes one has it then.
    """
    if not scope.duty:
        return in_scope(scope)
    return or_(in_scope(scope), _untaken(), and_(_within(scope), _for_nobody()))


def _mine(scope: Scope) -> ColumnElement[bool]:
    """What one holds or took; mediators and lawyers see it for as long as it is open."""
    mine = or_(Task.holder_id == scope.staff_id, Task.acknowledged_by == scope.staff_id)
    return and_(mine, Task.state == "open") if scope.reach == OWN else mine


def _for_nobody() -> ColumnElement[bool]:
    reaches = or_(Staff.station_id.is_(None), Task.station_id.is_(None), Staff.station_id == Task.station_id)
    named = (
        select(NamedStaff.staff_id)
        .join(Staff, Staff.id == NamedStaff.staff_id)
        .where(NamedStaff.kind == Task.secluded, Staff.active, reaches)
        .correlate(Task)
    )
    unheld = and_(Task.state == "open", Task.holder_id.is_(None), Task.secluded != "")
    return and_(unheld, not_(named.exists()))


def _within(scope: Scope, *, offered: bool = True) -> ColumnElement[bool]:
    if scope.reach == COUNTY or (scope.reach == STATION and scope.station_id is None):
        return true()
    asked = Task.id.in_(select(Offer.task_id).where(Offer.state == "open", _asked(scope)))
    if scope.reach == OWN:
        return asked if offered else false()
    near = or_(Task.station_id == scope.station_id, Task.station_id.is_(None))
    near = or_(near, asked) if offered else near
    return or_(near, _untaken()) if scope.duty else near


def _asked(scope: Scope) -> ColumnElement[bool]:
    group = and_(Offer.to_id.is_(None), Offer.kind.in_(scope.groups))
    if scope.station_id is not None:
        group = or_(group, and_(Offer.kind == "station", Offer.station_id == scope.station_id))
    return or_(Offer.to_id == scope.staff_id, group)


def _untaken() -> ColumnElement[bool]:
    return and_(Task.urgent, Task.state == "open", Task.acknowledged_by.is_(None))
