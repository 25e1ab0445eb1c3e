"""One question after a person answered: did it help? Asked once, answered by a number, or let be."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, delete, func, select

from bot.words import _
from bot.work.unit import Work
from handlers.handoff.models import Task, TaskRating

VERDICTS = (("helped", _("帮到了")), ("partly", _("帮到一些")), ("not", _("没帮到")))
OPEN_MS = 24 * 60 * 60_000
"""A number counts as an answer for so long, if nothing else was asked meanwhile."""


@dataclass(frozen=True)
class Asked:
    """A question that waits for its number. ``at``: when it was asked, milliseconds UTC."""

    task_id: int
    at: int


@dataclass(frozen=True)
class Rated:
    """Of one station: how many were asked, answered, and what they said."""

    station_id: str | None
    asked: int
    answered: int
    helped: int
    partly: int
    not_helped: int


def ask(work: Work, task: Task) -> str:
    """The question, the first time for a task that a person answered; otherwise nothing.

    It is not asked after danger, nor in secluded matters.
    """
    if task.answered_at is None or task.urgent or task.secluded or task.resident_id is None:
        return ""
    if work.db.get(TaskRating, task.id) is not None:
        return ""
    work.db.add(
        TaskRating(
            task_id=task.id,
            resident_id=task.resident_id,
            station_id=task.station_id,
            asked_at=work.now_ms,
        )
    )
    work.db.flush()
    lines = "\n".join(f"{n} {label}" for n, (_verdict, label) in enumerate(VERDICTS, 1))
    return _("这次帮到您了吗？回个数字就行，不回也没关系：") + "\n" + lines


def waiting(connection: Connection, resident_id: int, now_ms: int) -> Asked | None:
    """The question that a number would answer now."""
    row = connection.execute(
        select(TaskRating.task_id, TaskRating.asked_at)
        .where(
            TaskRating.resident_id == resident_id,
            TaskRating.answered_at.is_(None),
            TaskRating.asked_at > now_ms - OPEN_MS,
        )
        .order_by(TaskRating.asked_at.desc(), TaskRating.task_id.desc())
        .limit(1)
    ).first()
    return Asked(*row) if row else None


def answer(work: Work, task_id: int, verdict: str) -> bool:
    """Keep the answer. Returns: False when there was one already."""
    row = work.db.get(TaskRating, task_id)
    if row is None or row.answered_at is not None:
        return False
    row.answered_at, row.verdict = work.now_ms, verdict
    return True


def counted(connection: Connection, since_ms: int, until_ms: int) -> list[Rated]:
    """Per station, of questions asked from one instant up to another."""

    def said(verdict: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((TaskRating.verdict == verdict, 1), else_=0)), 0)

    rows = connection.execute(
        select(
            TaskRating.station_id,
            func.count(),
            func.count(TaskRating.answered_at),
            *(said(verdict) for verdict, _label in VERDICTS),
        )
        .where(TaskRating.asked_at >= since_ms, TaskRating.asked_at < until_ms)
        .group_by(TaskRating.station_id)
        .order_by(TaskRating.station_id.nulls_first())
    )
    return [Rated(row[0], *(int(value) for value in row[1:])) for row in rows]


def erase(work: Work, task_ids: list[int]) -> None:
    """Delete what was asked about these tasks."""
    work.db.execute(delete(TaskRating).where(TaskRating.task_id.in_(task_ids)))
