"""知识: the entries, how they stand, and one entry with its versions, who was told, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from admin.audit.record import note
from admin.console import entry_form, words
from admin.console.books import Books
from admin.console.shell import Shell, Visitor, field
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.library import drafts, freezing, recalls, service, told, versions
from handlers.library.service import digest
from handlers.library.standing import Standing
from handlers.library.versions import Version
from knowledge.difference import Change, differences
from knowledge.entry import Entry
from knowledge.topics import TOPICS

STATES = {
    "answers": _("在用"),
    "proposed": _("没采用"),
    "changed": _("新版没采用"),
    "frozen": _("停用"),
}
_FOUND = 60
"""Entries that one search shows."""


@dataclass(frozen=True)
class Row:
    """An entry in a list."""

    entry: Entry
    standing: Standing
    state: str


def row(entry: Entry, standing: Standing) -> Row:
    """An entry with how it stands, in words."""
    return Row(entry, standing, STATES[standing.state])


def change_lines(changes: Sequence[Change]) -> list[tuple[str, Change]]:
    """Changes with the name of their field."""
    return [(entry_form.FIELDS.get(one.field, one.field), one) for one in changes]


class KnowledgePage:
    """The list and one entry."""

    def __init__(self, shell: Shell, books: Books) -> None:
        self._shell, self._books, self._store = shell, books, shell.store

    def routes(self) -> list[web.RouteDef]:
        """All routes of the list and of an entry."""
        page, one = self._shell.page, "/admin/knowledge/entries/{entry}"
        return [
            web.get("/admin/knowledge", page(self.list, "knowledge.list")),
            web.post("/admin/knowledge/topics/{topic}/adopt", page(self.adopt_topic, "knowledge.adopt")),
            web.get(one, page(self.show, "knowledge.read")),
            web.get(one + "/versions/{number}", page(self.version, "knowledge.read")),
            web.post(one + "/adopt", page(self.adopt, "knowledge.adopt")),
            web.post(one + "/freeze", page(self.freeze, "knowledge.freeze")),
            web.post(one + "/lift", page(self.lift, "knowledge.freeze")),
            web.post(one + "/keep", page(self.keep, "knowledge.adopt")),
            web.post(one + "/shipped", page(self.shipped, "knowledge.adopt")),
        ]

    async def list(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What is to be done, then the topics; or what was searched for."""
        library, standings = await self._books.whole(), await self._books.standings()
        wanted = " ".join(request.query.get("q", "").split())[:40]
        topic, state = request.query.get("topic", ""), request.query.get("state", "")
        rows = [row(one, standings[one.id]) for one in library if one.id in standings]
        found = [
            one
            for one in rows
            if (not wanted or _says(one.entry, wanted))
            and (not topic or one.entry.topic == topic)
            and (not state or one.standing.state == state or (state == "conflict" and one.standing.conflict))
        ]
        asked = bool(wanted or topic or state)
        return await self._shell.show(
            visitor,
            "knowledge.html",
            place="knowledge",
            view="entries",
            topics=TOPICS,
            groups=[
                (key, name, [one for one in rows if one.entry.topic == key]) for key, name in TOPICS.items()
            ],
            found=found[:_FOUND] if asked else [],
            more=max(0, len(found) - _FOUND) if asked else 0,
            asked=asked,
            wanted=wanted,
            topic=topic,
            state=state,
            frozen=[one for one in rows if one.standing.state == "frozen"],
            changed=[one for one in rows if one.standing.state == "changed"],
            conflicts=[one for one in rows if one.standing.conflict],
            drafts=await self._store.reader(drafts.writing),
            names=await self._books.names(),
            day=words.day_words,
            trial=self._books.trial,
        )

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One entry."""
        return await self._page(visitor, request.match_info["entry"])

    async def version(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One version: its whole text, and what changed since the one before."""
        known = await self._store.reader(versions.of, request.match_info["entry"])
        chosen = next((one for one in known if str(one.number) == request.match_info["number"]), None)
        content = await self._store.reader(versions.read, chosen.id) if chosen else None
        if chosen is None or content is None:
            raise web.HTTPNotFound
        before = next((one for one in known if one.number < chosen.number), None)
        older = await self._store.reader(versions.read, before.id) if before else None
        reached = await self._store.reader(told.receivers, chosen.entry)
        return await self._shell.show(
            visitor,
            "knowledge_version.html",
            place="knowledge",
            version=chosen,
            entry=content,
            before=before,
            changes=change_lines(differences(older, content)) if older else [],
            told=reached.get(chosen.edition, 0),
            names=await self._books.names(),
            day=words.day_words,
            fill=self._said,
        )

    async def adopt(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Adopt the shipped text of an entry, as it stands on the page."""
        entry = self._books.pack.get(request.match_info["entry"])
        form = await request.post()
        mark = self._books.shipped.get(entry.id, "") if entry else ""
        if entry is None:
            raise web.HTTPNotFound
        if field(form, "seen", 64) != mark:
            return await self._page(visitor, entry.id, wrong=_("这一条刚刚换过，请看看新的再采用。"))
        await self._store.writer.do(_adopt, visitor.who.id, visitor.who.name, ((entry.id, mark),))
        raise web.HTTPSeeOther(_path(entry.id))

    async def adopt_topic(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Adopt the shipped texts of a topic that nobody adopted yet."""
        topic = request.match_info["topic"]
        standings = await self._books.standings()
        waiting = tuple(
            (one.id, self._books.shipped[one.id])
            for one in self._books.pack
            if one.topic == topic
            and standings[one.id].state == "proposed"
            and standings[one.id].layer == "pack"
        )
        if waiting:
            await self._store.writer.do(_adopt, visitor.who.id, visitor.who.name, waiting[: service.MOST])
        raise web.HTTPSeeOther(f"/admin/knowledge?topic={topic}" if topic in TOPICS else "/admin/knowledge")

    async def freeze(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take an entry out of use."""
        entry = await self._known(request)
        form = await request.post()
        try:
            await self._store.writer.do(
                _freeze, visitor.who.id, visitor.who.name, (entry,), field(form, "why", 300)
            )
        except Refused as refusal:
            return await self._page(visitor, entry, wrong=refusal.say)
        raise web.HTTPSeeOther(_path(entry))

    async def lift(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Let an entry answer again."""
        entry = await self._known(request)
        await self._store.writer.do(_lift, visitor.who.id, entry)
        raise web.HTTPSeeOther(_path(entry))

    async def keep(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The pack changed; the county's own text stays."""
        entry = await self._known(request)
        await self._store.writer.do(_keep, visitor.who.id, entry, self._books.shipped.get(entry, ""))
        raise web.HTTPSeeOther(_path(entry))

    async def shipped(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Back to the pack's text."""
        entry = await self._known(request)
        mark = self._books.shipped.get(entry)
        if mark is None:
            raise web.HTTPNotFound
        await self._store.writer.do(_shipped, visitor.who.id, visitor.who.name, entry, mark)
        raise web.HTTPSeeOther(_path(entry))

    async def _known(self, request: web.Request) -> str:
        entry = request.match_info["entry"]
        if (await self._books.whole()).get(entry) is None:
            raise web.HTTPNotFound
        return entry

    async def _page(self, visitor: Visitor, ident: str, wrong: str = "") -> web.StreamResponse:
        library, read = await self._books.whole(), self._store.reader
        entry = library.get(ident)
        if entry is None:
            raise web.HTTPNotFound
        standing = (await self._books.standings())[ident]
        reached = await read(told.receivers, ident)
        known = await read(versions.of, ident)
        return await self._shell.show(
            visitor,
            "knowledge_entry.html",
            status=422 if wrong else 200,
            place="knowledge",
            entry=entry,
            standing=standing,
            state=STATES[standing.state],
            topic=TOPICS[entry.topic],
            versions=[(one, reached.get(one.edition, 0)) for one in known],
            current=_number(known, standing.digest),
            live=next((one for one in known if one.edition == self._books.edition_now(ident)), None),
            upgrade=await self._upgrade(entry, standing),
            draft=await read(drafts.writing_of, ident),
            recalls=await read(recalls.of, ident),
            names=await self._books.names(),
            day=words.day_words,
            hour=lambda ms: words.hour_words(ms, visitor.now_ms),
            fill=self._said,
            shipped=self._books.shipped.get(ident, ""),
            wrong=wrong,
        )

    def _said(self, text: str) -> str:
        """A line as residents read it: numbers filled in, the id of another entry as its title."""
        other = self._books.pack.get(text)
        if other is not None:
            return _("转到「{title}」").format(title=other.title)
        return self._books.desk().matcher.hotlines.fill(text)

    async def _upgrade(self, entry: Entry, standing: Standing) -> Mapping[str, Any] | None:
        """What the new pack brings: against the text before it, and against the county's own."""
        shipped = self._books.pack.get(entry.id)
        if shipped is None or not (standing.conflict or standing.state == "changed"):
            return None
        mark = standing.base if standing.conflict else standing.adopted
        before = await self._store.reader(versions.read_digest, entry.id, mark) if mark else None
        return {
            "news": change_lines(differences(before, shipped)) if before else [],
            "known": before is not None,
            "ours": change_lines(differences(entry, shipped)) if digest(entry) != digest(shipped) else [],
        }


def _says(entry: Entry, wanted: str) -> bool:
    return any(wanted in text for text in (entry.id, entry.title, entry.short, *entry.wordings))


def _number(known: Sequence[Version], mark: str) -> int:
    return next((one.number for one in known if one.digest == mark), 0)


def _path(entry: str) -> str:
    return f"/admin/knowledge/entries/{entry}"


def _adopt(work: Work, staff_id: int, name: str, entries: tuple[tuple[str, str], ...]) -> None:
    service.adopt(work, entries, name)
    for entry, mark in entries:
        note(work, staff_id, "entry.adopt", f"entry:{entry}", after={"edition": versions.edition(mark)})


def _freeze(work: Work, staff_id: int, name: str, entries: tuple[str, ...], why: str) -> None:
    freezing.freeze(work, staff_id, name, entries, why)
    for entry in entries:
        note(work, staff_id, "entry.freeze", f"entry:{entry}", reason=why)


def _lift(work: Work, staff_id: int, entry: str) -> None:
    if freezing.lift(work, staff_id, entry):
        note(work, staff_id, "entry.lift", f"entry:{entry}")


def _keep(work: Work, staff_id: int, entry: str, mark: str) -> None:
    drafts.keep_own(work, entry, mark)
    note(work, staff_id, "entry.keep", f"entry:{entry}", after={"edition": versions.edition(mark)})


def _shipped(work: Work, staff_id: int, name: str, entry: str, mark: str) -> None:
    drafts.take_shipped(work, entry, mark, name)
    note(work, staff_id, "entry.shipped", f"entry:{entry}", after={"edition": versions.edition(mark)})
