"""A platform, its API over HTTP, and a webhook of another make."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from admin.sandbox.account import Credentials, Door, draw_credentials
from admin.sandbox.control import HEADER
from admin.sandbox.sandbox import Sandbox
from bot.clock import SetClock
from tests.sandbox.webhook import Echo

WANG = "o-wang"


@dataclass
class Caller:
    """Calls the API as the service would, over HTTP."""

    base: str
    session: aiohttp.ClientSession
    credentials: Credentials
    token: str = ""

    async def get(self, path: str, **query: str) -> Any:
        return await self._call("GET", path, query, None)

    async def post(self, path: str, body: Any) -> Any:
        return await self._call("POST", path, {}, body)

    async def signed_in(self, door: Door = "oa") -> "Caller":
        self.token = (await self.fetch(door))["access_token"]
        return self

    async def fetch(self, door: Door = "oa", *, force: bool = False) -> Any:
        account = self.credentials.of(door)
        body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
        return await self.post("/cgi-bin/stable_token", {**body, "force_refresh": force})

    async def send(self, content: str, *, to: str = WANG) -> int:
        body = {"touser": to, "msgtype": "text", "text": {"content": content}}
        return int((await self.post("/cgi-bin/message/custom/send", body))["errcode"])

    async def control(self, method: str, name: str, body: Any = None, **query: str) -> Any:
        url = f"{self.base}/sandbox/control/{name}"
        headers = {HEADER: "1"}
        async with self.session.request(method, url, json=body, params=query, headers=headers) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def _call(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        params = query | ({"access_token": self.token} if self.token else {})
        data = body if isinstance(body, (bytes, type(None))) else _dumped(body)
        async with self.session.request(method, self.base + path, params=params, data=data) as response:
            if response.content_type not in ("text/plain", "application/json"):
                return response.content_type, await response.read()
            return await response.json(content_type=None)


def _dumped(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def credentials() -> Credentials:
    return draw_credentials()


@pytest.fixture
async def echo(credentials: Credentials) -> Echo:
    return Echo(credentials.oa)


@pytest.fixture
async def webhook(echo: Echo) -> AsyncIterator[str]:
    server = TestServer(echo.app())
    await server.start_server()
    yield str(server.make_url("/wechat"))
    await server.close()


@pytest.fixture
async def sandbox(webhook: str, credentials: Credentials, clock: SetClock) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(webhook_url=webhook, mini_url=webhook, credentials=credentials, clock=clock, wait=0.5)
    yield sandbox
    await sandbox.close()


@pytest.fixture
async def caller(sandbox: Sandbox, credentials: Credentials) -> AsyncIterator[Caller]:
    runner = web.AppRunner(sandbox.api_app(), shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    async with aiohttp.ClientSession() as session:
        yield Caller(f"http://{host}:{port}", session, credentials)
    await runner.cleanup()
