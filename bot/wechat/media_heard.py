"""Acts on voices that are turned into text: claimed, put off, and told as a message of their own."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, select

from bot.crypto import vault
from bot.errors import Fenced
from bot.wechat import sql
from bot.wechat.media_acts import LEASE_MS
from bot.wechat.media_models import Media
from bot.wechat.outbox import enqueue
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.facts import DangerHeard
from bot.work.statements import statement
from bot.work.unit import Work

HEARD = "heard"
"""Kind of the message that stands for what was understood."""
ALARM = "asr"
FRESH_MS = 6 * 3600 * 1000
"""Older voices are left to people: nobody wants to be asked tomorrow what was said today."""

_NEXT = statement(
    """
    update resident set last_seq = last_seq + 1 where id = :id and left_at is null
    returning last_seq, thread_until
    """
)


@dataclass(frozen=True)
class Voice:
    """A voice to be turned into text. Attributes: tries: fences it, this one included."""

    id: int
    resident_id: int
    door: str
    tries: int
    mime: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Text:
    """What a voice was understood as, sealed for the message and for the outbox where it is danger.

    Attributes: body: of the message, sealed; danger: its kind, or empty; reply, outgoing: the safety text.
    """

    words: str = field(repr=False)
    body: bytes = field(repr=False)
    danger: str = ""
    reply: bytes | None = None
    outgoing: bytes | None = None


def anything_unheard(connection: Connection, now: int) -> bool:
    """Whether a claim is worth an act."""
    return connection.execute(select(Media.id).where(*_due(now)).limit(1)).first() is not None


def claim_voice(work: Work, node: str) -> Voice | None:
    """Take the next voice."""
    row = work.db.scalars(
        select(Media)
        .where(*_due(work.now_ms))
        .order_by(Media.hear_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.hear_tries += 1
    row.hear_at = row.lease_until = work.now_ms + LEASE_MS
    row.lease_by = node
    return Voice(row.id, row.resident_id, row.door, row.hear_tries, row.mime or "", row.key or "")


def hear_later(work: Work, voice: Voice, node: str, at: int, why: str) -> None:
    """Try again at a time. Raises: Fenced."""
    row = _mine(work, voice, node)
    row.hear_at, row.lease_by, row.lease_until = at, None, 0
    raise_alarm(work, ALARM, "", why)


def hear(work: Work, voice: Voice, node: str, text: Text, may_push: bool, why: str = "") -> int | None:
    """Keep what was understood and put it before the resident, as a message to which the reply is pushed.

    While a person holds the thread it goes to the thread alone, unless it is danger. Args: why: an
    operator must know; then nothing was understood. Returns: the resident whose turn is due.
    Raises: Fenced.
    """
    row = _mine(work, voice, node)
    row.hearing, row.words = ("failed" if not text.words else "heard"), text.words or None
    row.lease_by, row.lease_until = None, 0
    if why:
        raise_alarm(work, ALARM, "", why)
    elif text.words:
        clear_alarm(work, ALARM)
    work.db.flush()
    found = work.run(_NEXT, id=voice.resident_id)
    if not found:
        return None  # the resident has left
    seq, thread_until = found[0]
    if text.danger:
        _tell_danger(work, voice, node, text, seq, may_push)
        return None
    if thread_until > work.now_ms:
        return None
    _store(work, voice, node, text, seq, "open", "push" if may_push else "kept")
    return voice.resident_id


def _tell_danger(work: Work, voice: Voice, node: str, text: Text, seq: int, may_push: bool) -> None:
    """Text, task and alarm in one act, as for a typed message."""
    channel = "push" if may_push else "kept"
    ident = _store(work, voice, node, text, seq, "done", channel)
    if ident is None:
        return
    if may_push and text.outgoing is not None:
        enqueue(
            work,
            resident_id=voice.resident_id,
            body=text.outgoing,
            once=f"reply:{ident}",
            inbox_id=ident,
        )
    told = f"message {ident}: {text.danger}, spoken; a person must look at the task"
    raise_alarm(work, "danger", str(ident), told)
    work.happened(DangerHeard(voice.resident_id, ident, text.danger))


def _store(work: Work, voice: Voice, node: str, text: Text, seq: int, state: str, channel: str) -> int | None:
    rows = work.run(
        sql.STORE,
        mark=vault().mark(f"heard|{voice.id}"),  # one message for one voice, however often it is heard
        resident=voice.resident_id,
        seq=seq,
        kind=HEARD,
        body=text.body,
        state=state,
        channel=channel,
        reply=text.reply,
        decision=f"urgent:{text.danger}" if text.danger else None,
        received=work.now_ms,
        written=None,
        node=node,
    )
    return int(rows[0][0]) if rows else None


def _mine(work: Work, voice: Voice, node: str) -> Media:
    row = work.db.get(Media, voice.id, with_for_update=True)
    if row is None or (row.state, row.hearing, row.hear_tries, row.lease_by) != (
        "kept",
        "open",
        voice.tries,
        node,
    ):
        raise Fenced
    return row


def _due(now: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Media.state == "kept",
        Media.hearing == "open",
        Media.hear_at <= now,
        Media.came_at > now - FRESH_MS,
    )
