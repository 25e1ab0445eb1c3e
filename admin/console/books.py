"""What the pages on knowledge look things up in: the pack, what answers now, the tables, the statutes."""

import asyncio
from collections.abc import Callable, Mapping
from functools import cached_property

from sqlalchemy import Connection

from admin.store import Store
from bot.clock import in_china, instant
from handlers.consult.composing import Desk
from handlers.handoff import staff
from handlers.library import statutes, versions
from handlers.library.readiness import Check, Tables, checks
from handlers.library.service import digest
from handlers.library.standing import Standing, standings
from knowledge.entry import Entry
from knowledge.law_changes import LawChanges
from knowledge.library import Library
from knowledge.scorer import Found
from knowledge.trace import Trace

_NEAR = 3


class Books:
    """Args: pack: as shipped; desk: gives the desk that answers now."""

    def __init__(self, store: Store, pack: Library, desk: Callable[[], Desk]) -> None:
        self.store, self.pack, self.desk = store, pack, desk

    @cached_property
    def shipped(self) -> Mapping[str, str]:
        """Digests of the pack's texts, by id."""
        return {entry.id: digest(entry) for entry in self.pack}

    @cached_property
    def changes(self) -> LawChanges:
        """Laws that are newer than the statutes at hand."""
        return LawChanges.load()

    @property
    def trial(self) -> bool:
        """Whether all entries count as adopted."""
        return self.store.settings.trial

    def edition_now(self, entry: str) -> str:
        """The edition of an entry that answers now, empty for none."""
        return self.desk().editions.get(entry, "")

    async def whole(self) -> Library:
        """The pack with the county's own texts, whether they answer or not."""
        return await self.store.reader(versions.layered, self.pack)

    async def standings(self) -> Mapping[str, Standing]:
        """How all entries stand."""
        return await self.store.reader(self._standings)

    async def names(self) -> Mapping[int, str]:
        """The names of all who work here or did, by id."""
        return {who.id: who.name for who, _active in await self.store.reader(staff.everybody)}

    async def checks(
        self, entry: Entry, base: Entry | None, library: Library, now_ms: int
    ) -> tuple[Check, ...]:
        """What the machine sees in a draft."""
        desk = self.desk()
        _laws, articles = await self.store.reader(statutes.count)
        tables = Tables(
            library,
            desk.matcher.hotlines,
            self.changes,
            desk.statutes if articles else None,
            self.strange,
        )
        today = in_china(instant(now_ms)).date()
        return await asyncio.to_thread(checks, entry, tables, today, base)

    def strange(self, words: str) -> tuple[str, ...]:
        """The words of a text that no entry uses."""
        desk = self.desk()
        return desk.masker.strange(desk.plain(words)) if desk.masker is not None else ()

    def masked(self, words: str) -> str:
        """A resident's wording with all covered that no entry uses; empty when too little is left."""
        desk = self.desk()
        return desk.masker.masked(desk.plain(words)) if desk.masker is not None else ""

    def near(self, words: str) -> tuple[Entry, ...]:
        """The entries nearest to a question, at most three."""
        found = self.desk().matcher.decide(words)
        seen = found.trace.seen(Found) if isinstance(found.trace, Trace) else None
        library = self.desk().matcher.library
        named = [library.get(one) for one in (found.entry or "", *(entry for entry, _title in found.options))]
        entries = [*named, *(one.entry for one in (seen.scored if seen else ()))]
        return tuple({one.id: one for one in entries if one is not None and not one.is_guide}.values())[
            :_NEAR
        ]

    def _standings(self, connection: Connection) -> dict[str, Standing]:
        return standings(connection, self.shipped, trial=self.trial)
