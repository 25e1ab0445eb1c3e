"""待办: what waits for a person, urgent on top."""

from aiohttp import web
from sqlalchemy import Connection

from admin.console import words
from admin.console.shell import Shell, Visitor
from handlers.handoff import reading
from handlers.handoff.reading import PAGE, Line
from handlers.handoff.scope import Scope
from handlers.handoff.sentences import number_words

_MOST_PAGES = 200


class Inbox:
    """The list."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """All routes of the list."""
        return [
            web.get("/admin", self._shell.page(self.open, "task.list")),
            web.get("/admin/", self._shell.page(self.open, "task.list")),
            web.get("/admin/done", self._shell.page(self.done, "task.list")),
        ]

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What is open. Its refresh is the reader's own: nothing moves under the pointer."""
        at = _page(request)
        lines = await self._shell.store.reader(_open, visitor.scope, at * PAGE)
        return await self._show(visitor, lines, at, view="open")

    async def done(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What is done."""
        at = _page(request)
        lines = await self._shell.store.reader(_done, visitor.scope, at * PAGE)
        return await self._show(visitor, lines, at, view="done")

    async def _show(self, visitor: Visitor, lines: list[Line], at: int, *, view: str) -> web.Response:
        shown = [_row(line, visitor.now_ms) for line in lines[:PAGE]]
        groups = [
            ("马上处理", [row for row in shown if row["now"]]),
            ("等着回的" if view == "open" else "办完的", [row for row in shown if row["first"]]),
            ("回过的", [row for row in shown if not row["now"] and not row["first"]]),
        ]
        return await self._shell.show(
            visitor,
            "inbox.html",
            place="inbox",
            view=view,
            groups=[(name, rows) for name, rows in groups if rows],
            before=at - 1 if at else None,
            after=at + 1 if len(lines) > PAGE else None,
        )


def _row(line: Line, now_ms: int) -> dict[str, object]:
    closed = line.state == "closed"
    return {
        "id": line.id,
        "number": number_words(line.id),
        "due": words.due(line, now_ms),
        "title": words.title(line),
        "tag": words.tag(line),
        "urgent": line.urgent,
        "station": line.station,
        "came": words.hour_words(line.created_at, now_ms),
        "category": words.CATEGORIES.get(line.category, ""),
        "waiting": line.waiting and not closed,
        "now": line.urgent and not line.taken_by and not closed,
        "first": closed or (not (line.urgent and not line.taken_by) and line.answered_at is None),
        "closed": closed,
    }


def _page(request: web.Request) -> int:
    value = request.query.get("page", "0")
    return min(int(value), _MOST_PAGES) if value.isascii() and value.isdecimal() and len(value) < 6 else 0


def _open(connection: Connection, scope: Scope, offset: int) -> list[Line]:
    return reading.open_lines(connection, scope, offset=offset)


def _done(connection: Connection, scope: Scope, offset: int) -> list[Line]:
    return reading.closed_lines(connection, scope, offset=offset)
