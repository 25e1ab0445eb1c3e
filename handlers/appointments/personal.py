"""What goes when a resident leaves, and when the retention is over."""

from sqlalchemy import delete, select, update

from bot.web import answered
from bot.work.unit import Work
from handlers.appointments import files, grants, service, tickets, waiting
from handlers.appointments.models import Appointment, Wait
from handlers.appointments.service import Held


def erase(work: Work, resident_id: int, most: int) -> int:
    """Give back what is held, and delete what is over; a booking ahead stays with its own name and phone.

    It loses the tie to the resident, so that it ends by its own retention, and to the messages, which are
    erased. Returns: rows changed.
    """
    waited = waiting.forget(work, resident_id) + answered.forget(work, resident_id)
    waited += grants.erase(work, resident_id) + tickets.forget(work, resident_id)
    if waited:
        return waited
    held = work.db.scalars(
        select(Appointment.id).where(Appointment.resident_id == resident_id, Appointment.state == "held")
    ).all()
    for ident in held:
        service.release(work, Held(ident, 0))
    over = work.db.scalars(
        select(Appointment.id)
        .where(Appointment.resident_id == resident_id, Appointment.ended_at.is_not(None))
        .order_by(Appointment.id.desc())
        .limit(most)
    ).all()
    _delete(work, list(over))
    if over:
        return len(over)
    files.untie(work, resident_id)
    ahead = work.db.execute(
        update(Appointment).where(Appointment.resident_id == resident_id).values(resident_id=None)
    )
    return int(getattr(ahead, "rowcount", 0))


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete appointments and places in line that ended before the retention. Returns: how many."""
    waited = waiting.expire(work, before_ms, most) or answered.expire(work, most)
    waited = waited or tickets.expire(work, before_ms, most)
    if waited:
        return waited
    over = work.db.scalars(select(Appointment.id).where(Appointment.ended_at < before_ms).limit(most)).all()
    _delete(work, list(over))
    return len(over)


def _delete(work: Work, ids: list[int]) -> None:
    work.db.execute(update(Appointment).where(Appointment.moving_id.in_(ids)).values(moving_id=None))
    work.db.execute(update(Wait).where(Wait.offer_id.in_(ids)).values(offer_id=None))
    work.db.execute(delete(Appointment).where(Appointment.id.in_(ids)))
