"""Staff from the command line and at a start: adding, resetting, letting go, demo staff, the first link."""

from admin.audit.record import note
from admin.console import doors
from admin.console.passwords import generated, hashed
from admin.store import Store
from bot.errors import Refused
from bot.work.unit import Work
from handlers.handoff import service, staff

DEMO = (
    ("chenmin", "陈敏", "liuhe", "clerk"),
    ("zhouhai", "周海", "chengdong", "clerk"),
    ("zhaoqin", "赵琴", "shiqiao", "clerk"),
    ("zhoulan", "周岚", None, "head"),
)
"""Invented people of the invented county: login, name, station, role."""


def add(work: Work, login: str, name: str, password_hash: str, station: str | None, role: str) -> int:
    """Add somebody. Raises: StaffRefused."""
    made = staff.add(work, login, name, password_hash, station, role)
    note(work, None, "staff_add", f"staff:{made}")
    return made


def reset(work: Work, login: str, password_hash: str) -> int:
    """A new password: all sessions end, a lock is lifted. Raises: StaffRefused."""
    changed = staff.set_password(work, login, password_hash)
    doors.end_all(work, changed)
    doors.forget_tries(work, login)
    note(work, None, "staff_reset", f"staff:{changed}")
    return changed


def leave(work: Work, login: str) -> int:
    """Somebody leaves: sessions end at once, held threads go back to the bot. Raises: StaffRefused."""
    gone = staff.leave(work, login)
    service.release_all(work, gone)
    doors.end_all(work, gone)
    note(work, None, "staff_leave", f"staff:{gone}")
    return gone


def demo_staff(store: Store) -> list[tuple[str, str, str]]:
    """Trial mode: the demo staff with new passwords. Returns: login, name, password of each."""
    made = []
    for login, name, station, role in DEMO:
        password = generated()
        secret = hashed(password)
        try:
            store.writer.do_now(reset, login, secret)
        except Refused:
            store.writer.do_now(add, login, name, secret, station, role)
        made.append((login, name, password))
    return made


def announcement(store: Store, base: str) -> str:
    """What a start says about signing in: demo passwords, the one-time link, or nothing.

    Args: base: root address of the service, without a slash at the end.
    """
    if store.settings.trial:
        lines = [f"Staff sign in at {base}/admin (new passwords at each start):"]
        lines += [f"  {login}  {password}  {name}" for login, name, password in demo_staff(store)]
        return "\n".join(lines) + "\n"
    token = store.writer.do_now(doors.make_link)
    if token is None:
        return ""
    return (
        f"There is no staff yet. Open {base}/admin/setup/{token} within 24 hours to make the first account "
        "(works once), or use `staff add`.\n"
    )
