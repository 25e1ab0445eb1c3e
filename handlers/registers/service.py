"""The books write themselves: rows are made by what staff do with a task, in the same act.

Which books there are, and their columns, follows the four registers that judicial offices keep
(解答法律咨询, 来信来访, 矛盾纠纷排查); the parts that a conversation cannot know are left out.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.clock import in_china, instant
from bot.errors import Refused
from bot.wechat.models import Inbox
from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.facts import PersonReceived, StaffReplied, TaskEnded, TaskMoved, ThreadSecluded
from handlers.handoff import seclusion
from handlers.handoff.models import Task
from handlers.registers.models import RegisterRow, ZeroReport
from knowledge.topics import TOPICS

RECEIVED = "received"
"""The result of a visit: staff say no more of it here."""
_ADVICE = frozenset({"lawyer", "adviser", "car"})
"""Appointments at which somebody is advised: they stand in the book of consultations too."""
CONSULT, VISITS, SCREENING = "consult", "visits", "screening"
BOOKS = (CONSULT, VISITS, SCREENING)
ZERO_FROM = 25
"""Day of a month from which its zero report can be given: offices close their books before the month ends."""
_CLUES = frozenset({"threat", "violence", "crowd"})
_MISTAKEN = "mistaken"
_GUIDE = "guide"
"""What the ids of guides begin with, before their topic."""
_LOOKED_BACK = 8
"""Messages before the task in which its topic is looked for."""


class NoZeroReport(Refused):
    """A zero report that would not be true, or is too early."""

    code = "no_zero_report"


def month_of(at: datetime) -> int:
    """The month of an instant in China, as 202611."""
    local = in_china(at)
    return local.year * 100 + local.month


def replied(work: Work, fact: StaffReplied) -> None:
    """A person answered: the matter stands in the books from its first answer on."""
    task = work.db.get(Task, fact.task_id)
    if task is None:
        return
    _write(work, task, fact.staff_id)
    work.db.execute(
        update(RegisterRow)
        .where(RegisterRow.task_id == task.id, RegisterRow.replied_at.is_(None))
        .values(replied_at=work.now_ms)
    )


def secluded(work: Work, fact: ThreadSecluded) -> None:
    """A thread was closed or opened by hand: its rows stay so, also when its tasks are erased."""
    work.db.execute(
        update(RegisterRow).where(RegisterRow.task_id.in_(fact.task_ids)).values(secluded=fact.kind)
    )


def ended(work: Work, fact: TaskEnded) -> None:
    """A person closed a task: the result stands in the books. What was a mistake makes no row."""
    task = work.db.get(Task, fact.task_id)
    if task is None:
        return
    if fact.category != _MISTAKEN:
        _write(work, task, task.closed_by)
    work.db.execute(
        update(RegisterRow)
        .where(RegisterRow.task_id == task.id)
        .values(ended_at=work.now_ms, result=fact.category[:16])
    )


def received(work: Work, fact: PersonReceived) -> None:
    """Somebody was received: the visit stands in the books, once."""
    for book in (CONSULT, VISITS) if fact.kind in _ADVICE else (VISITS,):
        _insert(
            work,
            RegisterRow,
            {
                "book": book,
                "appointment_id": fact.appointment_id,
                "ticket_id": fact.ticket_id,
                "station_id": fact.station_id,
                "month": month_of(instant(work.now_ms)),
                "at": work.now_ms,
                "came_at": fact.came_at,
                "kind": fact.kind,
                "reason": "",
                "topic": "",
                "secluded": _closed_to_others(work, fact.resident_id),
                "staff_id": fact.staff_id,
                "due_at": fact.due_at,
                "replied_at": work.now_ms,
                "referred_to": "",
                "ended_at": work.now_ms,
                "result": RECEIVED,
            },
        )


def _closed_to_others(work: Work, resident_id: int | None) -> str:
    if resident_id is None:
        return ""
    return seclusion.kind_of(work.db.connection(), resident_id)


def moved(work: Work, fact: TaskMoved) -> None:
    """A task was accepted by another station: where it went stands in the books of the first."""
    if fact.why == "accepted" and fact.station_id:
        work.db.execute(
            update(RegisterRow)
            .where(RegisterRow.task_id == fact.task_id, RegisterRow.station_id != fact.station_id)
            .values(referred_to=fact.station_id)
        )


def confirm_nothing(work: Work, staff_id: int, book: str, month: int, station_id: str) -> None:
    """Say that a book had nothing in a month; once said it stays. Closed threads are counted elsewhere.

    Raises: NoZeroReport.
    """
    if book not in BOOKS:
        raise NoZeroReport(_("没有这本登记簿。"))
    if month > month_of(work.now) or (month == month_of(work.now) and in_china(work.now).day < ZERO_FROM):
        raise NoZeroReport(_("这个月还没过完，{day} 号起才能报。").format(day=ZERO_FROM))
    rows = work.db.scalar(
        select(func.count()).where(
            RegisterRow.book == book,
            RegisterRow.month == month,
            RegisterRow.station_id == station_id,
            RegisterRow.secluded == "",
        )
    )
    if rows:
        raise NoZeroReport(_("这个月有登记，不用报没有。"))
    _insert(
        work,
        ZeroReport,
        {"book": book, "month": month, "station_id": station_id, "staff_id": staff_id, "at": work.now_ms},
    )


def _write(work: Work, task: Task, staff_id: int | None) -> None:
    for book in _books(task):
        _insert(
            work,
            RegisterRow,
            {
                "book": book,
                "task_id": task.id,
                "station_id": task.station_id or "",
                "month": month_of(instant(work.now_ms)),
                "at": work.now_ms,
                "came_at": task.created_at,
                "kind": task.kind,
                "reason": task.reason,
                "topic": _topic(work, task),
                "secluded": task.secluded,
                "staff_id": staff_id,
                "due_at": task.promised_at,
                "referred_to": "",
                "result": "",
            },
        )


def _books(task: Task) -> tuple[str, ...]:
    if task.kind == "danger":
        return (VISITS, SCREENING) if task.reason in _CLUES else (VISITS,)
    return (VISITS,) if task.kind == "visit" else (CONSULT, VISITS)


def _topic(work: Work, task: Task) -> str:
    """The topic of the last question that was understood before the task, or nothing."""
    decisions = work.db.scalars(
        select(Inbox.decision)
        .where(
            Inbox.resident_id == task.resident_id, Inbox.decision.is_not(None), Inbox.id <= task.message_id
        )
        .order_by(Inbox.seq.desc())
        .limit(_LOOKED_BACK)
    )
    for decision in decisions:
        topic = topic_of(decision or "")
        if topic:
            return topic
    return ""


def topic_of(decision: str) -> str:
    """The topic of a decision as the message path keeps it (``answer:labour.wages_owed``), or nothing."""
    first, _dot, rest = decision.partition(":")[2].partition("+")[0].partition(".")
    topic = rest if first == _GUIDE else first
    return topic if topic in TOPICS else ""


def _insert(work: Work, table: type[RegisterRow] | type[ZeroReport], values: dict[str, Any]) -> None:
    """Add a row unless it is there: two who answer at the same moment must not trip over each other."""
    work.db.execute(insert(work.db, table).values(**values).on_conflict_do_nothing())
