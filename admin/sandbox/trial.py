"""Trial mode: the sandbox plays WeChat on a loopback port of its own."""

import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from admin.sandbox import messages
from admin.sandbox.account import Account
from admin.sandbox.messages import Lines
from admin.sandbox.phone import Explain
from admin.sandbox.sandbox import Sandbox
from bot.clock import SystemClock


class Trial:
    """The sandbox for a service at an address. It reaches the service through the webhooks alone.

    Attributes: api_base: root address of the platform's API while the trial is entered.
    """

    def __init__(self, service: str) -> None:
        self._sandbox = Sandbox(
            webhook_url=f"{service}/wechat", mini_url=f"{service}/wechat/mini", console="/admin"
        )
        self._runner = web.AppRunner(self._sandbox.api_app(), access_log=None, shutdown_timeout=1)
        self._lines = Lines(self.accounts[0].original_id, SystemClock())
        self.api_base = ""

    @property
    def accounts(self) -> tuple[Account, Account]:
        """The two accounts that the sandbox plays."""
        return self._sandbox.credentials.oa, self._sandbox.credentials.mini

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """The phone's pages, for the service's own application."""
        return self._sandbox.phone_routes()

    def explain(self, explain: Explain) -> None:
        """Let the phone show beside the conversation why a message was answered so."""
        self._sandbox.phone.explain = explain

    async def says(self, openid: str, words: str) -> None:
        """Somebody made up writes to the first account, and the reply is waited for."""
        await self._sandbox.push("oa", messages.text(self._lines.next(openid), words))

    async def __aenter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self.api_base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._sandbox.api_base = self.api_base
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
