"""The chain of the record: each row holds a keyed hash over the row before and its own fields.

It is keyed, so that who can write to the database alone cannot make it anew; the key is in no backup
without the secret (see `bot.work.keyring`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, insert, select, type_coerce, update
from sqlalchemy.orm import Session

from admin.audit.models import Audit, AuditHead, AuditReason
from bot.crypto import Unreadable, vault
from bot.work import inserting

_ONE = 1
_STEP = 5000
_FIELDS = (
    Audit.id,
    Audit.at,
    Audit.staff_id,
    Audit.what,
    Audit.subject,
    Audit.before,
    Audit.after,
    Audit.reason,
)
_END = select(AuditHead.last_id, AuditHead.hash, AuditHead.mark).where(AuditHead.id == _ONE)


@dataclass(frozen=True)
class Entry:
    """What is to be written. Attributes: before, after: JSON or empty; reason: words of staff, or empty."""

    at: int
    staff_id: int | None
    what: str
    subject: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class State:
    """What `verify` found. Attributes: rows: seen to be whole; hash: of the last of them; broken: the first
    fault in words, empty when there is none."""

    rows: int
    hash: str
    broken: str


def digest(words: str) -> str:
    """A keyed digest of words that the record must not hold."""
    return vault().mark(f"audit words|{words}")


def extend(session: Session, entries: list[Entry]) -> None:
    """Add rows at the end of the chain, as the last thing of an act.

    On PostgreSQL the end is locked from here to the commit, which is next: all locks of the act's own
    tables are taken before this one, so that acts cannot wait for each other in a circle.
    """
    last_id, before = _locked_end(session)
    for entry in entries:
        last_id += 1
        mark = digest(entry.reason) if entry.reason else ""
        fields = (
            last_id,
            entry.at,
            entry.staff_id,
            entry.what,
            entry.subject,
            entry.before,
            entry.after,
            mark,
        )
        before = _hash(before, fields)
        names = [column.key for column in _FIELDS]
        session.execute(insert(Audit).values(**dict(zip(names, fields, strict=True)), hash=before))
        if entry.reason:
            session.execute(insert(AuditReason).values(audit_id=last_id, words=entry.reason))
    session.execute(
        update(AuditHead)
        .where(AuditHead.id == _ONE)
        .values(last_id=last_id, hash=before, mark=_end_mark(last_id, before))
    )


def verify(connection: Connection) -> State:
    """Go through the whole chain and name the first fault. It may run while the service writes."""
    end = connection.execute(_END).first()
    rows, before = 0, ""
    for row, hashed, sealed in _rows(connection):
        if row[0] != rows + 1:
            return State(rows, before, f"row {rows + 1} is missing")
        if _hash(before, tuple(row)) != hashed:
            return State(rows, before, f"row {rows + 1} was changed")
        if row[7] and not _same_reason(sealed, row[7]):
            return State(rows, before, f"the reason of row {rows + 1} was changed or is missing")
        rows, before = rows + 1, hashed
        if end is not None and row[0] == end.last_id and hashed != end.hash:
            return State(rows, before, f"the end of the record does not fit row {rows}")
    if (end.last_id if end else 0) > rows:
        return State(rows, before, f"row {rows + 1} and what followed it are missing")
    if end is None and rows:
        return State(rows, before, "the end of the record is missing")
    if end is not None and end.mark != _end_mark(end.last_id, end.hash):
        return State(rows, before, "the end of the record was changed")
    return State(rows, before, "")


def _rows(connection: Connection) -> Iterator[tuple[Any, str, bytes | None]]:
    sealed = type_coerce(AuditReason.words, LargeBinary)  # opened one by one: a spoilt one is to be named
    after = 0
    while True:
        found: list[Any] = list(
            connection.execute(
                select(*_FIELDS, Audit.hash, sealed)
                .join(AuditReason, AuditReason.audit_id == Audit.id, isouter=True)
                .where(Audit.id > after)
                .order_by(Audit.id)
                .limit(_STEP)
            )
        )
        for row in found:
            yield tuple(row[:8]), row[8], row[9]
        if len(found) < _STEP:
            return
        after = found[-1][0]


def _locked_end(session: Session) -> tuple[int, str]:
    locked = _END.with_for_update()
    end = session.execute(locked).first()
    if end is None:
        empty = {"id": _ONE, "last_id": 0, "hash": "", "mark": _end_mark(0, "")}
        fresh = inserting.insert(session, AuditHead).values(**empty)
        session.execute(fresh.on_conflict_do_nothing())  # another node may be as quick
        end = session.execute(locked).one()
    return int(end.last_id), str(end.hash)


def _hash(before: str, fields: tuple[Any, ...]) -> str:
    whole = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return vault().mark(f"audit row|{before}|{whole}")


def _end_mark(last_id: int, hashed: str) -> str:
    return vault().mark(f"audit end|{last_id}|{hashed}")


def _same_reason(sealed: bytes | None, mark: str) -> bool:
    try:
        return sealed is not None and digest(vault().open(sealed, "audit_reason.words")) == mark
    except Unreadable:
        return False
