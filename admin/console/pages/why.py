"""为什么这样答: the steps that led to what the bot said, for any message of a thread one may read."""

from collections.abc import Callable

from aiohttp import web

from admin.audit.record import note
from admin.console.pages.thread import ThreadPage
from admin.console.shell import Shell, Visitor, number
from admin.why import reason
from bot.work.unit import Work
from handlers.consult.service import Desk
from handlers.handoff import story
from handlers.handoff.sentences import number_words
from handlers.library import told


class WhyPage:
    """The explanation of one message. Args: desk: the one that answers now."""

    def __init__(self, shell: Shell, thread: ThreadPage, desk: Callable[[], Desk]) -> None:
        self._shell, self._thread, self._desk = shell, thread, desk

    def routes(self) -> list[web.RouteDef]:
        """One page for each message."""
        return [web.get("/admin/tasks/{id}/why/{message}", self._shell.page(self.show, "task.why"))]

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The decision, what was compared, and the basis; as the matcher sees the words today."""
        line = await self._thread.line(request, visitor)
        store = self._shell.store
        found = await store.reader(story.message, line.resident_id, number(request, "message"))
        if found is None or not found[1]:
            raise web.HTTPNotFound
        said, decided, reply = found
        await store.writer.do(_looked, visitor.who.id, line.id)
        return await self._shell.show(
            visitor,
            "why.html",
            place="inbox",
            line=line,
            number=number_words(line.id),
            reason=reason(self._desk(), said, decided) if said.strip() else None,
            reply=reply,
            told=await store.reader(told.of_message, number(request, "message")),
        )


def _looked(work: Work, staff_id: int, task_id: int) -> None:
    note(work, staff_id, "why", f"task:{task_id}")
