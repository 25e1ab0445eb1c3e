"""Sessions of signed-in browsers: kept in the database, seen by their owner, ended at once."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from admin.audit.record import note
from admin.console.models import StaffSession
from bot.crypto import vault
from bot.work.unit import Work
from handlers.handoff import staff
from handlers.handoff.staff import Colleague

IDLE_MS = 30 * 60_000
LONGEST_MS = 12 * 60 * 60_000
HALFWAY_MS = 10 * 60_000
"""How long the second step may take."""
CONFIRMED_MS = 10 * 60_000
"""How long a second check holds."""
IN, CODE, ENROL = "in", "code", "enrol"


@dataclass(frozen=True)
class Current:
    """A session that holds. ``confirmed_at``: when password or code were given last; 0 for never."""

    who: Colleague
    ref: str
    seen_at: int
    confirmed_at: int


@dataclass(frozen=True)
class Open:
    """A session in the list of one's own."""

    ref: str
    browser: str
    begun_at: int
    seen_at: int


def begin(work: Work, staff_id: int, token: str, stage: str = IN, browser: str = "") -> None:
    """Begin a session. Args: stage: `IN`, or the second step that is still to be done."""
    work.db.execute(delete(StaffSession).where(StaffSession.begun_at < work.now_ms - LONGEST_MS))
    work.db.add(
        StaffSession(
            token=_mark(token),
            ref=secrets.token_hex(8),
            staff_id=staff_id,
            stage=stage,
            browser=browser,
            begun_at=work.now_ms,
            seen_at=work.now_ms,
            confirmed_at=work.now_ms if stage == IN else 0,
        )
    )
    if stage == IN:
        note(work, staff_id, "sign_in", f"staff:{staff_id}")


def complete(work: Work, old: str, fresh: str) -> None:
    """The second step is done: the session begins anew under a fresh token, so that none was fixed before."""
    row = work.db.get(StaffSession, _mark(old))
    if row is None:
        return
    work.db.delete(row)
    work.db.flush()
    begin(work, row.staff_id, fresh, IN, row.browser)


def end(work: Work, token: str) -> None:
    """End a session."""
    row = work.db.get(StaffSession, _mark(token))
    if row is not None:
        note(work, row.staff_id, "sign_out", f"staff:{row.staff_id}")
        work.db.delete(row)


def end_one(work: Work, staff_id: int, ref: str) -> None:
    """End one of one's own sessions, wherever it is open."""
    note(work, staff_id, "session_end", f"staff:{staff_id}")
    work.db.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ref == ref))


def end_all(work: Work, staff_id: int, but: str = "") -> None:
    """End every session of a member of staff. Args: but: the token of one that stays."""
    ending = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    if but:
        note(work, staff_id, "session_end", f"staff:{staff_id}")
        ending = ending.where(StaffSession.token != _mark(but))
    work.db.execute(ending)


def seen(work: Work, token: str) -> None:
    """Keep a session from falling idle."""
    row = work.db.get(StaffSession, _mark(token))
    if row is not None:
        row.seen_at = work.now_ms


def confirm(work: Work, staff_id: int, token: str) -> None:
    """Password or code were given again."""
    row = work.db.get(StaffSession, _mark(token))
    if row is not None:
        row.confirmed_at = work.now_ms
        note(work, staff_id, "second_check", f"staff:{staff_id}")


def current(connection: Connection, token: str, now_ms: int) -> Current | None:
    """Who is signed in with a token; None when the session is over or not yet whole."""
    row = connection.execute(
        select(
            StaffSession.staff_id, StaffSession.ref, StaffSession.seen_at, StaffSession.confirmed_at
        ).where(
            StaffSession.token == _mark(token),
            StaffSession.stage == IN,
            StaffSession.seen_at > now_ms - IDLE_MS,
            StaffSession.begun_at > now_ms - LONGEST_MS,
        )
    ).first()
    who = staff.colleague(connection, row.staff_id) if row else None
    return Current(who, row.ref, int(row.seen_at), int(row.confirmed_at)) if row and who else None


def lapsed(connection: Connection, token: str, now_ms: int) -> Colleague | None:
    """Whose session this is, also when it fell idle: enough to keep for them what they wrote, and no more."""
    return _whose(connection, token, IN, now_ms - LONGEST_MS)


def halfway(connection: Connection, token: str, stage: str, now_ms: int) -> Colleague | None:
    """Who gave the right password and has this second step before them."""
    return _whose(connection, token, stage, now_ms - HALFWAY_MS)


def _whose(connection: Connection, token: str, stage: str, since_ms: int) -> Colleague | None:
    found = connection.scalar(
        select(StaffSession.staff_id).where(
            StaffSession.token == _mark(token),
            StaffSession.stage == stage,
            StaffSession.begun_at > since_ms,
        )
    )
    return staff.colleague(connection, found) if found is not None else None


def of(connection: Connection, staff_id: int, now_ms: int) -> list[Open]:
    """The sessions of a member of staff that hold, the one used last first."""
    rows = connection.execute(
        select(StaffSession.ref, StaffSession.browser, StaffSession.begun_at, StaffSession.seen_at)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.stage == IN,
            StaffSession.seen_at > now_ms - IDLE_MS,
            StaffSession.begun_at > now_ms - LONGEST_MS,
        )
        .order_by(StaffSession.seen_at.desc())
    )
    return [Open(*row) for row in rows]


def _mark(token: str) -> str:
    return vault().mark(f"session|{token}")
