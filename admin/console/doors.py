"""Signing in: sessions in the database, tries counted, the one-time link, the record of looks and changes."""

import hmac
import secrets

from sqlalchemy import Connection, delete, select

from admin.audit.record import note
from admin.console.models import SetupLink, SignInTry, StaffSession
from bot.crypto import vault
from bot.work.unit import Work
from handlers.handoff import staff
from handlers.handoff.staff import Colleague

IDLE_MS = 30 * 60_000
LONGEST_MS = 12 * 60 * 60_000
TRIES = 5
TRIES_MS = 15 * 60_000
LINK_MS = 24 * 60 * 60_000
_DAY_MS = 24 * 60 * 60_000


def fresh_token() -> str:
    """What a cookie or a link holds."""
    return secrets.token_urlsafe(32)


def form_token(cookie: str) -> str:
    """The token that every form of a browser with this cookie carries."""
    return vault().mark(f"form|{cookie}")[:40]


def same(given: str, expected: str) -> bool:
    """Whether two tokens are the same, in time that tells nothing."""
    return hmac.compare_digest(given.encode(), expected.encode())


def attempt(work: Work, login: str) -> bool:
    """Count a try to sign in, before its password is looked at. Returns: whether it may be right."""
    work.db.execute(delete(SignInTry).where(SignInTry.first_at < work.now_ms - _DAY_MS))
    mark = _mark_of(login)
    row = work.db.get(SignInTry, mark)
    if row is None or row.first_at < work.now_ms - TRIES_MS:
        row = row or SignInTry(mark=mark)
        row.count, row.first_at = 0, work.now_ms
        work.db.add(row)
    row.count += 1
    return row.count <= TRIES


def begin(work: Work, staff_id: int, login: str, token: str) -> None:
    """Begin a session and forget the tries."""
    forget_tries(work, login)
    work.db.execute(delete(StaffSession).where(StaffSession.seen_at < work.now_ms - IDLE_MS))
    work.db.add(
        StaffSession(token=_session(token), staff_id=staff_id, begun_at=work.now_ms, seen_at=work.now_ms)
    )
    note(work, staff_id, "sign_in", f"staff:{staff_id}")


def end(work: Work, token: str) -> None:
    """End a session."""
    row = work.db.get(StaffSession, _session(token))
    if row is not None:
        note(work, row.staff_id, "sign_out", f"staff:{row.staff_id}")
        work.db.delete(row)


def end_all(work: Work, staff_id: int) -> None:
    """End every session of a member of staff."""
    work.db.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))


def forget_tries(work: Work, login: str) -> None:
    """Lift a lock."""
    work.db.execute(delete(SignInTry).where(SignInTry.mark == _mark_of(login)))


def seen(work: Work, token: str) -> None:
    """Keep a session from falling idle."""
    row = work.db.get(StaffSession, _session(token))
    if row is not None:
        row.seen_at = work.now_ms


def current(connection: Connection, token: str, now_ms: int) -> tuple[Colleague, int] | None:
    """Who is signed in with a token, and when they were last seen; None when the session is over."""
    row = connection.execute(
        select(StaffSession.staff_id, StaffSession.seen_at).where(
            StaffSession.token == _session(token),
            StaffSession.seen_at > now_ms - IDLE_MS,
            StaffSession.begun_at > now_ms - LONGEST_MS,
        )
    ).first()
    who = staff.colleague(connection, row.staff_id) if row else None
    return (who, int(row.seen_at)) if row and who else None


def make_link(work: Work) -> str | None:
    """A one-time link's token while there is no staff; the newest one counts. None when there is staff."""
    if staff.anybody(work.db.connection()):
        return None
    work.db.execute(delete(SetupLink).where(SetupLink.made_at < work.now_ms - LINK_MS))
    token = fresh_token()
    work.db.add(SetupLink(token=_link(token), made_at=work.now_ms))
    return token


def link_holds(connection: Connection, token: str, now_ms: int) -> bool:
    """Whether a one-time link may still be used."""
    found = connection.scalar(
        select(SetupLink.made_at).where(SetupLink.token == _link(token), SetupLink.made_at > now_ms - LINK_MS)
    )
    return found is not None and not staff.anybody(connection)


def use_link(work: Work, token: str, login: str, name: str, password_hash: str) -> bool:
    """Make the first member of staff, an admin. Returns: False when the link is used up."""
    if not link_holds(work.db.connection(), token, work.now_ms):
        return False
    made = staff.add(work, login, name, password_hash, None, "admin")
    work.db.execute(delete(SetupLink))
    note(work, made, "set_up", f"staff:{made}")
    return True


def _session(token: str) -> str:
    return vault().mark(f"session|{token}")


def _link(token: str) -> str:
    return vault().mark(f"setup|{token}")


def _mark_of(login: str) -> str:
    return vault().mark(f"login|{login}")
