"""What residents were told: which version of which entry was the answer to which message."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from bot.wechat.models import Inbox, Resident
from bot.work.statements import statement
from bot.work.unit import Work
from handlers.facts import EntriesTold
from handlers.library import versions
from handlers.library.models import Told

_TELL = statement(
    """
    insert into told (inbox_id, entry, edition, resident_id, at)
    select id, :entry, :edition, resident_id, :now from inbox where id = :message
    on conflict (inbox_id, entry) do nothing
    """
)


@dataclass(frozen=True)
class Answer:
    """An entry that was the answer to a message. Attributes: number: of the version, 0 if not kept."""

    entry: str
    edition: str
    number: int
    version_id: int


@dataclass(frozen=True)
class Reach:
    """How many were told, and how many of them the account may write to at this moment."""

    people: int
    now: int
    gone: int

    @property
    def later(self) -> int:
        """Those who get it with the reply to their next message."""
        return self.people - self.now - self.gone


def record(work: Work, fact: EntriesTold) -> None:
    """Keep what was told, in the act that closes the message; on the hot path, so in constant SQL."""
    for entry, mark in fact.entries:
        work.run(_TELL, message=fact.message_id, entry=entry, edition=mark, now=work.now_ms)


def of_message(connection: Connection, message_id: int) -> list[Answer]:
    """What a message was answered with; empty for an answer that came from no entry."""
    rows = connection.execute(
        select(Told.entry, Told.edition).where(Told.inbox_id == message_id).order_by(Told.entry)
    ).all()
    known = versions.by_edition(connection, [(row.entry, row.edition) for row in rows])
    found = [(row.entry, row.edition, known.get((row.entry, row.edition))) for row in rows]
    return [Answer(entry, mark, one.number if one else 0, one.id if one else 0) for entry, mark, one in found]


def receivers(connection: Connection, entry: str) -> dict[str, int]:
    """How many people were told each edition of an entry."""
    rows = connection.execute(
        select(Told.edition, func.count(func.distinct(Told.resident_id)))
        .where(Told.entry == entry)
        .group_by(Told.edition)
    )
    return {mark: int(count) for mark, count in rows}


def reach(connection: Connection, entry: str, editions: Sequence[str], now_ms: int) -> Reach:
    """How many people were told any of these editions, and who of them can be written to.

    The platform lets an account write for 48 hours after a message, at most five times ("wechat-platform").
    """
    people = select(Told.resident_id).where(Told.entry == entry, Told.edition.in_(editions)).distinct()
    rows = connection.execute(
        select(
            Resident.left_at, Resident.said_until, Resident.said_left, Resident.did_until, Resident.did_left
        ).where(Resident.id.in_(people))
    ).all()
    gone = sum(row.left_at is not None for row in rows)
    now = sum(
        row.left_at is None
        and ((row.said_until > now_ms and row.said_left > 0) or (row.did_until > now_ms and row.did_left > 0))
        for row in rows
    )
    return Reach(len(rows), now, gone)


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete rows older than the retention; they are in the order of the messages. Returns: how many."""
    oldest = work.db.execute(select(Told.inbox_id, Told.at).order_by(Told.inbox_id).limit(most)).all()
    ids = [row.inbox_id for row in oldest if row.at < before_ms]
    work.db.execute(delete(Told).where(Told.inbox_id.in_(ids)))
    return len(ids)


def erase(work: Work, resident_id: int, most: int) -> int:
    """Delete a resident's rows, at most so many. Returns: how many."""
    ids = work.db.scalars(
        select(Told.inbox_id)
        .join(Inbox, Inbox.id == Told.inbox_id)  # the messages are indexed by resident, this table is not
        .where(Inbox.resident_id == resident_id)
        .limit(most)
    ).all()
    work.db.execute(delete(Told).where(Told.inbox_id.in_(ids)))
    return len(ids)
