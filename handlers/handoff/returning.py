"""Tasks that come back to their pool because their holder is away or has left."""

from sqlalchemy import select

from bot.wechat import outbox
from bot.words import _
from bot.work.alarms import raise_alarm
from bot.work.unit import Work
from handlers.facts import TaskMoved
from handlers.handoff import holding
from handlers.handoff.models import Task, Thread


def give_up_all(work: Work, staff_id: int, why: str) -> int:
    """Put every open task that somebody holds into its pool. Returns: how many.

    A resident who talks with them hears who has the matter now; the bot answers what is asked meanwhile.
    Danger rings anew: nobody has it any more. Args: why: ``away`` or ``left``.
    """
    ids = work.db.scalars(
        select(Task.id).where(Task.holder_id == staff_id, Task.state == "open").order_by(Task.id)
    ).all()
    moved = sum(give_up(work, task_id, staff_id, why) for task_id in ids)
    _let_go_rest(work, staff_id)
    return moved


def give_up(work: Work, task_id: int, staff_id: int, why: str) -> bool:
    """Put one task that somebody holds into its pool. Returns: False when they do not hold it any more."""
    task = holding.open_task(work, task_id)
    pool, resident = task.station_id, task.resident_id
    if not holding.pass_on(work, task_id, holder=staff_id, to=None, pool=pool, taken=False):
        return False
    holding.end_offers(work, task_id)
    task = holding.open_task(work, task_id)
    task.rung = 0
    if task.urgent and task.acknowledged_by is not None:
        task.acknowledged_at = task.acknowledged_by = None
        raise_alarm(
            work, "danger", str(task.message_id), "its holder is away: a person must look at the task"
        )
    if resident is not None and holding.let_go(work, resident, staff_id) and not task.secluded:
        say = _("{name}这会儿不在，您的事由同事接着办。别的问题可以直接问我，我是小司。")
        outbox.enqueue(
            work,
            resident_id=resident,
            body=say.format(name=holding.name_of(work, staff_id)),
            once=f"{why}:{task_id}:{task.moved_at}",
        )
    work.happened(TaskMoved(task_id, None, pool, "away"))
    return True


def _let_go_rest(work: Work, staff_id: int) -> None:
    """Threads that somebody holds without a task of theirs go back to the bot."""
    for resident in work.db.scalars(select(Thread.resident_id).where(Thread.held_by == staff_id)).all():
        holding.let_go(work, resident, staff_id)
