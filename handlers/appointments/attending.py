"""What becomes of the appointments of a day: who came, in time or late, who did not, and who is done.

Up to a quarter of an hour after its beginning a time is kept; who comes later gets a number and waits with
those who came without a time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments import service, tickets
from handlers.appointments.cells import cell_after, cell_of
from handlers.appointments.models import Appointment
from handlers.appointments.reading import OnList, on_list
from handlers.appointments.refusals import AskStaff, NotYours
from handlers.appointments.service import Booked, Person
from handlers.appointments.slots import Slot
from handlers.appointments.ticket_models import Arrival
from handlers.appointments.tickets import Ticket
from handlers.facts import PersonReceived

GRACE_MS = 15 * 60_000
_NEED = {"mediation": "mediation", "legal_aid": "legal_aid"}


@dataclass(frozen=True)
class Arrived:
    """Somebody came. Attributes: kept: they keep their place; ticket: their number where they do not."""

    kept: bool
    ticket: Ticket | None = None


@dataclass(frozen=True)
class Came:
    """When somebody came, in milliseconds UTC, and whether they keep their place."""

    at: int
    kept: bool


def check_in(work: Work, appointment_id: int, by: int | None) -> Arrived:
    """They are there. A second time says the same. Raises: NotYours."""
    row = work.db.get(Appointment, appointment_id)
    if row is None or row.state not in ("booked", "no_show"):
        raise NotYours
    known = work.db.get(Arrival, appointment_id)
    kept = row.state == "booked" and work.now_ms <= row.begins + GRACE_MS if known is None else known.kept
    if known is None:
        fresh = insert(work.db, Arrival).values(
            appointment_id=appointment_id, at=work.now_ms, kept=kept, by_id=by
        )
        work.db.execute(fresh.on_conflict_do_nothing())
    if row.state == "no_show":
        row.state = "done"  # they came after all: it does not count as not having come
    work.db.flush()
    if kept:
        return Arrived(kept=True)
    need = _NEED.get(row.kind, "ask")
    given = tickets.take(work, row.station_id, need, name=row.name, by=by, appointment_id=appointment_id)
    return Arrived(kept=False, ticket=given)


def done(work: Work, appointment_id: int, by: int) -> None:
    """They were received: the books say so. Raises: NotYours when it is over."""
    row = work.db.get(Appointment, appointment_id)
    if row is not None and row.state == "passed":
        row.state = "done"
    else:
        service.done(work, appointment_id)
    _received(work, appointment_id, by)


def no_show(work: Work, appointment_id: int) -> None:
    """They did not come within the quarter of an hour. Raises: NotYours, AskStaff before that."""
    row = work.db.get(Appointment, appointment_id)
    if row is None or work.db.get(Arrival, appointment_id) is not None:
        raise NotYours
    if work.now_ms <= row.begins + GRACE_MS:
        raise AskStaff(_("15 分钟以内来都算数，过了再记没来。"), field="appointment")
    service.no_show(work, appointment_id)


def ticket_done(work: Work, ticket_id: int, by: int) -> Ticket:
    """Who had a number was received; if it was for an appointment, that is done too. Raises: NoTicket."""
    given = tickets.done(work, ticket_id)
    if given.appointment_id is None:
        work.happened(PersonReceived(given.station_id, by, given.need, given.made_at, ticket_id=ticket_id))
        return given
    row = work.db.get(Appointment, given.appointment_id)
    if row is not None and row.state == "booked":
        service.done(work, row.id)
    _received(work, given.appointment_id, by)
    return given


def _received(work: Work, appointment_id: int, by: int) -> None:
    row, came_in = work.db.get(Appointment, appointment_id), work.db.get(Arrival, appointment_id)
    if row is None:
        return
    work.happened(
        PersonReceived(
            row.station_id,
            by,
            row.kind,
            came_in.at if came_in else row.begins,
            row.begins,
            appointment_id=row.id,
            resident_id=row.resident_id,
        )
    )


def book_for(
    work: Work, by: int, slot: Slot, person: Person, *, matter: str = "", address: str = ""
) -> Booked:
    """Book for somebody at the window or on the telephone, in one act. Raises: as hold and book."""
    held = service.hold(work, None, slot, by=by)
    return service.book(work, None, held.appointment_id, person, matter=matter, address=address)


def move_for(work: Work, by: int, appointment_id: int, slot: Slot, *, say: str = "") -> Booked:
    """Give an appointment another time, in one act. Args: say: why, as the resident is told.

    Raises: as hold and move.
    """
    held = service.hold(work, None, slot, moving=appointment_id, by=by)
    return service.move(work, None, held.appointment_id, by=by, say=say)


def came(connection: Connection, appointments: Collection[int]) -> Mapping[int, Came]:
    """Who of these came, by appointment."""
    rows = connection.execute(
        select(Arrival.appointment_id, Arrival.at, Arrival.kept).where(
            Arrival.appointment_id.in_(appointments)
        )
    )
    return {ident: Came(at, kept) for ident, at, kept in rows}


def hit_by(
    connection: Connection, since_ms: int, until_ms: int, *, station_id: str | None, post_id: str | None
) -> list[OnList]:
    """Whose booked time a closing would take away, by their time, for staff to see before they confirm."""
    here = Appointment.station_id == station_id if post_id is None else Appointment.post_id == post_id
    rows = connection.execute(
        select(Appointment.id, Appointment.station_id, Appointment.begins).where(
            here,
            Appointment.state == "booked",
            Appointment.since < cell_after(until_ms),
            Appointment.until > cell_of(since_ms),
        )
    ).all()
    if not rows:
        return []
    first, last = min(row.begins for row in rows), max(row.begins for row in rows)
    ids, places = {row.id for row in rows}, sorted({row.station_id for row in rows})
    listed = [one for place in places for one in on_list(connection, place, first, last + 1)]
    found = [one for one in listed if one.visit.appointment_id in ids]
    if post_id is not None:
        return found
    return [one for one in found if one.visit.village_id is None]  # it does not bind stops in villages
