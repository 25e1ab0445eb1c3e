"""A write that comes again is done once and answered the same: what was answered is kept with what was done.

The answer to what was done is kept in the act that does it; a refusal, which did nothing, in an act of its
own before it is sent. So whatever a client was told is what it is told again, by every node, and after a
process that ended at any moment.
"""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.clock import CHINA
from bot.crypto import vault
from bot.errors import Refused
from bot.web.models import ApiAnswer
from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work

KEPT_MS = 48 * 60 * 60_000
_EXPIRED = 20
"""Old answers that a new one takes away, so that the table is as large as two days are."""


class KeyReused(Refused):
    """The key came before, with another request."""

    code = "key_reused"

    def __init__(self) -> None:
        super().__init__(_("这个请求编号已经用在别的请求上了，请换一个。"), field="Idempotency-Key")


@dataclass(frozen=True)
class Asked:
    """A write as it was asked for. Attributes: mark: of caller and key; what: of what is asked."""

    mark: str
    what: str
    resident_id: int | None


@dataclass(frozen=True)
class Sent:
    """An answer: status and JSON."""

    status: int
    body: str


def asked(caller: str, key: str, what: str, resident_id: int | None) -> Asked:
    """A write by its caller, its key, and its method, path and body."""
    return Asked(vault().mark(f"api|{caller}|{key}"), vault().mark(f"asked|{what}"), resident_id)


def said(model: Any) -> str:
    """A model as JSON: instants with their zone, in China's time."""
    return json.dumps(dataclasses.asdict(model), ensure_ascii=False, default=_spelled)


def do_once(work: Work, ask: Asked, status: int, act: Callable[..., Any], *args: Any) -> Sent:
    """Run an act that gives a model, unless the same was answered before; then give that answer.

    Raises: KeyReused, and what the act raises; then nothing is kept.
    """
    before = _begin(work, ask)
    if before is not None:
        return before
    sent = Sent(status, said(act(work, *args)))
    work.db.execute(
        update(ApiAnswer).where(ApiAnswer.mark == ask.mark).values(status=sent.status, body=sent.body)
    )
    return sent


def keep(work: Work, ask: Asked, sent: Sent) -> Sent:
    """Keep a refusal before it is sent. Returns: what is to be sent: another node may have been quicker.

    Raises: KeyReused.
    """
    before = _begin(work, ask, sent)
    return sent if before is None else before


def kept(connection: Connection, ask: Asked) -> Sent | None:
    """What was answered under a key, if anything was. Raises: KeyReused."""
    row = connection.execute(
        select(ApiAnswer.asked, ApiAnswer.status, ApiAnswer.body).where(ApiAnswer.mark == ask.mark)
    ).first()
    if row is not None and row.asked != ask.what:
        raise KeyReused
    return None if row is None else Sent(row.status, row.body)


def forget(work: Work, resident_id: int) -> int:
    """Delete what was answered to a resident. Returns: how many rows."""
    gone = work.db.execute(delete(ApiAnswer).where(ApiAnswer.resident_id == resident_id))
    return int(getattr(gone, "rowcount", 0))


def expire(work: Work, most: int) -> int:
    """Delete answers that need not be given again. Returns: how many."""
    old = work.db.scalars(
        select(ApiAnswer.mark).where(ApiAnswer.made_at < work.now_ms - KEPT_MS).limit(most)
    ).all()
    work.db.execute(delete(ApiAnswer).where(ApiAnswer.mark.in_(old)))
    return len(old)


def _begin(work: Work, ask: Asked, sent: Sent | None = None) -> Sent | None:
    """Take the key; on PostgreSQL it waits for an act that is about to. Returns: what was answered."""
    sent = sent or Sent(0, "")
    fresh = insert(work.db, ApiAnswer).values(
        mark=ask.mark,
        asked=ask.what,
        resident_id=ask.resident_id,
        status=sent.status,
        body=sent.body,
        made_at=work.now_ms,
    )
    if work.db.execute(fresh.on_conflict_do_nothing().returning(ApiAnswer.mark)).first() is not None:
        expire(work, _EXPIRED)
        return None
    return kept(work.db.connection(), ask)


def _spelled(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
