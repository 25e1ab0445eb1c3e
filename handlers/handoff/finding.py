"""Finding tasks: by person, by day, by topic; and whose screens a change concerns."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from bot.wechat.models import Inbox
from handlers.handoff.models import Task
from handlers.handoff.reading import OPEN, PAGE
from handlers.handoff.scope import Scope, in_list


def of_residents(
    connection: Connection, residents: Sequence[int], scope: Scope, *, open_only: bool = False
) -> list[int]:
    """Ids of the tasks of some residents in scope, the newest first."""
    wanted = select(Task.id).where(Task.resident_id.in_(residents), in_list(scope))
    if open_only:
        wanted = wanted.where(OPEN)
    return list(connection.scalars(wanted.order_by(Task.id.desc()).limit(PAGE + 1))) if residents else []


def seen_by(connection: Connection, tasks: Sequence[int], scope: Scope) -> frozenset[int]:
    """Which of some tasks are in scope."""
    wanted = select(Task.id).where(Task.id.in_(tasks), in_list(scope))
    return frozenset(connection.scalars(wanted)) if tasks else frozenset()


def written_to(connection: Connection, after: int, most: int) -> list[tuple[int, int]]:
    """Messages that came after one: its id and the resident's, oldest first."""
    wanted = select(Inbox.id, Inbox.resident_id).where(Inbox.id > after).order_by(Inbox.id).limit(most)
    return [(int(row[0]), int(row[1])) for row in connection.execute(wanted)]


def newest_message(connection: Connection) -> int:
    """The id of the newest message, 0 when there is none."""
    return int(connection.scalar(select(func.max(Inbox.id))) or 0)


def open_of(connection: Connection, residents: Sequence[int]) -> list[int]:
    """Open tasks of some residents, in whosever scope."""
    wanted = select(Task.id).where(Task.resident_id.in_(residents), OPEN)
    return list(connection.scalars(wanted)) if residents else []


def made_between(connection: Connection, scope: Scope, since_ms: int, until_ms: int) -> list[int]:
    """Ids of tasks that came between two instants, the newest first."""
    wanted = select(Task.id).where(Task.created_at >= since_ms, Task.created_at < until_ms, in_list(scope))
    return list(connection.scalars(wanted.order_by(Task.id.desc()).limit(PAGE + 1)))


def held_by(connection: Connection, scope: Scope, staff: Sequence[int]) -> list[int]:
    """Ids of open tasks that some colleagues hold, by promised time."""
    wanted = select(Task.id).where(Task.holder_id.in_(staff), OPEN, in_list(scope))
    return list(connection.scalars(wanted.order_by(Task.promised_at.nulls_first(), Task.id).limit(PAGE + 1)))


def about(connection: Connection, scope: Scope, entries: Sequence[str], newest: int) -> list[int]:
    """Ids of tasks whose residents were answered with one of some entries.

    Args: newest: only so many tasks are looked at, the newest in scope.
    """
    latest = select(Task.id, Task.resident_id).where(in_list(scope)).order_by(Task.id.desc()).limit(newest)
    among = latest.subquery()
    decided = [*(f"answer:{entry}" for entry in entries), *(f"answer:{entry}+told" for entry in entries)]
    wanted = (
        select(among.c.id)
        .where(
            select(Inbox.id)
            .where(Inbox.resident_id == among.c.resident_id, Inbox.decision.in_(decided))
            .exists()
        )
        .order_by(among.c.id.desc())
    )
    return list(connection.scalars(wanted.limit(PAGE + 1)))
