"""Promises that were kept: each time told to a resident is a row, and the rows are counted."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, update

from bot.clock import in_china, instant
from bot.work.unit import Work
from handlers.handoff import holding
from handlers.handoff.models import Promise


@dataclass(frozen=True)
class Kept:
    """Of one station and month: of so many promises so many were kept.

    Attributes: station_id: None for the county's pool; month: as 202611, of the promised time in
    China; moved: a later time was told before anybody answered; late: answered after it, or not yet
    and it is over; waiting: its time is still to come.
    """

    station_id: str | None
    month: int
    promised: int
    kept: int
    late: int
    moved: int
    waiting: int


@dataclass(frozen=True)
class Made:
    """A promise that a resident waits for.

    Attributes: made_at: when it was told; since: from when the working time is counted; due_at: the
    promised time; milliseconds UTC.
    """

    made_at: int
    since: int
    due_at: int


def promised(
    work: Work, task_id: int, station_id: str | None, due_ms: int, *, since: int | None = None
) -> None:
    """Write down a time that the resident is told now; an earlier promise of the task has moved.

    Args: since: from when the working time was counted, now if not given.
    """
    _end(work, task_id, case((Promise.due_at >= work.now_ms, "moved"), else_="late"))
    day = in_china(instant(due_ms))
    row = Promise(
        task_id=task_id,
        station_id=station_id,
        made_at=work.now_ms,
        since=work.now_ms if since is None else since,
        due_at=due_ms,
        month=day.year * 100 + day.month,
    )
    work.db.add(row)
    work.db.flush()


def answered(work: Work, task_id: int) -> None:
    """A person answered: what was promised is kept, or late."""
    _end(work, task_id, case((Promise.due_at >= work.now_ms, "kept"), else_="late"))


def void(work: Work, task_id: int) -> None:
    """Nobody could be answered: the promise does not count."""
    _end(work, task_id, "void")


def open_promise(work: Work, task_id: int) -> Made | None:
    """The promise that a resident waits for."""
    row = work.db.execute(
        select(Promise.made_at, Promise.since, Promise.due_at)
        .where(Promise.task_id == task_id, Promise.state == "open")
        .order_by(Promise.id.desc())
        .limit(1)
    ).first()
    return Made(*row) if row else None


def counted(connection: Connection, now_ms: int, *, since: int = 0, until: int = 999912) -> list[Kept]:
    """Per station and month, the newest month first. Args: since, until: months as 202611, both included."""

    def number(*when: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((and_(*when), 1), else_=0)), 0)

    waiting = (Promise.state == "open", Promise.due_at >= now_ms)
    rows = connection.execute(
        select(
            Promise.station_id,
            Promise.month,
            func.count(),
            number(Promise.state == "kept"),
            number(Promise.state == "late") + number(Promise.state == "open", Promise.due_at < now_ms),
            number(Promise.state == "moved"),
            number(*waiting),
        )
        .where(Promise.state != "void", Promise.month.between(since, until))
        .group_by(Promise.station_id, Promise.month)
        .order_by(Promise.month.desc(), Promise.station_id.nulls_first())
    )
    return [Kept(row[0], *(int(value) for value in row[1:])) for row in rows]


def _end(work: Work, task_id: int, state: str | ColumnElement[str]) -> None:
    holding.changed(
        work,
        update(Promise).where(Promise.task_id == task_id, Promise.state == "open").values(state=state),
    )
