"""Reading the record: by person, day, act and subject, newest first."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from admin.audit.models import Audit, AuditReason

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """Which rows.

    Attributes: staff: ids of whom, None for everybody and the service itself; since_ms, until_ms: the day,
    until not included; subject: a kind and an id; whats: any of these acts.
    """

    staff: tuple[int, ...] | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    what: str = ""
    subject: str = ""
    whats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """One row. Attributes: before, after: fields as they were written; reason: words of staff."""

    id: int
    at: int
    staff_id: int | None
    what: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


def rows(
    connection: Connection, wanted: Filter, *, below: int | None = None, most: int = PAGE
) -> list[Looked]:
    """At most so many rows, the newest first. Args: below: only rows with a smaller number."""
    asked = select(
        Audit.id,
        Audit.at,
        Audit.staff_id,
        Audit.what,
        Audit.subject,
        Audit.before,
        Audit.after,
        AuditReason.words,
    ).join(AuditReason, AuditReason.audit_id == Audit.id, isouter=True)
    if wanted.staff is not None:
        asked = asked.where(Audit.staff_id.in_(wanted.staff))
    if wanted.since_ms is not None:
        asked = asked.where(Audit.at >= wanted.since_ms)
    if wanted.until_ms is not None:
        asked = asked.where(Audit.at < wanted.until_ms)
    if wanted.what:
        asked = asked.where(Audit.what == wanted.what)
    if wanted.whats:
        asked = asked.where(Audit.what.in_(wanted.whats))
    if wanted.subject:
        asked = asked.where(Audit.subject == wanted.subject)
    if below is not None:
        asked = asked.where(Audit.id < below)
    found = connection.execute(asked.order_by(Audit.id.desc()).limit(most))
    return [Looked(*row[:5], _fields(row[5]), _fields(row[6]), row[7] or "") for row in found]


def _fields(told: str) -> dict[str, Any]:
    read = json.loads(told) if told else {}
    return read if isinstance(read, dict) else {}
