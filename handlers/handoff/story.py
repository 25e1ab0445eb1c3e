"""A thread as staff read it: what was said, by whom, what became of it, and what may still be sent."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, func, select

from bot.wechat import media_reading
from bot.wechat.media_acts import KINDS as WITH_MEDIA
from bot.wechat.media_reading import Card
from bot.wechat.models import Inbox, Outbox, Resident
from handlers.handoff.models import Staff, StaffReply, Task, Thread
from handlers.handoff.reading import OPEN, Line

SHOWN = 60
"""Messages of a thread that are shown at first, the newest ones."""
_LATEST, _TOGETHER, _MATTER = 40, 3, 6
"""Messages looked at for the words of a matter; how many are read together; least characters of one."""

_BEFORE = (  # made once: it is run for each row of a list
    select(Inbox.body)
    .where(
        Inbox.resident_id == bindparam("resident"),
        Inbox.id <= bindparam("message"),
        Inbox.kind.in_(("text", "voice")),
    )
    .order_by(Inbox.id.desc())
    .limit(3)
)


@dataclass(frozen=True)
class Utterance:
    """One thing said in a thread.

    Attributes: who: ``resident``, ``bot`` or ``person``; kind: of the message, such as ``image``; fate:
    state of the outbox row of a person's reply, or the channel of the bot's; reason: why it did not leave;
    media: the file that the message brought; id: of the message that was written or answered, 0 for a
    person's reply.
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
    id: int = 0


@dataclass(frozen=True)
class Window:
    """What the platform still allows: messages left of how many, until when. ``short``: after a tap."""

    left: int
    most: int
    until: int
    short: bool
    door: str
    gone: bool


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


def talk_of(connection: Connection, resident_id: int, most: int = SHOWN) -> list[Utterance]:
    """What was said last in a thread, oldest first, one more than asked for if there are more."""
    said = [*_messages(connection, resident_id, most + 1), *_replies(connection, resident_id, most + 1)]
    return sorted(said, key=lambda one: one.at)[-most - 1 :]


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


def unsent(connection: Connection, resident_id: int) -> int:
    """How many replies of staff have not reached a resident yet."""
    return int(
        connection.scalar(
            select(func.count())
            .select_from(StaffReply)
            .join(Outbox, Outbox.id == StaffReply.outbox_id)
            .where(StaffReply.resident_id == resident_id, Outbox.state.in_(("created", "kept", "unknown")))
        )
        or 0
    )


def questions(connection: Connection, lines: Sequence[Line]) -> dict[int, str]:
    """What each task is about in the resident's own words: the last text before it, by task.

    Danger and secluded tasks are left out, and all else of a resident in danger: others see the screen.
    """
    shown = [line for line in lines if line.resident_id is not None and not (line.urgent or line.secluded)]
    in_danger = set(
        connection.scalars(
            select(Task.resident_id).where(
                Task.resident_id.in_([line.resident_id for line in shown]), Task.urgent, OPEN
            )
        )
    )
    shown = [line for line in shown if line.resident_id not in in_danger]
    said: dict[int, str] = {}
    for line in shown:
        rows = connection.execute(_BEFORE, {"resident": line.resident_id, "message": line.message_id})
        texts = [str(json.loads(row.body)["t"]) for row in rows if row.body]
        said[line.id] = next((text for text in texts if len(text.strip()) >= _MATTER), "")
    return said


def last_words(connection: Connection, resident_id: int) -> str:
    """What a resident wrote since the last answer of staff, oldest first; else the newest of their texts.

    Short words such as 'a person, please' say nothing of the matter and are left out.
    """
    rows = connection.execute(
        select(Inbox.body, Inbox.received_at)
        .where(Inbox.resident_id == resident_id, Inbox.kind.in_(("text", "voice")))
        .order_by(Inbox.id.desc())
        .limit(_LATEST)
    ).all()
    replied = connection.scalar(select(func.max(StaffReply.at)).where(StaffReply.resident_id == resident_id))
    texts = [(row.received_at, str(json.loads(row.body)["t"]).strip()) for row in rows if row.body]
    asked = [(at, text) for at, text in texts if len(text) >= _MATTER]
    fresh = [text for at, text in asked if at > (replied or 0)][:_TOGETHER]
    return "\n".join(reversed(fresh)) if fresh else asked[0][1] if asked else ""


def message(connection: Connection, resident_id: int, message_id: int) -> tuple[str, str, str] | None:
    """A resident's message: its words with the pieces that were read with it, its decision, its reply."""
    columns = select(Inbox.body, Inbox.decision, Inbox.reply, Inbox.group_id, Inbox.kind)
    own = connection.execute(columns.where(Inbox.id == message_id, Inbox.resident_id == resident_id)).first()
    if own is None or not own.body or own.kind not in ("text", "voice"):
        return None
    rows = [own]
    if own.group_id is not None:
        rows = list(
            connection.execute(
                columns.where(Inbox.group_id == own.group_id, Inbox.resident_id == resident_id).order_by(
                    Inbox.id
                )
            )
        )
    said = "\n".join(str(json.loads(row.body)["t"]) for row in rows if row.body)
    return said, own.decision or "", own.reply or ""


def _messages(connection: Connection, resident_id: int, most: int) -> Iterator[Utterance]:
    rows = connection.execute(
        select(
            Inbox.id, Inbox.kind, Inbox.body, Inbox.reply, Inbox.channel, Inbox.decision, Inbox.received_at
        )
        .where(Inbox.resident_id == resident_id)
        .order_by(Inbox.seq.desc())
        .limit(most)
    ).all()
    files = media_reading.cards(connection, [row.id for row in rows if row.kind in WITH_MEDIA])
    shown = {"", *(card.words for card in files.values())}
    for row in rows:
        text = json.loads(row.body)["t"] if row.body else ""
        kind = row.kind if row.body else "gone"
        if kind != "heard" or text not in shown:  # what was understood stands with its voice
            yield Utterance("resident", "", text, row.received_at, kind, media=files.get(row.id), id=row.id)
        if row.reply:
            at, how = row.received_at + 1, row.channel or ""
            yield Utterance("bot", row.decision or "", row.reply, at, fate=how, id=row.id)


def _replies(connection: Connection, resident_id: int, most: int) -> Iterator[Utterance]:
    rows = connection.execute(
        select(StaffReply.at, Staff.name, Outbox.body, Outbox.state, Outbox.reason, Outbox.ended_at)
        .join(Staff, Staff.id == StaffReply.staff_id)
        .join(Outbox, Outbox.id == StaffReply.outbox_id, isouter=True)
        .where(StaffReply.resident_id == resident_id)
        .order_by(StaffReply.id.desc())
        .limit(most)
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
