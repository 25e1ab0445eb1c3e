"""Figures for pictures: what waits now, when people write, what they ask about; small cells are merged.

What is fewer than five could point to one person, so it is never told by itself (the usual floor for
published counts of people).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from bot.wechat.models import Inbox
from handlers.handoff.models import Task
from handlers.handoff.scope import Scope, in_list
from handlers.registers.service import topic_of

SMALL = 5
BLOCK_HOURS = 2
WEEK_MS = 7 * 86_400_000
_HOUR_MS, _CHINA_HOURS = 3_600_000, 8
_SAID = ("text", "voice", "image", "video", "file", "location", "link", "card", "music")


@dataclass(frozen=True)
class Waiting:
    """Open tasks in a scope. Attributes: untaken: danger that nobody took; late: past the promised time;
    due: in time; unpromised: no time was promised; answered: answered once, and not closed; stations: how
    many by station, the county's own under an empty id."""

    untaken: int
    late: int
    due: int
    unpromised: int
    answered: int
    stations: tuple[tuple[str, int], ...]

    @property
    def all(self) -> int:
        """All of them."""
        return self.untaken + self.late + self.due + self.unpromised + self.answered


@dataclass(frozen=True)
class Block:
    """Hours of the day in China, until not included, and how many messages came in them in a week."""

    since: int
    until: int
    count: int


@dataclass(frozen=True)
class Share:
    """So many questions about a topic; an empty topic stands for all that are too few to be told."""

    topic: str
    count: int


@dataclass(frozen=True)
class Week:
    """What came in the last seven days, over the whole county."""

    hours: tuple[Block, ...]
    topics: tuple[Share, ...]


def waiting(connection: Connection, scope: Scope, now_ms: int) -> Waiting:
    """What waits for a person now."""
    found = {
        (state, station or ""): int(many)
        for state, station, many in connection.execute(
            select(_state(now_ms).label("stands"), Task.station_id, func.count())
            .where(Task.state == "open", in_list(scope))
            .group_by("stands", Task.station_id)
        )
    }
    counts = [sum(many for (at, _station), many in found.items() if at == state) for state in range(5)]
    stations: dict[str, int] = {}
    for (_state_of, station), many in found.items():
        stations[station] = stations.get(station, 0) + many
    ranked = tuple(sorted(stations.items(), key=lambda one: (-one[1], one[0])))
    return Waiting(counts[0], counts[1], counts[2], counts[3], counts[4], ranked)


def week(connection: Connection, now_ms: int) -> Week:
    """When people wrote and what they asked about in the last seven days."""
    since = now_ms - WEEK_MS
    recent = and_(Inbox.id >= first_since(connection, since), Inbox.received_at >= since)
    hour = (Inbox.received_at // _HOUR_MS + _CHINA_HOURS) % 24
    hours = [0] * (24 // BLOCK_HOURS)
    for at, many in connection.execute(
        select(hour, func.count()).where(recent, Inbox.kind.in_(_SAID)).group_by(hour)
    ):
        hours[int(at) // BLOCK_HOURS] += int(many)
    return Week(merged_blocks(hours), merged_shares(asked_since(connection, since)))


def asked_since(connection: Connection, since_ms: int) -> dict[str, int]:
    """How many messages since an instant were about each topic, however few: who tells them merges them."""
    recent = and_(Inbox.id >= first_since(connection, since_ms), Inbox.received_at >= since_ms)
    decided = or_(*(Inbox.decision.like(f"{kind}:%") for kind in ("answer", "clarify", "refer", "escalate")))
    asked: dict[str, int] = {}
    for decision, many in connection.execute(
        select(Inbox.decision, func.count()).where(recent, decided).group_by(Inbox.decision)
    ):
        topic = topic_of(decision or "")
        if topic:
            asked[topic] = asked.get(topic, 0) + int(many)
    return asked


def merged_blocks(counts: Sequence[int]) -> tuple[Block, ...]:
    """Blocks of hours in order; what is too few goes with the lesser neighbour, empty hours stand together.

    Empty when all is too few.
    """
    blocks = [Block(n * BLOCK_HOURS, (n + 1) * BLOCK_HOURS, many) for n, many in enumerate(counts)]
    while len(blocks) > 1:
        small = next((n for n, one in enumerate(blocks) if 0 < one.count < SMALL), None)
        if small is None:
            break
        beside = [n for n in (small - 1, small + 1) if 0 <= n < len(blocks)]
        other = min(beside, key=lambda n: (blocks[n].count == 0, blocks[n].count))
        first, last = sorted((small, other))
        whole = Block(blocks[first].since, blocks[last].until, blocks[first].count + blocks[last].count)
        blocks[first : last + 1] = [whole]
    if any(0 < one.count < SMALL for one in blocks):
        return ()
    told: list[Block] = []
    for one in blocks:
        if told and told[-1].count == one.count == 0:
            told[-1] = Block(told[-1].since, one.until, 0)
        else:
            told.append(one)
    return tuple(told)


def merged_shares(asked: dict[str, int]) -> tuple[Share, ...]:
    """The most asked first; those too few stand together at the end, with one more where they would be too
    few even so: else the rest could be worked out. Empty when all is too few."""
    ranked = sorted(asked.items(), key=lambda one: (-one[1], one[0]))
    told = [Share(topic, many) for topic, many in ranked if many >= SMALL]
    rest = sum(many for _topic, many in ranked if many < SMALL)
    while 0 < rest < SMALL and told:
        rest += told.pop().count
    if 0 < rest < SMALL:
        return ()
    return (*told, Share("", rest)) if rest else tuple(told)


def first_since(connection: Connection, since_ms: int) -> int:
    """The number from which on messages are at least so new: numbers rise with time, so that a few looks at
    the key find it, and no index over all messages is needed."""
    low, high = 0, int(connection.scalar(select(func.max(Inbox.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            select(Inbox.id, Inbox.received_at).where(Inbox.id >= middle).order_by(Inbox.id).limit(1)
        ).first()
        if row is None or row.received_at >= since_ms:
            high = middle
        else:
            low = int(row.id) + 1
    return low


def _state(now_ms: int) -> ColumnElement[int]:
    return case(
        (and_(Task.urgent, Task.acknowledged_by.is_(None)), 0),
        (Task.answered_at.is_not(None), 4),
        (Task.promised_at.is_(None), 3),
        (Task.promised_at < now_ms, 1),
        else_=2,
    )
