"""有约在身: who receives people or is on a route, so that no answer is promised for that time.

It is no absence: what they hold stays with them, and nobody else is asked in their place.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, tuple_

from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.handoff.engaged_models import Engaged

_STEP = 200
Span = tuple[int, int, int]
"""Somebody's id, since and until, in milliseconds UTC."""


def spans(connection: Connection) -> set[Span]:
    """All that is written down."""
    return {
        (row[0], row[1], row[2])
        for row in connection.execute(select(Engaged.staff_id, Engaged.since, Engaged.until))
    }


def write(work: Work, wanted: Iterable[Span]) -> int:
    """Make these the times in which somebody is engaged. Two nodes may do so at once.

    Returns: how many were added or taken away.
    """
    held, wanted = spans(work.db.connection()), set(wanted)
    gone, fresh = sorted(held - wanted), sorted(wanted - held)
    key = tuple_(Engaged.staff_id, Engaged.since, Engaged.until)
    for at in range(0, len(gone), _STEP):
        work.db.execute(delete(Engaged).where(key.in_(gone[at : at + _STEP])))
    for at in range(0, len(fresh), _STEP):
        rows = [dict(zip(("staff_id", "since", "until"), one, strict=True)) for one in fresh[at : at + _STEP]]
        work.db.execute(insert(work.db, Engaged).values(rows).on_conflict_do_nothing())
    return len(gone) + len(fresh)
