"""How somebody stands who wants to book: what is open already, how often they booked for others, or did not
come.

Look-ups for a conversation, so that nobody answers five questions in vain; the acts look again.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.clock import in_china, instant
from handlers.appointments.models import Appointment
from handlers.appointments.service import HALF_YEAR_MS, MOST_ABSENT, MOST_PROXIES, whose_own


@dataclass(frozen=True)
class Standing:
    """What counts before a booking.

    Attributes: open_id: their own open appointment of the kind; missed: they did not come too often; proxies:
    they booked for others often enough today.
    """

    open_id: int | None
    missed: bool
    proxies: bool


def standing(connection: Connection, resident_id: int, kind: str, now_ms: int) -> Standing:
    """How a resident stands for a kind of `handlers.appointments.supply.KINDS`."""
    whose = whose_own(resident_id)
    open_id = connection.scalar(
        select(Appointment.id).where(
            Appointment.whose == whose,
            Appointment.kind == kind,
            Appointment.state == "booked",
            Appointment.ends > now_ms,
        )
    )
    missed = connection.scalar(
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.whose == whose,
            Appointment.state == "no_show",
            Appointment.ended_at > now_ms - HALF_YEAR_MS,
        )
    )
    today = in_china(instant(now_ms))
    proxies = connection.scalar(
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.resident_id == resident_id,
            Appointment.proxy_day == today.year * 10_000 + today.month * 100 + today.day,
        )
    )
    return Standing(open_id, (missed or 0) >= MOST_ABSENT, (proxies or 0) >= MOST_PROXIES)


def held_until(connection: Connection, appointment_id: int, now_ms: int) -> int | None:
    """Until when a time is held, in milliseconds UTC; None when it is held no more."""
    found = select(Appointment.held_until).where(
        Appointment.id == appointment_id, Appointment.state == "held", Appointment.held_until > now_ms
    )
    return connection.scalar(found)


def just_booked(connection: Connection, resident_id: int, since_ms: int) -> int | None:
    """The newest appointment that a resident has booked since an instant, and that stands."""
    found = (
        select(Appointment.id)
        .where(
            Appointment.resident_id == resident_id,
            Appointment.state == "booked",
            Appointment.booked_at >= since_ms,
        )
        .order_by(Appointment.booked_at.desc())
        .limit(1)
    )
    return connection.scalar(found)
