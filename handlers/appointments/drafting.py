"""Acts of the booking conversation. What is refused is a result too, so that a replay goes the same way."""

from dataclasses import dataclass, field

from sqlalchemy import select

from bot.errors import Refused
from bot.work.unit import Work
from handlers.appointments import consent, files, service, waiting
from handlers.appointments.models import Appointment
from handlers.appointments.refusals import AlreadyBooked, HoldLapsed
from handlers.appointments.service import Held, Person
from handlers.appointments.slots import Slot
from handlers.appointments.standing import Standing, standing
from handlers.appointments.waiting import Told

TAKEN, GONE, OPEN, STAFF = "slot_taken", "slot_gone", "already_booked", "ask_staff"
LINE_FULL = "line_full"
"""Codes of the refusals after which a conversation goes on differently."""


@dataclass(frozen=True)
class Tried:
    """What became of a chosen time.

    Attributes: appointment_id: what is held, or, with the code ``already_booked``, what is open; code: of the
    refusal, empty when it is held; say: its sentence; again: the same person held it before and lost it.
    """

    appointment_id: int = 0
    code: str = ""
    say: str = ""
    again: bool = False


@dataclass(frozen=True)
class Wish:
    """All that was told for a booking.

    Attributes: other: it is for somebody else; urgent: a legal deadline is near; remind: one reminder is
    agreed to.
    """

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    other: bool = False
    matter: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    urgent: bool = False
    remind: bool = False


@dataclass(frozen=True)
class Settled:
    """What became of a confirmation. Attributes: late: the time was held no more, but still free."""

    appointment_id: int = 0
    code: str = ""
    say: str = ""
    late: bool = False


def stand(work: Work, kind: str) -> Standing:
    """How the resident stands, as a journey's act: looked up once, for the booking itself changes it."""
    return standing(work.db.connection(), work.resident_id, kind, work.now_ms)


def take(work: Work, slot: Slot, other: bool) -> Tried:
    """Hold a chosen time, as a journey's act."""
    before = select(Appointment.id).where(
        Appointment.resident_id == work.resident_id,
        Appointment.state.in_(("released", "lapsed")),
        Appointment.service_id == slot.service_id,
        Appointment.post_id == slot.post_id,
        Appointment.begins == slot.begins,
    )
    again = work.db.scalar(before.limit(1)) is not None
    try:
        held = service.hold(work, work.resident_id, slot, other=other)
    except Refused as refusal:
        return Tried(_open_one(refusal), refusal.code, refusal.say)
    return Tried(held.appointment_id, again=again)


def give_back(work: Work, tried: Tried) -> None:
    """Undo of `take`: the time is free for the next who looks."""
    if not tried.code:
        service.release(work, Held(tried.appointment_id, 0))


@dataclass(frozen=True)
class Lined:
    """What became of a wish to wait. Attributes: code: of the refusal, empty when they stand in line."""

    wait_id: int = 0
    code: str = ""
    say: str = ""


def settle(work: Work, held_id: int, slot: Slot, wish: Wish, messages: list[int]) -> Settled:
    """Book what is held, as a journey's act; what was held too long is taken once more, if it is free.

    Args: messages: ids of those that the conversation took; files among them belong to the appointment.
    """
    late = False
    try:
        try:
            booked = _book(work, held_id, wish)
        except HoldLapsed:
            late = True
            held = service.hold(work, work.resident_id, slot, other=wish.other)
            booked = _book(work, held.appointment_id, wish)
    except Refused as refusal:
        service.release(work, Held(held_id, 0))
        return Settled(_open_one(refusal), refusal.code, refusal.say)
    files.tie(work, booked.appointment_id, messages)
    if wish.remind:
        consent.given(work, work.resident_id, booked.appointment_id)
    return Settled(booked.appointment_id, late=late)


def stand_in_line(work: Work, kind: str, station_id: str, wish: Wish, messages: list[int]) -> Lined:
    """Wait for a time that becomes free with all that was told, as a journey's act. Args: as of `settle`."""
    person = Person(wish.name, wish.phone, wish.other)
    told = Told(person, wish.matter, wish.address, wish.urgent, tuple(messages))
    try:
        return Lined(waiting.wait_for(work, work.resident_id, kind, station_id, told))
    except Refused as refusal:
        return Lined(code=refusal.code, say=refusal.say)


def _book(work: Work, held_id: int, wish: Wish) -> service.Booked:
    person = Person(wish.name, wish.phone, wish.other)
    return service.book(
        work,
        work.resident_id,
        held_id,
        person,
        matter=wish.matter,
        address=wish.address,
        urgent=wish.urgent,
    )


def _open_one(refusal: Refused) -> int:
    return refusal.appointment_id if isinstance(refusal, AlreadyBooked) else 0
