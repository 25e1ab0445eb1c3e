"""Staff accounts: adding, changing, resetting, letting go; demo staff and the first link at a start.

In every act `by` is who does it, None for the command line, and `reason` goes into the record.
"""

from collections.abc import Collection

from sqlalchemy import Connection

from admin.audit.record import note
from admin.console import doors, factor, sessions, totp
from admin.console.passwords import generated, hashed
from admin.console.rights import SECOND_FACTOR
from admin.store import Store
from bot.work.unit import Work
from handlers.facts import StaffLeft
from handlers.handoff import named, service, staff
from handlers.handoff.staff import Colleague

HEAD_GIVES = frozenset({"clerk", "mediator", "lawyer", "curator", "editor"})
"""Roles that a head hands out and changes."""
DEMO = (
    ("chenmin", "陈敏", "liuhe", "clerk"),
    ("zhouhai", "周海", "chengdong", "clerk"),
    ("zhaoqin", "赵琴", "shiqiao", "clerk"),
    ("zhoulan", "周岚", None, "head"),
    ("heqing", "何晴", None, "county_admin"),
    ("fangze", "方泽", None, "lawyer"),
    ("luning", "陆宁", None, "curator"),
    ("shenyi", "沈仪", None, "auditor"),
)
"""Invented people of the invented county: login, name, station, role."""
DEMO_CODES = 3
"""Recovery codes that a start of the trial prints for each of them who needs a second step."""


def add(
    work: Work,
    login: str,
    name: str,
    password_hash: str,
    station: str | None,
    role: str,
    by: int | None = None,
    reason: str = "",
) -> int:
    """Add somebody. Raises: StaffRefused."""
    made = staff.add(work, login, name, password_hash, station, role)
    note(work, by, "staff_add", f"staff:{made}", after={"role": role, "station": station}, reason=reason)
    return made


def reset(work: Work, login: str, password_hash: str, by: int | None = None, reason: str = "") -> int:
    """A new password: all sessions end, a lock is lifted, who had left is back. Raises: StaffRefused."""
    changed = staff.set_password(work, login, password_hash)
    _out(work, changed, login)
    note(work, by, "staff_reset", f"staff:{changed}", reason=reason)
    return changed


def reset_factor(work: Work, login: str, by: int | None = None, reason: str = "") -> int:
    """The phone is lost: no second factor, all sessions end. A role that needs one sets a new one up.

    Raises: StaffRefused.
    """
    changed = staff.by_login(work.db.connection(), login).id
    factor.clear(work, changed)
    _out(work, changed, login)
    note(work, by, "factor_reset", f"staff:{changed}", reason=reason)
    return changed


def change(
    work: Work, login: str, role: str, station: str | None, by: int | None = None, reason: str = ""
) -> int:
    """Another role or station: signed-in browsers sign in again. Raises: StaffRefused."""
    before = staff.change(work, login, role, station)
    if before.role != role:
        named.forget(work, before.id)
    sessions.end_all(work, before.id)
    note(
        work,
        by,
        "staff_change",
        f"staff:{before.id}",
        before={"role": before.role, "station": before.station_id},
        after={"role": role, "station": station},
        reason=reason,
    )
    return before.id


def name_for(
    work: Work, staff_id: int, kinds: Collection[str], by: int | None = None, reason: str = ""
) -> None:
    """Name somebody for secluded threads of these kinds and no others. Raises: NotNameable."""
    before = ",".join(named.kinds_of(work.db.connection(), staff_id))
    named.set_kinds(work, by, staff_id, kinds)
    work.db.flush()
    after = ",".join(named.kinds_of(work.db.connection(), staff_id))
    note(
        work,
        by,
        "staff_named",
        f"staff:{staff_id}",
        before={"kinds": before},
        after={"kinds": after},
        reason=reason,
    )


def leave(work: Work, login: str, by: int | None = None, reason: str = "") -> int:
    """Somebody leaves: sessions and second factor end at once, what they held goes on without them.

    Raises: StaffRefused, LastCountyAdmin.
    """
    gone = staff.leave(work, login)
    service.release_all(work, gone)
    _out(work, gone, login)
    factor.clear(work, gone)
    named.forget(work, gone)
    note(work, by, "staff_leave", f"staff:{gone}", reason=reason)
    work.happened(StaffLeft(gone))
    return gone


def manages(who: Colleague, other: Colleague) -> bool:
    """Whether an account is somebody's to change: never one's own; a head's own people, not other heads.

    A head without a station is the county's, and has the people of all stations.
    """
    if who.id == other.id:
        return False
    if who.role == "county_admin":
        return True
    return who.role == "head" and other.role in HEAD_GIVES and who.station_id in (None, other.station_id)


def gives(who: Colleague, role: str, station: str | None) -> bool:
    """Whether somebody may hand out a role at a station."""
    if who.role == "county_admin":
        return True
    return who.role == "head" and role in HEAD_GIVES and who.station_id in (None, station)


def visible(connection: Connection, who: Colleague) -> list[tuple[Colleague, bool]]:
    """The accounts that somebody may see: a station's head those of the station."""
    return [row for row in staff.everybody(connection) if sees(who, row[0])]


def sees(who: Colleague, other: Colleague) -> bool:
    """Whether an account is within somebody's sight, who may see accounts at all."""
    return who.role != "head" or who.station_id in (None, other.station_id)


def _out(work: Work, staff_id: int, login: str) -> None:
    sessions.end_all(work, staff_id)
    doors.forget_tries(work, login)
    doors.forget_tries(work, doors.second_step(staff_id))


def demo_staff(store: Store) -> list[tuple[str, str, str, list[str]]]:
    """Trial mode: the demo staff with new passwords and, for whom a second step is asked, a new secret.

    Returns: login, name, password of each, and some recovery codes.
    """
    return [_demo_one(store, *one) for one in DEMO]


def _demo_one(
    store: Store, login: str, name: str, station: str | None, role: str
) -> tuple[str, str, str, list[str]]:
    password = generated()
    codes = factor.fresh_codes() if role in SECOND_FACTOR else []
    store.writer.do_now(demo_one, login, name, hashed(password), station, role, codes)
    return login, name, password, codes[:DEMO_CODES]


def demo_one(
    work: Work,
    login: str,
    name: str,
    password_hash: str,
    station: str | None,
    role: str,
    codes: list[str],
) -> int:
    """One of the demo staff in one act, so that of nodes which start together the last one's words hold.

    Args: codes: recovery codes where the role needs a second step. Returns: the id. Raises: StaffRefused.
    """
    ident, made = staff.ensure(work, login, name, password_hash, station, role)
    if made:
        note(work, None, "staff_add", f"staff:{ident}", after={"role": role, "station": station})
    else:
        reset(work, login, password_hash)
    if codes:
        demo_factor(work, ident, totp.fresh_secret(), codes)
    return ident


def demo_factor(work: Work, staff_id: int, secret: str, codes: list[str]) -> None:
    """A second factor whose recovery codes are known, for accounts that are made without their owner."""
    factor.clear(work, staff_id)
    factor.prepare(work, staff_id, secret)
    work.db.flush()
    factor.prove(work, staff_id, totp.code_at(secret, work.now_ms // totp.STEP_MS), codes)


def announcement(store: Store, base: str) -> str:
    """What a start says about signing in: demo passwords, the one-time link, or nothing.

    Args: base: root address of the service, without a slash at the end.
    """
    if store.settings.trial:
        lines = [f"Staff sign in at {base}/admin (new passwords at each start):"]
        for login, name, password, codes in demo_staff(store):
            second = f"  second step, each works once: {' '.join(codes)}" if codes else ""
            lines.append(f"  {login}  {password}  {name}{second}")
        return "\n".join(lines) + "\n"
    token = store.writer.do_now(doors.make_link)
    if token is None:
        return ""
    return (
        f"There is no staff yet. Open {base}/admin/setup/{token} within 24 hours to make the first account "
        "(works once), or use `staff add`.\n"
    )
