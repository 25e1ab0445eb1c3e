"""待办: what waits for a person, by what is due, urgent on top; what is done; calls to make."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from types import MappingProxyType

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import note
from admin.console import live, words
from admin.console.rights import may
from admin.console.shell import Shell, Visitor, field, number
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import calls as visit_calls
from handlers.appointments.booking_words import number_words as visit_number
from handlers.appointments.booking_words import when_words
from handlers.appointments.calls import CallLine
from handlers.correspondence import service as letters
from handlers.handoff import baton, reading, story
from handlers.handoff.baton import OfferLine
from handlers.handoff.reading import LATER, NOW, PAGE, TODAY, Line
from handlers.handoff.scope import Scope
from handlers.handoff.sentences import number_words

_MOST_PAGES = 200
_MOST_CALLS = 200
_GROUPS = ((NOW, "马上处理"), (TODAY, "今天"), (LATER, "以后"))
_NOBODY: Mapping[int, CallLine] = MappingProxyType({})
_VISITS = {
    "remind": _("提醒快到的预约"),
    "confirm": _("告诉约好的时间"),
    "change": _("告诉改了的时间"),
    "cancel": _("告诉预约取消了"),
    "ask": _("时间办不了了，问改到哪天"),
    "offer": _("候补有时间了，问要不要"),
}
_NOT_THERE = _("这一件刚刚有人接了，或者收回了。")


@dataclass(frozen=True)
class Sheet:
    """One page of a list, as it was read at once. Attributes: mark: where its stream begins."""

    mark: str
    lines: list[Line]
    said: dict[int, str]
    offers: list[OfferLine]
    done_today: int
    phones: dict[int, str]
    readable: frozenset[int]
    visits: list[CallLine] = field_of(default_factory=list)


class Inbox:
    """The list."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """All routes of the list."""
        page = self._shell.page
        return [
            web.get("/admin", page(self.open, "task.list")),
            web.get("/admin/", page(self.open, "task.list")),
            web.get("/admin/done", page(self.done, "task.list")),
            web.get("/admin/calls", page(self.calls, "task.list")),
            web.post("/admin/offers/{id}/accept", page(self.accept, "task.take")),
            web.post("/admin/offers/{id}/refuse", page(self.refuse, "task.take")),
            web.post("/admin/offers/{id}/seen", page(self.seen, "task.take")),
        ]

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What is open: one's own with what nobody has, or all. Nothing moves under the pointer."""
        return await self._show(request, visitor, "all" if request.query.get("view") == "all" else "mine")

    async def done(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What is done."""
        return await self._show(request, visitor, "done")

    async def calls(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Who is to be called, because they cannot be written to."""
        return await self._show(request, visitor, "calls")

    async def calls_with(
        self, request: web.Request, visitor: Visitor, shown: Mapping[int, CallLine]
    ) -> web.StreamResponse:
        """The same with name and number of some, by telling."""
        return await self._show(request, visitor, "calls", shown=shown)

    async def accept(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Accept what a colleague offers, and open it."""
        task = await self._offered(request, visitor)
        if task is None:
            return await self._show(request, visitor, "mine", note=_NOT_THERE, status=409)
        try:
            await self._shell.store.writer.do(_accept, visitor.who.id, number(request))
        except Refused as refusal:
            return await self._show(request, visitor, "mine", note=refusal.say, status=409)
        raise web.HTTPSeeOther(f"/admin/tasks/{task}#last")

    async def refuse(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Refuse it, with a reason."""
        reason = field(await request.post(), "reason", 300)
        if await self._offered(request, visitor) is None:
            return await self._show(request, visitor, "mine", note=_NOT_THERE, status=409)
        try:
            await self._shell.store.writer.do(_refuse, visitor.who.id, number(request), reason)
        except Refused as refusal:
            return await self._show(request, visitor, "mine", note=refusal.say, status=422)
        raise web.HTTPSeeOther("/admin")

    async def _offered(self, request: web.Request, visitor: Visitor) -> int | None:
        """The task of an offer that asks this person; None for what is gone, of others or never was."""
        offered = await self._shell.store.reader(baton.offers_for, visitor.scope)
        return next((one.task_id for one in offered if one.id == number(request)), None)

    async def seen(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put a refusal away that was read."""
        await self._shell.store.writer.do(_seen, visitor.who.id, number(request))
        raise web.HTTPSeeOther("/admin")

    async def _show(
        self,
        request: web.Request,
        visitor: Visitor,
        view: str,
        *,
        note: str = "",
        status: int = 200,
        shown: Mapping[int, CallLine] = _NOBODY,
    ) -> web.Response:
        at = _page(request)
        store = self._shell.store
        sheet = await store.reader(read_sheet, visitor.scope, visitor.now_ms, view, at * PAGE)
        if any(sheet.said.values()) or sheet.visits:
            await store.writer.do(_listed, visitor.who.id, view)  # a look is written down before it is had
        return await self._shell.show(
            visitor,
            "inbox.html",
            status=status,
            place="inbox",
            view=view,
            groups=groups(sheet, visitor.now_ms, view, may_call=may(visitor.who, "task.call")),
            offers=[_offer(one, readable=one.task_id in sheet.readable) for one in sheet.offers],
            visits=[visit_row(one, shown.get(one.telling_id), visitor.now_ms) for one in sheet.visits],
            done_today=sheet.done_today,
            mark=sheet.mark,
            before=at - 1 if at else None,
            after=at + 1 if len(sheet.lines) > PAGE else None,
            note=note,
        )


def read_sheet(connection: Connection, scope: Scope, now_ms: int, view: str, offset: int = 0) -> Sheet:
    """Everything that a page of a list shows, but for the counts beside it.

    Args: view: ``mine``, ``all``, ``done`` or ``calls``; offset: rows that are left out.
    """
    mark = live.mark_now(connection)
    since, until = words.day_bounds(now_ms)
    phones: dict[int, str] = {}
    if view == "done":
        lines = reading.closed_lines(connection, scope, offset=offset)
    elif view == "calls":
        due = [one.task_id for one in letters.calls_due(connection, _MOST_CALLS)]
        lines = reading.by_ids(connection, scope, due, until)
        phones = _phones(connection, lines)
    else:
        lines = reading.open_lines(connection, scope, until, mine=view == "mine", offset=offset)
    offers = baton.offers_for(connection, scope) if view == "mine" and not offset else []
    offered = reading.by_ids(connection, scope, [one.task_id for one in offers])
    return Sheet(
        mark,
        lines,
        story.questions(connection, lines[:PAGE]),
        offers,
        reading.closed_since(connection, scope, since),
        phones,
        frozenset(line.id for line in offered if line.can_open),
        visit_calls.due_in(connection, scope, now_ms) if view == "calls" else [],
    )


def _phones(connection: Connection, lines: list[Line]) -> dict[int, str]:
    """Masked numbers by task, of those that may be opened; danger shows nothing in a list."""
    shown = {line.id: line.resident_id for line in lines if line.can_open and not line.urgent}
    known = letters.contacts_of(connection, [one for one in shown.values() if one is not None])
    return {task: known[one].masked for task, one in shown.items() if one in known}


def groups(
    sheet: Sheet, now_ms: int, view: str, *, may_call: bool = False
) -> list[tuple[str, str, list[dict[str, object]]]]:
    """The rows under their headings: key, heading, rows. Args: may_call: whether calls can be finished."""
    shown = [
        (line, {**row(line, sheet.said.get(line.id, ""), now_ms), "phone": sheet.phones.get(line.id, "")})
        for line in sheet.lines[:PAGE]
    ]
    if view == "done":
        found = [("done", "办完的", [one for _line, one in shown])]
    elif view == "calls":
        able = [{**one, "called": may_call and line.can_open and not line.offered} for line, one in shown]
        found = [("calls", "要打的电话", able)]
    else:
        found = [
            (str(group), name, [one for line, one in shown if line.group == group]) for group, name in _GROUPS
        ]
    return [(key, name, rows) for key, name, rows in found if rows]


def row(line: Line, said: str, now_ms: int) -> dict[str, object]:
    """A row of a list, in words."""
    closed = line.state == "closed"
    return {
        "id": line.id,
        "number": number_words(line.id),
        "due": words.due(line, now_ms),
        "title": words.asked_words(line, said) if line.can_open and not line.urgent else words.title(line),
        "tag": words.tag(line),
        "urgent": line.urgent,
        "secluded": bool(line.secluded) and line.can_open,
        "station": line.station if line.can_open else "",
        "holder": line.holder if line.can_open else "",
        "came": words.hour_words(line.created_at, now_ms),
        "category": words.CATEGORIES.get(line.category, ""),
        "waiting": line.waiting and not closed,
        "now": line.urgent and not line.taken_by and not closed,
        "closed": closed,
        "can_open": line.can_open,
        "phone": "",
        "called": False,
    }


def visit_row(one: CallLine, shown: CallLine | None, now_ms: int) -> dict[str, object]:
    """A call about an appointment, in words; name and number only where they are shown."""
    return {
        "id": one.telling_id,
        "number": visit_number(one.appointment_id),
        "title": _VISITS[one.about],
        "before": when_words(one.until, now_ms),
        "words": one.words,
        "phone": (shown.phone if shown else letters.Reach("", one.phone).masked) or _("没有电话号码"),
        "name": shown.name if shown else "",
        "shown": shown is not None,
        "known": bool(one.phone),
        "missed": one.missed,
        "maybe": one.maybe,
        "secluded": bool(one.secluded),
    }


def _offer(one: OfferLine, *, readable: bool) -> dict[str, object]:
    return {
        "readable": readable,
        "id": one.id,
        "task": one.task_id,
        "number": number_words(one.task_id),
        "by": one.by,
        "to": words.target_words(one),
        "why": one.why,
        "reason": one.reason,
        "refused": one.state == "refused",
        "ended_by": one.ended_by,
    }


def _page(request: web.Request) -> int:
    value = request.query.get("page", "0")
    return min(int(value), _MOST_PAGES) if value.isascii() and value.isdecimal() and len(value) < 6 else 0


def _listed(work: Work, staff_id: int, view: str) -> None:
    note(work, staff_id, "list", f"list:{view}")


def _accept(work: Work, staff_id: int, offer_id: int) -> None:
    baton.accept(work, staff_id, offer_id)
    note(work, staff_id, "accept", f"offer:{offer_id}")


def _refuse(work: Work, staff_id: int, offer_id: int, reason: str) -> None:
    baton.refuse(work, staff_id, offer_id, reason)
    note(work, staff_id, "refuse", f"offer:{offer_id}")


def _seen(work: Work, staff_id: int, offer_id: int) -> None:
    baton.seen(work, staff_id, offer_id)
