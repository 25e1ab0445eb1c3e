"""Notes of staff beside a task: for colleagues only, never for the resident."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from bot.words import _
from bot.work.unit import Work
from handlers.handoff import holding
from handlers.handoff.models import Staff, TaskNote
from handlers.handoff.refusals import BadReply

LONGEST = 1000


@dataclass(frozen=True)
class Note:
    """A note. Attributes: name: who wrote it; at: milliseconds UTC."""

    id: int
    staff_id: int
    name: str
    text: str = field(repr=False)
    at: int = 0


def add(work: Work, staff_id: int, task_id: int, text: str) -> int | None:
    """Write a note. Raises: TaskGone, BadReply when it is empty or too long.

    Returns: its id; None when the same person wrote the same words last: that is one note, pressed again.
    """
    task = holding.open_task(work, task_id)
    written = text.strip()
    if not written:
        raise BadReply(_("还没写字。"), field="note")
    if len(written) > LONGEST:
        raise BadReply(_("备注最多 {most} 个字。").format(most=LONGEST), field="note")
    last = work.db.scalar(
        select(TaskNote).where(TaskNote.task_id == task.id).order_by(TaskNote.id.desc()).limit(1)
    )
    if last is not None and (last.staff_id, last.text) == (staff_id, written):
        return None
    row = TaskNote(task_id=task.id, staff_id=staff_id, text=written, at=work.now_ms)
    work.db.add(row)
    work.db.flush()
    return row.id


def of(connection: Connection, task_id: int) -> list[Note]:
    """The notes of a task, oldest first."""
    rows = connection.execute(
        select(TaskNote.id, TaskNote.staff_id, Staff.name, TaskNote.text, TaskNote.at)
        .join(Staff, Staff.id == TaskNote.staff_id)
        .where(TaskNote.task_id == task_id)
        .order_by(TaskNote.id)
    )
    return [Note(*row) for row in rows]
