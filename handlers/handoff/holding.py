"""Who has a task and who holds a thread: every change of either goes through here.

A task is with a person (``holder_id``) or in a pool (a station's, or the county's); there is no third
place, so a change names the new one. A thread is held by one person or by the bot.
"""

from typing import Any

from sqlalchemy import Executable, or_, select, update

from bot.wechat.threads import hold_thread
from bot.words import _
from bot.work.unit import Work
from handlers.handoff.models import Offer, Staff, Task, Thread
from handlers.handoff.refusals import TakenAlready, TaskGone

HOLD_MS = 24 * 60 * 60_000
"""A hold lapses when its holder has written nothing for so long: silence must not last for ever."""


def open_task(work: Work, task_id: int) -> Task:
    """An open task. Raises: TaskGone."""
    task = work.db.get(Task, task_id)
    if task is None or task.state != "open":
        raise TaskGone(_("这一件已经办完了。"))
    return task


def changed(work: Work, statement: Executable) -> int:
    """Run a change and return how many rows it met; what was read before is read anew."""
    work.db.flush()
    result: Any = work.db.execute(statement, execution_options={"synchronize_session": False})
    work.db.expire_all()
    return int(result.rowcount)


def claim(work: Work, staff_id: int, task_id: int) -> bool:
    """Take a task that nobody took up, in one statement that decides a race.

    Returns: whether it changed hands; False when this person had it already. Raises: TaskGone,
    TakenAlready with the holder's name.
    """
    free = or_(Task.holder_id.is_(None), Task.taken_at.is_(None))
    won = changed(
        work,
        update(Task)
        .where(Task.id == task_id, Task.state == "open", free)
        .values(holder_id=staff_id, taken_at=work.now_ms, moved_at=work.now_ms, next_at=work.now_ms),
    )
    if won:
        end_offers(work, task_id)
        return True
    task = open_task(work, task_id)
    if task.holder_id == staff_id:
        return False
    raise TakenAlready(_("{name}在办这一件。").format(name=name_of(work, task.holder_id)))


def pass_on(
    work: Work, task_id: int, *, holder: int | None, to: int | None, pool: str | None, taken: bool
) -> bool:
    """Give an open task from where it is to a person or a pool.

    Args: holder: who must hold it now, None for nobody; to: the person, None for the pool; pool: the
    station of its pool from now on, None for the county's; taken: whether the person has agreed.
    Returns: False when it is not there any more.
    """
    held = Task.holder_id.is_(None) if holder is None else Task.holder_id == holder
    return bool(
        changed(
            work,
            update(Task)
            .where(Task.id == task_id, Task.state == "open", held)
            .values(
                holder_id=to,
                station_id=pool,
                taken_at=work.now_ms if taken else None,
                moved_at=work.now_ms,
                next_at=work.now_ms,
            ),
        )
    )


def end_offers(work: Work, task_id: int, *, state: str = "moot", but: int = 0) -> None:
    """End the open offers of a task, except one."""
    changed(
        work,
        update(Offer)
        .where(Offer.task_id == task_id, Offer.state == "open", Offer.id != but)
        .values(state=state, ended_at=work.now_ms),
    )


def name_of(work: Work, staff_id: int | None) -> str:
    """The name of a member of staff; empty when there is none."""
    return work.db.scalar(select(Staff.name).where(Staff.id == staff_id)) or ""


def thread_of(work: Work, resident_id: int) -> Thread:
    """The row of a resident's thread, made when it is missing."""
    thread = work.db.get(Thread, resident_id)
    if thread is None:
        thread = Thread(resident_id=resident_id, held_at=0, receipt_at=0, told_at=0)
        work.db.add(thread)
    return thread


def hold(work: Work, resident_id: int, staff_id: int) -> None:
    """Let a person hold a thread from now on: the bot is silent."""
    thread = thread_of(work, resident_id)
    thread.held_by, thread.held_at, thread.told_at = staff_id, work.now_ms, 0
    hold_thread(work, resident_id, work.now_ms + HOLD_MS)


def hand_over(work: Work, resident_id: int, staff_id: int, to: int) -> bool:
    """Let another person hold a thread that one holds. Returns: whether that one held it."""
    thread = work.db.get(Thread, resident_id)
    if thread is None or thread.held_by != staff_id:
        return False
    thread.held_by, thread.told_at = to, 0
    return True


def let_go(work: Work, resident_id: int, staff_id: int | None = None) -> bool:
    """Give a thread back to the bot. Args: staff_id: only if they hold it. Returns: whether it was held."""
    thread = work.db.get(Thread, resident_id)
    if thread is None or thread.held_by is None or (staff_id is not None and thread.held_by != staff_id):
        return False
    thread.held_by, thread.told_at = None, 0
    hold_thread(work, resident_id, 0)
    return True
