"""Pictures and voices that belong to an appointment: those that came while it was being booked."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from bot.wechat import media_reading
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments.models import Appointment, AppointmentFile


def tie(work: Work, appointment_id: int, messages: Sequence[int]) -> int:
    """Tie those of these messages that brought a file. Returns: how many."""
    cards = media_reading.cards(work.db.connection(), tuple(messages)) if messages else {}
    found = sorted(message for message, card in cards.items() if card.state != "refused")
    for message in found:
        row = insert(work.db, AppointmentFile).values(appointment_id=appointment_id, message=message)
        work.db.execute(row.on_conflict_do_nothing())
    return len(found)


def of(connection: Connection, appointment_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The messages with files of these appointments, by appointment; their cards: `media_reading.cards`."""
    found: dict[int, tuple[int, ...]] = {}
    rows = connection.execute(
        select(AppointmentFile.appointment_id, AppointmentFile.message)
        .where(AppointmentFile.appointment_id.in_(appointment_ids))
        .order_by(AppointmentFile.appointment_id, AppointmentFile.message)
    )
    for ident, message in rows:
        found[ident] = (*found.get(ident, ()), message)
    return found


def untie(work: Work, resident_id: int) -> None:
    """The resident's messages are erased: nothing points to them any more."""
    own = select(Appointment.id).where(Appointment.resident_id == resident_id)
    work.db.execute(delete(AppointmentFile).where(AppointmentFile.appointment_id.in_(own)))
