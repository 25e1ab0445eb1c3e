"""Freezing: an entry answers nobody, on every node, until somebody lifts it or a new text is adopted."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.errors import Refused
from bot.words import _
from bot.work.revisions import bump
from bot.work.unit import Work
from handlers.library.models import Freeze
from handlers.library.service import MOST, REVISION


class NoReason(Refused):
    """Who freezes says why."""

    code = "no_reason"


@dataclass(frozen=True)
class Frozen:
    """An entry that is frozen. Attributes: by: a name; at: milliseconds UTC."""

    entry: str
    why: str
    by: str
    at: int


def freeze(work: Work, staff_id: int | None, by: str, entries: tuple[str, ...], why: str) -> int:
    """Freeze entries, at most `MOST`; one that is frozen stays so for its first reason.

    Args: staff_id: None from the command line; by: the person's name.
    Returns: how many were frozen by this act.
    Raises: NoReason.
    """
    if not why.strip() or not by.strip():
        raise NoReason(_("请写明为什么停用。"), field="why")
    held = set(work.db.scalars(select(Freeze.entry).where(Freeze.lifted_at.is_(None))))
    fresh = [entry for entry in dict.fromkeys(entries[:MOST]) if entry not in held]
    for entry in fresh:
        work.db.add(Freeze(entry=entry, why=why.strip(), by=by.strip(), staff_id=staff_id, at=work.now_ms))
    if fresh:
        bump(work, REVISION)
    work.db.flush()
    return len(fresh)


def lift(work: Work, staff_id: int | None, entry: str) -> bool:
    """Let an entry answer again. Returns: whether it was frozen."""
    row = work.db.scalar(select(Freeze).where(Freeze.entry == entry, Freeze.lifted_at.is_(None)))
    if row is None:
        return False
    row.lifted_at, row.lifted_by = work.now_ms, staff_id
    bump(work, REVISION)
    return True


def frozen(connection: Connection) -> Mapping[str, Frozen]:
    """What is frozen now, by entry."""
    rows = connection.execute(
        select(Freeze.entry, Freeze.why, Freeze.by, Freeze.at)
        .where(Freeze.lifted_at.is_(None))
        .order_by(Freeze.at.desc())
    )
    return {row.entry: Frozen(*row) for row in rows}
