"""Who is named for threads on violence, minors and correction; for all others these do not exist.

Sensitive data, that of children under 14 among it, needs strict protection (Personal Information Protection
Law, article 28; Law on the Protection of Minors, article 4, item 3).
"""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.handoff.models import Staff
from handlers.handoff.named_models import NamedStaff

KINDS = ("violence", "minor", "correction")
NAMEABLE = frozenset({"county_admin", "head", "clerk", "mediator", "lawyer", "auditor"})
"""Roles that see threads at all."""


class NotNameable(Refused):
    """This role sees no threads, so nobody of it is named for some."""

    code = "not_nameable"


def set_kinds(work: Work, by: int | None, staff_id: int, kinds: Collection[str]) -> None:
    """Name somebody for exactly these kinds. Args: by: who names. Raises: NotNameable."""
    wanted = set(kinds) & set(KINDS)
    role = work.db.scalar(select(Staff.role).where(Staff.id == staff_id, Staff.active))
    if wanted and role not in NAMEABLE:
        raise NotNameable(_("这个角色看不了对话，不能指定。"), field="kinds")
    known = set(work.db.scalars(select(NamedStaff.kind).where(NamedStaff.staff_id == staff_id)))
    for kind in sorted(wanted - known):
        work.db.add(NamedStaff(staff_id=staff_id, kind=kind, named_by=by, named_at=work.now_ms))
    if known - wanted:
        work.db.execute(
            delete(NamedStaff).where(NamedStaff.staff_id == staff_id, NamedStaff.kind.in_(known - wanted))
        )


def forget(work: Work, staff_id: int) -> None:
    """Nobody's name stands here who left, or whose work is another one now."""
    work.db.execute(delete(NamedStaff).where(NamedStaff.staff_id == staff_id))


def kinds_of(connection: Connection, staff_id: int) -> list[str]:
    """For which kinds somebody is named."""
    found = set(connection.scalars(select(NamedStaff.kind).where(NamedStaff.staff_id == staff_id)))
    return [kind for kind in KINDS if kind in found]


def everybody(connection: Connection) -> dict[int, list[str]]:
    """The same for all staff who are named."""
    found: dict[int, list[str]] = {}
    for staff_id, kind in connection.execute(
        select(NamedStaff.staff_id, NamedStaff.kind).order_by(NamedStaff.staff_id, NamedStaff.kind)
    ):
        found.setdefault(staff_id, []).append(kind)
    return found
