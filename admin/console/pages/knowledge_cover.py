"""够不够: topics beside what residents ask, and entries whose wordings are nearly the same."""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from admin.console.books import Books
from admin.console.shell import Shell, Visitor
from handlers.registers import coverage
from handlers.registers.figures import SMALL
from knowledge.doubles import Doubles, doubles
from knowledge.library import Library
from knowledge.topics import TOPICS

_SHOWN = 40
_Words = tuple[tuple[str, tuple[str, ...]], ...]


class CoverPage:
    """The page. Which wordings are alike is looked up again when one of them changes: it takes a second."""

    def __init__(self, shell: Shell, books: Books) -> None:
        self._shell, self._books, self._store = shell, books, shell.store
        self._alike: tuple[_Words, Sequence[Doubles]] | None = None
        self._looking = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """The page."""
        return [web.get("/admin/knowledge/coverage", self._shell.page(self.show, "knowledge.read"))]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Topics where most is asked in vain first, then the entries that are most alike."""
        library = await self._books.whole()
        rows = await self._store.reader(coverage.covered, library, visitor.now_ms)
        found = await self._doubles(library)
        return await self._shell.show(
            visitor,
            "knowledge_cover.html",
            place="knowledge",
            view="cover",
            rows=rows,
            topics=TOPICS,
            days=coverage.DAYS,
            small=SMALL,
            doubles=found[:_SHOWN],
            count=len(found),
        )

    async def _doubles(self, library: Library) -> Sequence[Doubles]:
        words = tuple((entry.id, entry.wordings) for entry in library)
        async with self._looking:
            if self._alike is None or self._alike[0] != words:
                self._alike = (words, await asyncio.to_thread(doubles, library))
            return self._alike[1]
