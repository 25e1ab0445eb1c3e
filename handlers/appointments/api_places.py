"""Stations and free times for programs: nobody need be known to read them."""

from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from bot.clock import instant, millis
from bot.errors import Refused
from bot.web.api import Ask, Route, Turned
from bot.web.paging import page
from bot.web.reading import BadRequest
from bot.words import _
from handlers.appointments import api_models as shown
from handlers.appointments.api_service import Counter, card
from handlers.appointments.attendance import FOREVER
from handlers.appointments.slots import Slot
from handlers.appointments.supply import Supply
from handlers.directory import stations
from handlers.directory.county import StationCard
from handlers.directory.hours import calendar_for
from handlers.directory.sentences import open_words

_MOST_PEOPLE = 30


def routes(counter: Counter) -> list[Route]:
    """Stations, and their free times."""
    return [
        Route(
            "GET",
            "/stations",
            partial(_stations, counter),
            shown.StationPage,
            "all stations",
            query=shown.PageAsked,
            session=False,
        ),
        Route(
            "GET",
            "/stations/{id}",
            partial(_station, counter),
            shown.StationWhole,
            "one station: hours, services, papers",
            session=False,
        ),
        Route(
            "GET",
            "/slots",
            partial(_slots, counter),
            shown.SlotPage,
            "free times of a service at a station",
            query=shown.SlotsAsked,
            session=False,
        ),
    ]


async def _stations(counter: Counter, ask: Ask) -> shown.StationPage:
    found = await counter.service.reader(stations.all_open)
    keyed = list(enumerate(found))
    rows, following = page(keyed, lambda one: f"{one[0]:06}", ask.query.cursor, ask.query.limit)
    return shown.StationPage(tuple(_card(one) for _rank, one in rows), following)


async def _station(counter: Counter, ask: Ask) -> shown.StationWhole:
    ident = ask.request.match_info["id"]
    almanac = await counter.service.reader(partial(counter.shelf.almanac, now_ms=ask.now_ms))
    return await counter.service.reader(_whole, ident, almanac.supply, ask.now_ms)


def _whole(connection: Connection, ident: str, supply: Supply, now_ms: int) -> shown.StationWhole:
    found = next((one for one in stations.all_open(connection) if one.id == ident), None)
    if found is None:
        raise Turned(Refused(_("没有这个司法所。"), code="no_such_station", field="id"), 404)
    calendar = calendar_for(connection, ident)
    week = calendar.stations[ident]
    offered = {one for post in supply.posts if post.station_id == ident for one in post.services}
    return shown.StationWhole(
        _card(found),
        tuple(shown.Opening(one.weekday, _clock(one.opens), _clock(one.closes)) for one in week.shifts),
        tuple(
            shown.ClosedDays(one.first.isoformat(), one.last.isoformat(), one.reason) for one in week.closures
        ),
        open_words(calendar, ident, instant(now_ms)),
        tuple(
            shown.ServiceCard(one.id, one.kind, one.name, one.form, one.minutes, one.papers)
            for one in supply.services
            if one.id in offered
        ),
        f"/board/{ident}",
    )


async def _slots(counter: Counter, ask: Ask) -> shown.SlotPage:
    asked: shown.SlotsAsked = ask.query
    board = await counter.board(ask, asked.station)
    supply = board.almanac.supply
    service = supply.by_service.get(asked.service)
    if service is None:
        raise Turned(Refused(_("没有这个服务。"), code="not_found", field="service"), 404)
    if asked.station not in {one.id for one in board.almanac.stations}:
        raise Turned(Refused(_("没有这个司法所。"), code="no_such_station", field="station"), 404)
    if not 1 <= asked.people <= _MOST_PEOPLE:
        raise BadRequest(_("人数是 1 到 30。"), code="bad_value", field="people")
    since = millis(asked.since) if asked.since else 0
    until = millis(asked.until) if asked.until else FOREVER
    if until <= since:
        raise BadRequest(_("结束要比开始晚。"), code="bad_value", field="to")
    wanted = replace(service, people=max(service.people, asked.people))
    found = [
        Slot(service.id, post.id, post.station_id, begins)
        for post in supply.posts
        if post.station_id == asked.station and service.id in post.services
        for begins in board.begins(wanted, post, since, until)
    ]
    found.sort(key=_key)
    rows, following = page(found, _key, asked.cursor, asked.limit)
    return shown.SlotPage(tuple(card(board, one) for one in rows), following)


def _key(slot: Slot) -> str:
    return f"{slot.begins:015}|{slot.post_id}"


def _card(one: StationCard) -> shown.StationCard:
    return shown.StationCard(one.id, one.name, one.town, one.address, one.phone, one.latitude, one.longitude)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
