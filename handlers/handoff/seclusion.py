"""Closing a thread to all but named staff by hand, and opening it again.

Danger of some kinds closes a thread by itself. All else that must not be seen by everybody (violence that
is only told of later, a minor, community correction) a person notices, and closes it.
"""

from sqlalchemy import Connection, select, update

from bot.words import _
from bot.work import news
from bot.work.unit import Work
from handlers.facts import ThreadSecluded
from handlers.handoff import holding, notes
from handlers.handoff.models import Task
from handlers.handoff.named import KINDS
from handlers.handoff.refusals import BadReply, TaskGone

_CLOSING_DANGER = ("violence", "child")
"""Dangers that close a thread by themselves."""


def seclude(work: Work, staff_id: int, task_id: int, kind: str, why: str) -> None:
    """Close a resident's thread to all but named staff and whoever holds it.

    Args: staff_id: who says so; kind: one of `KINDS`; why: for colleagues who may still see it.
    Raises: TaskGone, BadReply.
    """
    task = _task(work, task_id)
    if kind not in KINDS:
        raise BadReply(_("请选一样：为什么只让指定的人看。"), field="kind")
    _reasoned(why)
    if task.secluded:
        raise BadReply(_("这个对话已经只让指定的人看了。要换一种，先公开，再设一次。"), field="kind")
    _tell(work, staff_id, task, _("从现在起，这位居民的对话只让指定的人看。"), why)
    _set(work, task, kind)


def open_again(work: Work, staff_id: int, task_id: int, why: str) -> str:
    """Open a thread to all within whose reach it lies.

    Returns: the kind for which it was closed. Raises: TaskGone, BadReply, also while a danger is open that
    closes it.
    """
    task = _task(work, task_id)
    _reasoned(why)
    if not task.secluded:
        raise BadReply(_("这个对话本来就没有限制。"), field="kind")
    danger = select(Task.id).where(
        Task.resident_id == task.resident_id,
        Task.state == "open",
        Task.urgent,
        Task.reason.in_(_CLOSING_DANGER),
    )
    if work.db.scalar(danger.limit(1)) is not None:
        raise BadReply(_("这位居民的危险求助还没办完，办完以后才能公开。"), field="kind")
    before = task.secluded
    _tell(work, staff_id, task, _("这位居民的对话不再限制谁能看。"), why)
    _set(work, task, "")
    return before


def kind_of(connection: Connection, resident_id: int) -> str:
    """For which kind of matter a resident's thread is closed to all but named staff, empty when it is not."""
    found = select(Task.secluded).where(Task.resident_id == resident_id, Task.secluded != "")
    return connection.scalar(found.order_by(Task.id.desc()).limit(1)) or ""


def harmed_since(connection: Connection, resident_id: int, since_ms: int) -> bool:
    """Whether blows or a harmed child were heard from a resident since an instant, or are not closed yet.

    Args: since_ms: milliseconds UTC.
    """
    found = select(Task.id).where(
        Task.resident_id == resident_id,
        Task.urgent,
        Task.reason.in_(_CLOSING_DANGER),
        (Task.state == "open") | (Task.created_at >= since_ms),
    )
    return connection.scalar(found.limit(1)) is not None


def _task(work: Work, task_id: int) -> Task:
    task = work.db.get(Task, task_id)
    if task is None or task.resident_id is None:
        raise TaskGone(_("没有这一件。"))
    return task


def _reasoned(why: str) -> None:
    if not why.strip():
        raise BadReply(_("请写一句为什么，会留在记录里。"), field="why")


def _tell(work: Work, staff_id: int, task: Task, what: str, why: str) -> None:
    if task.state == "open":
        notes.add(work, staff_id, task.id, f"{what}{why.strip()}"[: notes.LONGEST])


def _set(work: Work, task: Task, kind: str) -> None:
    """Every task of a resident leads to the same thread: all are closed, and opened, together."""
    resident = task.resident_id
    holding.changed(work, update(Task).where(Task.resident_id == resident).values(secluded=kind))
    ids = tuple(work.db.scalars(select(Task.id).where(Task.resident_id == resident)))
    work.happened(ThreadSecluded(ids, kind))
    for one in ids:
        news.tell(work, "moved", one)
