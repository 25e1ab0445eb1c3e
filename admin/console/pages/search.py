"""找人找事: the words are sent as a form, so that no address ever holds a name or a number."""

from collections.abc import Callable, Sequence

from aiohttp import web

from admin.audit.record import note
from admin.console import searching, words
from admin.console.pages.inbox import row
from admin.console.shell import Shell, Visitor, field
from bot.work.unit import Work
from handlers.consult.service import Desk
from handlers.handoff import story
from handlers.handoff.reading import Line
from knowledge.topics import TOPICS


class Search:
    """Finding. Args: desk: the one that answers now."""

    def __init__(self, shell: Shell, desk: Callable[[], Desk]) -> None:
        self._shell, self._desk = shell, desk

    def routes(self) -> list[web.RouteDef]:
        """The form's address; opened by hand it shows what can be found."""
        return [
            web.get("/admin/search", self._shell.page(self.ask, "task.search")),
            web.post("/admin/search", self._shell.page(self.find, "task.search")),
        ]

    async def ask(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The empty form."""
        return await self._show(visitor, "", [])

    async def find(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What was found; one task that its number names is opened at once."""
        asked = field(await request.post(), "q", 60).strip()
        store = self._shell.store
        hits = await store.reader(searching.search, visitor.scope, visitor.now_ms, asked, self._entries)
        await store.writer.do(_searched, visitor.who.id, sum(len(hit.lines) for hit in hits))
        lines = [line for hit in hits for line in hit.lines]
        if len(lines) == 1 and hits[0].how == "编号" and lines[0].can_open:
            raise web.HTTPSeeOther(f"/admin/tasks/{lines[0].id}#last")
        return await self._show(visitor, asked, hits)

    async def _show(self, visitor: Visitor, asked: str, hits: list[searching.Hit]) -> web.Response:
        found: list[Line] = [line for hit in hits for line in hit.lines]
        said = await self._shell.store.reader(story.questions, found)
        groups = [
            (hit.how, [row(line, said.get(line.id, ""), visitor.now_ms) for line in hit.lines], hit.more)
            for hit in hits
        ]
        return await self._shell.show(
            visitor,
            "search.html",
            place="inbox",
            asked=asked,
            groups=groups,
            topics=words.listed(sorted(TOPICS.values())),
            newest=searching.NEWEST,
        )

    def _entries(self, asked: str) -> Sequence[str]:
        """Entries of the topic whose name this is, or whose title holds these words."""
        if len(asked) < 2 or asked.isascii():
            return ()
        library = self._desk().matcher.library
        topics = {ident for ident, name in TOPICS.items() if asked in name}
        return [one.id for one in library if one.topic in topics or asked in one.title]


def _searched(work: Work, staff_id: int, found: int) -> None:
    note(work, staff_id, "search", "tasks", after={"found": found})
