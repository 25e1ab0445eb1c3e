"""All that a resident has: what is booked, also for others, and the places in line."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from handlers.appointments import reading, waiting
from handlers.appointments.mine_words import Mine, Offered
from handlers.appointments.models import Appointment
from handlers.appointments.service import whose_own
from handlers.appointments.waiting import Waits
from handlers.directory import stations


def held_for(connection: Connection, resident_id: int, now_ms: int) -> Mine:
    """All that a resident has booked and waits for, as a look-up."""
    visits = reading.open_of(connection, resident_id, now_ms)
    others = connection.execute(
        select(Appointment.id, Appointment.name).where(
            Appointment.id.in_([one.appointment_id for one in visits]),
            Appointment.whose != whose_own(resident_id),
        )
    )
    names = {row.id: row.name for row in others if row.name}
    known = {one.id: one for one in stations.all_open(connection)}
    waits = waiting.waits_of(connection, resident_id)
    offers = _offers(connection, waits, now_ms)
    standing = tuple(one for one in waits if one.offer_id is None or one.wait_id in offers)
    return Mine(tuple(visits), standing, known, names, offers)


def _offers(connection: Connection, waits: Sequence[Waits], now_ms: int) -> dict[int, Offered]:
    """The times that are kept now, by place in line; one that was answered or is over keeps no place."""
    by_offer = {one.offer_id: one.wait_id for one in waits if one.offer_id is not None}
    rows = connection.execute(
        select(Appointment.id, Appointment.begins, Appointment.held_until).where(
            Appointment.id.in_(by_offer), Appointment.state == "held", Appointment.held_until > now_ms
        )
    )
    return {by_offer[row.id]: Offered(row.id, row.begins, row.held_until) for row in rows}
