"""Replies of persons with the question before them, for whoever makes an entry of one."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bot.wechat.models import Inbox, Outbox
from handlers.handoff.models import StaffReply, Task
from handlers.handoff.scope import Scope, in_scope

MOST = 10
_BEFORE = 3
"""Messages before the reply that are looked at for a question."""
_SIGNED = "回您："
"""Ends the first line of a reply, which says who wrote it, see `sentences.signed`."""


@dataclass(frozen=True)
class Said:
    """What a person replied. Attributes: asked: the resident's texts before it, the newest last."""

    outbox_id: int
    at: int
    text: str = field(repr=False)
    asked: tuple[str, ...] = field(repr=False)


def said(connection: Connection, task_id: int, scope: Scope) -> list[Said]:
    """The replies in the thread of a task, the newest first; none when the task is not in scope."""
    rows = connection.execute(
        select(StaffReply.outbox_id, StaffReply.resident_id, StaffReply.at, Outbox.body)
        .join(Task, Task.resident_id == StaffReply.resident_id)
        .join(Outbox, Outbox.id == StaffReply.outbox_id)
        .where(Task.id == task_id, in_scope(scope, offered=False))
        .order_by(StaffReply.id.desc())
        .limit(MOST)
    ).all()
    return [_said(connection, row) for row in rows if row.body]


def tasks_of(connection: Connection, residents: list[int], scope: Scope) -> dict[int, int]:
    """The newest task of each resident that may be opened, by resident."""
    rows = connection.execute(
        select(Task.resident_id, Task.id)
        .where(Task.resident_id.in_(residents), in_scope(scope, offered=False))
        .order_by(Task.id)
    )
    return {row.resident_id: row.id for row in rows}


def _said(connection: Connection, row: Any) -> Said:
    first, newline, rest = row.body.partition("\n")
    text = rest if newline and first.endswith(_SIGNED) else row.body
    return Said(row.outbox_id, row.at, text.strip(), _asked(connection, row.resident_id, row.at))


def _asked(connection: Connection, resident_id: int, before_ms: int) -> tuple[str, ...]:
    rows = connection.execute(
        select(Inbox.body)
        .where(Inbox.resident_id == resident_id, Inbox.kind == "text", Inbox.received_at <= before_ms)
        .order_by(Inbox.id.desc())
        .limit(_BEFORE)
    )
    texts = [str(json.loads(row.body).get("t", "")).strip() for row in rows if row.body]
    return tuple(text for text in reversed(texts) if text)
