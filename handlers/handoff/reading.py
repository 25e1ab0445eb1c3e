"""What staff see: the list of tasks, one task, its thread, and what may still be sent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select

from bot.wechat import media_reading
from bot.wechat.media_acts import KINDS as WITH_MEDIA
from bot.wechat.media_reading import Card
from bot.wechat.models import Inbox, Outbox, Resident
from handlers.directory import stations
from handlers.handoff.models import Staff, StaffReply, Task, Thread
from handlers.handoff.scope import Scope, in_scope

PAGE = 50
SHOWN = 60
"""Messages of a thread that are shown, the newest ones."""


@dataclass(frozen=True)
class Line:
    """A task in the list. It holds none of the resident's words.

    Attributes: taken_by: who acknowledged it; answered_at: first reply; waiting: the resident wrote
    after the last look; instants are milliseconds UTC.
    """

    id: int
    kind: str
    urgent: bool
    reason: str
    station: str
    promised_at: int | None
    created_at: int
    taken_by: str
    answered_at: int | None
    waiting: bool
    resident_id: int | None
    state: str
    closed_at: int | None
    category: str


@dataclass(frozen=True)
class Counts:
    """Open tasks in a scope; ``untaken``: urgent ones that nobody took, in the whole county."""

    open: int
    late: int
    untaken: int


@dataclass(frozen=True)
class Utterance:
    """One thing said in a thread.

    Attributes: who: ``resident``, ``bot`` or ``person``; kind: of the message, such as ``image``; fate:
    state of the outbox row of a person's reply, or the channel of the bot's; reason: why it did not leave;
    media: the file that the message brought.
    """

    who: str
    name: str
    text: str = field(repr=False)
    at: int
    kind: str = "text"
    fate: str = ""
    reason: str = ""
    ended_at: int | None = None
    media: Card | None = None


@dataclass(frozen=True)
class Window:
    """What the platform still allows: messages left of how many, until when. ``short``: after a tap."""

    left: int
    most: int
    until: int
    short: bool
    door: str
    gone: bool


def open_lines(connection: Connection, scope: Scope, *, offset: int = 0) -> list[Line]:
    """Open tasks: urgent ones that nobody took, then unanswered by promised time, then the rest."""
    found = _lines(scope).where(Task.state == "open")
    untaken = case((and_(Task.urgent, Task.acknowledged_by.is_(None)), 0), else_=1)
    order = (
        untaken,
        case((Task.answered_at.is_(None), 0), else_=1),
        case((Task.urgent, 0), else_=1),
        case((Task.promised_at.is_(None), 1), else_=0),
        Task.promised_at,
        Task.id,
    )
    return _read(connection, found.order_by(*order).limit(PAGE + 1).offset(offset))


def closed_lines(connection: Connection, scope: Scope, *, offset: int = 0) -> list[Line]:
    """Closed tasks, the newest first."""
    found = _lines(scope).where(Task.state == "closed").order_by(Task.closed_at.desc(), Task.id.desc())
    return _read(connection, found.limit(PAGE + 1).offset(offset))


def one(connection: Connection, task_id: int, scope: Scope) -> Line | None:
    """One task, if it is there and in scope."""
    found = _read(connection, _lines(scope).where(Task.id == task_id))
    return found[0] if found else None


def counts(connection: Connection, scope: Scope, now_ms: int) -> Counts:
    """How many tasks are open and late."""
    late = and_(Task.promised_at < now_ms, Task.answered_at.is_(None))
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(case((late, 1), else_=0)), 0)).where(
            Task.state == "open", in_scope(scope)
        )
    ).one()
    untaken = connection.scalar(
        select(func.count()).where(Task.state == "open", Task.urgent, Task.acknowledged_by.is_(None))
    )
    return Counts(int(row[0]), int(row[1]), int(untaken or 0))


def newest_reply(connection: Connection, resident_id: int) -> int:
    """The newest reply of staff in a thread, 0 when there is none."""
    found = connection.scalar(select(func.max(StaffReply.id)).where(StaffReply.resident_id == resident_id))
    return int(found or 0)


def holder_name(connection: Connection, resident_id: int, since_ms: int) -> str:
    """Who holds a thread, empty when the bot does. Args: since_ms: an older hold has lapsed."""
    found = connection.scalar(
        select(Staff.name)
        .join(Thread, Thread.held_by == Staff.id)
        .where(Thread.resident_id == resident_id, Thread.held_at > since_ms)
    )
    return found or ""


def talk_of(connection: Connection, resident_id: int) -> list[Utterance]:
    """What was said last in a thread, oldest first, the newest at the end."""
    said = [*_messages(connection, resident_id), *_replies(connection, resident_id)]
    return sorted(said, key=lambda one: one.at)[-SHOWN:]


def window(connection: Connection, resident_id: int, now_ms: int) -> Window | None:
    """What may still be sent to a resident now, as the ledger has it."""
    row = connection.execute(
        select(
            Resident.said_left,
            Resident.said_until,
            Resident.did_left,
            Resident.did_until,
            Resident.door,
            Resident.left_at,
        ).where(Resident.id == resident_id)
    ).first()
    if row is None:
        return None
    said_left, said_until, did_left, did_until, door, left_at = row
    said = said_left if said_until > now_ms else 0
    did = did_left if did_until > now_ms else 0
    if did and not said:
        return Window(did, 3, did_until, True, door, left_at is not None)
    return Window(said, 5, said_until, False, door, left_at is not None)


def fate_of(connection: Connection, outbox_id: int) -> str:
    """The state of an outbox row."""
    return str(connection.scalar(select(Outbox.state).where(Outbox.id == outbox_id)) or "")


def _lines(scope: Scope) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = (
        select(
            Task.id,
            Task.kind,
            Task.urgent,
            Task.reason,
            Task.station_id,
            Task.promised_at,
            Task.created_at,
            Staff.name,
            Task.answered_at,
            Resident.last_at,
            Thread.read_at,
            Task.resident_id,
            Task.state,
            Task.closed_at,
            Task.category,
        )
        .join(Staff, Staff.id == Task.acknowledged_by, isouter=True)
        .join(Resident, Resident.id == Task.resident_id, isouter=True)
        .join(Thread, Thread.resident_id == Task.resident_id, isouter=True)
        .where(in_scope(scope))
    )
    return found


def _read(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[Line]:
    names = {card.id: card.name for card in stations.all_open(connection)}
    return [
        Line(
            id=row.id,
            kind=row.kind,
            urgent=bool(row.urgent),
            reason=row.reason,
            station=names.get(row.station_id or "", row.station_id or ""),
            promised_at=row.promised_at,
            created_at=row.created_at,
            taken_by=row.name or "",
            answered_at=row.answered_at,
            waiting=(row.last_at or 0) > (row.read_at or 0),
            resident_id=row.resident_id,
            state=row.state,
            closed_at=row.closed_at,
            category=row.category or "",
        )
        for row in connection.execute(query)
    ]


def _messages(connection: Connection, resident_id: int) -> Iterator[Utterance]:
    rows = connection.execute(
        select(
            Inbox.id, Inbox.kind, Inbox.body, Inbox.reply, Inbox.channel, Inbox.decision, Inbox.received_at
        )
        .where(Inbox.resident_id == resident_id)
        .order_by(Inbox.seq.desc())
        .limit(SHOWN)
    ).all()
    files = media_reading.cards(connection, [row.id for row in rows if row.kind in WITH_MEDIA])
    shown = {"", *(card.words for card in files.values())}
    for row in rows:
        text = json.loads(row.body)["t"] if row.body else ""
        kind = row.kind if row.body else "gone"
        if kind != "heard" or text not in shown:  # what was understood stands with its voice
            yield Utterance("resident", "", text, row.received_at, kind, media=files.get(row.id))
        if row.reply:
            yield Utterance("bot", row.decision or "", row.reply, row.received_at + 1, fate=row.channel or "")


def _replies(connection: Connection, resident_id: int) -> Iterator[Utterance]:
    rows = connection.execute(
        select(StaffReply.at, Staff.name, Outbox.body, Outbox.state, Outbox.reason, Outbox.ended_at)
        .join(Staff, Staff.id == StaffReply.staff_id)
        .join(Outbox, Outbox.id == StaffReply.outbox_id, isouter=True)
        .where(StaffReply.resident_id == resident_id)
        .order_by(StaffReply.id.desc())
        .limit(SHOWN)
    )
    for row in rows:
        yield Utterance(
            "person",
            row.name,
            row.body or "",
            row.at,
            fate=row.state or "gone",
            reason=row.reason or "",
            ended_at=row.ended_at,
        )
