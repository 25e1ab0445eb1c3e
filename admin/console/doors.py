"""Before the door: tokens, counted tries, and the one-time link of the first account."""

import hmac
import secrets

from sqlalchemy import Connection, delete, select

from admin.audit.record import note
from admin.console.models import SetupLink, SignInTry
from bot.crypto import vault
from bot.work.unit import Work
from handlers.handoff import staff

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


def attempt(work: Work, name: str) -> bool:
    """Count a try, before what was given is looked at. Returns: whether it may be right.

    Args: name: a login, known or not; or `second_step` of somebody.
    """
    work.db.execute(delete(SignInTry).where(SignInTry.first_at < work.now_ms - _DAY_MS))
    mark = _mark_of(name)
    row = work.db.get(SignInTry, mark)
    if row is None or row.first_at < work.now_ms - TRIES_MS:
        row = row or SignInTry(mark=mark)
        row.count, row.first_at = 0, work.now_ms
        work.db.add(row)
    row.count += 1
    return row.count <= TRIES


def second_step(staff_id: int) -> str:
    """The name under which tries of the second step and the second check are counted: no login is so."""
    return f"step|{staff_id}"


def forget_tries(work: Work, name: str) -> None:
    """Lift a lock."""
    work.db.execute(delete(SignInTry).where(SignInTry.mark == _mark_of(name)))


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
    """Make the first member of staff, the county admin. Returns: False when the link is used up."""
    if not link_holds(work.db.connection(), token, work.now_ms):
        return False
    made = staff.add(work, login, name, password_hash, None, "county_admin")
    work.db.execute(delete(SetupLink))
    note(work, made, "set_up", f"staff:{made}")
    return True


def _link(token: str) -> str:
    return vault().mark(f"setup|{token}")


def _mark_of(name: str) -> str:
    return vault().mark(f"login|{name}")
