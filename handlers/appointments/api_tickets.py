"""Walk-in numbers and coming to an appointment, for programs: taking a number, now serving, people ahead."""

from functools import partial

from sqlalchemy import Connection, select

from bot.clock import instant
from bot.errors import Refused
from bot.web.answered import Sent
from bot.web.api import Ask, Caller, Route, Turned
from bot.web.reading import BadRequest
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import api_models as shown
from handlers.appointments import attending, tickets
from handlers.appointments.api_service import Counter, at, may_see, own
from handlers.appointments.cells import cell_of
from handlers.appointments.refusals import AskStaff
from handlers.appointments.slots import Board
from handlers.appointments.supply import KINDS
from handlers.appointments.ticket_models import TicketRow
from handlers.appointments.tickets import NoTicket, Ticket
from handlers.directory.hours import open_at

EARLY_MS = 60 * 60_000
"""So long before their time residents may say that they are there."""


def routes(counter: Counter) -> list[Route]:
    """Numbers, and coming to an appointment."""
    return [
        Route(
            "POST",
            "/tickets",
            partial(_take, counter),
            shown.TicketCard,
            "take a number of today; who has one keeps it",
            takes=shown.TicketAsked,
            status=201,
            writes=True,
        ),
        Route(
            "GET",
            "/tickets",
            partial(_line, counter),
            shown.LineCard,
            "the line of a station now",
            query=shown.LineAsked,
            session=False,
        ),
        Route(
            "GET", "/tickets/{id}", partial(_one, counter), shown.TicketCard, "now serving, and people ahead"
        ),
        Route(
            "POST",
            "/appointments/{id}/check-in",
            partial(_check_in, counter),
            shown.Arrived,
            "say that one is there; who is late gets a number",
            writes=True,
        ),
    ]


async def _take(counter: Counter, ask: Ask) -> Sent:
    body: shown.TicketAsked = ask.body
    if body.need not in tickets.NEEDS:
        raise BadRequest(_("选一样：来办什么。"), code="bad_value", field="need")
    before = await counter.service.kept(ask)
    if before is not None:
        return before
    if ask.caller.staff_id is None and not _open_now(await counter.board(ask), body.station):
        kinds = [body.need] if body.need in KINDS else KINDS
        raise Turned(
            Refused(_("现在不上班，上班以后再取号；也可以先约时间。"), code="closed", field="station"),
            409,
            more={"alternatives": await counter.times(ask, tuple(kinds), body.station, here=True)},
        )
    return await counter.service.once(ask, 201, _taken, ask.caller, body)


def _taken(work: Work, caller: Caller, body: shown.TicketAsked) -> shown.TicketCard:
    if caller.staff_id is not None and caller.station_id not in (None, body.station):
        raise AskStaff(_("这是别的司法所的号，请由那边来取。"), field="station")
    given = tickets.take(
        work,
        body.station,
        body.need,
        name=body.name if caller.staff_id is not None else "",
        resident_id=caller.resident_id,
        by=caller.staff_id,
    )
    return _standing(work.db.connection(), given.id, work.now_ms)


def _open_now(board: Board, station: str) -> bool:
    now = cell_of(board.now_ms)
    shut = any(since <= now < until for since, until in board.there.shut_stations.get(station, ()))
    known = station in {one.id for one in board.almanac.stations}  # the act says what is wrong with others
    return not known or (not shut and open_at(board.almanac.calendar, station, instant(board.now_ms)))


async def _line(counter: Counter, ask: Ask) -> shown.LineCard:
    board = await counter.board(ask)
    if ask.query.station not in {one.id for one in board.almanac.stations}:
        raise Turned(Refused(_("没有这个司法所。"), code="no_such_station", field="station"), 404)
    now = await counter.service.reader(tickets.line, ask.query.station, ask.now_ms)
    return shown.LineCard(ask.query.station, now.serving, len(now.waiting))


async def _one(counter: Counter, ask: Ask) -> shown.TicketCard:
    return await counter.service.reader(_seen, ask.caller, ask.number(), ask.now_ms)


def _seen(connection: Connection, caller: Caller, ident: int, now_ms: int) -> shown.TicketCard:
    row = connection.execute(
        select(TicketRow.resident_id, TicketRow.station_id).where(TicketRow.id == ident)
    ).first()
    if row is None or not may_see(caller, *row):
        raise Turned(NoTicket(_("没有找到这个号。"), field="id"), 404)
    return _standing(connection, ident, now_ms)


def _standing(connection: Connection, ident: int, now_ms: int) -> shown.TicketCard:
    found = tickets.standing(connection, ident, now_ms)
    if found is None:
        raise NoTicket(_("没有找到这个号。"), field="id")
    return _card(found.ticket, found.serving, found.ahead)


def _card(one: Ticket, serving: str, ahead: int) -> shown.TicketCard:
    return shown.TicketCard(
        one.id, one.label, one.station_id, one.need, one.state, serving, ahead, at(one.made_at)
    )


async def _check_in(counter: Counter, ask: Ask) -> Sent:
    return await counter.service.once(ask, 200, _arrived, ask.caller, ask.number())


def _arrived(work: Work, caller: Caller, ident: int) -> shown.Arrived:
    row = own(work, caller, ident)
    if caller.staff_id is None and work.now_ms < row.begins - EARLY_MS:
        raise AskStaff(_("离约好的时间还早，前一个小时里再报到。"), field="appointment")
    came = attending.check_in(work, ident, caller.staff_id)
    if came.ticket is None:
        return shown.Arrived(ident, came.kept, None)
    return shown.Arrived(ident, came.kept, _standing(work.db.connection(), came.ticket.id, work.now_ms))
