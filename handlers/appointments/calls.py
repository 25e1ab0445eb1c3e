"""The call list of a station: whom to call because they cannot be written to, and what to say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot.work.unit import Work
from handlers.appointments import notices
from handlers.appointments.models import Appointment
from handlers.appointments.refusals import NotYours
from handlers.appointments.telling_models import Telling
from handlers.appointments.telling_rows import end, stands
from handlers.correspondence import service as letters
from handlers.handoff import named
from handlers.handoff.scope import COUNTY, STATION, Scope


@dataclass(frozen=True)
class CallLine:
    """A call to make.

    Attributes: about: what is told; begins: of the time that is meant; until: from when the call is of no
    more use; missed: how often nobody answered; maybe: a message may have reached them already; secluded:
    for which kind of matter only the person themselves may hear of it, empty for none. Milliseconds UTC.
    """

    telling_id: int
    about: str
    appointment_id: int
    station_id: str
    begins: int
    until: int
    missed: int
    maybe: bool
    secluded: str
    words: str = field(repr=False)
    name: str = field(repr=False)
    phone: str = field(repr=False)


def due(
    connection: Connection, stations: Sequence[str] | None, now_ms: int, most: int = 200
) -> list[CallLine]:
    """The calls to make, the nearest times first. Args: stations: ids, None for the whole county."""
    found = (
        select(Telling, Appointment)
        .join(Appointment, Appointment.id == Telling.appointment_id)
        .where(Telling.ended_at.is_(None), Telling.state == "call", Telling.begins > now_ms)
        .order_by(Telling.begins, Telling.id)
        .limit(most)
    )
    if stations is not None:
        found = found.where(Appointment.station_id.in_(list(stations)))
    with Session(bind=connection) as session:
        pairs = [(row, one) for row, one in session.execute(found) if _wanted(session, row, one, now_ms)]
        known = letters.contacts_of(
            connection, [one.resident_id for _row, one in pairs if one.resident_id is not None]
        )
        return [_line(connection, row, one, known, now_ms) for row, one in pairs]


def due_in(connection: Connection, scope: Scope, now_ms: int) -> list[CallLine]:
    """The calls that somebody may make: of their station, or of the county; those about secluded matters are
    for who is named for the kind, and for all where nobody is."""
    if scope.reach not in (COUNTY, STATION):
        return []
    found = due(connection, None if scope.station_id is None else [scope.station_id], now_ms)
    kinds = {kind for names in named.everybody(connection).values() for kind in names}
    closed = kinds - set(named.kinds_of(connection, scope.staff_id))
    return [one for one in found if one.secluded not in closed]


def called(work: Work, staff_id: int, telling_id: int, reached: bool) -> None:
    """Somebody called; who was not reached stays on the list. Raises: NotYours for no call."""
    row = work.db.get(Telling, telling_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "call":
        raise NotYours
    row.called_by = staff_id
    if reached:
        end(work, row, "told")
    else:
        row.missed += 1


def in_person(work: Work, staff_id: int, appointment_id: int) -> int:
    """Staff told the person themselves: nothing of this appointment is left to be told but its reminder.

    Returns: how many tellings that spares.
    """
    rows = work.db.scalars(
        select(Telling)
        .where(
            Telling.appointment_id == appointment_id,
            Telling.ended_at.is_(None),
            Telling.about != "remind",
            Telling.state.in_(("open", "call")),
        )
        .with_for_update()
    ).all()
    for row in rows:
        row.called_by, row.channel = staff_id, "person"
        end(work, row, "told")
    return len(rows)


def cancel_told(connection: Connection, appointment_id: int) -> str:
    """Whether a person was told of a cancellation: the state of the telling, empty where there is none."""
    found = select(Telling.state).where(Telling.appointment_id == appointment_id, Telling.about == "cancel")
    return connection.scalar(found.order_by(Telling.id.desc()).limit(1)) or ""


def _wanted(session: Session, row: Telling, one: Appointment, now_ms: int) -> bool:
    return stands(session, row, one) and (row.about != "offer" or one.held_until > now_ms)


def _line(
    connection: Connection,
    row: Telling,
    one: Appointment,
    known: dict[int, letters.Reach],
    now_ms: int,
) -> CallLine:
    meant = notices.matter(connection, row, one, now_ms)
    reach = known.get(one.resident_id or 0, letters.Reach())
    until = one.held_until if row.about == "offer" else row.begins
    return CallLine(
        row.id,
        row.about,
        one.id,
        one.station_id,
        row.begins,
        until,
        row.missed,
        row.maybe,
        meant.secluded,
        notices.call_words(meant),
        one.name or reach.name,
        one.phone or reach.phone,
    )
