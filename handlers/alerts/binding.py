"""How staff are reached outside the console: their own WeChat, bound by a code, and their phone."""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from bot.crypto import vault
from bot.errors import Refused
from bot.wechat.models import Resident
from bot.words import _
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.unit import Work
from handlers.alerts.models import BindingCode, BindingTry, StaffBinding, StaffPhone, StationSound

CODE_MS = 10 * 60_000
TRIES, TRIES_MS = 5, 15 * 60_000
ALL_TRIES = 50
"""Wrong codes of everybody together within `TRIES_MS`: then somebody guesses, and all codes are void."""
GUESSING = "binding_codes"
_PHONE = re.compile(r"1[3-9][0-9]{9}")

BOUND, WRONG, LOCKED = "bound", "wrong", "locked"


class BadPhone(Refused):
    """Not a mobile number."""

    code = "bad_phone"


@dataclass(frozen=True)
class Mine:
    """How one member of staff is reached.

    Attributes: bound_at: since when a WeChat is bound, None without; window_until: until when it may be
    written to, 0 when it may not; phone_ends: the last digits of the phone, empty without one.
    """

    bound_at: int | None
    window_until: int
    phone_ends: str


def make_code(work: Work, staff_id: int) -> str:
    """A new code of six digits for ten minutes; the one before is void."""
    if _wrong_lately(work) < ALL_TRIES:
        clear_alarm(work, GUESSING)
    work.db.execute(delete(BindingCode).where(BindingCode.made_at < work.now_ms - CODE_MS))
    work.db.execute(delete(BindingCode).where(BindingCode.staff_id == staff_id))
    taken = set(work.db.scalars(select(BindingCode.mark)))
    code = next(code for code in iter(_drawn, "") if _mark(code) not in taken)
    work.db.add(BindingCode(staff_id=staff_id, mark=_mark(code), made_at=work.now_ms))
    return code


def bind(work: Work, resident_id: int, code: str) -> str:
    """A WeChat sends a code. Returns: `BOUND`, `WRONG` or `LOCKED`.

    One WeChat belongs to one member of staff and the other way round: the newest binding counts.
    """
    tried = _tries(work, resident_id)
    everybody = _wrong_lately(work)
    if tried.count >= TRIES or everybody >= ALL_TRIES:
        return LOCKED
    row = work.db.scalars(
        select(BindingCode).where(
            BindingCode.mark == _mark(code), BindingCode.made_at > work.now_ms - CODE_MS
        )
    ).first()
    door = work.db.scalar(select(Resident.door).where(Resident.id == resident_id))
    if row is None or door != "oa":
        tried.count += 1
        if everybody + 1 >= ALL_TRIES:
            work.db.execute(delete(BindingCode))
            raise_alarm(work, GUESSING, "", "many wrong binding codes: somebody guesses; all codes are void")
        return WRONG
    staff_id = row.staff_id
    work.db.delete(row)
    work.db.delete(tried)
    work.db.execute(
        delete(StaffBinding).where(
            (StaffBinding.staff_id == staff_id) | (StaffBinding.resident_id == resident_id)
        )
    )
    work.db.add(StaffBinding(staff_id=staff_id, resident_id=resident_id, bound_at=work.now_ms))
    return BOUND


def unbind(work: Work, staff_id: int) -> bool:
    """Unbind from the console. Returns: whether a WeChat was bound."""
    return _gone(work, StaffBinding.staff_id == staff_id)


def unbind_resident(work: Work, resident_id: int) -> bool:
    """Unbind from the WeChat itself. Returns: whether it was bound."""
    return _gone(work, StaffBinding.resident_id == resident_id)


def set_phone(work: Work, staff_id: int, phone: str) -> None:
    """Keep a phone number, or forget it when empty. Raises: BadPhone."""
    phone = re.sub(r"[\s-]", "", phone).removeprefix("+86")
    row = work.db.get(StaffPhone, staff_id)
    if not phone:
        if row is not None:
            work.db.delete(row)
        return
    if not _PHONE.fullmatch(phone):
        raise BadPhone(_("手机号要 11 位数字。"), field="phone")
    if row is None:
        work.db.add(StaffPhone(staff_id=staff_id, phone=phone))
    else:
        row.phone = phone


def set_sound(work: Work, station_id: str, *, on: bool) -> None:
    """Switch the sound of a station's consoles on or off."""
    row = work.db.get(StationSound, station_id)
    if on and row is None:
        work.db.add(StationSound(station_id=station_id))
    elif not on and row is not None:
        work.db.delete(row)


def sounds(connection: Connection, station_id: str | None) -> bool:
    """Whether consoles of a station sound. Who works for the whole county hears what any station hears."""
    found = select(StationSound.station_id).limit(1)
    if station_id is not None:
        found = found.where(StationSound.station_id == station_id)
    return connection.scalar(found) is not None


def sounding(connection: Connection) -> frozenset[str]:
    """The stations whose consoles sound."""
    return frozenset(connection.scalars(select(StationSound.station_id)))


def mine(connection: Connection, staff_id: int, now_ms: int) -> Mine:
    """How a member of staff is reached."""
    row = connection.execute(
        select(StaffBinding.bound_at, Resident.said_left, Resident.said_until, Resident.left_at)
        .join(Resident, Resident.id == StaffBinding.resident_id)
        .where(StaffBinding.staff_id == staff_id)
    ).first()
    phone = connection.scalar(select(StaffPhone.phone).where(StaffPhone.staff_id == staff_id))
    open_until = 0
    if row is not None and row.left_at is None and row.said_left > 0 and row.said_until > now_ms:
        open_until = int(row.said_until)
    return Mine(row.bound_at if row else None, open_until, phone[-4:] if phone else "")


def counts(connection: Connection) -> tuple[int, int]:
    """How many members of staff have bound a WeChat, and how many have given a phone."""
    bound = connection.scalar(select(func.count()).select_from(StaffBinding))
    phones = connection.scalar(select(func.count()).select_from(StaffPhone))
    return int(bound or 0), int(phones or 0)


def erase(work: Work, resident_id: int, _most: int) -> int:
    """A WeChat leaves the account: it belongs to nobody of the staff any more."""
    gone = 0
    for table in (StaffBinding, BindingTry):
        found = work.db.execute(delete(table).where(table.resident_id == resident_id))
        gone += int(getattr(found, "rowcount", 0))
    return gone


def _tries(work: Work, resident_id: int) -> BindingTry:
    row = work.db.get(BindingTry, resident_id)
    if row is None or row.first_at <= work.now_ms - TRIES_MS:
        row = row or BindingTry(resident_id=resident_id)
        row.count, row.first_at = 0, work.now_ms
        work.db.add(row)
        work.db.flush()
    return row


def _wrong_lately(work: Work) -> int:
    found = work.db.scalar(
        select(func.sum(BindingTry.count)).where(BindingTry.first_at > work.now_ms - TRIES_MS)
    )
    return int(found or 0)


def _gone(work: Work, whose: object) -> bool:
    rows = work.db.scalars(select(StaffBinding).where(whose)).all()  # type: ignore[arg-type]
    for row in rows:
        work.db.delete(row)
    return bool(rows)


def _drawn() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


def _mark(code: str) -> str:
    return vault().mark(f"binding|{code}")
