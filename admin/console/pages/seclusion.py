"""谁能看: closing a thread to all but named staff, and opening it again."""

from aiohttp import web

from admin.audit.record import note
from admin.console.pages.thread import ThreadPage
from admin.console.shell import Shell, Visitor, field
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.handoff import reading, seclusion
from handlers.handoff.reading import Line
from handlers.handoff.sentences import number_words


class Seclusion:
    """Two forms of a thread. Args: thread: the page that they belong to."""

    def __init__(self, shell: Shell, thread: ThreadPage) -> None:
        self._shell, self._thread = shell, thread

    def routes(self) -> list[web.RouteDef]:
        """Closing protects somebody, so whoever works on the thread may; opening is for heads."""
        page, at = self._shell.page, "/admin/tasks/{id}"
        return [
            web.post(f"{at}/seclude", page(self.seclude, "task.seclude")),
            web.post(f"{at}/unseclude", page(self.unseclude, "task.unseclude")),
        ]

    async def seclude(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Close it, for a reason; whoever does so may not see it any more."""
        line = await self._thread.line(request, visitor)
        form = await request.post()
        kind, why = field(form, "kind", 12), field(form, "because", 200).strip()
        try:
            await self._shell.store.writer.do(_seclude, visitor.who.id, line.id, kind, why)
        except Refused as refusal:
            fields = {"kind": kind, "because": why, "closing": refusal.say}
            return await self._thread.page(visitor, line, fields=fields, status=422)
        await self._leave(visitor, line)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#closing")

    async def unseclude(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Open it, after a second check and for a reason."""
        line = await self._thread.line(request, visitor)
        doing = _("公开 {number} 的对话").format(number=number_words(line.id))
        why = await self._shell.confirm(request, visitor, doing)
        if not isinstance(why, str):
            return why
        try:
            await self._shell.store.writer.do(_unseclude, visitor.who.id, line.id, why)
        except Refused as refusal:
            return await self._thread.page(visitor, line, fields={"closing": refusal.say}, status=422)
        await self._leave(visitor, line)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#closing")

    async def _leave(self, visitor: Visitor, line: Line) -> None:
        """Back to the list where the thread is not theirs to see now."""
        if await self._shell.store.reader(reading.one, line.id, visitor.scope) is None:
            raise web.HTTPSeeOther("/admin")


def _seclude(work: Work, staff_id: int, task_id: int, kind: str, why: str) -> None:
    seclusion.seclude(work, staff_id, task_id, kind, why)
    note(
        work,
        staff_id,
        "seclude",
        f"task:{task_id}",
        before={"secluded": ""},
        after={"secluded": kind},
        reason=why,
    )


def _unseclude(work: Work, staff_id: int, task_id: int, why: str) -> None:
    was = seclusion.open_again(work, staff_id, task_id, why)
    note(
        work,
        staff_id,
        "unseclude",
        f"task:{task_id}",
        before={"secluded": was},
        after={"secluded": ""},
        reason=why,
    )
