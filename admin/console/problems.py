"""这一页有问题: keeping what staff report of a screen, and reading it."""

import re
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Connection, delete, select

from admin.audit.record import note
from admin.console.problem_models import Problem
from bot.work.unit import Work
from handlers.handoff.staff import Colleague

LONGEST = 200
PAGE = 100
KEPT = 2000
"""Reports that are kept at most: a key that is stuck must not fill the table."""
SIZES = ("phone", "desk")
_PATH = re.compile(r"/admin[a-z0-9/_.-]{0,70}")
_FAULT = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Report:
    """A report. ``words``: what the person wrote."""

    id: int
    at: int
    staff_id: int
    role: str
    page: str
    size: str
    version: str
    fault: str
    words: str = field(repr=False)
    done: bool


def report(work: Work, who: Colleague, page: str, size: str, fault: str, words: str) -> int:
    """Keep a report of a screen.

    Args: page: its address; only the path is kept; size: one of `SIZES`; fault: number of the last error.
    Returns: the report's number.
    """
    path = page.partition("?")[0].partition("#")[0]
    row = Problem(
        at=work.now_ms,
        staff_id=who.id,
        role=who.role,
        page=path if _PATH.fullmatch(path) else "",
        size=size if size in SIZES else "",
        version=_version(),
        fault=fault if _FAULT.fullmatch(fault) else "",
        words=words.strip()[:LONGEST] or None,
    )
    work.db.add(row)
    work.db.flush()
    work.db.execute(delete(Problem).where(Problem.id <= row.id - KEPT))
    return row.id


def done(work: Work, staff_id: int, problem_id: int) -> None:
    """Put a report aside."""
    row = work.db.get(Problem, problem_id)
    if row is not None and row.done_at is None:
        row.done_at, row.done_by = work.now_ms, staff_id
        note(work, staff_id, "problem_seen", f"problem:{problem_id}")


def newest(connection: Connection) -> list[Report]:
    """The newest reports, those not yet put aside before the others."""
    rows = connection.execute(
        select(
            Problem.id,
            Problem.at,
            Problem.staff_id,
            Problem.role,
            Problem.page,
            Problem.size,
            Problem.version,
            Problem.fault,
            Problem.words,
            Problem.done_at,
        )
        .order_by(Problem.done_at.is_not(None), Problem.id.desc())
        .limit(PAGE)
    )
    return [Report(*row[:8], row[8] or "", row[9] is not None) for row in rows]


def _version() -> str:
    try:
        return version("xiaosi")[:20]
    except PackageNotFoundError:  # run from a checkout that was not installed
        return ""
