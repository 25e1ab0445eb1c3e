"""The sandbox in one piece: the platform, its pushes to the service, and the phone that shows both."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from aiohttp import web

from admin.sandbox.account import Credentials, Door, draw_credentials
from admin.sandbox.api import build
from admin.sandbox.control_push import push_routes
from admin.sandbox.login import login_route
from admin.sandbox.messages import Push
from admin.sandbox.phone import Phone
from admin.sandbox.platform import Platform
from admin.sandbox.pushing import WAIT, Delivery, Pusher
from bot.clock import Clock, SystemClock

MENU: Mapping[str, Any] = {
    "button": [{"type": "click", "name": name, "key": name} for name in ("问法律", "办事情", "我的事")]
}
TITLE = "清河县司法服务"
SCENES: Mapping[str, str] = {"城东司法所": "station:chengdong"}


class Sandbox:
    """Plays the platform for one service.

    Args:
        webhook_url, mini_url: full addresses of the service's two doors.
        credentials: of the two accounts; drawn anew when not given.
        api_base: root address under which `api_app` is served, for the addresses in pushed pictures.
        menu: what the phone shows until the service sets a menu. scenes: codes to scan, by the words on them.
        title: the account's name on the phone. console: address of the staff's pages, empty for no link.
        wait, pause: seconds for each try of a push, and between two tries.

    It reaches the service through its two webhooks alone, and is reached through `api_app` alone.
    """

    def __init__(
        self,
        *,
        webhook_url: str,
        mini_url: str,
        credentials: Credentials | None = None,
        clock: Clock | None = None,
        api_base: str = "",
        menu: Mapping[str, Any] | None = MENU,
        scenes: Mapping[str, str] = SCENES,
        title: str = TITLE,
        console: str = "",
        wait: float = WAIT,
        pause: float = 0.0,
    ) -> None:
        self.credentials = credentials or draw_credentials()
        self.api_base = api_base
        clock = clock or SystemClock()
        self.platform = Platform(self.credentials, clock)
        self.platform.book("oa").menu = dict(menu) if menu else None
        self.platform.on_event = self._tell
        urls: dict[Door, str] = {"oa": webhook_url, "mini": mini_url}
        self.pushers = {
            door: Pusher(url, self.credentials.of(door), clock=clock, wait=wait, pause=pause)
            for door, url in urls.items()
        }
        self._tasks: set[asyncio.Task[None]] = set()
        self.phone = Phone(self, title, scenes, console)

    def api_app(self) -> web.Application:
        """The platform's API with its control, for a loopback port of its own."""
        app = build(self.platform, push_routes(self.platform, self.push))
        app.on_cleanup.append(self._close)
        return app

    def phone_routes(self) -> Sequence[web.RouteDef]:
        """``/try`` and what belongs to it, for the service's own application in trial mode."""
        return [*self.phone.routes(), login_route(self.platform)]

    async def push(self, door: Door, push: Push, times: int = 1, *, at_once: bool = False) -> Delivery:
        """Somebody did something: note it, and tell the service.

        Args: times: deliver the same message that often, whatever is answered; at_once: side by side.
        """
        self.platform.acted(door, push)
        pusher = self.pushers[door]
        if times > 1:
            return await pusher.deliver_again(push, times=times, at_once=at_once)
        return await pusher.deliver(push)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the request that asked for it; `close` ends it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """End what is under way and the connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for pusher in self.pushers.values():
            await pusher.close()

    async def _close(self, _app: web.Application) -> None:
        await self.close()

    def _tell(self, door: Door, push: Push) -> None:
        self.spawn(self._tell_later(door, push))

    async def _tell_later(self, door: Door, push: Push) -> None:
        await self.pushers[door].deliver(push)
