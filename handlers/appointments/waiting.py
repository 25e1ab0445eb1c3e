"""候补: who waits for a time, and offering one that became free to the first in line, for two hours.

The round looks for times outside an act; the act holds the time for its person, as they would have
themselves. An offer is accepted by booking what is held, and declined by giving it back.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import files, service
from handlers.appointments.models import Appointment, Wait
from handlers.appointments.service import MYSELF, Booked, Held, Person
from handlers.appointments.slots import Shelf, Slot, places
from handlers.directory import stations

OFFER_MS = 2 * 60 * 60_000
FROM_HOUR, TO_HOUR = 8, 19
"""Offers go out between these hours in China, so that none runs out while people sleep."""
MOST = 20
"""Offers of one round."""
LINE = 30
"""So many wait for a kind at a station; who came later would wait in vain."""
_AFTER = {"booked": "taken", "released": "declined", "lapsed": "lapsed"}
"""What became of an offer, by the state of its hold; every other end of it was a booking once."""


class AlreadyWaiting(Refused):
    """The person waits for this kind already."""

    code = "already_waiting"


class NotWaiting(Refused):
    """There is no such place in line, or it is somebody else's."""

    code = "not_waiting"


class LineFull(Refused):
    """So many wait already that another would wait in vain."""

    code = "line_full"


@dataclass(frozen=True)
class Told:
    """What was told for a booking before somebody stood in line.

    Attributes: urgent: a legal deadline is near; messages: ids of those that the conversation took.
    """

    person: Person = MYSELF
    matter: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    urgent: bool = False
    messages: tuple[int, ...] = ()


NOTHING_TOLD = Told()


@dataclass(frozen=True)
class Waits:
    """A place in line.

    Attributes: ahead: how many wait there before; offer_id: what is held for them; name: of whom it is for,
    where that is another.
    """

    wait_id: int
    kind: str
    station_id: str
    ahead: int
    offer_id: int | None = None
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Chance:
    """A time for somebody who waits."""

    wait_id: int
    slot: Slot


def wait_for(work: Work, resident_id: int, kind: str, station_id: str, told: Told = NOTHING_TOLD) -> int:
    """Stand in line for a kind at a station, for oneself or another.

    Returns: the number. Raises: AlreadyWaiting, LineFull, NotWaiting.
    """
    if station_id not in {one.id for one in stations.all_open(work.db.connection())}:
        raise NotWaiting(_("没有这个司法所。"), field="station")
    service.one_at_a_time(work, resident_id)
    whose = service.whose_of(resident_id, told.person)
    open_row = select(Wait.id).where(Wait.whose == whose, Wait.kind == kind, Wait.ended_at.is_(None))
    if work.db.scalar(open_row) is not None:
        raise AlreadyWaiting(_("已经在排候补了，有空出来的时间会告诉您。"), field="kind")
    line = select(func.count()).where(
        Wait.kind == kind, Wait.station_id == station_id, Wait.ended_at.is_(None)
    )
    if (work.db.scalar(line) or 0) >= LINE:
        raise LineFull(_("候补也排满了，前面已经有 {n} 位。").format(n=LINE), field="station")
    row = Wait(
        resident_id=resident_id,
        kind=kind,
        station_id=station_id,
        whose=whose,
        other=told.person.other,
        urgent=told.urgent,
        name=told.person.name,
        phone=told.person.phone,
        matter=told.matter,
        address=told.address,
        messages=" ".join(str(one) for one in told.messages),
        made_at=work.now_ms,
    )
    work.db.add(row)
    try:
        with work.db.begin_nested():
            work.db.flush()
    except IntegrityError as error:  # another stood in line for the same person at this moment
        raise AlreadyWaiting(_("已经在排候补了，有空出来的时间会告诉您。"), field="kind") from error
    return row.id


def told_for(connection: Connection, offer_id: int) -> Told:
    """What was told before somebody stood in line to whom this is offered."""
    row = connection.execute(
        select(
            Wait.name, Wait.phone, Wait.other, Wait.matter, Wait.address, Wait.urgent, Wait.messages
        ).where(Wait.offer_id == offer_id, Wait.ended_at.is_(None))
    ).first()
    if row is None:
        return NOTHING_TOLD
    person = Person(row.name, row.phone, row.other)
    messages = tuple(int(one) for one in row.messages.split())
    return Told(person, row.matter, row.address, row.urgent, messages)


def accept(work: Work, resident_id: int, offer_id: int, phone: str = "", address: str = "") -> Booked:
    """Book what is offered, with all that was told before. Args: phone, address: if they were missing.

    Raises: as `service.book`.
    """
    told = told_for(work.db.connection(), offer_id)
    person = replace(told.person, phone=told.person.phone or phone)
    booked = service.book(
        work,
        resident_id,
        offer_id,
        person,
        matter=told.matter,
        address=told.address or address,
        urgent=told.urgent,
    )
    files.tie(work, booked.appointment_id, told.messages)
    return booked


def leave(work: Work, resident_id: int, wait_id: int) -> None:
    """Wait no longer; a time that is offered is given back. Raises: NotWaiting."""
    _end(work, resident_id, wait_id, "left")


def decline(work: Work, resident_id: int, wait_id: int) -> None:
    """Give back the time that is offered, and wait no longer. Raises: NotWaiting."""
    _end(work, resident_id, wait_id, "declined")


def _end(work: Work, resident_id: int, wait_id: int, state: str) -> None:
    service.one_at_a_time(work, resident_id)
    row = work.db.get(Wait, wait_id)
    if row is None or row.resident_id != resident_id or row.ended_at is not None:
        raise NotWaiting(_("没有找到这个候补，可能已经结束了。"), field="wait")
    if row.offer_id is not None:
        service.release(work, Held(row.offer_id, 0))
    work.db.execute(update(Wait).where(Wait.id == row.id).values(_ended(state, work.now_ms)))
    work.db.refresh(row)


def waits_of(connection: Connection, resident_id: int) -> list[Waits]:
    """What a resident waits for."""
    rows = connection.execute(
        select(Wait.id, Wait.kind, Wait.station_id, Wait.offer_id, Wait.other, Wait.name)
        .where(Wait.resident_id == resident_id, Wait.ended_at.is_(None))
        .order_by(Wait.id)
    ).all()
    found = []
    for ident, kind, station_id, offer_id, other, name in rows:
        before = connection.scalars(
            select(Wait.id).where(
                Wait.kind == kind,
                Wait.station_id == station_id,
                Wait.state == "waiting",
                Wait.ended_at.is_(None),
                Wait.id < ident,
            )
        ).all()
        found.append(Waits(ident, kind, station_id, len(before), offer_id, name if other else ""))
    return found


def chances(connection: Connection, shelf: Shelf, now_ms: int) -> list[Chance]:
    """The next free time at their station for each who waits, first come first; none at night.

    Whoever has an open booking of the kind, or whose time is kept now for whatever, is passed over: they are
    asked nothing meanwhile, and one person is offered one time at once.
    """
    if not FROM_HOUR <= in_china(instant(now_ms)).hour < TO_HOUR:
        return []
    busy = select(Appointment.id).where(
        Appointment.ended_at.is_(None),
        ((Appointment.resident_id == Wait.resident_id) & (Appointment.state == "held"))
        | ((Appointment.whose == Wait.whose) & (Appointment.kind == Wait.kind)),
    )
    rows = connection.execute(
        select(Wait.id, Wait.kind, Wait.station_id, Wait.resident_id)
        .where(Wait.state == "waiting", Wait.ended_at.is_(None), ~busy.exists())
        .order_by(Wait.id)
        .limit(MOST)
    ).all()
    if not rows:
        return []
    board = shelf.board(connection, now_ms)
    given: set[str] = set()  # posts: the next look sees what was taken there
    asked: set[int] = set()
    found = []
    for ident, kind, station_id, resident_id in rows:
        if resident_id in asked:
            continue
        here = [place for place in places(board, kind, station_id, each=MOST) if place.group == 0]
        slots = [slot for place in here for slot in place.slots]
        slot = next(
            (one for one in slots if one.begins > now_ms + OFFER_MS and one.post_id not in given), None
        )
        if slot is not None:
            given.add(slot.post_id)
            asked.add(resident_id)
            found.append(Chance(ident, slot))
    return found


def offer(work: Work, chance: Chance) -> Held | None:
    """Hold a time for who waits, for two hours.

    Returns: None when they wait no more, or hold something else now. Raises: as `service.hold`.
    """
    row = work.db.get(Wait, chance.wait_id)
    if row is None or row.state != "waiting" or row.ended_at is not None:
        return None
    service.one_at_a_time(work, row.resident_id)
    holds = select(Appointment.id).where(
        Appointment.resident_id == row.resident_id,
        Appointment.state == "held",
        Appointment.held_until > work.now_ms,
    )
    if work.db.scalar(holds.limit(1)) is not None:
        return None
    held = service.hold(work, row.resident_id, chance.slot, lasts=OFFER_MS, other=row.other)
    row.state, row.offer_id = "offered", held.appointment_id
    work.db.flush()
    return held


def settle(work: Work, most: int) -> int:
    """End what was offered and answered, or not in time. Returns: how many."""
    rows = work.db.execute(
        select(Wait.id, Appointment.state, Appointment.held_until)
        .join(Appointment, Appointment.id == Wait.offer_id)
        .where(
            Wait.state == "offered",
            Wait.ended_at.is_(None),
            (Appointment.state != "held") | (Appointment.held_until <= work.now_ms),
        )
        .limit(most)
    ).all()
    for ident, state, _until in rows:
        became = "lapsed" if state == "held" else _AFTER.get(state, "taken")
        work.db.execute(update(Wait).where(Wait.id == ident).values(_ended(became, work.now_ms)))
    return len(rows)


def _ended(state: str, now_ms: int) -> dict[str, Any]:
    """The columns of a place that ends: of what was told nothing stays."""
    gone = dict.fromkeys(("name", "phone", "matter", "address", "messages"), "")
    return {"state": state, "ended_at": now_ms, **gone}


def forget(work: Work, resident_id: int) -> int:
    """Delete what a resident waits for. Returns: how many rows."""
    gone = work.db.execute(delete(Wait).where(Wait.resident_id == resident_id))
    return int(getattr(gone, "rowcount", 0))


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete places in line that ended before the retention. Returns: how many."""
    old = work.db.scalars(select(Wait.id).where(Wait.ended_at < before_ms).limit(most)).all()
    work.db.execute(delete(Wait).where(Wait.id.in_(old)))
    return len(old)
