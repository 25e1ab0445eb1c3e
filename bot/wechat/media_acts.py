"""Acts on media: taken in with the message or refused, claimed, kept, put off, lost, let go with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from bot.errors import Fenced
from bot.wechat import media_caps
from bot.wechat.media_files import fresh_key
from bot.wechat.media_models import Media
from bot.wechat.models import Inbox
from bot.wechat.outbound_models import ApiStop
from bot.wechat.outbox import enqueue
from bot.wechat.rights import stop_api
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.statements import statement
from bot.work.unit import Work

API = "media"
"""As which the platform's files are stopped for a time."""
KINDS = frozenset({"voice", "image", "video"})
ALARMS = ("media", "uploads")
"""They end with the next file that is kept."""
LIVES_MS = 3 * 24 * 3600 * 1000
"""The platform keeps what users send for three days."""
LEASE_MS = 150_000
NEXT_MS = 5_000
"""When a file is looked at again that waits for others of the same resident."""
STEP = 200

_TAKE_IN = statement(
    """
    insert into media (inbox_id, resident_id, door, kind, source, state, reason, attempts, came_at,
        due_at, lease_until, hearing, hear_at, hear_tries)
    values (:inbox, :resident, :door, :kind, :source, :state, :reason, 0, :came,
        :now, 0, :hearing, :now, 0)
    on conflict (inbox_id) do nothing
    """
)


@dataclass(frozen=True)
class Claimed:
    """A file to be fetched. Attributes: attempts: fences it, this one included; dies_ms: when the platform
    forgets it."""

    id: int
    resident_id: int
    door: str
    kind: str
    attempts: int
    dies_ms: int
    source: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True)
class Facts:
    """What is known of a file that was kept. Attributes: size: bytes; digest: sha256 (hex)."""

    mime: str
    size: int
    digest: str


@dataclass(frozen=True)
class Verdict:
    """What became of an attempt.

    Attributes: due_ms: when a ``waiting`` row is tried again; stop_until: no file of this account is asked
    for before; alarm: kind of the alarm to raise, or empty; sorry: told to the resident of a ``lost`` one.
    """

    state: str
    reason: str
    due_ms: int = 0
    stop_until: int = 0
    alarm: str = ""
    facts: Facts | None = None
    sorry: str = field(default="", repr=False)


def take_in(
    work: Work,
    *,
    inbox_id: int,
    resident_id: int,
    door: str,
    kind: str,
    source: bytes,
    came: int,
    heard: bool,
) -> None:
    """Note, with the message itself, that it brought a file; one too many of its day is refused.

    Args: source: the platform's id of it, sealed; came: when (ms); heard: its words came with it.
    """
    refused = media_caps.too_many(work, resident_id, came)
    hearing = "open" if kind == "voice" and not heard and not refused else ""
    work.run(
        _TAKE_IN,
        inbox=inbox_id,
        resident=resident_id,
        door=door,
        kind=kind,
        source=None if refused else source,
        state="refused" if refused else "waiting",
        reason=media_caps.MANY if refused else None,
        came=came,
        now=work.now_ms,
        hearing=hearing,
    )
    if refused:
        media_caps.tell_refused(work, resident_id, came)


def anything_due(connection: Connection, now: int) -> bool:
    """Whether a claim is worth an act."""
    return connection.execute(select(Media.id).where(_due(now)).limit(1)).first() is not None


def claim(work: Work, node: str, most: int, doors: Sequence[str]) -> tuple[Claimed, ...]:
    """Take files that are due, and those of a lease that lapsed; refuse those that exceed their day.

    Args: doors: which can be asked.
    """
    stopped = select(ApiStop.door).where(ApiStop.api == API, ApiStop.until > work.now_ms)
    rows = work.db.scalars(
        select(Media)
        .where(_due(work.now_ms), Media.door.in_(doors), Media.door.not_in(stopped))
        .order_by(Media.due_at, Media.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    mine = media_caps.take_residents(work, list(rows))
    return tuple(
        claimed
        for row in rows
        if row.resident_id in mine and (claimed := _claimed(work, row, node)) is not None
    )


def _claimed(work: Work, row: Media, node: str) -> Claimed | None:
    room = media_caps.room_for(work, row)
    if room is None:
        row.due_at = work.now_ms + NEXT_MS
    elif not room:
        row.state, row.reason = "refused", media_caps.LARGE
        row.source, row.key, row.hearing, row.lease_until, row.lease_by = None, None, "", 0, None
        media_caps.tell_refused(work, row.resident_id, row.came_at)
    if not room:
        return None
    row.state, row.attempts = "fetching", row.attempts + 1
    row.lease_until, row.lease_by = work.now_ms + LEASE_MS, node
    row.due_at = row.lease_until
    row.key = row.key or fresh_key()
    return Claimed(
        row.id,
        row.resident_id,
        row.door,
        row.kind,
        row.attempts,
        row.came_at + LIVES_MS,
        row.source or "",
        row.key,
    )


def record(work: Work, claimed: Claimed, node: str, verdict: Verdict) -> None:
    """Write down what became of a file. Raises: Fenced when the row is no longer this claim's."""
    row = work.db.get(Media, claimed.id, with_for_update=True)
    if row is None or (row.state, row.attempts, row.lease_by) != ("fetching", claimed.attempts, node):
        raise Fenced
    row.state, row.reason = verdict.state, verdict.reason[:120]
    row.lease_until, row.lease_by = 0, None
    if verdict.state == "waiting":
        row.due_at = verdict.due_ms
    else:
        row.source = None  # it is of no use any more
    if verdict.state == "lost":
        row.key, row.hearing = None, ""
    if verdict.facts is not None:
        facts = verdict.facts
        row.mime, row.size, row.digest, row.kept_at = facts.mime, facts.size, facts.digest, work.now_ms
        row.hear_at = work.now_ms
        for alarm in ALARMS:
            clear_alarm(work, alarm, claimed.door)
        clear_alarm(work, "uploads")
    if verdict.stop_until:
        stop_api(work, claimed.door, API, verdict.stop_until, verdict.reason)
    if verdict.alarm:
        raise_alarm(work, verdict.alarm, claimed.door, verdict.reason)
    if verdict.sorry:
        enqueue(work, resident_id=row.resident_id, body=verdict.sorry, once=f"media:{row.id}")


def begin_again(work: Work, node: str) -> int:
    """At a start: what this node was fetching or hearing before is due at once."""
    mine = update(Media).where(Media.lease_by == node)
    again = work.db.execute(
        mine.where(Media.state == "fetching").values(state="waiting", due_at=work.now_ms, lease_by=None)
    )
    work.db.execute(
        mine.where(Media.state == "kept", Media.hearing == "open").values(
            hear_at=work.now_ms, lease_by=None, lease_until=0
        )
    )
    return int(getattr(again, "rowcount", 0))


# -- they go with their message --------------------------------------------------------------


def let_go(work: Work, inbox_ids: Sequence[int]) -> int:
    """The texts of these messages are erased: their files are unreadable from now on, and removed soon.

    Returns: how many there were.
    """
    return _let_go(work, Media.inbox_id.in_(inbox_ids)) if inbox_ids else 0


def let_kinds_go(work: Work, resident_id: int, kinds: Sequence[str]) -> int:
    """The same for all of some kinds that a resident sent. Returns: how many there were."""
    return _let_go(work, (Media.resident_id == resident_id) & Media.kind.in_(kinds))


def stray(work: Work, after: int) -> int | None:
    """Let go what lost its message by any other way; walks through the table in steps.

    Returns: the id to go on after, None at the end.
    """
    rows = work.db.execute(
        select(Media.id, Media.state, Inbox.body.is_(None), Inbox.id)
        .join(Inbox, Inbox.id == Media.inbox_id, isouter=True)
        .where(Media.id > after)
        .order_by(Media.id)
        .limit(STEP)
    ).all()
    gone = [row[0] for row in rows if row[1] != "erasing" and (row[3] is None or row[2])]
    if gone:
        _let_go(work, Media.id.in_(gone))
    return int(rows[-1][0]) if len(rows) == STEP else None


def to_remove(connection: Connection, most: int = STEP) -> list[int]:
    """Files that are to be removed."""
    rows = connection.scalars(
        select(Media.id).where(Media.state == "erasing").order_by(Media.due_at).limit(most)
    )
    return list(rows)


def removed(work: Work, ids: Sequence[int]) -> None:
    """The files are gone: so are their rows."""
    work.db.execute(delete(Media).where(Media.id.in_(ids), Media.state == "erasing"))


def wanted(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Of these ids, those whose file is kept or may be just being written."""
    states = ("kept", "fetching", "waiting")
    return set(connection.scalars(select(Media.id).where(Media.id.in_(ids), Media.state.in_(states))))


def give_up_dead(work: Work, words: dict[str, str]) -> int:
    """What was never asked for while it lived is lost: the account has no credentials. Returns: how many.

    Args: words: by kind, told to the resident.
    """
    rows = work.db.scalars(
        select(Media)
        .where(Media.state == "waiting", Media.came_at < work.now_ms - LIVES_MS - 3_600_000)
        .limit(STEP)
    ).all()
    for row in rows:
        row.state, row.reason = "lost", (row.reason or "never asked for: the account cannot call")[:120]
        row.source, row.key, row.hearing = None, None, ""
        enqueue(work, resident_id=row.resident_id, body=words[row.kind], once=f"media:{row.id}")
    return len(rows)


def counts(connection: Connection) -> dict[str, int]:
    """How many files there are, by state."""
    rows = connection.execute(select(Media.state, func.count()).group_by(Media.state)).all()
    return {str(state): int(count) for state, count in rows}


def newest(connection: Connection, most: int = 20) -> list[int]:
    """The files that were kept last."""
    rows = connection.scalars(
        select(Media.id).where(Media.state == "kept").order_by(Media.id.desc()).limit(most)
    )
    return list(rows)


def _due(now: int) -> Any:
    """Also what was being fetched under a lease that lapsed: its ``due_at`` is the lease's end."""
    return or_(Media.state == "waiting", Media.state == "fetching") & (Media.due_at <= now)


def _let_go(work: Work, which: Any) -> int:
    done = work.db.execute(
        update(Media)
        .where(which, Media.state != "erasing")
        .values(
            state="erasing",
            reason=None,
            key=None,
            source=None,
            words=None,
            hearing="",
            digest=None,
            lease_by=None,
            due_at=work.now_ms,
        )
    )
    return int(getattr(done, "rowcount", 0))
