"""The wait list for programs of residents: stand in line, leave, take or decline what is offered."""

from functools import partial

from sqlalchemy import Connection, select

from bot.errors import Refused
from bot.web.answered import Sent
from bot.web.api import Ask, Route, Turned, status_of
from bot.web.paging import page
from bot.web.reading import BadRequest
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import api_models as shown
from handlers.appointments import waiting
from handlers.appointments.api_booking import slot_of, told
from handlers.appointments.api_service import Counter
from handlers.appointments.models import Wait
from handlers.appointments.supply import KINDS
from handlers.appointments.waiting import AlreadyWaiting, NotWaiting, Waits


def routes(counter: Counter) -> list[Route]:
    """The wait list."""
    return [
        Route(
            "POST",
            "/waitlist",
            partial(_wait, counter),
            shown.WaitMade,
            "stand in line for a kind at a station",
            takes=shown.WaitAsked,
            status=201,
            writes=True,
        ),
        Route(
            "GET",
            "/waitlist",
            partial(_list, counter),
            shown.WaitPage,
            "what one waits for",
            query=shown.PageAsked,
        ),
        Route(
            "DELETE", "/waitlist/{id}", partial(_leave, counter), shown.Ended, "wait no longer", writes=True
        ),
        Route(
            "POST",
            "/waitlist/{id}/accept",
            partial(_accept, counter),
            shown.Booking,
            "book the time that is offered",
            writes=True,
        ),
        Route(
            "POST",
            "/waitlist/{id}/decline",
            partial(_decline, counter),
            shown.Ended,
            "give back the time that is offered",
            writes=True,
        ),
    ]


async def _wait(counter: Counter, ask: Ask) -> Sent:
    resident = _resident(ask)
    if ask.body.kind not in KINDS:
        raise BadRequest(_("没有这一类预约。"), code="bad_value", field="kind")
    turned = partial(_turned, counter, ask, resident)
    return await counter.service.once(
        ask, 201, _waits, resident, ask.body.kind, ask.body.station, turned=turned
    )


async def _turned(counter: Counter, ask: Ask, resident: int, refused: Refused) -> Turned:
    """Who conflicts over a place in line gets times of the kind, if there are some, and what they have."""
    if status_of(refused) != 409:
        return Turned(refused, status_of(refused))
    kind = ask.body.kind
    more: dict[str, object] = {"alternatives": await counter.times(ask, [kind], ask.body.station)}
    if isinstance(refused, AlreadyWaiting):
        waits = await counter.service.reader(waiting.waits_of, resident)
        own = [one for one in waits if one.kind == kind and not one.name]
        more["existing"] = _card(own[0]) if own else None
    return Turned(refused, 409, more=more)


def _waits(work: Work, resident: int, kind: str, station: str) -> shown.WaitMade:
    return shown.WaitMade(waiting.wait_for(work, resident, kind, station), kind, station)


async def _list(counter: Counter, ask: Ask) -> shown.WaitPage:
    found = await counter.service.reader(waiting.waits_of, _resident(ask))
    rows, following = page(found, lambda one: f"{one.wait_id:015}", ask.query.cursor, ask.query.limit)
    return shown.WaitPage(
        tuple(_card(one) for one in rows),
        following,
    )


def _card(one: Waits) -> shown.WaitCard:
    return shown.WaitCard(one.wait_id, one.kind, one.station_id, one.ahead, one.offer_id)


async def _leave(counter: Counter, ask: Ask) -> Sent:
    return await counter.service.once(ask, 200, _left, _resident(ask), ask.number())


def _left(work: Work, resident: int, ident: int) -> shown.Ended:
    waiting.leave(work, resident, ident)
    return shown.Ended(ident, "left")


async def _accept(counter: Counter, ask: Ask) -> Sent:
    resident, ident = _resident(ask), ask.number()
    offer = await counter.service.reader(_offer, resident, ident)
    lost, _kind = await counter.service.reader(slot_of, ask.caller, offer) if offer else (None, "")
    turned = partial(counter.turned, ask, lost)
    return await counter.service.once(ask, 200, _accepted, resident, ident, turned=turned)


def _offer(connection: Connection, resident: int, ident: int) -> int | None:
    """What was held for who waits, whether it still is or not."""
    return connection.scalar(select(Wait.offer_id).where(Wait.id == ident, Wait.resident_id == resident))


def _accepted(work: Work, resident: int, ident: int) -> shown.Booking:
    return told(waiting.accept(work, resident, _offered(work, resident, ident)))


async def _decline(counter: Counter, ask: Ask) -> Sent:
    return await counter.service.once(ask, 200, _declined, _resident(ask), ask.number())


def _declined(work: Work, resident: int, ident: int) -> shown.Ended:
    _offered(work, resident, ident)
    waiting.decline(work, resident, ident)
    return shown.Ended(ident, "declined")


def _offered(work: Work, resident: int, ident: int) -> int:
    """What is held for who waits. Raises: NotWaiting."""
    row = work.db.get(Wait, ident)
    if row is None or row.resident_id != resident or row.offer_id is None or row.state != "offered":
        raise NotWaiting(_("没有找到这个候补，可能已经结束了。"), field="id")
    return row.offer_id


def _resident(ask: Ask) -> int:
    if ask.caller.resident_id is None:
        raise Turned(Refused(_("候补由居民自己排。"), code="not_allowed"), 403)
    return ask.caller.resident_id
