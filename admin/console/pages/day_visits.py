"""下村和电话: the visits and calls of one day, by village, to be printed and taken along."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import note
from admin.console import day_sheet, words
from admin.console.pages.day import station_in
from admin.console.shell import Shell, Visitor
from bot.words import _
from bot.work.unit import Work
from handlers.appointments.reading import OnList
from handlers.directory import stations
from handlers.registers.reading import masked_phone

_AWAY = ("home", "stop")
_CALLS = ("phone", "video")


class DayVisits:
    """The page: masked, or with whole numbers for a reason."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """The page, and the one with numbers."""
        page = self._shell.page
        return [
            web.get("/admin/day/visits", page(self.open, "day.read")),
            web.post("/admin/day/visits", page(self.whole, "day.reveal")),
        ]

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """With masked numbers."""
        return await self._show(visitor, request.query)

    async def whole(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """With whole numbers, for who goes there; written down before they are shown."""
        why = await self._shell.confirm(request, visitor, _("打印带号码的下村名单"))
        if not isinstance(why, str):
            return why
        return await self._show(visitor, await request.post(), why=why)

    async def _show(self, visitor: Visitor, given: Any, *, why: str | None = None) -> web.Response:
        places = await self._shell.store.reader(day_sheet.places_of, visitor.who)
        station = station_in(places, given)
        day = day_sheet.day_in(str(given.get("day", "")), visitor.now_ms)
        sheet = await self._shell.store.reader(day_sheet.read, station, day, visitor.now_ms)
        going = [
            one for one in sheet.listed if one.visit.form in (*_AWAY, *_CALLS) and one.visit.state == "booked"
        ]
        if why is not None:
            ids = [one.visit.appointment_id for one in going]
            await self._shell.store.writer.do(_revealed, visitor.who.id, ids, why)
        villages = await self._shell.store.reader(_villages)
        return await self._shell.show(
            visitor,
            "day_visits.html",
            place="day",
            title=words.day_words(words.day_start(day)),
            day=day.isoformat(),
            station=station,
            at_station=places[station],
            count=len(going),
            whole=why is not None,
            groups=_grouped(going, villages, sheet, whole=why is not None),
        )


def _grouped(
    going: list[OnList], villages: list[tuple[str, str]], sheet: day_sheet.Sheet, *, whole: bool
) -> list[tuple[str, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(going, key=lambda one: (one.visit.form in _CALLS, one.visit.begins)):
        found.setdefault(_village(one, villages), []).append(
            {
                "time": words.hour_words(one.visit.begins, one.visit.begins),
                "name": one.name or _("没留称呼"),
                "what": one.visit.service,
                "phone": one.phone if whole else masked_phone(one.phone),
                "place": one.address or one.visit.place,
                "papers": sheet.papers.get(one.visit.service, ()),
            }
        )
    return list(found.items())


def _village(one: OnList, villages: list[tuple[str, str]]) -> str:
    """Where it is: of a stop its village, else the village that the address names."""
    if one.visit.form in _CALLS:
        return _("打电话")
    for ident, name in villages:
        if ident == one.visit.village_id or (one.visit.village_id is None and name in one.address):
            return name
    return _("别的地方")


def _villages(connection: Connection) -> list[tuple[str, str]]:
    return list(stations.village_names(connection).items())


def _revealed(work: Work, by: int, appointments: list[int], why: str) -> None:
    for ident in appointments:
        note(work, by, "reveal", f"appointment:{ident}", reason=why)
