"""没答上来的: unanswered wordings in groups, with the nearest entries; one press makes a draft of a group."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date

from aiohttp import web

from admin.audit.record import note
from admin.console import entry_form
from admin.console.books import Books
from admin.console.shell import Shell, Visitor, field
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.consult import unanswered
from handlers.consult.masking import MASK
from handlers.consult.unanswered import Wording, mark_of
from handlers.library import drafts, taken, versions
from handlers.library.drafts import DraftLine
from knowledge.entry import Entry
from knowledge.grouping import grouped
from knowledge.topics import TOPICS

_MOST = 300
_WHY = {
    "nothing": _("没找到"),
    "none": _("列出来的都不是"),
    "unsolved": _("说没解决"),
    "unwritten": _("条目里没写到"),
}


@dataclass(frozen=True)
class Group:
    """Wordings of one matter. Attributes: near: entries, the nearest first; last: day of the newest."""

    wordings: tuple[Wording, ...]
    near: tuple[Entry, ...]
    topic: str

    @property
    def asked(self) -> int:
        """How often all of them were asked."""
        return sum(one.asked for one in self.wordings)

    @property
    def last(self) -> date:
        """When one of them was asked last."""
        return max(one.last_day for one in self.wordings)

    @property
    def whys(self) -> str:
        """Why they are here."""
        return _("、").join(dict.fromkeys(_WHY.get(one.why, one.why) for one in self.wordings))


class AskedPage:
    """The list of what was asked in vain."""

    def __init__(self, shell: Shell, books: Books) -> None:
        self._shell, self._books, self._store = shell, books, shell.store

    def routes(self) -> list[web.RouteDef]:
        """All routes of the list."""
        page = self._shell.page
        return [
            web.get("/admin/knowledge/unanswered", page(self.show, "knowledge.read")),
            web.post("/admin/knowledge/unanswered", page(self.take, "knowledge.edit")),
        ]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The groups, those asked most often first."""
        return await self._page(visitor)

    async def take(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put a group into a draft, or aside."""
        form = await request.post()
        words = tuple(one for one in form.getall("words", []) if isinstance(one, str) and one)[:40]
        marks = tuple(mark_of(one) for one in words)
        where, topic = field(form, "where", 80), field(form, "topic", 40)
        if not words or (where == "new" and topic not in TOPICS):
            return await self._page(visitor, wrong=_("请选这一组放到哪里。"))
        if where == "aside":
            await self._store.writer.do(_aside, visitor.who.id, marks)
            raise web.HTTPSeeOther("/admin/knowledge/unanswered")
        try:
            made = await self._draft(visitor, where, topic, words, marks)
        except Refused as refusal:
            return await self._page(visitor, wrong=refusal.say)
        raise web.HTTPSeeOther(f"/admin/knowledge/drafts/{made}")

    async def _draft(
        self, visitor: Visitor, where: str, topic: str, words: tuple[str, ...], marks: tuple[str, ...]
    ) -> int:
        do, who = self._store.writer.do, visitor.who.id
        if where == "new":
            today = in_china(instant(visitor.now_ms)).date()
            body = drafts.body_of(entry_form.blank(topic, today, wordings=words))
            return await do(_begin, who, topic, body, "", marks)
        entry = (await self._books.whole()).get(where)
        if entry is None:
            raise web.HTTPNotFound
        held = await self._store.reader(drafts.writing_of, where)
        line = await self._store.reader(drafts.one, held) if held is not None else None
        before = line.content if line is not None else entry
        body = drafts.body_of(replace(before, wordings=tuple(dict.fromkeys((*before.wordings, *words)))))
        if line is not None:
            return await do(_add, who, line, body, marks)
        return await do(_begin, who, where, body, versions.text_of(entry).digest, marks)

    async def _groups(self) -> list[Group]:
        rows = await self._store.reader(unanswered.wordings, _MOST)
        days = await self._store.reader(taken.days)
        waiting = [one for one in rows if (day := days.get(mark_of(one.words))) is None or one.last_day > day]
        library = await self._books.whole()
        places = grouped([(one.words, one.near[0] if one.near else "") for one in waiting])
        found = []
        for group in places:
            wordings = tuple(waiting[n] for n in group)
            ids = dict.fromkeys(entry for one in wordings for entry in one.near)
            near = tuple(one for one in map(library.get, ids) if one is not None and not one.is_guide)[:3]
            if not near:
                words = max((one.words for one in wordings), key=len).replace(MASK, " ")
                near = await asyncio.to_thread(self._books.near, words)
            topic = next((one.topic for one in map(library.get, ids) if one is not None), "")
            found.append(Group(wordings, near, topic))
        return sorted(found, key=lambda one: (-one.asked, -one.last.toordinal()))

    async def _page(self, visitor: Visitor, wrong: str = "") -> web.StreamResponse:
        return await self._shell.show(
            visitor,
            "knowledge_asked.html",
            status=422 if wrong else 200,
            place="knowledge",
            view="asked",
            groups=(await self._groups())[:50],
            topics=TOPICS,
            wrong=wrong,
        )


def _begin(work: Work, staff_id: int, entry: str, body: str, base: str, marks: tuple[str, ...]) -> int:
    made = drafts.begin(work, staff_id, entry, body, base, marks)
    note(work, staff_id, "draft.begin", f"draft:{made}", after={"wordings": len(marks)})
    return made


def _add(work: Work, staff_id: int, line: DraftLine, body: str, marks: tuple[str, ...]) -> int:
    drafts.save(work, staff_id, line.id, line.serial, body, line.why, line.grave, marks)
    note(work, staff_id, "draft.save", f"draft:{line.id}", after={"wordings": len(marks)})
    return line.id


def _aside(work: Work, staff_id: int, marks: tuple[str, ...]) -> None:
    taken.take(work, marks, None)
    note(work, staff_id, "wordings.aside", "unanswered", after={"wordings": len(marks)})
