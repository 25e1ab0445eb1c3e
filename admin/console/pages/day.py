"""今天: the day at the station; who came, who is called, who is done, each in one press."""

from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import note
from admin.console import day_sheet, words
from admin.console.day_sheet import KINDS, NEEDS, QUIET, REASONS
from admin.console.shell import Shell, Visitor, field, number
from admin.rendering import Renderer
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import attending, calls, reading, service, tickets
from handlers.appointments.attending import Arrived
from handlers.appointments.booking_words import number_words
from handlers.appointments.reading import OnList, Visit
from handlers.appointments.tickets import Ticket


class Day:
    """The list of a day. Args: renderer: makes what browsers can show."""

    def __init__(self, shell: Shell, renderer: Renderer) -> None:
        self._shell, self._renderer = shell, renderer

    def routes(self) -> list[web.RouteDef]:
        """The list and its forms."""
        page, at = self._shell.page, "/admin/day"
        return [
            web.get(at, page(self.open, "day.read")),
            web.post(f"{at}/come", page(self.come, "day.change")),
            web.post(f"{at}/ticket", page(self.take, "day.change")),
            web.post(f"{at}/next", page(self.next, "day.change")),
            web.get(f"{at}/tickets/{{id}}", page(self.slip, "day.read")),
            web.post(f"{at}/tickets/{{id}}/{{what}}", page(self.called, "day.change")),
            web.post(f"{at}/{{id}}/cancel", page(self.cancel, "day.change")),
            web.post(f"{at}/{{id}}/reveal", page(self.reveal, "day.reveal")),
            web.post(f"{at}/{{id}}/{{what:here|done|absent}}", page(self.became, "day.change")),
        ]

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Today, or the day that was asked for."""
        said = _SAID.get(request.query.get("said", ""), "")
        made = request.query.get("made", "")
        if not said or not (made.isascii() and made.isdecimal() and len(made) < 16):
            return await self._show(visitor, request.query, said=said)
        visit = await self._shell.store.reader(reading.one, int(made))
        if visit is None or visitor.who.station_id not in (None, visit.station_id):
            return await self._show(visitor, request.query, said=said)
        if request.query["said"] == CANCELLED:
            return await self._show(visitor, request.query, said=await self._cancelled(visitor, visit))
        return await self._show(visitor, request.query, said=said + _made(visit), slip=visit.appointment_id)

    async def come(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Check in by code, phone or name."""
        form = await request.post()
        station = await self._station(visitor, form)
        today = day_sheet.day_in("", visitor.now_ms)
        sheet = await self._shell.store.reader(day_sheet.read, station, today, visitor.now_ms)
        coming = [one for one in sheet.listed if one.visit.state in ("booked", "no_show")]
        found = day_sheet.find(coming, field(form, "who", 40))
        if len(found) != 1:
            wrong = (
                _("有 {count} 位都对得上，写全名或手机号。").format(count=len(found))
                if found
                else _("今天没有找到这一位。可能已经办完，或者约的是别天、别的所；也可以先取号。")
            )
            return await self._show(visitor, form, wrong=wrong, status=422)
        return await self._here(visitor, form, found[0].visit.appointment_id)

    async def take(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Give a number."""
        form = await request.post()
        station = await self._station(visitor, form)
        try:
            made: Ticket = await self._shell.store.writer.do(
                _take,
                visitor.who.id,
                station,
                field(form, "need", 12),
                field(form, "name", 20),
                "first" in form,
            )
        except Refused as refusal:
            return await self._show(visitor, form, wrong=refusal.say, status=422)
        if "slip" in form:
            raise web.HTTPSeeOther(f"/admin/day/tickets/{made.id}")
        return await self._show(visitor, form, said=_("给了 {label}。").format(label=made.label))

    async def next(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Call the next."""
        form = await request.post()
        station = await self._station(visitor, form)
        made: Ticket | None = await self._shell.store.writer.do(_next, visitor.who.id, station)
        said = _("叫 {label}。").format(label=made.label) if made else _("没有人在等了。")
        return await self._show(visitor, form, said=said)

    async def slip(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A number to be printed."""
        given = await self._number(request, visitor)
        stands = await self._shell.store.reader(tickets.standing, given.id, visitor.now_ms)
        places = await self._shell.store.reader(day_sheet.places_of, visitor.who)
        return await self._shell.show(
            visitor,
            "day_slip.html",
            place="day",
            at_station=places.get(given.station_id, ""),
            label=given.label,
            what=NEEDS.get(given.need, given.need),
            ahead=stands.ahead if stands else 0,
            serving=stands.serving if stands else "",
            at=_("{day} {hour}").format(
                day=words.day_words(given.made_at), hour=words.hour_words(given.made_at, given.made_at)
            ),
        )

    async def called(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Call a number; it was received, or was not there."""
        given = await self._number(request, visitor)
        what = request.match_info["what"]
        if what not in _NUMBERS:
            raise web.HTTPNotFound
        form = await request.post()
        try:
            await self._shell.store.writer.do(_number_act, visitor.who.id, given.id, what)
        except Refused as refusal:
            return await self._show(visitor, form, wrong=refusal.say, status=409)
        raise web.HTTPSeeOther(f"/admin/day?station={given.station_id}")

    async def became(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """They are there, are done, or did not come."""
        visit = await self.visit(request, visitor)
        form, what = await request.post(), request.match_info["what"]
        if what == "here":
            return await self._here(visitor, form, visit.appointment_id)
        act = _done if what == "done" else _absent
        return await self._does(visitor, form, visit, act)

    async def cancel(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Cancel, with a reason."""
        visit = await self.visit(request, visitor)
        form = await request.post()
        because = field(form, "because", 12)
        if because not in REASONS:
            return await self._show(visitor, form, wrong=_("选一样：为什么取消。"), status=422)
        say = field(form, "say", service.SAID)
        return await self._does(visitor, form, visit, _cancel, REASONS[because], say, said=CANCELLED)

    async def reveal(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The whole number, after a second check and with a reason, written down before it is shown."""
        visit = await self.visit(request, visitor)
        doing = _("看 {number} 的电话").format(number=number_words(visit.appointment_id))
        why = await self._shell.confirm(request, visitor, doing)
        if not isinstance(why, str):
            return why
        found = await self._shell.store.reader(_listed, visit)
        await self._shell.store.writer.do(_note, visitor.who.id, "reveal", visit.appointment_id, why)
        given = {"day": _iso(visit.begins), "station": visit.station_id}
        return await self._show(
            visitor, given, numbers={one.visit.appointment_id: one.phone for one in found}
        )

    async def visit(self, request: web.Request, visitor: Visitor) -> Visit:
        """The appointment that is meant, of one's own station. Raises: HTTPNotFound."""
        found = await self._shell.store.reader(reading.one, number(request))
        if found is None or visitor.who.station_id not in (None, found.station_id):
            raise web.HTTPNotFound
        return found

    async def _number(self, request: web.Request, visitor: Visitor) -> Ticket:
        found = await self._shell.store.reader(tickets.one, number(request))
        if found is None or visitor.who.station_id not in (None, found.station_id):
            raise web.HTTPNotFound
        return found

    async def _here(self, visitor: Visitor, form: Any, appointment_id: int) -> web.StreamResponse:
        try:
            made: Arrived = await self._shell.store.writer.do(_here, visitor.who.id, appointment_id)
        except Refused as refusal:
            return await self._show(visitor, form, wrong=_by_another(refusal), status=409)
        said = _("记下了，到了。")
        if made.ticket is not None:
            said = _("晚了 15 分钟以上，排到 {label}。").format(label=made.ticket.label)
        return await self._show(visitor, form, said=said)

    async def _does(
        self, visitor: Visitor, form: Any, visit: Visit, act: Any, *more: str, said: str = "kept"
    ) -> web.StreamResponse:
        try:
            await self._shell.store.writer.do(act, visitor.who.id, visit.appointment_id, *more)
        except Refused as refusal:
            return await self._show(visitor, form, wrong=_by_another(refusal), status=409)
        day = field(form, "day", 10) or _iso(visit.begins)
        made = f"&made={visit.appointment_id}" if said == CANCELLED else ""
        raise web.HTTPSeeOther(f"/admin/day?day={day}&station={visit.station_id}&said={said}{made}")

    async def _cancelled(self, visitor: Visitor, visit: Visit) -> str:
        """What became of it: the time, and whether the person knows."""
        if visit.state != "cancelled":
            return ""
        said = _("已取消：{number}，{day} {hour}，{service}。").format(
            number=number_words(visit.appointment_id),
            day=words.day_words(visit.begins),
            hour=words.hour_words(visit.begins, visit.begins),
            service=visit.service,
        )
        if visit.begins <= visitor.now_ms:
            return said
        told = await self._shell.store.reader(calls.cancel_told, visit.appointment_id)
        return said + _("时间已经空出来，别人可以约了。") + (_TOLD.get(told, _COMES) if told else "")

    async def _station(self, visitor: Visitor, given: Any) -> str:
        """The station that a page is about. Raises: HTTPNotFound where somebody sees none."""
        places = await self._shell.store.reader(day_sheet.places_of, visitor.who)
        return station_in(places, given)

    async def _show(
        self,
        visitor: Visitor,
        given: Any,
        *,
        wrong: str = "",
        said: str = "",
        numbers: dict[int, str] | None = None,
        slip: int | None = None,
        status: int = 200,
    ) -> web.Response:
        now = visitor.now_ms
        places = await self._shell.store.reader(day_sheet.places_of, visitor.who)
        station = station_in(places, given)
        day = day_sheet.day_in(str(given.get("day", "")), now)
        sheet = await self._shell.store.reader(day_sheet.read, station, day, now)
        more = await self._shell.store.reader(
            day_sheet.around, visitor.scope, station, day, now, sheet.listed
        )
        rows, over = day_sheet.rows(sheet, more, now, able=self._renderer.able)
        shut = [
            _("{since} 到 {until}　{reason}").format(
                since=words.hour_words(one.since, now),
                until=words.hour_words(one.until, now),
                reason=one.reason,
            )
            for one in sheet.closings
            if one.station_id == station
        ]
        today = day == in_china(instant(now)).date()
        return await self._shell.show(
            visitor,
            "day.html",
            status=status,
            place="day",
            today=today,
            title=words.day_words(words.day_start(day)),
            day=day.isoformat(),
            before=(day - timedelta(days=1)).isoformat(),
            after=(day + timedelta(days=1)).isoformat(),
            station=station,
            stations=places,
            rows=rows,
            over=over,
            to_do=sum(one["kind"] not in QUIET for one in rows),
            people=more.people,
            calls=sorted(more.calls, key=lambda one: one.until),
            booked=len(sheet.listed),
            waiting=len(sheet.line.waiting),
            serving=sheet.line.serving,
            next=f"A{max((one.number for one in sheet.numbers), default=0) + 1:03}",
            needs=NEEDS,
            kinds=KINDS,
            reasons=REASONS,
            closings=shut,
            numbers=numbers or {},
            wrong=wrong,
            said=said,
            slip=slip,
            longest=service.SAID,
        )


CANCELLED = "cancelled"
_SAID = {CANCELLED: _("取消了。"), "kept": _("记下了。"), "booked": _("约好了。"), "moved": _("改好了。")}


_COMES = _("会告诉本人；微信发不到的，排进要打的电话。")
_TOLD = {
    "told": _("已经告诉本人。"),
    "call": _("微信发不到本人，已经排进要打的电话。"),
    "moot": "",
}


def station_in(places: dict[str, str], given: Any) -> str:
    """The station that is asked for, of those that somebody sees; else the first. Raises: HTTPNotFound."""
    asked = str(given.get("station", ""))
    if asked in places:
        return asked
    if not places:
        raise web.HTTPNotFound
    return next(iter(places))


def _made(visit: Visit) -> str:
    """What the clerk says to who stands there."""
    return _("{day} {hour}，{service}。纸条号 {code}。").format(
        day=words.day_words(visit.begins),
        hour=words.hour_words(visit.begins, visit.begins),
        service=visit.service,
        code=visit.code,
    )


def _by_another(refusal: Refused) -> str:
    if refusal.code == "no_appointment":
        return _("刚刚有人办了这一位，看一下现在的样子。")
    return refusal.say


def _iso(ms: int) -> str:
    return in_china(instant(ms)).date().isoformat()


def _listed(connection: Connection, visit: Visit) -> list[OnList]:
    found = reading.on_list(connection, visit.station_id, visit.begins, visit.begins + 1)
    return [one for one in found if one.visit.appointment_id == visit.appointment_id]


# -- acts, with their line in the record -------------------------------------------------------


def _note(work: Work, by: int, what: str, appointment_id: int, reason: str = "") -> None:
    note(work, by, what, f"appointment:{appointment_id}", reason=reason)


def _here(work: Work, by: int, appointment_id: int) -> Arrived:
    made = attending.check_in(work, appointment_id, by)
    _note(work, by, "visit_here", appointment_id)
    return made


def _done(work: Work, by: int, appointment_id: int) -> None:
    attending.done(work, appointment_id, by)
    _note(work, by, "visit_done", appointment_id)


def _absent(work: Work, by: int, appointment_id: int) -> None:
    attending.no_show(work, appointment_id)
    _note(work, by, "visit_absent", appointment_id)


def _cancel(work: Work, by: int, appointment_id: int, reason: str, say: str) -> None:
    service.cancel(work, None, appointment_id, say=say)
    _note(work, by, "visit_cancel", appointment_id, reason)


def _take(work: Work, by: int, station: str, need: str, name: str, first: bool) -> Ticket:
    made = tickets.take(work, station, need, name=name, by=by, first=first)
    note(work, by, "ticket", f"ticket:{made.id}")
    return made


def _next(work: Work, by: int, station: str) -> Ticket | None:
    made = tickets.call_next(work, station, by)
    if made is not None:
        note(work, by, "ticket_call", f"ticket:{made.id}")
    return made


_NUMBERS = {"call": "ticket_call", "done": "ticket_done", "missed": "ticket_missed"}


def _number_act(work: Work, by: int, ticket_id: int, what: str) -> None:
    if what == "call":
        tickets.call(work, ticket_id, by)
    elif what == "done":
        attending.ticket_done(work, ticket_id, by)
    else:
        tickets.missed(work, ticket_id)
    note(work, by, _NUMBERS[what], f"ticket:{ticket_id}")
