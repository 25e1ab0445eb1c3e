"""Acts of the message path: store, claim, close, hand over. At most about eight statements a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from bot.crypto import random_bytes, vault
from bot.dialogue import store as conversations
from bot.dialogue.talk import State
from bot.errors import Fenced
from bot.wechat import media_acts, sql
from bot.wechat.outbox import enqueue, mark_shown
from bot.work.alarms import raise_alarm
from bot.work.facts import DangerHeard
from bot.work.unit import Work

LEASE_MS = 3000
RESPOND_MS = 4300
"""A reply goes into the response until this long after the newest try arrived."""
ORPHAN_MS = 20_000
"""A stored message without a reply waits this long for the platform's retry before it is swept."""
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


class _Held(NamedTuple):
    """The resident's row after an act took it. ``mine``: the lease is this act's."""

    resident: int
    seq: int
    fence: int
    mine: bool
    conversation: str | None
    context: bytes | None
    door: str
    thread_until: int = 0


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


def holder_for(node: str) -> str:
    """A name for one claim of one node."""
    return f"{node}:{random_bytes(6).hex()}"


def store(work: Work, letter: Letter, node: str) -> Stored:
    """Store a push under its key; take the resident's lease if it is free."""
    found = work.run(sql.FIND, mark=letter.mark)
    if found:
        return _again(work, found[0], node)
    held = _take_resident(work, letter, node)
    ident = _insert(work, letter, held, node, state="open")
    if ident is None:  # two nodes at once: the other one was quicker by a moment
        _free(work, held)
        return _again(work, work.run(sql.FIND, mark=letter.mark)[0], node)
    if held.mine and held.seq == 1:  # nothing can be open or owed before a resident's first message
        row = Row(ident, letter.mark, 1, letter.kind, letter.body, letter.received_at, None, None)
        first = Claim(held.resident, held.fence, held.door, (row,), (), (), None, None, 0)
        return Stored(ident, done=False, claim=first)
    return Stored(ident, done=False, claim=_claimed(work, held) if held.mine else None)


def store_closed(
    work: Work, letter: Letter, node: str, notice: Notice, may_push: bool, shown: bool = False
) -> Stored:
    """Store a push that needs no turn: danger, an event that nobody answers, one message too many.

    Args: shown: its text has been shown already (it comes from the spool).
    """
    found = work.run(sql.FIND, mark=letter.mark)
    if found:
        return _again(work, found[0], node)
    held = _take_resident(work, letter, node)
    _free(work, held)
    channel = "none" if notice.reply is None else "response"
    if notice.reply is not None and letter.door != "oa":
        channel = "push" if may_push else "kept"
    written = work.now_ms if shown and channel == "response" else None
    ident = _insert(work, letter, held, node, "done", channel, notice.reply, notice.decision, written=written)
    if ident is None:
        return _again(work, work.run(sql.FIND, mark=letter.mark)[0], node)
    if channel == "push" and notice.outgoing is not None:
        enqueue(
            work,
            resident_id=held.resident,
            body=notice.outgoing,
            once=f"reply:{ident}",
            inbox_id=ident,
        )
    if notice.danger:
        _record_danger(work, held.resident, ident, notice.danger)
    return Stored(ident, done=True, channel=channel, reply=notice.reply)


def store_spooled(work: Work, letter: Letter, node: str, may_push: bool) -> int:
    """Store a message from the spool; its reply will be pushed, or kept where nothing may be pushed.

    Returns: the resident's id.
    """
    found = work.run(sql.FIND, mark=letter.mark)
    if not found:
        held = _take_resident(work, letter, node)
        _free(work, held)
        _insert(work, letter, held, node, "open", "push" if may_push else "kept")
        return held.resident
    ident, resident, state, channel, reply, written, _decision = found[0]
    if state == "open":
        work.run(sql.HAND_OVER, mark=letter.mark, may_push=int(may_push))
    elif channel == "response" and written is None and reply is not None:
        work.run(sql.KEEP, id=ident)  # the interim text stood in its place: show it once more
    return int(resident)


def claim(work: Work, resident_id: int, node: str) -> Claim | None:
    """Take a resident's lease if it is free and something is open."""
    holder = holder_for(node)
    until = work.now_ms + LEASE_MS
    rows = work.run(sql.CLAIM, resident=resident_id, holder=holder, until=until, now=work.now_ms)
    if not rows:
        return None
    fence, conversation, context, door, thread_until = rows[0]
    return _claimed(work, _Held(resident_id, 0, fence, True, conversation, context, door, thread_until))


def renew(work: Work, resident_id: int, fence: int) -> None:
    """Keep a lease for another three seconds. Raises: Fenced."""
    if not work.run(sql.RENEW, resident=resident_id, fence=fence, until=work.now_ms + LEASE_MS):
        raise Fenced


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
    held = _Held(
        closing.resident_id,
        0,
        closing.fence,
        True,
        closing.conversation,
        closing.context,
        "oa" if closing.passive else "mini",
        ended[0][1],
    )
    return channel, _claimed(work, held)


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


def abandoned(work: Work) -> list[int]:
    """Residents with an open message that nobody works on: after a crash, or handed to the outbox."""
    rows = work.run(sql.ABANDONED, now=work.now_ms, orphaned=work.now_ms - ORPHAN_MS)
    return [int(row[0]) for row in rows]


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


def _take_resident(work: Work, letter: Letter, node: str) -> _Held:
    holder = holder_for(node)
    said, did = letter.opens == "said", letter.opens == "did"
    ident, seq, fence, held_by, conversation, context, door, thread_until = work.run(
        sql.TAKE_RESIDENT,
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
    )[0]
    return _Held(ident, seq, fence, held_by == holder, conversation, context, door, thread_until)


def _free(work: Work, held: _Held) -> None:
    if held.mine:
        work.run(sql.FREE, resident=held.resident, fence=held.fence)


def _insert(
    work: Work,
    letter: Letter,
    held: _Held,
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


def _claimed(work: Work, held: _Held) -> Claim | None:
    rows = tuple(map(Row._make, work.run(sql.OPEN_ROWS, resident=held.resident)))
    if not rows:
        _free(work, held)
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


def _finish(work: Work, closing: Closing) -> None:
    for state in closing.changed:
        conversations.save(work, closing.resident_id, state)
    for table, ident, _text in closing.owed:
        if table == "outbox":
            mark_shown(work, [ident])
        else:
            work.run(sql.SHOWN_INBOX, id=ident, now=work.now_ms)
    if closing.danger:
        _record_danger(work, closing.resident_id, closing.row.id, closing.danger)
    for fact in closing.facts:
        work.happened(fact)


def _join(work: Work, newest: int, older: Sequence[int], group: int) -> None:
    for ident in older:
        work.run(sql.JOIN, id=ident, group=group)
    if older:
        work.run(sql.SET_GROUP, id=newest, group=group)


def _record_danger(work: Work, resident_id: int, inbox_id: int, kind: str) -> None:
    raise_alarm(work, "danger", str(inbox_id), f"message {inbox_id}: {kind}; a person must look at the task")
    work.happened(DangerHeard(resident_id, inbox_id, kind))
