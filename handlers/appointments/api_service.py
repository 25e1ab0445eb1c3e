"""What the routes of the appointments share: the node's shelf, and how a refusal is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from bot.clock import CHINA, instant
from bot.errors import Refused
from bot.web.api import Ask, Caller, Service, Turned, status_of
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import api_models as shown
from handlers.appointments.models import Appointment
from handlers.appointments.refusals import AlreadyBooked, AskStaff, NotYours
from handlers.appointments.slots import Board, Shelf, Slot, instead, places
from handlers.appointments.supply_models import PostRow
from handlers.directory import stations

ALTERNATIVES = 3


@dataclass(frozen=True)
class Counter:
    """The routes' own view of the node."""

    service: Service
    shelf: Shelf = field(default_factory=Shelf)

    async def board(self, ask: Ask, near: str | None = None) -> Board:
        """What is free now. Args: near: for the posts of a station alone."""
        return await self.service.reader(partial(self.shelf.board, now_ms=ask.now_ms, near=near))

    async def turned(self, ask: Ask, lost: Slot | None, refused: Refused) -> Turned:
        """A refusal as it is sent: who conflicts over a time gets the next three, and what they have."""
        if lost is None or status_of(refused) != 409:
            return Turned(refused, status_of(refused))
        board = await self.board(ask)
        home = await self.service.reader(_home, ask.caller, lost)
        found = [card(board, one) for one in instead(board, lost, home, ALTERNATIVES)]
        more: dict[str, object] = {"alternatives": found}
        if isinstance(refused, AlreadyBooked):
            had = refused.appointment_id
            if await self.service.reader(_sees, ask.caller, had):
                more["existing"] = had
        return Turned(refused, 409, more=more)

    async def times(
        self, ask: Ask, kinds: Sequence[str], station: str | None, *, here: bool = False
    ) -> list[shown.SlotCard]:
        """The next three times of some kinds. Args: station: the nearest one; here: to come to it alone."""
        board = await self.board(ask)
        found = [
            slot
            for kind in kinds
            for place in places(board, kind, station, each=ALTERNATIVES)
            for slot in place.slots
            if not here or (slot.station_id == station and place.service.form == "office")
        ]
        if here:
            found.sort(key=lambda one: one.begins)
        return [card(board, one) for one in found[:ALTERNATIVES]]

    async def slot(self, ask: Ask, service_id: str, post_id: str, begins: datetime) -> Slot:
        """A time that a program names."""
        board = await self.service.reader(partial(self.shelf.almanac, now_ms=ask.now_ms))
        post = board.supply.by_post.get(post_id)
        return Slot(service_id, post_id, post.station_id if post else "", round(begins.timestamp() * 1000))


def card(board: Board, slot: Slot) -> shown.SlotCard:
    """A free time as it is shown."""
    service, post = (
        board.almanac.supply.by_service[slot.service_id],
        board.almanac.supply.by_post[slot.post_id],
    )
    return shown.SlotCard(
        slot.service_id,
        slot.post_id,
        slot.station_id,
        post.name,
        post.place,
        service.form,
        at(slot.begins),
        at(slot.begins + service.minutes * 60_000),
    )


def at(ms: int) -> datetime:
    """Milliseconds UTC as they are shown: in China's time, with its zone."""
    return instant(ms).astimezone(CHINA)


def own(work: Work, caller: Caller, appointment_id: int, states: Sequence[str] = ()) -> Appointment:
    """An appointment that a caller may change: a resident's own, or one of the station of staff.

    Raises: NotYours.
    """
    row = work.db.get(Appointment, appointment_id)
    if row is None or not _theirs(caller, row.resident_id, row.station_id):
        raise NotYours
    if states and row.state not in states:
        raise NotYours
    return row


def may_see(caller: Caller, resident_id: int | None, station_id: str) -> bool:
    """Whether a caller may see an appointment."""
    return _theirs(caller, resident_id, station_id)


def _sees(connection: Connection, caller: Caller, appointment_id: int) -> bool:
    row = connection.execute(
        select(Appointment.resident_id, Appointment.station_id).where(Appointment.id == appointment_id)
    ).first()
    return row is not None and may_see(caller, row.resident_id, row.station_id)


def at_their_station(work: Work, caller: Caller, slot: Slot) -> None:
    """Staff hold times of their own station. Raises: AskStaff."""
    if caller.staff_id is None or caller.station_id is None:
        return
    station = work.db.scalar(select(PostRow.station_id).where(PostRow.id == slot.post_id))
    if station is not None and station != caller.station_id:
        raise AskStaff(_("这是别的司法所的时间，请由那边来约。"), field="post")


def _theirs(caller: Caller, resident_id: int | None, station_id: str) -> bool:
    if caller.staff_id is not None:
        return caller.station_id in (None, station_id)
    return caller.resident_id is not None and caller.resident_id == resident_id


def _home(connection: Connection, caller: Caller, lost: Slot) -> str | None:
    if caller.resident_id is not None:
        home = stations.home_of(connection, caller.resident_id)
        if home is not None:
            return home.id
    return lost.station_id or None
