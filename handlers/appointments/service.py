"""Holding, booking, moving and ending appointments.

Each act takes the rows of the resident and the post first, so that two of one person, or two for one post,
run one after the other on PostgreSQL too; that no seat is given twice rests on the keys of the tables
alone.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, column, func, or_, select, table, update
from sqlalchemy.exc import IntegrityError

from bot.clock import in_china, instant
from bot.crypto import vault
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import seats
from handlers.appointments.almanac import almanac_of_day
from handlers.appointments.attendance import attendance
from handlers.appointments.cells import cell_after, cell_of, cells_in, start_of
from handlers.appointments.models import Appointment, Asking
from handlers.appointments.refusals import AlreadyBooked, AskStaff, HoldLapsed, NotYours, SlotGone, SlotTaken
from handlers.appointments.slots import Board, Slot
from handlers.appointments.supply import Post, Service
from handlers.appointments.supply_models import Bookable, PostRow
from handlers.facts import AppointmentBooked, AppointmentCancelled, AppointmentMoved

HOLD_MS = 10 * 60_000
FREE_MOVES = 2
MOST_ABSENT = 2
"""Who did not come so often within half a year books with staff."""
MOST_PROXIES = 2
"""Bookings for other people that one resident makes alone on one day."""
HALF_YEAR_MS = 183 * 24 * 60 * 60_000
SAID = 40
"""Characters of a reason that residents are told."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for others on paper."""
_CODE = 6


@dataclass(frozen=True)
class Held:
    """A time that is held. Attributes: until: milliseconds UTC."""

    appointment_id: int
    until: int


@dataclass(frozen=True)
class Booked:
    """An appointment as its person is told it. Attributes: begins, ends: milliseconds UTC."""

    appointment_id: int
    code: str
    service_id: str
    post_id: str
    station_id: str
    begins: int
    ends: int
    moves: int = 0


@dataclass(frozen=True)
class Person:
    """For whom it is.

    Attributes: other: somebody else than who writes; then the phone, or else the name, says who it is, so
    that one person has one open booking of a kind whoever makes it.
    """

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    other: bool = False


MYSELF = Person()


# -- holding -------------------------------------------------------------------------------------


def hold(
    work: Work,
    resident_id: int | None,
    slot: Slot,
    *,
    moving: int | None = None,
    other: bool = False,
    by: int | None = None,
    lasts: int = HOLD_MS,
) -> Held:
    """Hold a time for ten minutes; what the same resident held before is given back.

    Args: moving: the appointment whose new time it is to be; other: it is for somebody else; by: the staff
    who holds it for a person at the window or on the phone; lasts: milliseconds, more for who waited.
    Raises: SlotTaken, SlotGone, AlreadyBooked, AskStaff, NotYours. A refusal leaves what was held before.
    """
    _alone(work, resident_id, slot.post_id)
    wanted = _wanted(work, slot)
    if moving is not None:
        _to_move(work, moving, resident_id, by)
    elif resident_id is not None and not other:
        _none_open(work, whose_own(resident_id), wanted.kind)
    if resident_id is not None:
        _release_held(work, resident_id)
    since = cell_of(slot.begins)
    until = since + cells_in(wanted.minutes + wanted.after)
    free = seats.free_of(work, wanted.seats.split(), since, until)
    if len(free) < wanted.people:  # looked at first: who races for the last seat learns it at little cost
        raise SlotTaken
    board, service, post = _board(work, slot)
    able = {one.key for one in board.able(service, post, since)}
    free = [key for key in free if key in able and board.ahead(service, since)]
    if slot.begins != start_of(since) or len(free) < service.people:
        raise SlotGone
    row = Appointment(
        kind=service.kind,
        service_id=service.id,
        post_id=post.id,
        station_id=post.station_id,
        begins=slot.begins,
        ends=slot.begins + service.minutes * 60_000,
        since=since,
        until=until,
        seats="",
        resident_id=resident_id,
        whose="",
        name="",
        phone="",
        matter="",
        address="",
        held_until=work.now_ms + lasts,
        moving_id=moving,
        by_id=by,
        made_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    got = seats.take(work, row.id, free, service.people, since, until)
    if not got:
        raise SlotTaken
    row.seats = " ".join(got)
    work.db.flush()
    return Held(row.id, row.held_until)


def extend(work: Work, resident_id: int) -> int | None:
    """A message of the resident came while a time is held: it is held for ten more minutes from now, once.

    Returns: until when, in milliseconds UTC; None when nothing is held, or it was extended before.
    """
    until = work.now_ms + HOLD_MS
    changed = work.db.execute(
        update(Appointment)
        .where(
            Appointment.resident_id == resident_id,
            Appointment.state == "held",
            Appointment.held_until > work.now_ms,
            Appointment.held_until < until,  # an offer to who waited lasts longer
            Appointment.extended.is_(False),
        )
        .values(held_until=until, extended=True)
    )
    return until if _count(changed) else None


def release(work: Work, held: Held) -> None:
    """Give back what was held: it is free for the next who looks. What was booked meanwhile stays."""
    changed = work.db.execute(
        update(Appointment)
        .where(Appointment.id == held.appointment_id, Appointment.state == "held")
        .values(state="released", ended_at=work.now_ms)
    )
    if _count(changed):
        seats.give_back(work, [held.appointment_id])


# -- booking -------------------------------------------------------------------------------------


def book(
    work: Work,
    resident_id: int | None,
    held_id: int,
    person: Person = MYSELF,
    *,
    matter: str = "",
    address: str = "",
    urgent: bool = False,
) -> Booked:
    """Make a booking of what is held, in one statement. A second time gives the same booking.

    Args: matter: what it is about; address: for a visit at home; urgent: legal aid with a deadline near,
    for which it does not count how often somebody did not come.
    Raises: HoldLapsed, SlotGone, AlreadyBooked, AskStaff, NotYours.
    """
    row = _mine(work, held_id, resident_id)
    _alone(work, resident_id, row.post_id)
    work.db.refresh(row)
    if row.state == "booked":
        return _told(row)
    if row.state != "held" or row.held_until <= work.now_ms:
        raise HoldLapsed
    if row.moving_id is not None:
        raise NotYours  # a new time for another one: see `move`
    _still_there(work, row)
    by_staff = row.by_id is not None
    whose = whose_of(resident_id, person)
    _none_open(work, whose, row.kind)
    if not by_staff and not urgent:
        _comes(work, whose)
    day, number = None, None
    if person.other and resident_id is not None and not by_staff:
        day, number = _proxy(work, resident_id)
    statement = (
        update(Appointment)
        .where(
            Appointment.id == held_id,
            Appointment.state == "held",
            Appointment.held_until > work.now_ms,
        )
        .values(
            state="booked",
            code=_fresh_code(work),
            whose=whose,
            name=person.name,
            phone=person.phone,
            matter=matter,
            address=address,
            proxy_day=day,
            proxy_no=number,
            booked_at=work.now_ms,
        )
        .execution_options(synchronize_session=False)
    )
    try:
        with work.db.begin_nested():
            changed = _count(work.db.execute(statement))
    except IntegrityError:  # somebody booked the same kind for the same person at this moment
        _none_open(work, whose, row.kind)
        raise
    if not changed:
        raise HoldLapsed
    work.db.refresh(row)
    work.happened(AppointmentBooked(row.id, by_staff))
    return _told(row)


def move(
    work: Work, resident_id: int | None, held_id: int, by: int | None = None, *, say: str = ""
) -> Booked:
    """Give an appointment the time that is held for it; number and code stay.

    Args: say: why, in words of staff that the resident is told; nothing else of staff's notes is.
    Raises: HoldLapsed, SlotGone, AskStaff, NotYours.
    """
    held = _mine(work, held_id, resident_id)
    _alone(work, resident_id, held.post_id)
    work.db.refresh(held)
    if held.moving_id is None:
        raise NotYours
    if held.state == "used":
        return _told(_booked(work, held.moving_id, resident_id))
    if held.state != "held" or held.held_until <= work.now_ms:
        raise HoldLapsed
    row = _to_move(work, held.moving_id, resident_id, by)
    _still_there(work, held)
    seats.give_back(work, [row.id])
    seats.hand_over(work, held.id, row.id)
    for name in ("service_id", "post_id", "station_id", "begins", "ends", "since", "until", "seats"):
        setattr(row, name, getattr(held, name))
    row.moves += 1
    row.said = _told_why(say)
    held.state, held.ended_at = "used", work.now_ms
    _settle_askings(work, row.id, "answered")
    work.db.flush()
    work.happened(AppointmentMoved(row.id, by is not None))
    return _told(row)


# -- ending --------------------------------------------------------------------------------------


def cancel(work: Work, resident_id: int | None, appointment_id: int, *, say: str = "") -> None:
    """The resident, or staff with ``resident_id`` None, cancels it.

    Args: say: why, in words of staff that the resident is told. Raises: NotYours.
    """
    row = _mine(work, appointment_id, resident_id)
    if _end(work, row, "cancelled"):
        row.said = _told_why(say)
        work.db.flush()
        work.happened(AppointmentCancelled(appointment_id, resident_id is None))


def _told_why(say: str) -> str | None:
    """One line, without the full stop that the sentence around it brings; None for nothing."""
    line = " ".join(say.split()).removeprefix("因为").rstrip("。.！!；;，, ")[:SAID]
    return line or None


def done(work: Work, appointment_id: int) -> None:
    """They came, and it is over. Raises: NotYours."""
    _end(work, _mine(work, appointment_id, None), "done")


def no_show(work: Work, appointment_id: int) -> None:
    """They did not come. Raises: NotYours; AskStaff before its time."""
    row = _mine(work, appointment_id, None)
    if row.begins > work.now_ms:
        raise AskStaff(_("还没到时间，不能记“没来”。"), field="appointment")
    _end(work, row, "no_show")


def pass_over(work: Work, before_ms: int, most: int) -> int:
    """End bookings that were over before an instant and of which nobody said what became, and holds not
    taken.

    Returns: how many.
    """
    over = work.db.scalars(
        select(Appointment.id)
        .where(
            Appointment.ended_at.is_(None),
            or_(
                (Appointment.state == "booked") & (Appointment.until < cell_of(before_ms)),
                (Appointment.state == "held") & (Appointment.held_until <= work.now_ms),
            ),
        )
        .limit(most)
    ).all()
    seats.lapse(work, over)
    work.db.execute(
        update(Appointment)
        .where(Appointment.id.in_(over), Appointment.state == "booked")
        .values(state="passed", ended_at=work.now_ms)
    )
    for ident in over:
        _settle_askings(work, ident, "moot")
    return len(over)


def _end(work: Work, row: Appointment, state: str) -> bool:
    """Returns: False when it had ended so before."""
    _alone(work, None, row.post_id)
    work.db.refresh(row)
    if row.state != "booked":
        if row.state == state:
            return False
        raise NotYours
    row.state, row.ended_at = state, work.now_ms
    seats.give_back(work, [row.id])
    _settle_askings(work, row.id, "moot")
    work.db.flush()
    return True


def _settle_askings(work: Work, appointment_id: int, state: str) -> None:
    work.db.execute(
        update(Asking)
        .where(Asking.appointment_id == appointment_id, Asking.state.in_(("open", "told")))
        .values(state=state, ended_at=work.now_ms)
    )


# -- what is looked at before --------------------------------------------------------------------


def one_at_a_time(work: Work, resident_id: int) -> None:
    """No other act for this resident runs beside this one (SQLite has one writer anyway)."""
    resident = table("resident", column("id"))
    work.db.execute(select(resident.c.id).where(resident.c.id == resident_id).with_for_update())


def _alone(work: Work, resident_id: int | None, post_id: str) -> None:
    if resident_id is not None:
        one_at_a_time(work, resident_id)
    work.db.execute(select(PostRow.id).where(PostRow.id == post_id).with_for_update())


def _wanted(work: Work, slot: Slot) -> Any:
    row = work.db.execute(
        select(Bookable.kind, Bookable.minutes, Bookable.after, Bookable.people, PostRow.seats)
        .join(PostRow, PostRow.id == slot.post_id)
        .where(Bookable.id == slot.service_id, Bookable.gone.is_(False), PostRow.gone.is_(False))
    ).first()
    if row is None:
        raise SlotGone
    return row


def _board(work: Work, slot: Slot) -> tuple[Board, Service, Post]:
    connection = work.db.connection()
    almanac = almanac_of_day(connection, [slot.post_id], slot.begins)
    board = Board(almanac, attendance(connection, work.now_ms), work.now_ms)
    supply = almanac.supply
    service, post = supply.by_service.get(slot.service_id), supply.by_post.get(slot.post_id)
    if service is None or post is None or service.id not in post.services:
        raise SlotGone
    return board, service, post


def _still_there(work: Work, row: Appointment) -> None:
    """Nothing was closed, and nobody went away, since the time was held. Raises: SlotGone."""
    board, _service, post = _board(work, Slot(row.service_id, row.post_id, row.station_id, row.begins))
    if not board.stands(row.service_id, post, row.seats.split(), row.since, cell_after(row.ends)):
        raise SlotGone


def _none_open(work: Work, whose: str, kind: str) -> None:
    """Raises: AlreadyBooked. One whose time is over is ended by this: nobody said what became of it."""
    row = work.db.scalars(
        select(Appointment).where(
            Appointment.whose == whose, Appointment.kind == kind, Appointment.state == "booked"
        )
    ).first()
    if row is None:
        return
    if row.ends > work.now_ms:
        raise AlreadyBooked(row.id)
    _end(work, row, "passed")


def _comes(work: Work, whose: str) -> None:
    missed = work.db.scalar(
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.whose == whose,
            Appointment.state == "no_show",
            Appointment.ended_at > work.now_ms - HALF_YEAR_MS,
        )
    )
    if (missed or 0) >= MOST_ABSENT:
        raise AskStaff(_("前两次约好了没能来。这次请工作人员帮您约，一样不收费。"))


def _proxy(work: Work, resident_id: int) -> tuple[int, int]:
    today = in_china(instant(work.now_ms))
    day = today.year * 10_000 + today.month * 100 + today.day
    made = work.db.scalar(
        select(func.count())
        .select_from(Appointment)
        .where(Appointment.resident_id == resident_id, Appointment.proxy_day == day)
    )
    if (made or 0) >= MOST_PROXIES:
        raise AskStaff(_("今天已经替别人约了两次，再约请工作人员来办。"))
    return day, (made or 0) + 1


def moves_left(connection: Connection, appointment_id: int) -> int:
    """How often a resident may still move an appointment; what we asked them to move does not count."""
    answered = (
        select(func.count())
        .select_from(Asking)
        .where(Asking.appointment_id == appointment_id, Asking.state == "answered")
        .scalar_subquery()
    )
    own = connection.scalar(select(Appointment.moves - answered).where(Appointment.id == appointment_id))
    return max(0, FREE_MOVES - (own or 0))


def _to_move(work: Work, appointment_id: int, resident_id: int | None, by: int | None) -> Appointment:
    row = _booked(work, appointment_id, resident_id)
    asked = work.db.scalar(
        select(Asking.id).where(Asking.appointment_id == row.id, Asking.state.in_(("open", "told"))).limit(1)
    )
    if by is None and asked is None and not moves_left(work.db.connection(), row.id):
        raise AskStaff(_("已经改过两次时间了，再改请工作人员来办。"))
    return row


def _booked(work: Work, appointment_id: int, resident_id: int | None) -> Appointment:
    row = _mine(work, appointment_id, resident_id)
    if row.state != "booked":
        raise NotYours
    return row


def _mine(work: Work, appointment_id: int, resident_id: int | None) -> Appointment:
    row = work.db.get(Appointment, appointment_id)
    if row is None or (resident_id is not None and row.resident_id != resident_id):
        raise NotYours
    return row


def _release_held(work: Work, resident_id: int) -> None:
    held: Sequence[int] = work.db.scalars(
        select(Appointment.id).where(Appointment.resident_id == resident_id, Appointment.state == "held")
    ).all()
    for ident in held:
        release(work, Held(ident, 0))


def whose_own(resident_id: int) -> str:
    """The mark of a resident who books for themselves."""
    return vault().mark(f"appointment|resident|{resident_id}")


def whose_of(resident_id: int | None, person: Person) -> str:
    """The mark of the person whom a booking is for. See `Person`."""
    if resident_id is not None and not person.other:
        return whose_own(resident_id)
    if person.phone:
        return vault().mark(f"appointment|phone|{person.phone}")
    return vault().mark(f"appointment|name|{resident_id}|{person.name}")


def _fresh_code(work: Work) -> str:
    while True:
        code = "".join(secrets.choice(_LETTERS) for _letter in range(_CODE))
        if work.db.scalar(select(Appointment.id).where(Appointment.code == code)) is None:
            return code


def _told(row: Appointment) -> Booked:
    return Booked(
        row.id,
        row.code or "",
        row.service_id,
        row.post_id,
        row.station_id,
        row.begins,
        row.ends,
        row.moves,
    )


def _count(result: Any) -> int:
    return int(result.rowcount)
