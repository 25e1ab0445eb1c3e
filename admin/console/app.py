"""The console put together: its routes, for the service's own application."""

from collections.abc import Callable

from aiohttp import web

from admin.console.pages.inbox import Inbox
from admin.console.pages.media import MediaPage
from admin.console.pages.signin import SignIn
from admin.console.pages.thread import ThreadPage
from admin.console.passwords import Passwords
from admin.console.shell import Shell
from admin.rendering import Renderer
from admin.store import Store


def console_routes(
    store: Store, *, county: str, may_push: Callable[[str], bool], poke: Callable[[], None]
) -> list[web.RouteDef]:
    """All routes under `/admin`.

    Args: county: its name; may_push: whether a door's account may push now; poke: wakes the sender.
    """
    shell, renderer = Shell(store, county), Renderer()
    pages = (
        SignIn(shell, Passwords()),
        Inbox(shell),
        ThreadPage(shell, may_push, poke, renderer),
        MediaPage(shell, renderer),
    )
    routes = [route for page in pages for route in page.routes()]
    return [*routes, web.route("*", "/admin/{rest:.*}", shell.safe(_nothing))]


async def _nothing(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound
