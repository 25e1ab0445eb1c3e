"""Who is where, for the staff of a station: what the public board says, and whom they are with."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from bot.clock import in_china, instant
from bot.words import _
from handlers.appointments import notice_board, tickets
from handlers.appointments.cells import cell_of
from handlers.appointments.models import Appointment
from handlers.appointments.shelves import board_now
from handlers.appointments.supply_models import Bookable
from handlers.appointments.ticket_models import Arrival, TicketRow

_LONG_MS = 2 * 60 * 60_000
"""So long after the end of their time somebody who came may still be there."""


@dataclass(frozen=True)
class Whereabouts:
    """Where one of the people is now, and later today. Attributes: where: a few words each."""

    name: str
    where: tuple[str, ...] = field(repr=False)


def now_at(connection: Connection, station_id: str, now_ms: int) -> list[Whereabouts]:
    """The people of a station, in the order of its board; empty for a station that there is not."""
    board = board_now(connection, now_ms)
    card = next((one for one in board.almanac.stations if one.id == station_id), None)
    if card is None:
        return []
    busy = dict(_visits(connection, station_id, now_ms))
    called = dict(_called(connection, station_id, now_ms))
    found = []
    for one, where in notice_board.people(connection, board, card):
        doing = busy.get(one.login) or called.get(one.id)
        if doing and not notice_board.is_away(board, one):
            where = (doing, *(said for said in where if said != notice_board.IN_OFFICE))
        found.append(Whereabouts(one.name, tuple(where)))
    return found


def _visits(connection: Connection, station_id: str, now_ms: int) -> Iterator[tuple[str, str]]:
    """By work number: whom they receive, or at whose home they are; who is there longest counts."""
    rows = connection.execute(
        select(
            Appointment.seats,
            Appointment.name,
            Appointment.begins,
            Appointment.ends,
            Bookable.form,
            Arrival.kept,
        )
        .join(Bookable, Bookable.id == Appointment.service_id)
        .outerjoin(Arrival, Arrival.appointment_id == Appointment.id)
        .where(
            Appointment.ended_at.is_(None),  # with what follows it reads a partial index, not the past
            Appointment.until > cell_of(now_ms - _LONG_MS),
            Appointment.station_id == station_id,
            Appointment.state == "booked",
            Appointment.begins <= now_ms,
        )
        .order_by(Appointment.begins.desc())
    )
    for row in rows:
        name = row.name or _("约好的人")
        said = ""
        if row.form == "home" and row.begins <= now_ms < row.ends:
            said = _("在{name}家，到 {hour}").format(name=name, hour=f"{in_china(instant(row.ends)):%H:%M}")
        elif row.kept:
            said = _("正在接待{name}").format(name=name)
        if said:
            yield from ((key[1:], said) for key in row.seats.split() if key.startswith("@"))


def _called(connection: Connection, station_id: str, now_ms: int) -> Iterator[tuple[int, str]]:
    """By id: the number that somebody called and is not done with."""
    rows = connection.execute(
        select(TicketRow.by_id, TicketRow.number).where(
            TicketRow.station_id == station_id,
            TicketRow.day == tickets.day_of(now_ms),
            TicketRow.state == "called",
        )
    )
    for by, number in rows:
        if by is not None:
            yield by, _("正在接待 {label}").format(label=f"A{number:03}")
