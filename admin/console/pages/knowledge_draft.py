"""A draft: the consequence first, the text, what changed, whether it can go out, who looks at it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiohttp import web

from admin.audit.record import note
from admin.console import entry_form, words
from admin.console.books import Books
from admin.console.pages.knowledge import change_lines
from admin.console.rights import RIGHTS
from admin.console.shell import Shell, Visitor, field, number
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.handoff import staff
from handlers.library import drafts, told, versions
from handlers.library.drafts import DraftLine
from handlers.library.readiness import Check
from handlers.library.versions import Text, Version
from knowledge.difference import differences
from knowledge.entry import Entry, Review
from knowledge.topics import TOPICS

_DUE_DAYS = 180
_SHOWN = 6
"""Wordings that stand open; the others are folded."""
_BLANK = 2


class DraftPage:
    """A draft, and beginning one."""

    def __init__(self, shell: Shell, books: Books) -> None:
        self._shell, self._books, self._store = shell, books, shell.store

    def routes(self) -> list[web.RouteDef]:
        """All routes of a draft."""
        page, one = self._shell.page, "/admin/knowledge/drafts/{id}"
        return [
            web.post("/admin/knowledge/entries/{entry}/edit", page(self.edit, "knowledge.edit")),
            web.post("/admin/knowledge/new", page(self.new, "knowledge.edit")),
            web.get(one, page(self.show, "knowledge.read")),
            web.post(one, page(self.save, "knowledge.edit")),
            web.post(one + "/ask", page(self.ask, "knowledge.edit")),
            web.post(one + "/drop", page(self.drop, "knowledge.edit")),
            web.post(one + "/adopt", page(self.adopt, "knowledge.adopt")),
        ]

    async def edit(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Begin a draft of an entry, or go on with the one that is there."""
        library = await self._books.whole()
        entry = library.get(request.match_info["entry"])
        if entry is None:
            raise web.HTTPNotFound
        text = versions.text_of(entry)
        made = await self._store.writer.do(_begin, visitor.who.id, entry.id, text.body, text.digest)
        raise web.HTTPSeeOther(f"/admin/knowledge/drafts/{made}")

    async def new(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Begin a new entry of a topic."""
        topic = field(await request.post(), "topic", 40)
        if topic not in TOPICS:
            raise web.HTTPNotFound
        body = drafts.body_of(entry_form.blank(topic, in_china(instant(visitor.now_ms)).date()))
        made = await self._store.writer.do(_begin, visitor.who.id, topic, body, "")
        raise web.HTTPSeeOther(f"/admin/knowledge/drafts/{made}")

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The draft."""
        return await self._page(visitor, await self._draft(request))

    async def save(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Save what stands in the form."""
        draft = await self._draft(request)
        form = await request.post()
        statutes = self._books.desk().statutes
        content = await asyncio.to_thread(entry_form.read, form, draft.content, statutes)
        try:
            await self._store.writer.do(
                _save,
                visitor.who.id,
                draft.id,
                _serial(field(form, "serial", 9)),
                drafts.body_of(content),
                field(form, "reason", 300).strip(),
                field(form, "grave") == "yes",
            )
        except Refused as refusal:
            mine = replace(draft, content=content, why=field(form, "reason", 300))
            return await self._page(visitor, mine, wrong=refusal.say)
        raise web.HTTPSeeOther(f"/admin/knowledge/drafts/{draft.id}?saved=1")

    async def ask(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Ask somebody by name to look at it."""
        draft = await self._draft(request)
        form = await request.post()
        asked = field(form, "asked", 9)
        reviewers = await self._reviewers(draft)
        if asked not in {str(one) for one, _name in reviewers}:
            return await self._page(visitor, draft, wrong=_("请选一位能审的人。"))
        return await self._do(
            visitor, draft, _ask, visitor.who.id, draft.id, _serial(field(form, "serial", 9)), int(asked)
        )

    async def drop(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Give the draft up."""
        draft = await self._draft(request)
        form = await request.post()
        return await self._do(
            visitor, draft, _drop, visitor.who.id, draft.id, _serial(field(form, "serial", 9)),
            then="/admin/knowledge",
        )  # fmt: skip

    async def adopt(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put it into force; everything is checked once more on the text that will answer."""
        draft = await self._draft(request)
        form = await request.post()
        checks = await self._checks(visitor, draft)
        if any(not one.good and one.stops for one in checks):
            return await self._page(visitor, draft, wrong=_("还有没过的地方，改好了才能发布。"))
        if any(not one.good for one in checks) and field(form, "looked") != "yes":
            return await self._page(visitor, draft, wrong=_("请先看一遍标出来的地方，再勾上「我看过了」。"))
        text = await self._final(visitor, draft)
        shipped = self._books.shipped.get(draft.entry, "")
        following = f"/admin/knowledge/entries/{draft.entry}"
        if draft.grave and visitor.can("knowledge.recall"):
            following += "/recall"
        return await self._do(
            visitor, draft, _adopt, visitor.who.id, visitor.who.name, draft.id,
            _serial(field(form, "serial", 9)), text, shipped, then=following,
        )  # fmt: skip

    async def _final(self, visitor: Visitor, draft: DraftLine) -> Text:
        today = in_china(instant(visitor.now_ms)).date()
        names = await self._books.names()
        due = draft.content.review.due
        review = Review(
            author=names.get(draft.author_id, "county"),
            reviewer=visitor.who.name,
            checked_on=today,
            due=due if due > today else today + timedelta(days=_DUE_DAYS),
        )
        return versions.text_of(replace(draft.content, review=review))

    async def _do(
        self, visitor: Visitor, draft: DraftLine, act: Any, *args: Any, then: str = ""
    ) -> web.StreamResponse:
        try:
            await self._store.writer.do(act, *args)
        except Refused as refusal:
            return await self._page(visitor, await self._again(draft), wrong=refusal.say)
        raise web.HTTPSeeOther(then or f"/admin/knowledge/drafts/{draft.id}")

    async def _again(self, draft: DraftLine) -> DraftLine:
        return await self._store.reader(drafts.one, draft.id) or draft

    async def _draft(self, request: web.Request) -> DraftLine:
        found = await self._store.reader(drafts.one, number(request))
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _reviewers(self, draft: DraftLine) -> list[tuple[int, str]]:
        everybody = await self._store.reader(staff.everybody)
        return [
            (who.id, who.name)
            for who, active in everybody
            if active and who.role in RIGHTS["knowledge.adopt"] and who.id not in draft.hands
        ]

    async def _base(self, draft: DraftLine) -> Entry | None:
        if not draft.base:
            return None
        kept = await self._store.reader(versions.read_digest, draft.entry, draft.base)
        return kept or self._books.pack.get(draft.entry)

    async def _checks(self, visitor: Visitor, draft: DraftLine) -> tuple[Check, ...]:
        library = await self._books.whole()
        return await self._books.checks(
            _dated(visitor, draft), await self._base(draft), library, visitor.now_ms
        )

    async def _page(self, visitor: Visitor, draft: DraftLine, wrong: str = "") -> web.StreamResponse:
        read = self._store.reader
        base = await self._base(draft)
        known = await read(versions.of, draft.entry)
        now = next((one for one in known if one.edition == self._books.edition_now(draft.entry)), None)
        mine = visitor.who.id in draft.hands
        checks = await self._checks(visitor, draft)
        adopting = visitor.can("knowledge.adopt") and not mine
        reviewers = await self._reviewers(draft)
        loose = [one for one in checks if not one.good and not one.stops]
        return await self._shell.show(
            visitor,
            "knowledge_draft.html",
            status=422 if wrong else 200,
            place="knowledge",
            draft=draft,
            entry=draft.content,
            title=draft.content.title or _("还没有标题"),
            topic=TOPICS[draft.content.topic],
            next_number=max((one.number for one in known), default=0) + 1,
            live=now,
            reach=await self._reach(now, visitor),
            changes=change_lines(differences(base, draft.content)) if base else [],
            base=base,
            checks=checks,
            ready=all(one.good or not one.stops for one in checks),
            loose=loose,
            versions=known[:5],
            editable=draft.state == "writing" and visitor.can("knowledge.edit"),
            adopting=adopting,
            mine=mine,
            reviewers=reviewers,
            names=await self._books.names(),
            wordings=[*draft.content.wordings, *[""] * _BLANK],
            shown=_SHOWN,
            keywords=entry_form.keyword_lines(draft.content),
            limits=entry_form.limit_lines(draft.content),
            ways=entry_form.way_lines(draft.content),
            steps=entry_form.steps(self._books.desk().matcher.hotlines),
            tels=list(self._books.desk().matcher.hotlines.by_key.values()),
            risks=entry_form.RISKS,
            is_id=lambda text: self._books.pack.get(text) is not None,
            day=words.day_words,
            hour=lambda ms: words.hour_words(ms, visitor.now_ms),
            wrong=wrong,
        )

    async def _reach(self, now: Version | None, visitor: Visitor) -> told.Reach:
        if now is None:
            return told.Reach(0, 0, 0)
        return await self._store.reader(told.reach, now.entry, (now.edition,), visitor.now_ms)


def _dated(visitor: Visitor, draft: DraftLine) -> Entry:
    """The text as it would be checked if it were adopted today."""
    today = in_china(instant(visitor.now_ms)).date()
    review = draft.content.review
    due = review.due if review.due > today else today + timedelta(days=_DUE_DAYS)
    return replace(draft.content, review=replace(review, checked_on=today, due=due, reviewer="none"))


def _serial(words: str) -> int:
    return int(words) if words.isascii() and words.isdecimal() else 0


def _begin(work: Work, staff_id: int, entry: str, body: str, base: str) -> int:
    made = drafts.begin(work, staff_id, entry, body, base)
    note(work, staff_id, "draft.begin", f"draft:{made}")
    return made


def _save(work: Work, staff_id: int, draft_id: int, serial: int, body: str, why: str, grave: bool) -> None:
    saved = drafts.save(work, staff_id, draft_id, serial, body, why, grave)
    note(work, staff_id, "draft.save", f"draft:{draft_id}", after={"serial": saved, "grave": grave})


def _ask(work: Work, staff_id: int, draft_id: int, serial: int, asked: int) -> None:
    drafts.ask(work, draft_id, serial, asked)
    note(work, staff_id, "draft.ask", f"draft:{draft_id}", after={"asked": asked})


def _drop(work: Work, staff_id: int, draft_id: int, serial: int) -> None:
    drafts.drop(work, draft_id, serial)
    note(work, staff_id, "draft.drop", f"draft:{draft_id}")


def _adopt(
    work: Work, staff_id: int, name: str, draft_id: int, serial: int, text: Text, shipped: str
) -> None:
    made = drafts.adopt(work, staff_id, name, draft_id, serial, text, shipped)
    edition = versions.edition(text.digest)
    note(work, staff_id, "draft.adopt", f"draft:{draft_id}", after={"version": made, "edition": edition})
