"""What waits for a person: tasks, and who holds a thread."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from bot.errors import Refused
from bot.wechat import outbox, sql
from bot.words import _
from bot.work.alarms import clear_alarm
from bot.work.facts import DangerHeard
from bot.work.unit import Work
from handlers.directory import stations
from handlers.facts import HeldMessageCame, HomeStationChosen, ThreadTakenBack
from handlers.handoff.models import Staff, StaffReply, Task, Thread

CATEGORIES = ("answered", "visit", "elsewhere", "unreachable", "mistaken")
HOLD_MS = 24 * 60 * 60_000
"""A hold lapses when its holder has written nothing for so long: silence must not last for ever."""
LONGEST = 600
"""Characters of a reply: it goes out as one message."""


@dataclass(frozen=True)
class Ticket:
    """A task as the resident hears of it. ``fresh``: made just now; ``answered``: a person has replied."""

    task_id: int
    station_id: str | None
    promised_at: int | None
    fresh: bool
    answered: bool


class TaskGone(Refused):
    """The task is closed or was never there."""

    code = "task_gone"


class AnsweredMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "answered_meanwhile"


class BadReply(Refused):
    """A reply that cannot be sent."""

    code = "bad_reply"


class NotTakenYet(Refused):
    """An urgent task is closed only by people, and only after somebody took it."""

    code = "not_taken_yet"


# -- made by what residents say --------------------------------------------------------------


def open_urgent(work: Work, fact: DangerHeard) -> None:
    """A message sounds like danger: make the task, in the act that records the message."""
    home = stations.home_of(work.db.connection(), fact.resident_id)
    work.db.add(
        Task(
            kind="danger",
            urgent=True,
            reason=fact.kind,
            resident_id=fact.resident_id,
            message_id=fact.inbox_id,
            station_id=home.id if home else None,
            created_at=work.now_ms,
        )
    )


def ask_for_person(
    work: Work, resident_id: int, message_id: int, kind: str, station_id: str | None, promised_at: int | None
) -> Ticket:
    """Make a task, or find the one that already waits for this resident.

    Args: kind: ``person``, ``escalate``, ``misses`` or ``visit``; promised_at: what the resident
    will be told.
    """
    waiting = work.db.scalars(
        select(Task)
        .where(Task.resident_id == resident_id, Task.state == "open", Task.urgent.is_(False))
        .order_by(Task.id.desc())
    ).first()
    made = waiting or work.db.scalars(select(Task).where(Task.message_id == message_id)).first()
    if made is not None:
        return Ticket(made.id, made.station_id, made.promised_at, False, made.answered_at is not None)
    task = Task(
        kind=kind,
        resident_id=resident_id,
        message_id=message_id,
        station_id=station_id,
        promised_at=promised_at,
        created_at=work.now_ms,
    )
    work.db.add(task)
    work.db.flush()
    return Ticket(task.id, station_id, promised_at, fresh=True, answered=False)


def ask_in_journey(work: Work, station_id: str | None, promised_at: int | None) -> Ticket:
    """The same as a journey's act: the message is the one that began the conversation."""
    return ask_for_person(work, work.resident_id, _begun_by(work), "person", station_id, promised_at)


def ask_for_visit(work: Work, station_id: str | None, promised_at: int | None) -> Ticket:
    """A task to arrange a visit with the resident, as a journey's act. No time is booked by it."""
    return ask_for_person(work, work.resident_id, _begun_by(work), "visit", station_id, promised_at)


def _begun_by(work: Work) -> int:
    """The message that began the conversation of a journey's act."""
    return int(str(work.once).split("/")[0].split(".")[0])


def to_home_station(work: Work, fact: HomeStationChosen) -> None:
    """A resident says where home is: what waited for the whole county goes there."""
    work.db.execute(
        update(Task)
        .where(Task.resident_id == fact.resident_id, Task.state == "open", Task.station_id.is_(None))
        .values(station_id=fact.station_id)
    )


def message_came(work: Work, fact: HeldMessageCame) -> None:
    """A resident wrote to the person who holds the thread, and got a receipt."""
    work.db.execute(
        update(Thread).where(Thread.resident_id == fact.resident_id).values(receipt_at=work.now_ms)
    )


def taken_back(work: Work, fact: ThreadTakenBack) -> None:
    """A resident wants the bot again."""
    work.db.execute(update(Thread).where(Thread.resident_id == fact.resident_id).values(held_by=None))
    _hold_until(work, fact.resident_id, 0)


# -- made by staff ---------------------------------------------------------------------------


def reply(work: Work, staff_id: int, task_id: int, text: str, *, signed: str, once: str, seen: int) -> int:
    """Send a reply and hold the thread.

    Args: text: as written; signed: as it is sent; once: names the form, so that it is sent only
    once; seen: the newest reply of staff that the writer had before the eyes. Returns: the outbox
    row's id. Raises: TaskGone, BadReply, AnsweredMeanwhile.
    """
    task = _open_task(work, task_id)
    resident = task.resident_id
    if resident is None:
        raise TaskGone(_("对方的资料已经删除，回不了了。"))
    if not text.strip():
        raise BadReply(_("还没写字。写一两句再发。"), field="reply")
    if len(text) > LONGEST:
        more = len(text) - LONGEST
        raise BadReply(
            _("一条最多 {most} 个字，多了 {more} 个。").format(most=LONGEST, more=more), field="reply"
        )
    key = f"staff:{staff_id}:{once}"[:120]
    newest = work.db.execute(
        select(StaffReply.id, StaffReply.staff_id, StaffReply.outbox_id)
        .where(StaffReply.resident_id == resident)
        .order_by(StaffReply.id.desc())
        .limit(1)
    ).first()
    sent = outbox.enqueue(work, resident_id=resident, body=signed, once=key)
    if work.db.scalar(select(StaffReply.id).where(StaffReply.outbox_id == sent)) is not None:
        return sent  # the same form, sent again
    if newest is not None and newest.id != seen and newest.staff_id != staff_id:
        raise AnsweredMeanwhile(_("有同事刚刚回了，看一下再发。"))
    work.db.add(StaffReply(resident_id=resident, staff_id=staff_id, outbox_id=sent, at=work.now_ms))
    thread = _thread(work, resident)
    thread.held_by, thread.held_at, thread.read_at = staff_id, work.now_ms, work.now_ms
    _hold_until(work, resident, work.now_ms + HOLD_MS)
    task.answered_at = task.answered_at or work.now_ms
    return sent


def acknowledge(work: Work, staff_id: int, task_id: int) -> bool:
    """Take an urgent task. Returns: False when somebody else has it. Raises: TaskGone."""
    task = _open_task(work, task_id)
    if task.acknowledged_by is not None:
        return task.acknowledged_by == staff_id
    task.acknowledged_at, task.acknowledged_by = work.now_ms, staff_id
    clear_alarm(work, "danger", str(task.message_id))
    return True


def hand_back(work: Work, task_id: int, say: str) -> bool:
    """Give a held thread back to the bot, which says so. Returns: whether it was held. Raises: TaskGone."""
    task = _open_task(work, task_id)
    return _release(work, task, say, "back")


def close(work: Work, staff_id: int, task_id: int, category: str, say: str) -> None:
    """Close a task; a thread held for it goes back to the bot.

    Args: category: one of `CATEGORIES`; say: told to the resident if the thread was held.
    Raises: TaskGone, NotTakenYet.
    """
    task = _open_task(work, task_id)
    if category not in CATEGORIES:
        raise BadReply(_("请选一样：怎么办完的。"), field="category")
    if task.urgent and task.acknowledged_by is None:
        raise NotTakenYet(_("先点“我来接”，再办完。"))
    task.state, task.closed_at, task.closed_by, task.category = "closed", work.now_ms, staff_id, category
    work.db.flush()
    others = work.db.scalar(
        select(func.count()).where(Task.resident_id == task.resident_id, Task.state == "open")
    )
    if not others:
        _release(work, task, say, "closed")


def look(work: Work, task_id: int) -> None:
    """Record that a member of staff looked at the thread of a task. Raises: TaskGone."""
    task = work.db.get(Task, task_id)
    if task is None or task.resident_id is None:
        raise TaskGone(_("没有这一件。"))
    _thread(work, task.resident_id).read_at = work.now_ms


def _release(work: Work, task: Task, say: str, why: str) -> bool:
    thread = work.db.get(Thread, task.resident_id) if task.resident_id is not None else None
    if thread is None or thread.held_by is None:
        return False
    thread.held_by = None
    _hold_until(work, thread.resident_id, 0)
    outbox.enqueue(work, resident_id=thread.resident_id, body=say, once=f"{why}:{task.id}:{thread.held_at}")
    return True


def _hold_until(work: Work, resident_id: int, until_ms: int) -> None:
    """Write it beside the resident too, where a turn learns without asking who holds the thread."""
    work.changed(sql.HOLD_THREAD, resident=resident_id, until=until_ms)


def release_all(work: Work, staff_id: int) -> int:
    """Give back every thread that somebody holds who leaves. Returns: how many."""
    threads = work.db.scalars(select(Thread).where(Thread.held_by == staff_id)).all()
    for thread in threads:
        thread.held_by = None
        _hold_until(work, thread.resident_id, 0)
    return len(threads)


def _open_task(work: Work, task_id: int) -> Task:
    task = work.db.get(Task, task_id)
    if task is None or task.state != "open":
        raise TaskGone(_("这一件已经办完了。"))
    return task


def _thread(work: Work, resident_id: int) -> Thread:
    thread = work.db.get(Thread, resident_id)
    if thread is None:
        thread = Thread(resident_id=resident_id, held_at=0, receipt_at=0, read_at=0)
        work.db.add(thread)
    return thread


# -- looked up, erased -----------------------------------------------------------------------


@dataclass(frozen=True)
class Hold:
    """Who holds a thread, and when a receipt was last given."""

    staff_id: int
    name: str
    receipt_at: int


def held(connection: Connection, resident_id: int, now_ms: int) -> Hold | None:
    """The person who holds a resident's thread, unless the hold has lapsed."""
    row = connection.execute(
        select(Staff.id, Staff.name, Thread.receipt_at)
        .join(Staff, Staff.id == Thread.held_by)
        .where(Thread.resident_id == resident_id, Thread.held_at > now_ms - HOLD_MS)
    ).first()
    return Hold(*row) if row else None


def waiting(connection: Connection, resident_id: int) -> int | None:
    """The number of the task with which a resident waits for a person, or None."""
    return connection.scalar(
        select(Task.id)
        .where(Task.resident_id == resident_id, Task.state == "open", Task.urgent.is_(False))
        .order_by(Task.id.desc())
        .limit(1)
    )


def erase(work: Work, resident_id: int, most: int) -> int:
    """Delete a resident's closed tasks and what belongs to them; open ones are an open matter.

    Returns: how many rows went.
    """
    ids = work.db.scalars(
        select(Task.id).where(Task.resident_id == resident_id, Task.state != "open").limit(most)
    ).all()
    work.db.execute(delete(Task).where(Task.id.in_(ids)))
    if ids:
        return len(ids)
    if needed(work, resident_id):
        return 0
    replies = work.db.scalars(
        select(StaffReply.id).where(StaffReply.resident_id == resident_id).limit(most)
    ).all()
    work.db.execute(delete(StaffReply).where(StaffReply.id.in_(replies)))
    gone = work.db.execute(delete(Thread).where(Thread.resident_id == resident_id))
    return len(replies) + int(getattr(gone, "rowcount", 0))


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
