"""Wordings that found no answer, for whoever writes entries. They hold no personal data: see ADR 16."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, select

from bot.clock import in_china, instant
from bot.crypto import vault
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.consult.models import Unanswered
from handlers.facts import QuestionMissed

SHOWN = 100


def mark_of(words: str) -> str:
    """The keyed mark under which a masked wording is counted."""
    return vault().mark(f"missed|{words}")


@dataclass(frozen=True)
class Wording:
    """One wording.

    Attributes: near: ids of entries; why: as in `QuestionMissed`; days on China's calendar.
    """

    words: str
    asked: int
    why: str
    near: tuple[str, ...]
    first_day: date
    last_day: date


def collect(work: Work, fact: QuestionMissed) -> None:
    """Count a wording once more. Two nodes may do so at once, so it is one statement."""
    today = in_china(work.now).date()
    fresh = insert(work.db, Unanswered).values(
        mark=fact.mark,
        words=fact.words,
        near=",".join(fact.near)[:250],
        why=fact.why,
        asked=1,
        first_day=today,
        last_day=today,
    )
    newer = {name: fresh.excluded[name] for name in ("near", "why", "last_day")}
    work.db.execute(
        fresh.on_conflict_do_update(
            index_elements=["mark"], set_=newer | {"asked": Unanswered.__table__.c.asked + 1}
        )
    )


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete wordings that nobody has asked since an instant, at most so many. Returns: how many."""
    before = in_china(instant(before_ms)).date()
    marks = work.db.scalars(select(Unanswered.mark).where(Unanswered.last_day < before).limit(most)).all()
    work.db.execute(delete(Unanswered).where(Unanswered.mark.in_(marks)))
    return len(marks)


def wordings(connection: Connection, most: int = SHOWN) -> Sequence[Wording]:
    """The wordings asked most often, the newest first among equals."""
    rows = connection.execute(
        select(Unanswered.__table__)
        .order_by(Unanswered.asked.desc(), Unanswered.last_day.desc(), Unanswered.mark)
        .limit(most)
    )
    return [
        Wording(row.words, row.asked, row.why, tuple(row.near.split(",")) if row.near else (),
                row.first_day, row.last_day)
        for row in rows
    ]  # fmt: skip


def count(connection: Connection) -> int:
    """How many wordings there are."""
    return int(connection.scalar(select(func.count()).select_from(Unanswered)) or 0)


def by_nearest(connection: Connection) -> list[tuple[tuple[str, ...], int]]:
    """How often wordings were asked in vain, by the entries that lay nearest to them."""
    rows = connection.execute(select(Unanswered.near, func.sum(Unanswered.asked)).group_by(Unanswered.near))
    return [(tuple(near.split(",")) if near else (), int(asked)) for near, asked in rows]
