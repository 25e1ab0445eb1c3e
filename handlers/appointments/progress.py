"""进度: how a booking stands, by the code on paper and the last four digits of the phone; in words alone.

Wrong tries are counted before anything is told, for who asks and for the code: after five within a quarter
of an hour there is a pause, whether the next one would have been right or not.
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from bot.crypto import vault
from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments.models import Appointment, CodeTry

TRIES = 5
PAUSE_MS = 15 * 60_000
WORDS = {
    "booked": _("已约好，请按时来"),
    "done": _("已办完"),
    "no_show": _("约好的时间没有来"),
    "passed": _("约好的时间已过"),
    "cancelled": _("已取消"),
}


@dataclass(frozen=True)
class Found:
    """What may be told. Attributes: state: empty when nothing fits; wait_ms: how long the pause lasts."""

    state: str = ""
    wait_ms: int = 0


def look_up(work: Work, code: str, digits: str | None, asker: str) -> Found:
    """How the booking of a code stands.

    Args: digits: the last four of the phone, None where the code alone is enough: in a conversation, which
    is slow and has a name; asker: names who asks, a resident or an address.
    """
    said = "".join(code.split()).upper()
    marks = sorted((_mark_of_asker(asker), _mark_of_code(said)))
    counts = [_count(work, mark) for mark in marks]
    pause = max(first + PAUSE_MS - work.now_ms if count > TRIES else 0 for count, first in counts)
    if pause > 0:
        return Found(wait_ms=pause)
    row = work.db.execute(
        select(Appointment.state, Appointment.phone).where(Appointment.code == said)
    ).first()
    phone = row.phone if row is not None else ""
    right = digits is None or (
        hmac.compare_digest(phone[-4:].encode(), digits.encode()) and len(phone) >= len(digits)
    )
    if row is None or not right or row.state not in WORDS:
        return Found()
    # a right one lifts nothing else, or whoever has one slip could try others without end
    own, theirs = _mark_of_asker(asker), _mark_of_code(said)
    work.db.execute(delete(CodeTry).where(CodeTry.mark == theirs))
    work.db.execute(update(CodeTry).where(CodeTry.mark == own).values(count=CodeTry.count - 1))
    return Found(row.state)


def _mark_of_asker(asker: str) -> str:
    return vault().mark(f"progress|{asker}")


def _mark_of_code(code: str) -> str:
    return vault().mark(f"progress|code|{code}")


def _count(work: Work, mark: str) -> tuple[int, int]:
    """Count a try. Returns: how many there are, and when the first was, in milliseconds UTC."""
    work.db.execute(delete(CodeTry).where(CodeTry.first_at < work.now_ms - PAUSE_MS))
    fresh = insert(work.db, CodeTry).values(mark=mark, count=1, first_at=work.now_ms)
    counted = fresh.on_conflict_do_update(
        index_elements=["mark"], set_={"count": CodeTry.count + 1}
    ).returning(CodeTry.count, CodeTry.first_at)
    count, first_at = work.db.execute(counted).one()
    return count, first_at
