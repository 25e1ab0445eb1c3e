"""Taking and giving back seats: the key of `SeatCell` lets each five minutes of a seat be taken once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, select, update

from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments.models import Appointment, SeatCell


def take(
    work: Work, appointment_id: int, seats: Sequence[str], count: int, since: int, until: int
) -> tuple[str, ...]:
    """Take the cells of so many seats, of those that are named, in their order; all of them or none.

    Returns: the keys of the seats; none when too few are free. On PostgreSQL it waits for an act that is
    about to take the same cells, and then sees what that did.
    """
    got: list[str] = []
    for seat in seats:
        if _take_one(work, appointment_id, seat, since, until):
            got.append(seat)
        if len(got) == count:
            return tuple(got)
    give_back(work, [appointment_id])
    return ()


def give_back(work: Work, appointments: Sequence[int]) -> None:
    """The seats of these are free again."""
    work.db.execute(delete(SeatCell).where(SeatCell.appointment_id.in_(appointments)))


def hand_over(work: Work, appointment_id: int, to_id: int) -> None:
    """What one appointment has taken belongs to another now."""
    work.db.execute(
        update(SeatCell).where(SeatCell.appointment_id == appointment_id).values(appointment_id=to_id)
    )


def free_of(work: Work, seats: Sequence[str], since: int, until: int) -> list[str]:
    """The seats of which nobody has a cell of the span; holds that are over are given back before."""
    lapsed = work.db.scalars(
        _in_the_way(Appointment.id, seats, since, until)
        .where(Appointment.state == "held", Appointment.held_until <= work.now_ms)
        .distinct()
    ).all()
    if lapsed:
        lapse(work, lapsed)
    taken = set(work.db.scalars(_in_the_way(SeatCell.seat, seats, since, until).distinct()))
    return [seat for seat in seats if seat not in taken]


def lapse(work: Work, appointments: Sequence[int]) -> None:
    """These were held for too long."""
    work.db.execute(
        update(Appointment)
        .where(Appointment.id.in_(appointments), Appointment.state == "held")
        .values(state="lapsed", ended_at=work.now_ms)
    )
    give_back(work, appointments)


def _in_the_way(column: Any, seats: Sequence[str], since: int, until: int) -> Select[Any]:
    return (
        select(column)
        .select_from(SeatCell)
        .join(Appointment, Appointment.id == SeatCell.appointment_id)
        .where(SeatCell.seat.in_(seats), SeatCell.cell >= since, SeatCell.cell < until)
    )


def _take_one(work: Work, appointment_id: int, seat: str, since: int, until: int) -> bool:
    rows = [{"seat": seat, "cell": cell, "appointment_id": appointment_id} for cell in range(since, until)]
    fresh = insert(work.db, SeatCell).values(rows).on_conflict_do_nothing().returning(SeatCell.cell)
    got = len(work.db.execute(fresh).all())
    if 0 < got < len(rows):
        work.db.execute(
            delete(SeatCell).where(SeatCell.seat == seat, SeatCell.appointment_id == appointment_id)
        )
    return got == len(rows)
