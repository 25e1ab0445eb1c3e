"""The second factor: a phone's codes, and ten recovery codes for the day on which it is lost."""

import secrets

from sqlalchemy import Connection, CursorResult, delete, func, select, update

from admin.audit.record import note
from admin.console import totp
from admin.console.models import RecoveryCode, StaffFactor
from bot.crypto import vault
from bot.work.unit import Work

CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def fresh_codes() -> list[str]:
    """Ten recovery codes of 49 bits; random, so a keyed hash keeps them as well as a slow one."""
    return ["-".join(_letters() for _half in range(2)) for _code in range(CODES)]


def _letters() -> str:
    return "".join(secrets.choice(_ALPHABET) for _n in range(5))


def on(connection: Connection, staff_id: int) -> bool:
    """Whether somebody has a second factor that was proved."""
    return (
        connection.scalar(
            select(StaffFactor.staff_id).where(
                StaffFactor.staff_id == staff_id, StaffFactor.since.is_not(None)
            )
        )
        is not None
    )


def with_factor(connection: Connection) -> set[int]:
    """Everybody who has one."""
    return set(connection.scalars(select(StaffFactor.staff_id).where(StaffFactor.since.is_not(None))))


def waiting_secret(connection: Connection, staff_id: int) -> str | None:
    """The secret that is being set up, to be shown on its page."""
    return connection.scalar(select(StaffFactor.fresh).where(StaffFactor.staff_id == staff_id))


def codes_left(connection: Connection, staff_id: int) -> int:
    """How many recovery codes are unused."""
    found = connection.scalar(
        select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    )
    return int(found or 0)


def prepare(work: Work, staff_id: int, secret: str) -> None:
    """Begin to set one up; the one that holds goes on until a code of the new one is given.

    A secret that is being set up already stays: its page may be open.
    """
    row = work.db.get(StaffFactor, staff_id)
    if row is None:
        work.db.add(StaffFactor(staff_id=staff_id, fresh=secret, last_step=0))
    elif row.fresh is None:
        row.fresh = secret


def prove(work: Work, staff_id: int, code: str, recovery: list[str]) -> bool:
    """The first code of a phone: the factor holds from now on. Args: recovery: the codes to keep."""
    row = work.db.get(StaffFactor, staff_id, with_for_update=True)
    if row is None or row.fresh is None:
        return False
    step = totp.step_of(row.fresh, code, work.now_ms, after=0)
    if step is None:
        return False
    row.secret, row.fresh, row.since, row.last_step = row.fresh, None, work.now_ms, step
    keep_codes(work, staff_id, recovery)
    note(work, staff_id, "factor_on", f"staff:{staff_id}")
    return True


def keep_codes(work: Work, staff_id: int, recovery: list[str]) -> None:
    """Ten new recovery codes; the old ones end."""
    work.db.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    work.db.add_all(RecoveryCode(staff_id=staff_id, mark=_mark(staff_id, code)) for code in recovery)


def check(work: Work, staff_id: int, code: str) -> bool:
    """Whether a code is right; it is used up by that, be it the phone's or a recovery code."""
    row = work.db.get(StaffFactor, staff_id, with_for_update=True)
    if row is None or row.secret is None:
        return False
    step = totp.step_of(row.secret, code, work.now_ms, after=row.last_step)
    if step is not None:
        row.last_step = step
        return True
    used = work.db.execute(
        update(RecoveryCode)
        .where(RecoveryCode.mark == _mark(staff_id, code), RecoveryCode.used_at.is_(None))
        .values(used_at=work.now_ms)
    )
    if isinstance(used, CursorResult) and used.rowcount == 1:
        note(work, staff_id, "recovery_code", f"staff:{staff_id}")
        return True
    return False


def clear(work: Work, staff_id: int) -> None:
    """No second factor any more: reset, given up or left."""
    work.db.execute(delete(StaffFactor).where(StaffFactor.staff_id == staff_id))
    work.db.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))


def _mark(staff_id: int, code: str) -> str:
    return vault().mark(f"recovery|{staff_id}|{code.strip().lower()}")
