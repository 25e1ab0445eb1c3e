"""Calls about appointments: whom no message reaches, what to say, and what came of it."""

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import note
from admin.console.pages.inbox import Inbox
from admin.console.shell import Shell, Visitor, field, number
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import calls
from handlers.appointments.booking_words import number_words
from handlers.appointments.calls import CallLine


class VisitCalls:
    """What is done from the list of calls."""

    def __init__(self, shell: Shell, inbox: Inbox) -> None:
        self._shell, self._inbox = shell, inbox

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        at, page = "/admin/tellings/{id}", self._shell.page
        return [
            web.post(f"{at}/called", page(self.called, "task.call")),
            web.post(f"{at}/phone", page(self.phone, "contact.reveal")),
        ]

    async def called(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Somebody called: it is told, or it stays on the list."""
        line = await self._line(request, visitor)
        form = await request.post()
        reached = field(form, "result", 8) == "reached"
        await self._shell.store.writer.do(_called, visitor.who.id, line.telling_id, reached)
        if "day" in form:
            raise web.HTTPSeeOther(f"/admin/day?station={line.station_id}&said=kept")
        raise web.HTTPSeeOther("/admin/calls")

    async def phone(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Name and whole number, after a second check and with a reason."""
        line = await self._line(request, visitor)
        doing = _("看 {number} 的姓名和电话").format(number=number_words(line.appointment_id))
        why = await self._shell.confirm(request, visitor, doing)
        if isinstance(why, web.Response):
            return why
        await self._shell.store.writer.do(_revealed, visitor.who.id, line.telling_id, why)
        return await self._inbox.calls_with(request, visitor, {line.telling_id: line})

    async def _line(self, request: web.Request, visitor: Visitor) -> CallLine:
        """A call of one's own list. Raises: HTTPNotFound for all others."""
        wanted = number(request)
        listed = await self._shell.store.reader(_listed, visitor, wanted)
        if listed is None:
            raise web.HTTPNotFound
        return listed


def _listed(connection: Connection, visitor: Visitor, telling_id: int) -> CallLine | None:
    due = calls.due_in(connection, visitor.scope, visitor.now_ms)
    return next((one for one in due if one.telling_id == telling_id), None)


def _called(work: Work, staff_id: int, telling_id: int, reached: bool) -> None:
    calls.called(work, staff_id, telling_id, reached)
    note(work, staff_id, "called" if reached else "call_missed", f"telling:{telling_id}")


def _revealed(work: Work, staff_id: int, telling_id: int, why: str) -> None:
    note(work, staff_id, "reveal", f"telling:{telling_id}", reason=why)
