"""打纸条: what somebody takes along who has a time and perhaps no phone; it names nobody."""

from aiohttp import web

from admin.console import words
from admin.console.day_sheet import FORMS
from admin.console.pages.day import Day
from admin.console.shell import Shell, Visitor
from bot.clock import in_china, instant
from bot.words import _
from handlers.appointments import stock
from handlers.appointments.booking_words import number_words
from handlers.directory import stations


class DaySlip:
    """The slip of an appointment. Args: day: the list, which knows whose appointment it is."""

    def __init__(self, shell: Shell, day: Day) -> None:
        self._shell, self._day = shell, day

    def routes(self) -> list[web.RouteDef]:
        """The one page."""
        return [web.get("/admin/day/{id}/slip", self._shell.page(self.open, "day.read"))]

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """To be printed."""
        visit = await self._day.visit(request, visitor)
        if visit.state != "booked":
            raise web.HTTPNotFound
        known = await self._shell.store.reader(stations.all_open)
        station = next((one for one in known if one.id == visit.station_id), None)
        if station is None:
            raise web.HTTPNotFound
        supply = await self._shell.store.reader(stock.read_supply)
        papers = next((one.papers for one in supply.services if one.name == visit.service), ())
        here = visit.form == "office"
        return await self._shell.show(
            visitor,
            "day_visit_slip.html",
            place="day",
            visit=visit,
            station=station,
            day=in_china(instant(visit.begins)).date().isoformat(),
            when=_("{day} {hour}").format(
                day=words.day_words(visit.begins), hour=words.hour_words(visit.begins, visit.begins)
            ),
            where="　".join(
                part
                for part in (FORMS.get(visit.form, ""), station.address if here else "", visit.place)
                if part
            ),
            papers=papers,
            number=number_words(visit.appointment_id),
        )
