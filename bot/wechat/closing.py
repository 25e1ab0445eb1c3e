"""The end of a turn: parked for more pieces, or closed with its reply and its one channel."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.crypto import vault
from bot.dialogue import store as conversations
from bot.dialogue.talk import State
from bot.errors import Fenced
from bot.wechat import sql
from bot.wechat.claims import LEASE_MS, Claim, Held, Row, claimed
from bot.wechat.outbox import enqueue, mark_shown
from bot.work.alarms import raise_alarm
from bot.work.facts import DangerHeard
from bot.work.unit import Work

RESPOND_MS = 4300
"""A reply goes into the response until this long after the newest try arrived."""


class Closing(NamedTuple):
    """What the closing act writes, together: reply, conversation, context, inbox."""

    resident_id: int
    fence: int
    row: Row
    joined: tuple[int, ...]
    group: int | None
    reply: bytes | None
    whole: bytes | None
    """The whole text, where the reply had to be cut."""
    outgoing: str | None
    """The reply, sealed for the outbox only if it must be pushed."""
    decision: str
    changed: tuple[State, ...]
    conversation: str | None
    context: bytes | None
    owed: tuple[tuple[str, int, bytes], ...]
    passive: bool
    may_push: bool
    danger: str = ""
    facts: tuple[object, ...] = ()


def park(work: Work, resident_id: int, fence: int, newest: int, older: Sequence[int], group: int) -> None:
    """Let the newest piece wait for more: older pieces join it, the lease is given back.

    Raises: Fenced.
    """
    if not work.run(sql.RENEW, resident=resident_id, fence=fence, until=0):
        raise Fenced
    _join(work, newest, older, group)


def close(work: Work, closing: Closing) -> tuple[str, Claim | None]:
    """Write reply, conversation and inbox together and choose the one channel.

    Returns: the channel, and the claim on the next open message if one came meanwhile.
    Raises: Fenced.
    """
    ended = work.run(
        sql.END_TURN,
        resident=closing.resident_id,
        fence=closing.fence,
        conversation=closing.conversation,
        context=closing.context,
        seq=closing.row.seq,
        until=work.now_ms + LEASE_MS,
    )
    if not ended:
        raise Fenced
    if closing.joined:
        _join(work, closing.row.id, closing.joined, closing.group or closing.joined[0])
    closed = work.run(
        sql.CLOSE,
        id=closing.row.id,
        reply=closing.reply,
        whole=closing.whole,
        decision=closing.decision[:80],
        silent=int(closing.reply is None),
        passive=int(closing.passive),
        may_push=int(closing.may_push),
        respond=RESPOND_MS,
        now=work.now_ms,
    )
    if not closed:
        raise Fenced
    channel = str(closed[0][0])
    if channel == "push" and closing.outgoing is not None:
        enqueue(
            work,
            resident_id=closing.resident_id,
            body=vault().seal(closing.outgoing, "outbox.body"),
            once=f"reply:{closing.row.id}",
            inbox_id=closing.row.id,
        )
    _finish(work, closing)
    if ended[0][0] == closing.row.seq:
        return channel, None
    held = Held(
        closing.resident_id,
        0,
        closing.fence,
        True,
        closing.conversation,
        closing.context,
        "oa" if closing.passive else "mini",
        ended[0][1],
    )
    return channel, claimed(work, held)


def _finish(work: Work, closing: Closing) -> None:
    for state in closing.changed:
        conversations.save(work, closing.resident_id, state)
    for table, ident, _text in closing.owed:
        if table == "outbox":
            mark_shown(work, [ident])
        else:
            work.run(sql.SHOWN_INBOX, id=ident, now=work.now_ms)
    if closing.danger:
        record_danger(work, closing.resident_id, closing.row.id, closing.danger)
    for fact in closing.facts:
        work.happened(fact)


def _join(work: Work, newest: int, older: Sequence[int], group: int) -> None:
    for ident in older:
        work.run(sql.JOIN, id=ident, group=group)
    if older:
        work.run(sql.SET_GROUP, id=newest, group=group)


def record_danger(work: Work, resident_id: int, inbox_id: int, kind: str) -> None:
    raise_alarm(work, "danger", str(inbox_id), f"message {inbox_id}: {kind}; a person must look at the task")
    work.happened(DangerHeard(resident_id, inbox_id, kind))
