"""这一页有问题: at the foot of every page one press; for whoever keeps the system, the list."""

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from admin.console import faults, problems, words
from admin.console.shell import Shell, Visitor, field, number
from admin.console.words import ROLES
from bot.words import _
from handlers.handoff import staff

_SIZES = {"phone": _("手机"), "desk": _("电脑")}


class ProblemPage:
    """Reports of screens."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """The press and the list."""
        page = self._shell.page
        return [
            web.post("/admin/problem", page(self.report, "problem.report")),
            web.get("/admin/problems", page(self.show, "problem.list")),
            web.post("/admin/problems/{id}/done", page(self.done, "problem.list")),
        ]

    async def report(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Keep where it was; the browser itself tells which page the form stood on."""
        form = await request.post()
        page = urlsplit(request.headers.get("Referer", "")).path
        kept = await self._shell.store.writer.do(
            problems.report,
            visitor.who,
            page,
            field(form, "size", 8),
            request.cookies.get(faults.COOKIE, ""),
            field(form, "words", problems.LONGEST),
        )
        back = page if page.startswith("/admin") and page != request.path else "/admin"
        return await self._shell.show(visitor, "problem.html", place="", kept=kept, back=back)

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The list; it holds nothing of residents unless somebody wrote it into the sentence."""
        found = await self._shell.store.reader(problems.newest)
        people = {one.id: one.name for one, _active in await self._shell.store.reader(staff.everybody)}
        return await self._shell.show(
            visitor,
            "problems.html",
            place="problems",
            rows=[_row(one, people, visitor.now_ms) for one in found],
        )

    async def done(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put one aside."""
        await self._shell.store.writer.do(problems.done, visitor.who.id, number(request))
        raise web.HTTPSeeOther("/admin/problems")


def _row(one: problems.Report, people: dict[int, str], now_ms: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": words.hour_words(one.at, now_ms),
        "who": people.get(one.staff_id, ""),
        "role": ROLES.get(one.role, one.role),
        "page": one.page or _("不知道"),
        "size": _SIZES.get(one.size, ""),
        "version": one.version,
        "fault": one.fault,
        "words": one.words,
        "done": one.done,
    }
