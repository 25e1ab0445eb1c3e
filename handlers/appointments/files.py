"""Pictures and voices that belong to an appointment: those that came while it was being booked."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select

from bot.wechat import media_reading
from bot.wechat.media_reading import Card, Kept
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments.models import Appointment, AppointmentFile
from handlers.appointments.reading import LISTED
from handlers.handoff import named, seclusion
from handlers.handoff.scope import Scope


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


def shown(
    connection: Connection, scope: Scope, owners: Mapping[int, int | None]
) -> dict[int, tuple[Card, ...]]:
    """The files of appointments that somebody may see, by appointment.

    Args: owners: who wrote, by appointment. Those of residents whose thread is closed to all but named staff
    are there for who is named.
    """
    allowed = set(named.kinds_of(connection, scope.staff_id))
    messages = {
        ident: found
        for ident, found in of(connection, list(owners)).items()
        if _open_to(connection, owners[ident], allowed)
    }
    cards = media_reading.cards(connection, [one for found in messages.values() for one in found])
    return {ident: tuple(cards[one] for one in found if one in cards) for ident, found in messages.items()}


def kept(
    connection: Connection, scope: Scope, station_id: str | None, appointment_id: int, media_id: int
) -> Kept | None:
    """A file of an appointment, for who may see it. Args: station_id: whose appointments, None for all."""
    found = select(Appointment.resident_id).where(
        Appointment.id == appointment_id, Appointment.state.in_(LISTED)
    )
    if station_id is not None:
        found = found.where(Appointment.station_id == station_id)
    resident = connection.scalar(found)
    if resident is None:
        return None
    cards = shown(connection, scope, {appointment_id: resident}).get(appointment_id, ())
    return (
        media_reading.kept(connection, resident, media_id) if media_id in {one.id for one in cards} else None
    )


def _open_to(connection: Connection, resident_id: int | None, allowed: set[str]) -> bool:
    kind = seclusion.kind_of(connection, resident_id) if resident_id is not None else ""
    return not kind or kind in allowed


def untie(work: Work, resident_id: int) -> None:
    """The resident's messages are erased: nothing points to them any more."""
    own = select(Appointment.id).where(Appointment.resident_id == resident_id)
    work.db.execute(delete(AppointmentFile).where(AppointmentFile.appointment_id.in_(own)))
