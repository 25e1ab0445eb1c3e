"""What waits for a person."""

from sqlalchemy import Connection, delete, func, select

from bot.work.facts import DangerHeard
from bot.work.unit import Work
from handlers.handoff.models import Task


def open_urgent(work: Work, fact: DangerHeard) -> None:
    """A message sounds like danger: make the task, in the act that records the message."""
    work.db.add(
        Task(
            kind="danger",
            urgent=True,
            reason=fact.kind,
            resident_id=fact.resident_id,
            message_id=fact.inbox_id,
            created_at=work.now_ms,
        )
    )


def erase(work: Work, resident_id: int, most: int) -> int:
    """Delete a resident's closed tasks; open ones are an open matter. Returns: how many went."""
    ids = work.db.scalars(
        select(Task.id).where(Task.resident_id == resident_id, Task.state != "open").limit(most)
    ).all()
    work.db.execute(delete(Task).where(Task.id.in_(ids)))
    return len(ids)


def open_count(connection: Connection) -> tuple[int, int]:
    """How many tasks are open: (all, urgent)."""
    rows = connection.execute(
        select(Task.urgent, func.count()).where(Task.state == "open").group_by(Task.urgent)
    ).all()
    counts = {bool(urgent): count for urgent, count in rows}
    return sum(counts.values()), counts.get(True, 0)


def needed(work: Work, resident_id: int) -> tuple[int, ...]:
    """The messages that open tasks are about: they outlive the resident's leaving."""
    rows = work.db.scalars(
        select(Task.message_id).where(Task.resident_id == resident_id, Task.state == "open")
    )
    return tuple(rows)
