"""Looking up appointments: one's own, one by its paper code, and all of a day at a station."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select

from handlers.appointments.models import Appointment, Asking
from handlers.appointments.supply_models import Bookable, PostRow

LISTED = ("booked", "done", "no_show", "passed")
"""States that stand on the list of a day."""


@dataclass(frozen=True)
class Visit:
    """An appointment with where and what it is; it names nobody.

    Attributes: service, post: their names; form: of `handlers.appointments.supply.FORMS`; begins, ends:
    milliseconds UTC; asked: the time is not there any more, and the person is asked, or will be.
    """

    appointment_id: int
    code: str
    state: str
    kind: str
    service: str
    form: str
    post: str
    place: str
    station_id: str
    village_id: str | None
    begins: int
    ends: int
    moves: int
    asked: bool


@dataclass(frozen=True)
class OnList:
    """A visit on the list of a day, with the person, for staff of the station.

    Attributes: resident_id: who writes for them, None when staff booked.
    """

    visit: Visit
    resident_id: int | None
    name: str = field(repr=False)
    phone: str = field(repr=False)
    matter: str = field(repr=False)
    address: str = field(repr=False)


def open_of(connection: Connection, resident_id: int, now_ms: int) -> list[Visit]:
    """What a resident has booked and is not over, by its beginning; for others too."""
    found = _visits().where(
        Appointment.resident_id == resident_id, Appointment.state == "booked", Appointment.ends > now_ms
    )
    return [Visit(*row) for row in connection.execute(found)]


def one(connection: Connection, appointment_id: int) -> Visit | None:
    """An appointment by its number, whose ever it is; None for one that was never booked."""
    row = connection.execute(_visits().where(Appointment.id == appointment_id)).first()
    return Visit(*row) if row and row.code else None


def by_code(connection: Connection, code: str) -> Visit | None:
    """What a paper code stands for, however it was written; None for a code that nobody was given."""
    said = "".join(code.split()).upper()
    row = connection.execute(_visits().where(Appointment.code == said)).first()
    return Visit(*row) if row else None


def on_list(connection: Connection, station_id: str, since_ms: int, until_ms: int) -> list[OnList]:
    """All booked people of a station whose time begins in a span, by their time. Args: milliseconds UTC."""
    people = (
        Appointment.resident_id,
        Appointment.name,
        Appointment.phone,
        Appointment.matter,
        Appointment.address,
    )
    found = (
        _visits()
        .add_columns(*people)
        .where(
            Appointment.station_id == station_id,
            Appointment.begins >= since_ms,
            Appointment.begins < until_ms,
            Appointment.state.in_(LISTED),
        )
    )
    rows: list[Any] = list(connection.execute(found))
    return [OnList(Visit(*row[: -len(people)]), *row[-len(people) :]) for row in rows]


def _visits() -> Select[Any]:
    asked = (
        select(Asking.id)
        .where(
            Asking.appointment_id == Appointment.id,
            Asking.placed == Appointment.moves,
            Asking.state.in_(("open", "told")),
        )
        .exists()
    )
    found: Any = (
        select(
            Appointment.id,
            Appointment.code,
            Appointment.state,
            Appointment.kind,
            Bookable.name,
            Bookable.form,
            PostRow.name,
            PostRow.place,
            Appointment.station_id,
            PostRow.village_id,
            Appointment.begins,
            Appointment.ends,
            Appointment.moves,
            asked,
        )
        .join(Bookable, Bookable.id == Appointment.service_id)
        .join(PostRow, PostRow.id == Appointment.post_id)
        .order_by(Appointment.begins, Appointment.id)
    )
    visits: Select[Any] = found
    return visits
