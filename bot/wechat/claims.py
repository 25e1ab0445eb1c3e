"""The right to answer a resident's open messages: claimed under a lease, fenced, given back."""

from typing import NamedTuple

from bot.crypto import random_bytes
from bot.dialogue import store as conversations
from bot.dialogue.talk import State
from bot.errors import Fenced
from bot.wechat import sql
from bot.work.unit import Work

LEASE_MS = 3000
ORPHAN_MS = 20_000
"""A stored message without a reply waits this long for the platform's retry before it is swept."""


class Row(NamedTuple):
    """One open message of a resident."""

    id: int
    mark: str
    seq: int
    kind: str
    body: bytes
    received_at: int
    group_id: int | None
    channel: str | None


class Claim(NamedTuple):
    """The right to answer a resident's open messages, lowest first, for as long as the lease lasts."""

    resident_id: int
    fence: int
    door: str
    rows: tuple[Row, ...]
    earlier: tuple[tuple[bytes, int], ...]
    """Pieces that were joined to the first row before: (body, received_at)."""
    owed: tuple[tuple[str, int, bytes], ...]
    """Texts to be shown once more: (table, id, sealed text)."""
    state: State | None
    context: bytes | None
    thread_until: int
    """Until when a person holds the thread."""


class Held(NamedTuple):
    """The resident's row after an act took it. ``mine``: the lease is this act's."""

    resident: int
    seq: int
    fence: int
    mine: bool
    conversation: str | None
    context: bytes | None
    door: str
    thread_until: int = 0


def holder_for(node: str) -> str:
    """A name for one claim of one node."""
    return f"{node}:{random_bytes(6).hex()}"


def claim(work: Work, resident_id: int, node: str) -> Claim | None:
    """Take a resident's lease if it is free and something is open."""
    holder = holder_for(node)
    until = work.now_ms + LEASE_MS
    rows = work.run(sql.CLAIM, resident=resident_id, holder=holder, until=until, now=work.now_ms)
    if not rows:
        return None
    fence, conversation, context, door, thread_until = rows[0]
    return claimed(work, Held(resident_id, 0, fence, True, conversation, context, door, thread_until))


def renew(work: Work, resident_id: int, fence: int) -> None:
    """Keep a lease for another three seconds. Raises: Fenced."""
    if not work.run(sql.RENEW, resident=resident_id, fence=fence, until=work.now_ms + LEASE_MS):
        raise Fenced


def abandoned(work: Work) -> list[int]:
    """Residents with an open message that nobody works on: after a crash, or handed to the outbox."""
    rows = work.run(sql.ABANDONED, now=work.now_ms, orphaned=work.now_ms - ORPHAN_MS)
    return [int(row[0]) for row in rows]


def free(work: Work, held: Held) -> None:
    if held.mine:
        work.run(sql.FREE, resident=held.resident, fence=held.fence)


def claimed(work: Work, held: Held) -> Claim | None:
    rows = tuple(map(Row._make, work.run(sql.OPEN_ROWS, resident=held.resident)))
    if not rows:
        free(work, held)
        return None
    earlier = work.run(sql.JOINED_ROWS, group=rows[0].group_id) if rows[0].group_id else []
    owed = work.run(sql.OWED, resident=held.resident, stale=work.now_ms - ORPHAN_MS)
    return Claim(
        held.resident,
        held.fence,
        held.door,
        rows,
        tuple((row[0], row[1]) for row in earlier),
        tuple((row[0], row[1], row[2]) for row in owed if row[2] is not None),
        conversations.load(work, held.conversation) if held.conversation else None,
        held.context,
        held.thread_until,
    )
