"""Reading the books: by station and month, without what is closed to the one who reads."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from bot.words import _
from handlers.appointments.models import Appointment
from handlers.appointments.ticket_models import TicketRow
from handlers.correspondence.models import Contact
from handlers.handoff import named
from handlers.handoff.models import Staff, Task, TaskRating
from handlers.handoff.scope import COUNTY, STATION, Scope
from handlers.registers.models import RegisterRow, ZeroReport

PAGE = 50


@dataclass(frozen=True)
class Book:
    """Which book. Attributes: month: as 202611; station_id: empty for the county's own, None for all."""

    name: str
    month: int
    station_id: str | None


@dataclass(frozen=True)
class Row:
    """One matter. Attributes: there: its task can still be opened; person, phone: masked; instants in
    milliseconds UTC."""

    id: int
    task_id: int | None
    appointment_id: int | None
    ticket_id: int | None
    station_id: str
    at: int
    came_at: int
    kind: str
    reason: str
    topic: str
    due_at: int | None
    replied_at: int | None
    referred_to: str
    ended_at: int | None
    result: str
    staff: str
    verdict: str
    there: bool
    person: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Zero:
    """A zero report. ``name``: who confirmed it."""

    name: str
    at: int


def stations_of(scope: Scope) -> str | None:
    """The one station whose books somebody reads; None for all. Raises: LookupError for none at all."""
    if scope.reach not in (COUNTY, STATION):
        raise LookupError("this role reads no registers")
    return scope.station_id


def rows(connection: Connection, scope: Scope, book: Book, *, most: int = PAGE, offset: int = 0) -> list[Row]:
    """Rows of a book, oldest first, as a book has them."""
    found = connection.execute(
        _rows(connection, scope, book).order_by(RegisterRow.at, RegisterRow.id).limit(most).offset(offset)
    )
    return [_row(one) for one in found]


def count(connection: Connection, scope: Scope, book: Book) -> int:
    """How many rows of a book somebody sees."""
    inner = _rows(connection, scope, book).subquery()
    return int(connection.scalar(select(func.count()).select_from(inner)) or 0)


def revealed(connection: Connection, scope: Scope, row_id: int) -> tuple[Row, str, str] | None:
    """A row with the name and number behind it, if there are any and the row may be seen."""
    found = connection.execute(_all(connection, scope).where(RegisterRow.id == row_id)).first()
    if found is None:
        return None
    name, phone = _name(found), found.phone or found.booked_phone or ""
    return (_row(found), name, phone) if name or phone else None


def zero(connection: Connection, book: Book) -> Zero | None:
    """The zero report of a book, if it was given."""
    row = connection.execute(
        select(Staff.name, ZeroReport.at)
        .join(Staff, Staff.id == ZeroReport.staff_id)
        .where(
            ZeroReport.book == book.name,
            ZeroReport.month == book.month,
            ZeroReport.station_id == (book.station_id or ""),
        )
    ).first()
    return Zero(*row) if row else None


def masked_name(name: str) -> str:
    """The family name alone: ``李某``."""
    return _("{family}某").format(family=name[0]) if name else ""


def masked_phone(phone: str) -> str:
    """``138****0000``; of shorter numbers the last two digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}" if phone else ""


def _rows(connection: Connection, scope: Scope, book: Book) -> Select[*tuple[Any, ...]]:
    asked = _all(connection, scope).where(RegisterRow.book == book.name, RegisterRow.month == book.month)
    return asked if book.station_id is None else asked.where(RegisterRow.station_id == book.station_id)


def _all(connection: Connection, scope: Scope) -> Select[*tuple[Any, ...]]:
    own = stations_of(scope)
    asked: Select[*tuple[Any, ...]] = (
        select(
            RegisterRow.id,
            RegisterRow.task_id,
            RegisterRow.appointment_id,
            RegisterRow.ticket_id,
            RegisterRow.station_id,
            RegisterRow.at,
            RegisterRow.came_at,
            RegisterRow.kind,
            RegisterRow.reason,
            RegisterRow.topic,
            RegisterRow.due_at,
            RegisterRow.replied_at,
            RegisterRow.referred_to,
            RegisterRow.ended_at,
            RegisterRow.result,
            Staff.name.label("staff"),
            TaskRating.verdict,
            Task.resident_id,
            Contact.name,
            Contact.phone,
            Appointment.name.label("booked_name"),
            Appointment.phone.label("booked_phone"),
            TicketRow.name.label("called"),
        )
        .join(Staff, Staff.id == RegisterRow.staff_id, isouter=True)
        .join(Task, Task.id == RegisterRow.task_id, isouter=True)
        .join(TaskRating, TaskRating.task_id == RegisterRow.task_id, isouter=True)
        .join(Contact, Contact.resident_id == Task.resident_id, isouter=True)
        .join(Appointment, Appointment.id == RegisterRow.appointment_id, isouter=True)
        .join(TicketRow, TicketRow.id == RegisterRow.ticket_id, isouter=True)
        .where(_open_to(connection, scope))
    )
    return asked if own is None else asked.where(RegisterRow.station_id == own)


def _open_to(connection: Connection, scope: Scope) -> ColumnElement[bool]:
    """Rows about threads that are closed to all but named staff are there for these alone."""
    kinds = ["", *named.kinds_of(connection, scope.staff_id)]
    mine = and_(
        Task.id.is_not(None),
        or_(Task.holder_id == scope.staff_id, Task.acknowledged_by == scope.staff_id),
    )
    return or_(func.coalesce(Task.secluded, RegisterRow.secluded).in_(kinds), mine)


def _name(one: Any) -> str:
    return str(one.name or one.booked_name or one.called or "")


def _row(one: Any) -> Row:
    return Row(
        id=one.id,
        task_id=one.task_id,
        appointment_id=one.appointment_id,
        ticket_id=one.ticket_id,
        station_id=one.station_id,
        at=one.at,
        came_at=one.came_at,
        kind=one.kind,
        reason=one.reason,
        topic=one.topic,
        due_at=one.due_at,
        replied_at=one.replied_at,
        referred_to=one.referred_to,
        ended_at=one.ended_at,
        result=one.result,
        staff=one.staff or "",
        verdict=one.verdict or "",
        there=one.resident_id is not None,
        person=masked_name(_name(one)),
        phone=masked_phone(one.phone or one.booked_phone or ""),
    )
