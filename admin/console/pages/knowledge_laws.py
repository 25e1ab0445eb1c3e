"""法条变了: entries that cite a law that changed or wait for one, frozen in one step with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from admin.audit.record import note
from admin.console import words
from admin.console.books import Books
from admin.console.shell import Shell, Visitor, field
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.library import freezing
from handlers.library.standing import Standing
from knowledge.entry import Entry
from knowledge.library import Library
from knowledge.naming import same_law
from knowledge.topics import TOPICS


@dataclass(frozen=True)
class Touched:
    """An entry that a change touches.

    Attributes: stale: it cites the older text and nothing says that it is right under both; due: it was
    written to be right under both, and the day has come on which somebody should look.
    """

    entry: Entry
    standing: Standing
    stale: bool
    due: bool


@dataclass(frozen=True)
class Section:
    """One change with what it touches. Attributes: due: whether its day has come."""

    law: str
    start: date
    what: str
    source: str
    confirmed: bool
    due: bool
    entries: tuple[Touched, ...]

    @property
    def key(self) -> str:
        """Names the section in a form."""
        return f"{self.law} {self.start}"

    @property
    def waiting(self) -> tuple[Touched, ...]:
        """Those that are not frozen."""
        return tuple(one for one in self.entries if one.standing.state != "frozen")


def sections(books: Books, library: Library, standings: Mapping[str, Standing], today: date) -> list[Section]:
    """The changes that touch an entry: those of the table, then dates that only entries name."""
    found = [
        *_of_the_table(books, library, standings, today),
        *_of_the_entries(books, library, standings, today),
    ]
    return sorted((one for one in found if one.entries), key=lambda one: (not one.due, one.start))


def _of_the_table(
    books: Books, library: Library, standings: Mapping[str, Standing], today: date
) -> Iterator[Section]:
    for change in books.changes:
        touched = []
        for entry in library:
            cites = any(
                same_law(change.law, one.law)
                and one.version < change.start.isoformat()
                and (not change.articles or one.article in change.articles)
                for one in entry.citations
            )
            named = any(same_law(one.law, change.law) for one in entry.verify_by)
            if cites or named:
                touched.append(
                    Touched(entry, standings[entry.id], cites and not named, change.start <= today)
                )
        yield Section(
            change.law, change.start, change.what, change.source, change.confirmed, change.start <= today,
            tuple(touched),
        )  # fmt: skip


def _of_the_entries(
    books: Books, library: Library, standings: Mapping[str, Standing], today: date
) -> Iterator[Section]:
    known = [change.law for change in books.changes]
    rest: dict[tuple[str, date], list[Touched]] = {}
    whats: dict[tuple[str, date], str] = {}
    for entry in library:
        for one in entry.verify_by:
            if any(same_law(one.law, law) for law in known):
                continue
            key = (one.law, one.date)
            rest.setdefault(key, []).append(Touched(entry, standings[entry.id], False, one.date <= today))
            whats.setdefault(key, one.what)
    for (law, start), touched in rest.items():
        yield Section(law, start, whats[law, start], "", True, start <= today, tuple(touched))


class LawsPage:
    """The list of changes."""

    def __init__(self, shell: Shell, books: Books) -> None:
        self._shell, self._books, self._store = shell, books, shell.store

    def routes(self) -> list[web.RouteDef]:
        """All routes of the list."""
        page = self._shell.page
        return [
            web.get("/admin/knowledge/laws", page(self.show, "knowledge.read")),
            web.post("/admin/knowledge/laws", page(self.freeze, "knowledge.freeze")),
        ]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The changes, those that are in force first."""
        return await self._page(visitor)

    async def freeze(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Freeze the entries of one change: the marked ones, or all of them."""
        form = await request.post()
        library = await self._books.whole()
        marked = {one for one in form.getall("entry", []) if isinstance(one, str)}
        if whole := field(form, "all"):
            found = await self._sections(visitor, library)
            marked = {one.entry.id for each in found if each.key == whole for one in each.waiting}
        chosen = tuple(one.id for one in library if one.id in marked)
        if not chosen:
            return await self._page(visitor, wrong=_("没有选中条目。"))
        try:
            await self._store.writer.do(
                _freeze, visitor.who.id, visitor.who.name, chosen[:200], field(form, "why", 300)
            )
        except Refused as refusal:
            return await self._page(visitor, wrong=refusal.say)
        raise web.HTTPSeeOther("/admin/knowledge/laws")

    async def _sections(self, visitor: Visitor, library: Library) -> list[Section]:
        today = in_china(instant(visitor.now_ms)).date()
        return sections(self._books, library, await self._books.standings(), today)

    async def _page(self, visitor: Visitor, wrong: str = "") -> web.StreamResponse:
        found = await self._sections(visitor, await self._books.whole())
        return await self._shell.show(
            visitor,
            "knowledge_laws.html",
            status=422 if wrong else 200,
            place="knowledge",
            view="laws",
            sections=found,
            topics=TOPICS,
            day=words.day_words,
            wrong=wrong,
        )


def _freeze(work: Work, staff_id: int, name: str, entries: tuple[str, ...], why: str) -> None:
    count = freezing.freeze(work, staff_id, name, entries, why)
    note(work, staff_id, "entry.freeze_law", "knowledge", after={"entries": count}, reason=why)
