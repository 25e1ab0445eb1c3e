"""The console put together: its routes, for the service's own application."""

from collections.abc import Callable

from aiohttp import web

from admin.console.books import Books
from admin.console.knowing import Routed, knowledge_pages
from admin.console.live import Live
from admin.console.pages.alerts import AlertsPage
from admin.console.pages.audit import AuditPage
from admin.console.pages.beside import Beside
from admin.console.pages.closings import Closings
from admin.console.pages.day import Day
from admin.console.pages.day_slip import DaySlip
from admin.console.pages.day_times import DayTimes
from admin.console.pages.day_visits import DayVisits
from admin.console.pages.duty import DutyPage
from admin.console.pages.feed import FeedPage
from admin.console.pages.figures import Figures
from admin.console.pages.inbox import Inbox
from admin.console.pages.me import Me
from admin.console.pages.media import MediaPage, of_appointment, of_thread
from admin.console.pages.people import PeoplePage
from admin.console.pages.problem import ProblemPage
from admin.console.pages.registers import Registers
from admin.console.pages.reveals import Reveals
from admin.console.pages.search import Search
from admin.console.pages.seclusion import Seclusion
from admin.console.pages.signin import SignIn
from admin.console.pages.thread import ThreadPage
from admin.console.pages.visit_calls import VisitCalls
from admin.console.pages.why import WhyPage
from admin.console.pages.words import ReadyWords
from admin.console.passwords import Passwords
from admin.console.shell import Shell, Visitor
from admin.rendering import Renderer
from admin.store import Store
from handlers.consult.service import Desk
from knowledge.library import Library


def add_console(
    app: web.Application,
    store: Store,
    *,
    county: str,
    may_push: Callable[[str], bool],
    poke: Callable[[], None],
    desk: Callable[[], Desk],
    pack: Library,
    link_base: str = "",
) -> None:
    """Add all routes under `/admin`; their streams end before the application does.

    Args: county: its name; may_push: whether a door's account may push now; poke: wakes the sender;
    desk: the one that answers now; pack: the entries as shipped; link_base: root of links.
    """
    passwords, renderer = Passwords(), Renderer()
    shell = Shell(store, county, passwords)
    live, thread = Live(shell), ThreadPage(shell, may_push, poke, renderer, desk)
    pages: tuple[Routed, ...] = (
        SignIn(shell, passwords),
        Me(shell),
        FeedPage(shell, link_base),
        PeoplePage(shell),
        DutyPage(shell, may_push),
        day := Day(shell, renderer),
        DaySlip(shell, day),
        DayTimes(shell, day),
        DayVisits(shell),
        Closings(shell),
        inbox := Inbox(shell),
        VisitCalls(shell, inbox),
        live,
        Search(shell, desk),
        thread,
        Beside(shell, thread),
        Seclusion(shell, thread),
        WhyPage(shell, thread, desk),
        ReadyWords(shell),
        MediaPage(shell, renderer, "/admin/tasks/{id}/media/{media}", "media.read", of_thread),
        MediaPage(shell, renderer, "/admin/day/{id}/media/{media}", "day.read", of_appointment),
        Registers(shell),
        Figures(shell),
        AuditPage(shell),
        Reveals(shell),
        ProblemPage(shell),
        AlertsPage(shell, may_push, poke),
        *knowledge_pages(shell, Books(store, pack, desk)),
    )

    async def more(_request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await shell.show(visitor, "more.html", place="more")

    app.on_shutdown.append(live.close)
    app.add_routes([route for page in pages for route in page.routes()])
    app.router.add_get("/admin/more", shell.page(more, "own"))
    app.router.add_route("*", "/admin/{rest:.*}", shell.safe(_nothing))


async def _nothing(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound
