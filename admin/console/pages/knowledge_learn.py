"""A reply becomes a draft: question, short answer, wordings, with everything of a person covered first."""

from dataclasses import replace

from aiohttp import web

from admin.audit.record import note
from admin.console import entry_form, words
from admin.console.books import Books
from admin.console.shell import Shell, Visitor, field, number
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.handoff import replies
from handlers.handoff.replies import Said
from handlers.handoff.sentences import number_words
from handlers.library import drafts, versions
from handlers.library.drafts import DraftLine
from handlers.library.personal import Signs, signs, without
from knowledge.entry import Entry
from knowledge.review import LONGEST_SHORT, LONGEST_TITLE
from knowledge.topics import TOPICS

_LONGEST_WORDING = 60


class LearnPage:
    """The form beside a thread."""

    def __init__(self, shell: Shell, books: Books) -> None:
        self._shell, self._books, self._store = shell, books, shell.store

    def routes(self) -> list[web.RouteDef]:
        """All routes of the form."""
        page = self._shell.page
        return [
            web.get("/admin/tasks/{id}/learn", page(self.form, "knowledge.propose")),
            web.post("/admin/tasks/{id}/learn", page(self.make, "knowledge.propose")),
        ]

    async def form(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The form for the newest reply, or for the one in the address; the look is written down."""
        task, found = await self._replies(request, visitor)
        await self._store.writer.do(note, visitor.who.id, "learn.look", f"task:{task}")
        chosen = _chosen(found, request.query.get("reply", ""), request.query.get("at", ""))
        asked = [one for one in map(self._books.masked, chosen.asked[-2:]) if one]
        near = self._books.near(max(chosen.asked, key=len)) if chosen.asked else ()
        return await self._page(
            visitor,
            task,
            found,
            chosen,
            title="",
            short=without(chosen.text)[:LONGEST_SHORT],
            wordings=[one[:_LONGEST_WORDING] for one in asked],
            where=near[0].id if near else "",
            near=near,
        )

    async def make(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Make the draft, unless a number stands in it, or signs of a person that nobody looked at."""
        task, found = await self._replies(request, visitor)
        form = await request.post()
        chosen = _chosen(found, field(form, "reply", 18))
        title, short = (
            field(form, "title", 60).strip(),
            field(form, "short", 2000).replace("\r\n", "\n").strip(),
        )
        typed = [
            " ".join(one.split())[:_LONGEST_WORDING]
            for one in form.getall("wording", [])
            if isinstance(one, str)
        ]
        wordings = [one for one in dict.fromkeys(typed) if one]
        where, topic = field(form, "where", 80), field(form, "topic", 40)
        library = await self._books.whole()
        entry = library.get(where)
        wrong = _missing(title, short, entry, topic)
        found_signs = signs("\n".join([title, short, *wordings]), self._books.strange)
        if not wrong and found_signs.numbers:
            wrong = _("里面像是有谁的号码，要先删掉：{what}").format(what=_("、").join(found_signs.numbers))
        if not wrong and found_signs.any and field(form, "looked") != "yes":
            wrong = _("请先看看标出来的词里有没有人名、住址，再勾上「我看过了」。")
        if wrong:
            near = tuple(
                one for one in map(library.get, map(str, form.getall("near", []))) if one is not None
            )
            return await self._page(
                visitor, task, found, chosen, title=title, short=short, wordings=wordings, where=where,
                near=near, topic=topic, found_signs=found_signs, wrong=wrong,
            )  # fmt: skip
        try:
            made = await self._made(visitor, task, entry, topic, title, short, wordings)
        except Refused as refusal:
            near = (entry,) if entry is not None else ()
            return await self._page(
                visitor, task, found, chosen, title=title, short=short, wordings=wordings, where=where,
                near=near, topic=topic, found_signs=found_signs, wrong=refusal.say,
            )  # fmt: skip
        if not visitor.can("knowledge.edit"):
            return await self._done(visitor, task, made)
        raise web.HTTPSeeOther(f"/admin/knowledge/drafts/{made}")

    async def _made(
        self,
        visitor: Visitor,
        task: int,
        entry: Entry | None,
        topic: str,
        title: str,
        short: str,
        wordings: list[str],
    ) -> int:
        """The number of the draft: a new one, or the one of the entry that is being written already."""
        do, who = self._store.writer.do, visitor.who.id
        if entry is None:
            today = in_china(instant(visitor.now_ms)).date()
            fresh = entry_form.blank(topic, today, title=title, short=short, wordings=tuple(wordings))
            return await do(_make, who, task, topic, drafts.body_of(fresh), "")
        held = await self._store.reader(drafts.writing_of, entry.id)
        line = await self._store.reader(drafts.one, held) if held is not None else None
        before = line.content if line is not None else entry
        changed = replace(
            before,
            title=title or before.title,
            short=f"{before.short}\n{short}" if line is not None else short,
            wordings=tuple(dict.fromkeys((*before.wordings, *wordings))),
        )
        body = drafts.body_of(changed)
        if line is not None:
            return await do(_add, who, task, line, body)
        return await do(_make, who, task, entry.id, body, versions.text_of(entry).digest)

    async def _replies(self, request: web.Request, visitor: Visitor) -> tuple[int, list[Said]]:
        task = number(request)
        found = await self._store.reader(replies.said, task, visitor.scope)
        if not found:
            raise web.HTTPNotFound
        return task, found

    async def _done(self, visitor: Visitor, task: int, made: int) -> web.StreamResponse:
        return await self._shell.show(
            visitor, "knowledge_proposed.html", place="knowledge", task=task, made=made,
            task_number=number_words(task),
        )  # fmt: skip

    async def _page(
        self,
        visitor: Visitor,
        task: int,
        found: list[Said],
        chosen: Said,
        *,
        title: str,
        short: str,
        wordings: list[str],
        where: str,
        near: tuple[Entry, ...],
        topic: str = "",
        found_signs: Signs | None = None,
        wrong: str = "",
    ) -> web.StreamResponse:
        seen = found_signs or signs("\n".join([title, short, *wordings]), self._books.strange)
        return await self._shell.show(
            visitor,
            "knowledge_learn.html",
            status=422 if wrong else 200,
            place="inbox",
            task=task,
            task_number=number_words(task),
            replies=found,
            chosen=chosen,
            title=title,
            short=short,
            wordings=[*wordings, "", ""],
            where=where,
            near=near,
            topic=topic or (near[0].topic if near else ""),
            topics=TOPICS,
            signs=seen,
            longest=LONGEST_SHORT,
            longest_title=LONGEST_TITLE,
            hour=lambda ms: words.hour_words(ms, visitor.now_ms),
            wrong=wrong,
        )


def _chosen(found: list[Said], wanted: str, at: str = "") -> Said:
    """The reply that is meant by its number, or by the instant at which it was written; else the newest."""
    return next((one for one in found if wanted == str(one.outbox_id) or at == str(one.at)), found[0])


def _missing(title: str, short: str, entry: Entry | None, topic: str) -> str:
    if not short or len(short) > LONGEST_SHORT:
        return _("短答案要 1 到 {most} 字，现在 {n} 字。").format(most=LONGEST_SHORT, n=len(short))
    if entry is None and topic not in TOPICS:
        return _("请选是改哪一条，或者新的一条属于哪一类。")
    if entry is None and not title:
        return _("新的一条要有标题：用居民的话写成一个问题。")
    if len(title) > LONGEST_TITLE:
        return _("标题最多 {most} 字，现在 {n} 字。").format(most=LONGEST_TITLE, n=len(title))
    return ""


def _make(work: Work, staff_id: int, task: int, entry: str, body: str, base: str) -> int:
    made = drafts.begin(work, staff_id, entry, body, base)
    note(work, staff_id, "draft.from_reply", f"draft:{made}", after={"task": task})
    return made


def _add(work: Work, staff_id: int, task: int, line: DraftLine, body: str) -> int:
    drafts.save(work, staff_id, line.id, line.serial, body, line.why, line.grave)
    note(work, staff_id, "draft.from_reply", f"draft:{line.id}", after={"task": task})
    return line.id
