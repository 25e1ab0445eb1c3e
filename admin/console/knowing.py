"""The pages on knowledge, put together."""

from typing import Protocol

from aiohttp import web

from admin.console.books import Books
from admin.console.pages.knowledge import KnowledgePage
from admin.console.pages.knowledge_asked import AskedPage
from admin.console.pages.knowledge_cover import CoverPage
from admin.console.pages.knowledge_draft import DraftPage
from admin.console.pages.knowledge_laws import LawsPage
from admin.console.pages.knowledge_learn import LearnPage
from admin.console.pages.knowledge_recall import RecallPage
from admin.console.shell import Shell


class Routed(Protocol):
    """A page with its routes."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the page."""
        ...


def knowledge_pages(shell: Shell, books: Books) -> tuple[Routed, ...]:
    """Entries, drafts, what was asked in vain, coverage, changed laws, recalls, and the way from a reply."""
    return (
        KnowledgePage(shell, books),
        DraftPage(shell, books),
        AskedPage(shell, books),
        CoverPage(shell, books),
        LawsPage(shell, books),
        RecallPage(shell, books),
        LearnPage(shell, books),
    )
