"""What residents ask beside what the base holds, by topic: where entries are missing.

Fewer than five messages about a topic are not told (see `figures`). What found no answer is counted from the
masked wordings, which name nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.consult import unanswered
from handlers.registers.figures import SMALL, asked_since
from knowledge.entry import Entry
from knowledge.topics import TOPICS

DAYS = 28
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Covered:
    """One topic.

    Attributes:
        entries, wordings: what the base holds.
        asked: messages about it in the last days, None for fewer than five.
        missed: how often wordings were asked in vain whose nearest entry is of the topic.
    """

    topic: str
    entries: int
    wordings: int
    asked: int | None
    missed: int


def covered(connection: Connection, entries: Iterable[Entry], now_ms: int) -> list[Covered]:
    """All topics, where most is asked in vain first; the last has no topic: near to nothing."""
    pack = list(entries)
    held = [entry for entry in pack if not entry.is_guide]
    topic_by_id = {entry.id: entry.topic for entry in pack}
    asked, missed = asked_since(connection, now_ms - DAYS * _DAY_MS), _missed(connection, topic_by_id)
    rows = [_row(topic, held, asked, missed) for topic in (*TOPICS, "")]
    return sorted(rows, key=lambda one: (not one.topic, -one.missed, -(one.asked or 0), one.topic))


def _row(topic: str, held: list[Entry], asked: Mapping[str, int], missed: Mapping[str, int]) -> Covered:
    mine = [entry for entry in held if entry.topic == topic]
    count = asked.get(topic, 0)
    return Covered(
        topic,
        len(mine),
        sum(len(entry.wordings) for entry in mine),
        None if 0 < count < SMALL else count,
        missed.get(topic, 0),
    )


def _missed(connection: Connection, topics: Mapping[str, str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for near, asked in unanswered.by_nearest(connection):
        topic = next((topics[entry] for entry in near if entry in topics), "")
        counts[topic] = counts.get(topic, 0) + asked
    return counts
