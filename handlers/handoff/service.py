"""What waits for a person: tasks are opened, answered, handed back and closed here."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from bot.wechat import outbox
from bot.wechat.models import Outbox
from bot.words import _
from bot.work.alarms import clear_alarm
from bot.work.facts import DangerHeard
from bot.work.unit import Work
from handlers.directory import stations
from handlers.facts import (
    HeldMessageCame,
    HolderAwaited,
    HolderLooked,
    HomeStationChosen,
    StaffReplied,
    TaskAcknowledged,
    TaskEnded,
    TaskMoved,
    TaskOpened,
    ThreadTakenBack,
)
from handlers.handoff import absence, holding, kept, rating, returning
from handlers.handoff.holding import HOLD_MS as HOLD_MS
from handlers.handoff.models import Offer, Staff, StaffReply, Task, TaskNote, Thread
from handlers.handoff.refusals import AnsweredMeanwhile as AnsweredMeanwhile
from handlers.handoff.refusals import BadReply as BadReply
from handlers.handoff.refusals import NotTakenYet as NotTakenYet
from handlers.handoff.refusals import TakenAlready as TakenAlready
from handlers.handoff.refusals import TaskGone as TaskGone

CATEGORIES = ("answered", "visit", "elsewhere", "unreachable", "mistaken")
_UNCOUNTED = ("unreachable", "mistaken")
_PRESSING = ("deadline",)
"""Kinds that a task takes on which waits for another reason."""
LONGEST = 600
"""Characters of a reply: it goes out as one message."""
_SECLUDED_DANGER = {"violence": "violence", "child": "minor"}
ALARM = "unanswered"
"""Kind of the alarm when nobody answers for more than half a day."""
OVERRIDES = ("head", "county_admin")
"""Who may act on what another holds."""
FIRST_LEVEL_MS = 3 * 60_000


@dataclass(frozen=True)
class Ticket:
    """A task as the resident hears of it.

    Attributes: fresh: made just now; answered: a person has replied; ahead: how many wait in the same
    pool since longer.
    """

    task_id: int
    station_id: str | None
    promised_at: int | None
    fresh: bool
    answered: bool
    ahead: int = 0


# -- made by what residents say --------------------------------------------------------------


def open_urgent(work: Work, fact: DangerHeard) -> None:
    """A message sounds like danger: make the task, in the act that records the message."""
    home = stations.home_of(work.db.connection(), fact.resident_id)
    task = Task(
        kind="danger",
        urgent=True,
        reason=fact.kind,
        resident_id=fact.resident_id,
        message_id=fact.inbox_id,
        station_id=home.id if home else None,
        created_at=work.now_ms,
        moved_at=work.now_ms,
        next_at=work.now_ms + FIRST_LEVEL_MS,
        secluded=_SECLUDED_DANGER.get(fact.kind) or _secluded(work, fact.resident_id),
    )
    work.db.add(task)
    work.db.flush()
    if task.secluded:
        _seclude_all(work, fact.resident_id, task.secluded)
    work.happened(TaskOpened(task.id, urgent=True))


def ask_for_person(
    work: Work,
    resident_id: int,
    message_id: int,
    kind: str,
    station_id: str | None,
    promised_at: int | None,
    *,
    secluded: str = "",
) -> Ticket:
    """Make a task, or find the one that already waits for this resident; it learns of what presses more.

    Args: kind: ``person``, ``escalate``, ``misses``, ``visit``, ``turned`` or ``deadline``; promised_at:
    what the resident will be told; secluded: closes the thread to all but named staff, see `named.KINDS`.
    """
    if secluded:
        _seclude_all(work, resident_id, secluded)
    waiting = work.db.scalars(
        select(Task)
        .where(Task.resident_id == resident_id, Task.state == "open", Task.urgent.is_(False))
        .order_by(Task.id.desc())
    ).first()
    made = waiting or work.db.scalars(select(Task).where(Task.message_id == message_id)).first()
    if made is not None:
        if made.state == "open" and made.waits_since is None:  # asked for again after an answer
            made.waits_since = made.next_at = work.now_ms
        if made.state == "open" and kind in _PRESSING and made.kind not in _PRESSING:
            made.kind = kind
        return _ticket(work, made, fresh=False)
    task = Task(
        kind=kind,
        resident_id=resident_id,
        message_id=message_id,
        station_id=station_id,
        promised_at=promised_at,
        created_at=work.now_ms,
        moved_at=work.now_ms,
        waits_since=work.now_ms,
        next_at=work.now_ms,
        secluded=secluded or _secluded(work, resident_id),
    )
    work.db.add(task)
    work.db.flush()
    if promised_at is not None:
        kept.promised(work, task.id, station_id, promised_at)
    work.happened(TaskOpened(task.id, urgent=False))
    return _ticket(work, task, fresh=True)


def _ticket(work: Work, task: Task, *, fresh: bool) -> Ticket:
    ahead = work.db.scalar(
        select(func.count()).where(
            Task.state == "open",
            Task.urgent.is_(False),
            Task.station_id.is_not_distinct_from(task.station_id),
            Task.waits_since.is_not(None),
            Task.id < task.id,
        )
    )
    answered = task.answered_at is not None
    return Ticket(task.id, task.station_id, task.promised_at, fresh, answered, int(ahead or 0))


def _secluded(work: Work, resident_id: int) -> str:
    """What closes a resident's thread to all but named staff: one such matter is enough."""
    found = select(Task.secluded).where(Task.resident_id == resident_id, Task.secluded != "")
    return work.db.scalar(found.order_by(Task.id.desc()).limit(1)) or ""


def _seclude_all(work: Work, resident_id: int, kind: str) -> None:
    """Every task of a resident leads to the same thread."""
    holding.changed(
        work,
        update(Task).where(Task.resident_id == resident_id, Task.secluded == "").values(secluded=kind),
    )


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
    """A resident says where home is: what waited for the whole county, with nobody, goes there."""
    work.db.execute(
        update(Task)
        .where(
            Task.resident_id == fact.resident_id,
            Task.state == "open",
            Task.station_id.is_(None),
            Task.holder_id.is_(None),
        )
        .values(station_id=fact.station_id, next_at=work.now_ms)
    )


def message_came(work: Work, fact: HeldMessageCame) -> None:
    """A resident wrote to the person who holds the thread: the ladder counts from the first such word.

    The holder is told of it, once until they look.
    """
    if fact.receipt:
        work.db.execute(
            update(Thread).where(Thread.resident_id == fact.resident_id).values(receipt_at=work.now_ms)
        )
    work.db.execute(
        update(Task)
        .where(
            Task.resident_id == fact.resident_id,
            Task.state == "open",
            Task.urgent.is_(False),
            Task.waits_since.is_(None),
        )
        .values(waits_since=work.now_ms, next_at=work.now_ms)
    )
    thread = work.db.get(Thread, fact.resident_id, populate_existing=True)
    if thread is None or thread.held_by is None or thread.told_at:
        return
    task = _held_task(work, fact.resident_id, thread.held_by)
    if task is not None:
        thread.told_at = work.now_ms
        work.happened(HolderAwaited(task, thread.held_by))


def _held_task(work: Work, resident_id: int, staff_id: int) -> int | None:
    """The open task for which somebody holds a thread; danger last."""
    return work.db.scalar(
        select(Task.id)
        .where(Task.resident_id == resident_id, Task.state == "open", Task.holder_id == staff_id)
        .order_by(Task.urgent, Task.id.desc())
        .limit(1)
    )


def taken_back(work: Work, fact: ThreadTakenBack) -> None:
    """A resident wants the bot again: who was answered before waits for nobody now."""
    holding.let_go(work, fact.resident_id)
    work.db.execute(
        update(Task)
        .where(Task.resident_id == fact.resident_id, Task.state == "open", Task.answered_at.is_not(None))
        .values(waits_since=None)
    )


# -- made by staff ---------------------------------------------------------------------------


def reply(work: Work, staff_id: int, task_id: int, text: str, *, signed: str, once: str, seen: int) -> int:
    """Send a reply and hold the thread; a task that nobody took is taken by it.

    Args: text: as written; signed: as it is sent; once: names the form, so that it is sent only
    once; seen: the newest reply of staff that the writer had before the eyes. Returns: the outbox
    row's id. Raises: TaskGone, BadReply, TakenAlready, AnsweredMeanwhile.
    """
    task = holding.open_task(work, task_id)
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
    newest = work.db.execute(
        select(StaffReply.id, StaffReply.staff_id, StaffReply.outbox_id)
        .where(StaffReply.resident_id == resident)
        .order_by(StaffReply.id.desc())
        .limit(1)
    ).first()
    before = sent_before(work, staff_id, once)
    if before is not None:
        return before
    sent = outbox.enqueue(work, resident_id=resident, body=signed, once=_key(staff_id, once))
    if newest is not None and newest.id != seen and newest.staff_id != staff_id:
        raise AnsweredMeanwhile(_("有同事刚刚回了，看一下再发。"))
    _make_mine(work, staff_id, task_id)
    _alone_in_thread(work, staff_id, task)
    work.db.add(StaffReply(resident_id=resident, staff_id=staff_id, outbox_id=sent, at=work.now_ms))
    holding.hold(work, resident, staff_id)
    _answered(work, resident, task_id)
    work.happened(StaffReplied(task_id, staff_id, sent))
    return sent


def sent_before(work: Work, staff_id: int, once: str) -> int | None:
    """The outbox row's id of a reply whose form was sent already: nothing is to be done again for it."""
    return work.db.scalar(
        select(StaffReply.outbox_id)
        .join(Outbox, Outbox.id == StaffReply.outbox_id)
        .where(Outbox.once == _key(staff_id, once))
    )


def _key(staff_id: int, once: str) -> str:
    return f"staff:{staff_id}:{once}"[:120]


def hand_back(work: Work, task_id: int, say: str) -> bool:
    """Give a held thread back to the bot, which says so. Returns: whether it changed. Raises: TaskGone."""
    task = holding.open_task(work, task_id)
    waited, task.waits_since = task.waits_since is not None, None
    return _release(work, task, say, "back") or waited


def close(work: Work, staff_id: int, task_id: int, category: str, say: str) -> None:
    """Close a task; a thread held for it goes back to the bot.

    Args: category: one of `CATEGORIES`; say: told to the resident if the thread was held, or if
    they still wait. Raises: TaskGone, NotTakenYet, TakenAlready.
    """
    task = holding.open_task(work, task_id)
    if category not in CATEGORIES:
        raise BadReply(_("请选一样：怎么办完的。"), field="category")
    if task.urgent and task.acknowledged_by is None:
        raise NotTakenYet(_("先点“我来接”，再办完。"))
    if task.holder_id is None or task.taken_at is None:
        _make_mine(work, staff_id, task_id)
    elif task.holder_id != staff_id and not may_override(work, staff_id, task.holder_id):
        raise TakenAlready(
            _("{name}在办这一件，由他来办完。").format(name=holding.name_of(work, task.holder_id))
        )
    task = holding.open_task(work, task_id)
    waits = task.waits_since is not None
    task.state, task.closed_at, task.closed_by, task.category = "closed", work.now_ms, staff_id, category
    task.waits_since = task.next_at = None
    work.db.flush()
    holding.end_offers(work, task_id)
    if category in _UNCOUNTED:
        kept.void(work, task_id)
    else:
        kept.answered(work, task_id)
    clear_alarm(work, ALARM, str(task_id))
    _part(work, task, say, waits=waits)
    work.happened(TaskEnded(task_id, category))


def look(work: Work, staff_id: int, task_id: int) -> None:
    """A member of staff looked at the thread of a task. Raises: TaskGone."""
    task = work.db.get(Task, task_id)
    if task is None or task.resident_id is None:
        raise TaskGone(_("没有这一件。"))
    thread = work.db.get(Thread, task.resident_id)
    if thread is None or thread.held_by != staff_id or not thread.told_at:
        return
    thread.told_at = 0
    told = _held_task(work, task.resident_id, staff_id)
    if told is not None:
        work.happened(HolderLooked(told))


def release_all(work: Work, staff_id: int) -> int:
    """Put everything that somebody holds who leaves into its pool. Returns: how many tasks."""
    return returning.give_up_all(work, staff_id, "left")


def may_override(work: Work, staff_id: int, holder: int) -> bool:
    """Whether somebody may act on what another holds: heads may, and everybody when that one is away."""
    if work.db.scalar(select(Staff.role).where(Staff.id == staff_id)) in OVERRIDES:
        return True
    there = work.db.scalar(select(Staff.active).where(Staff.id == holder))
    return not there or absence.is_away(work.db.connection(), holder, work.now_ms)


def take_up(work: Work, staff_id: int, task_id: int) -> bool:
    """Take a task up, and what goes with it: urgent ones are acknowledged, which ends their alarm.

    Returns: False when this person had it already. Raises: TaskGone, TakenAlready.
    """
    fresh = holding.claim(work, staff_id, task_id)
    task = holding.open_task(work, task_id)
    if task.urgent and task.acknowledged_by is None:
        acknowledged(work, task, staff_id)
    if fresh:
        work.happened(TaskMoved(task_id, staff_id, task.station_id, "taken"))
    return fresh


def acknowledged(work: Work, task: Task, staff_id: int) -> None:
    """Somebody has an urgent task: its alarm ends."""
    task.acknowledged_at, task.acknowledged_by, task.next_at = work.now_ms, staff_id, None
    clear_alarm(work, "danger", str(task.message_id))
    work.happened(TaskAcknowledged(task.id, staff_id))


def _make_mine(work: Work, staff_id: int, task_id: int) -> None:
    """Take a task that nobody took, or whose holder is not there. Raises: TaskGone, TakenAlready."""
    try:
        take_up(work, staff_id, task_id)
    except TakenAlready:
        task = holding.open_task(work, task_id)
        holder = task.holder_id
        if holder is None or not may_override(work, staff_id, holder):
            raise
        if not holding.pass_on(work, task_id, holder=holder, to=staff_id, pool=task.station_id, taken=True):
            raise
        holding.end_offers(work, task_id)
        task = holding.open_task(work, task_id)
        if task.urgent:
            acknowledged(work, task, staff_id)
        work.happened(TaskMoved(task_id, staff_id, task.station_id, "taken"))


def _alone_in_thread(work: Work, staff_id: int, task: Task) -> None:
    """One person speaks in a thread at a time; danger is answered by whoever took it."""
    thread = work.db.get(Thread, task.resident_id)
    if thread is None or thread.held_by in (None, staff_id) or task.urgent:
        return
    if thread.held_at > work.now_ms - HOLD_MS and not may_override(work, staff_id, thread.held_by):
        raise TakenAlready(_("{name}正在和这位居民说话。").format(name=holding.name_of(work, thread.held_by)))


def _answered(work: Work, resident_id: int, task_id: int) -> None:
    """A word of a person reached the resident: nothing of theirs waits any more."""
    ids = work.db.scalars(
        select(Task.id).where(
            Task.resident_id == resident_id, Task.state == "open", Task.waits_since.is_not(None)
        )
    ).all()
    for one in {*ids, task_id}:
        task = holding.open_task(work, one)
        task.waits_since, task.rung = None, 0
        task.answered_at = task.answered_at or work.now_ms
        clear_alarm(work, ALARM, str(one))
        kept.answered(work, one)


def _part(work: Work, task: Task, say: str, *, waits: bool) -> None:
    """The last words about a closed task; while another of the resident is open the thread stays as it is."""
    others = work.db.scalar(
        select(func.count()).where(Task.resident_id == task.resident_id, Task.state == "open")
    )
    if others or _release(work, task, say, "closed"):
        return
    if waits and say and task.resident_id is not None and not task.secluded and not task.urgent:
        outbox.enqueue(work, resident_id=task.resident_id, body=say, once=f"closed:{task.id}")


def _release(work: Work, task: Task, say: str, why: str) -> bool:
    resident = task.resident_id
    if resident is None or not holding.let_go(work, resident):
        return False
    at = holding.thread_of(work, resident).held_at
    body = "\n".join(part for part in (say, rating.ask(work, task)) if part)
    outbox.enqueue(work, resident_id=resident, body=body, once=f"{why}:{task.id}:{at}")
    return True


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
    if ids:
        for table in (TaskNote, Offer):
            work.db.execute(delete(table).where(table.task_id.in_(ids)))
        rating.erase(work, list(ids))
        work.db.execute(delete(Task).where(Task.id.in_(ids)))
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
