"""Holding, booking, moving and ending appointments for programs; each write is done once for its key."""

from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection, select

from bot.clock import CHINA, in_china, instant, millis
from bot.errors import Refused
from bot.web.answered import Sent
from bot.web.api import Ask, Caller, Route, Turned
from bot.web.paging import page
from bot.web.reading import BadRequest
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import api_intake as intake
from handlers.appointments import api_models as shown
from handlers.appointments import reading, service
from handlers.appointments.api_intake import Seen
from handlers.appointments.api_service import Counter, at, at_their_station, may_see, own
from handlers.appointments.booking_words import number_words
from handlers.appointments.models import Appointment
from handlers.appointments.refusals import NotYours
from handlers.appointments.service import Booked, Held, Person
from handlers.appointments.slots import Slot
from handlers.directory import stations

_DAY_MS = 24 * 60 * 60_000


def routes(counter: Counter) -> list[Route]:
    """Holds and appointments."""
    return [
        Route(
            "POST",
            "/holds",
            partial(_hold, counter),
            shown.HoldMade,
            "hold a time for ten minutes",
            takes=shown.HoldAsked,
            status=201,
            writes=True,
        ),
        Route(
            "DELETE",
            "/holds/{id}",
            partial(_release, counter),
            shown.HoldEnded,
            "give a time back",
            writes=True,
        ),
        Route(
            "POST",
            "/appointments",
            partial(_book, counter),
            shown.Booking,
            "book what is held",
            takes=shown.BookingAsked,
            status=201,
            writes=True,
        ),
        Route(
            "GET",
            "/appointments",
            partial(_list, counter),
            shown.VisitPage,
            "open appointments; for staff those of a day",
            query=shown.VisitsAsked,
        ),
        Route("GET", "/appointments/{id}", partial(_one, counter), shown.Visit, "one appointment"),
        Route(
            "POST",
            "/appointments/{id}/move",
            partial(_move, counter),
            shown.Booking,
            "give it the time that is held for it",
            takes=shown.MoveAsked,
            writes=True,
        ),
        Route(
            "POST",
            "/appointments/{id}/cancel",
            partial(_cancel, counter),
            shown.Ended,
            "cancel it",
            writes=True,
        ),
    ]


async def _hold(counter: Counter, ask: Ask) -> Sent:
    body: shown.HoldAsked = ask.body
    slot = await counter.slot(ask, body.service, body.post, body.begins)
    turned = partial(counter.turned, ask, slot)
    return await counter.service.once(
        ask, 201, _held, ask.caller, slot, body.moving, body.other, turned=turned
    )


def _held(work: Work, caller: Caller, slot: Slot, moving: int | None, other: bool) -> shown.HoldMade:
    at_their_station(work, caller, slot)
    if moving is not None:
        own(work, caller, moving)
    held = service.hold(work, caller.resident_id, slot, moving=moving, other=other, by=caller.staff_id)
    return shown.HoldMade(held.appointment_id, at(held.until))


async def _release(counter: Counter, ask: Ask) -> Sent:
    return await counter.service.once(ask, 200, _released, ask.caller, ask.number())


def _released(work: Work, caller: Caller, ident: int) -> shown.HoldEnded:
    row = own(work, caller, ident, ("held", "released", "lapsed"))
    service.release(work, Held(ident, 0))
    work.db.refresh(row)
    return shown.HoldEnded(ident, row.state)


async def _book(counter: Counter, ask: Ask) -> Sent:
    body: shown.BookingAsked = ask.body
    if ask.caller.staff_id is not None and not (body.person.name and body.person.phone):
        raise BadRequest(_("替来办事的人约，要写姓名和电话。"), code="missing_field", field="person")
    if body.person.other and not (body.person.name and body.person.phone):
        raise BadRequest(_("替别人约，要写对方的姓名和电话。"), code="missing_field", field="person")
    before = await counter.service.kept(ask)
    if before is not None:
        return before
    lost, kind = await counter.service.reader(slot_of, ask.caller, body.hold)
    station = lost.station_id if lost else None
    found = await intake.look(counter, ask, kind, body.matter, body.hold, station)
    return await counter.service.once(
        ask, 201, _booked, ask.caller, body, found, turned=partial(counter.turned, ask, lost)
    )


def _booked(work: Work, caller: Caller, body: shown.BookingAsked, found: Seen) -> shown.Booking:
    own(work, caller, body.hold)
    person = Person(body.person.name, body.person.phone, body.person.other or caller.staff_id is not None)
    made = service.book(
        work,
        caller.resident_id,
        body.hold,
        person,
        matter=body.matter,
        address=body.address,
        urgent=found.same_day,
    )
    return told(made, intake.noted(work, found))


def told(one: Booked, note: str = "") -> shown.Booking:
    """A booking as it is shown. Args: note: what to mind before coming."""
    return shown.Booking(
        one.appointment_id,
        number_words(one.appointment_id),
        one.code,
        "booked",
        one.service_id,
        one.post_id,
        one.station_id,
        at(one.begins),
        at(one.ends),
        one.moves,
        note,
    )


async def _list(counter: Counter, ask: Ask) -> shown.VisitPage:
    found = await counter.service.reader(_visits, ask.caller, ask.query, ask.now_ms)
    rows, following = page(
        found,
        lambda one: f"{millis(one.begins):015}|{one.id:015}",
        ask.query.cursor,
        ask.query.limit,
    )
    return shown.VisitPage(rows, following)


def _visits(
    connection: Connection, caller: Caller, asked: shown.VisitsAsked, now_ms: int
) -> list[shown.Visit]:
    if caller.resident_id is not None:
        if asked.station is not None:
            raise BadRequest(_("这里看自己的预约，不分司法所。"), code="bad_value", field="station")
        return [_visit(one) for one in reading.open_of(connection, caller.resident_id, now_ms)]
    since = _midnight(asked.day, now_ms)
    listed = reading.on_list(connection, _station(connection, caller, asked), since, since + _DAY_MS)
    return [_visit(one.visit) for one in listed]


def _station(connection: Connection, caller: Caller, asked: shown.VisitsAsked) -> str:
    """Whose day staff see: their own station's; who has none names one. Raises: BadRequest, Turned."""
    if caller.station_id is not None:
        if asked.station not in (None, caller.station_id):
            raise Turned(
                Refused(_("这是别的司法所的预约，请由那边来看。"), code="ask_staff", field="station"), 403
            )
        return caller.station_id
    if asked.station is None:
        raise BadRequest(_("写明看哪个司法所。"), code="missing_field", field="station")
    if asked.station not in {one.id for one in stations.all_open(connection)}:
        raise Turned(Refused(_("没有这个司法所。"), code="no_such_station", field="station"), 404)
    return asked.station


def _midnight(day: str | None, now_ms: int) -> int:
    try:
        wanted = date.fromisoformat(day) if day else in_china(instant(now_ms)).date()
        if not timedelta(0) <= wanted - date(2000, 1, 1) < timedelta(days=73_000):
            raise ValueError(day)
    except ValueError:
        raise BadRequest(_("日期要写成 2026-12-01 这样。"), code="bad_value", field="day") from None
    return millis(datetime.combine(wanted, time(), CHINA))


async def _one(counter: Counter, ask: Ask) -> shown.Visit:
    return await counter.service.reader(_seen, ask.caller, ask.number())


def _seen(connection: Connection, caller: Caller, ident: int) -> shown.Visit:
    row = connection.execute(
        select(Appointment.resident_id, Appointment.station_id).where(Appointment.id == ident)
    ).first()
    found = reading.one(connection, ident) if row is not None and may_see(caller, *row) else None
    if found is None:
        raise NotYours
    return _visit(found)


def _visit(one: reading.Visit) -> shown.Visit:
    return shown.Visit(
        one.appointment_id,
        number_words(one.appointment_id),
        one.code or "",
        one.state,
        one.kind,
        one.service,
        one.form,
        one.post,
        one.place,
        one.station_id,
        at(one.begins),
        at(one.ends),
        one.moves,
        one.asked,
    )


async def _move(counter: Counter, ask: Ask) -> Sent:
    lost, _kind = await counter.service.reader(slot_of, ask.caller, ask.body.hold)
    return await counter.service.once(
        ask,
        200,
        _moved,
        ask.caller,
        ask.number(),
        ask.body.hold,
        turned=partial(counter.turned, ask, lost),
    )


def _moved(work: Work, caller: Caller, ident: int, hold: int) -> shown.Booking:
    own(work, caller, ident)
    if own(work, caller, hold).moving_id != ident:
        raise NotYours
    return told(service.move(work, caller.resident_id, hold, caller.staff_id))


async def _cancel(counter: Counter, ask: Ask) -> Sent:
    return await counter.service.once(ask, 200, _cancelled, ask.caller, ask.number())


def _cancelled(work: Work, caller: Caller, ident: int) -> shown.Ended:
    own(work, caller, ident)
    service.cancel(work, caller.resident_id, ident)
    return shown.Ended(ident, "cancelled")


def slot_of(connection: Connection, caller: Caller, ident: int) -> tuple[Slot | None, str]:
    """The time of a hold and its kind, for who may see it."""
    row = connection.execute(
        select(
            Appointment.service_id,
            Appointment.post_id,
            Appointment.station_id,
            Appointment.begins,
            Appointment.kind,
            Appointment.resident_id,
        ).where(Appointment.id == ident)
    ).first()
    if row is None or not may_see(caller, row.resident_id, row.station_id):
        return None, ""
    return Slot(row.service_id, row.post_id, row.station_id, row.begins), row.kind
