"""Acts that take a message in: stored under its key, once, before anything is acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from bot.wechat import media_acts, sql
from bot.wechat.claims import LEASE_MS, Claim, Held, Row, claim, claimed, free, holder_for
from bot.wechat.closing import record_danger
from bot.wechat.outbox import enqueue
from bot.work.unit import Work

SAID_MS, SAID_LEFT = 48 * 3600 * 1000, 5
DID_MS = 60 * 1000


class Letter(NamedTuple):
    """A message as it is stored: personal parts sealed, look-ups as marks.

    Attributes: mark: of the message's key; who: of the resident; opens: ``said``, ``did`` or empty,
    the window of the platform that it opens; did_left: messages allowed in the short window.
    """

    mark: str
    who: str
    door: str
    account: str
    openid: bytes
    kind: str
    body: bytes
    received_at: int
    opens: str
    did_left: int = 3
    source: bytes | None = None
    """Of a message that brings a file: the platform's id of it, sealed for ``media.source``."""
    heard: bool = False
    """Whether the words of a voice came with it."""


class Stored(NamedTuple):
    """What became of a push: done before, or open; with the claim if the lease was free."""

    id: int
    done: bool
    channel: str | None = None
    reply: bytes | None = None
    claim: Claim | None = None


@dataclass(frozen=True)
class Notice:
    """A fixed text for a message that needs no turn: sealed for the row and for the outbox.

    ``danger``: its kind; task and alarm are then recorded in the storing act.
    """

    decision: str
    reply: bytes | None = None
    outgoing: bytes | None = None
    danger: str = ""


def store(work: Work, letter: Letter, node: str) -> Stored:
    """Store a push under its key; take the resident's lease if it is free."""
    held = _take_resident(work, letter, node)
    if held is None:
        return _again(work, _found(work, letter), node)
    ident = _insert(work, letter, held, node, state="open")
    if ident is None:  # two nodes at once: the other one was quicker by a moment
        free(work, held)
        return _again(work, _found(work, letter), node)
    if held.mine and held.seq == 1:  # nothing can be open or owed before a resident's first message
        row = Row(ident, letter.mark, 1, letter.kind, letter.body, letter.received_at, None, None)
        first = Claim(held.resident, held.fence, held.door, (row,), (), (), None, None, 0)
        return Stored(ident, done=False, claim=first)
    return Stored(ident, done=False, claim=claimed(work, held) if held.mine else None)


def store_closed(
    work: Work, letter: Letter, node: str, notice: Notice, may_push: bool, shown: bool = False
) -> Stored:
    """Store a push that needs no turn: danger, an event that nobody answers, one message too many.

    Args: shown: its text has been shown already (it comes from the spool).
    """
    held = _take_resident(work, letter, node)
    if held is None:
        return _again(work, _found(work, letter), node)
    free(work, held)
    channel = "none" if notice.reply is None else "response"
    if notice.reply is not None and letter.door != "oa":
        channel = "push" if may_push else "kept"
    written = work.now_ms if shown and channel == "response" else None
    ident = _insert(work, letter, held, node, "done", channel, notice.reply, notice.decision, written=written)
    if ident is None:
        return _again(work, _found(work, letter), node)
    if channel == "push" and notice.outgoing is not None:
        enqueue(
            work,
            resident_id=held.resident,
            body=notice.outgoing,
            once=f"reply:{ident}",
            inbox_id=ident,
        )
    if notice.danger:
        record_danger(work, held.resident, ident, notice.danger)
    return Stored(ident, done=True, channel=channel, reply=notice.reply)


def store_spooled(work: Work, letter: Letter, node: str, may_push: bool) -> int:
    """Store a message from the spool; its reply will be pushed, or kept where nothing may be pushed.

    Returns: the resident's id.
    """
    held = _take_resident(work, letter, node)
    if held is not None:
        free(work, held)
        if _insert(work, letter, held, node, "open", "push" if may_push else "kept") is not None:
            return held.resident  # else another node stored it, and perhaps answered it, a moment ago
    ident, resident, state, _channel, reply, *_rest = _found(work, letter)
    if state == "open":
        work.run(sql.HAND_OVER, mark=letter.mark, may_push=int(may_push))
    elif reply is not None:
        # The interim text of this node may have come first, and then nobody saw a response that the
        # other node wrote: better shown once more than never.
        work.run(sql.KEEP, id=ident)
    return int(resident)


def hand_over(work: Work, mark: str, may_push: bool) -> Stored:
    """Give an unanswered message to the outbox: the response is over. Returns how it stands."""
    work.run(sql.HAND_OVER, mark=mark, may_push=int(may_push))
    return look(work, mark)


def look(work: Work, mark: str) -> Stored:
    """How a message stands, for whoever waits for another node's turn."""
    found = work.run(sql.FIND, mark=mark)[0]
    return Stored(found[0], done=found[2] != "open", channel=found[3], reply=found[4])


def wrote(work: Work, marks: Sequence[str]) -> None:
    """Record that responses were written."""
    work.run(sql.WRITTEN, marks=orjson.dumps(list(marks)).decode(), now=work.now_ms)


def start_node(work: Work, node: str) -> None:
    """At a start: this node's leases are void, and what it had committed but not written is unknown."""
    work.run(sql.BREAK_LEASES, mine=f"{node}:%")
    work.run(sql.MARK_UNKNOWN, node=node)


def _again(work: Work, found: tuple[object, ...], node: str) -> Stored:
    ident, resident, state, channel, reply, *_rest = found
    assert isinstance(ident, int)
    assert isinstance(resident, int)
    if state != "open" or channel is not None:
        return Stored(
            ident,
            done=True,
            channel=str(channel),
            reply=reply if isinstance(reply, bytes | memoryview) else None,  # type: ignore[arg-type]
        )
    work.run(sql.TRY_AGAIN, id=ident, now=work.now_ms, node=node)
    return Stored(ident, done=False, claim=claim(work, resident, node))


def _found(work: Work, letter: Letter) -> tuple[Any, ...]:
    """The row of a message that is stored."""
    return work.run(sql.FIND, mark=letter.mark)[0]


def _take_resident(work: Work, letter: Letter, node: str) -> Held | None:
    """The resident's row with the next number of the order; None when the message is stored already."""
    holder = holder_for(node)
    said, did = letter.opens == "said", letter.opens == "did"
    rows = work.run(
        sql.TAKE_RESIDENT,
        mark=letter.mark,
        door=letter.door,
        who=letter.who,
        openid=letter.openid,
        account=letter.account,
        holder=holder,
        until=work.now_ms + LEASE_MS,
        said_until=work.now_ms + SAID_MS if said else 0,
        said_left=SAID_LEFT if said else 0,
        did_until=work.now_ms + DID_MS if did else 0,
        did_left=letter.did_left if did else 0,
        now=work.now_ms,
    )
    if not rows:
        return None
    ident, seq, fence, held_by, conversation, context, door, thread_until = rows[0]
    return Held(ident, seq, fence, held_by == holder, conversation, context, door, thread_until)


def _insert(
    work: Work,
    letter: Letter,
    held: Held,
    node: str,
    state: str,
    channel: str | None = None,
    reply: bytes | None = None,
    decision: str | None = None,
    written: int | None = None,
) -> int | None:
    rows = work.run(
        sql.STORE,
        mark=letter.mark,
        resident=held.resident,
        seq=held.seq,
        kind=letter.kind,
        body=letter.body,
        state=state,
        channel=channel,
        reply=reply,
        decision=decision,
        received=letter.received_at,
        written=written,
        node=node,
    )
    if not rows:
        return None
    ident = int(rows[0][0])
    if letter.source is not None:
        media_acts.take_in(
            work,
            inbox_id=ident,
            resident_id=held.resident,
            door=letter.door,
            kind=letter.kind,
            source=letter.source,
            came=letter.received_at,
            heard=letter.heard,
        )
    return ident
