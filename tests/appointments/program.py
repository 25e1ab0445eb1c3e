"""A resident's program: signs in as somebody of the sandbox, and speaks to the API as any client would."""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from handlers.appointments import stock
from handlers.handoff import staff
from tests.handlers.booking import DEMO_STAFF, demo_supply
from tests.support.service import Service, serving


@dataclass
class Said:
    """An answer of the API."""

    status: int
    body: Any
    headers: Mapping[str, str]
    raw: bytes = b""

    @property
    def code(self) -> str:
        """The code of a fault."""
        return str(self.body["code"])


@dataclass
class Program:
    """One signed-in program. Attributes: bases: roots of the nodes that it may ask."""

    session: aiohttp.ClientSession
    base: str
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def asks(self, method: str, path: str, body: Any = None, **more: Any) -> Said:
        """One request. Args: more: ``key``, the idempotency key, ``base``, another node, and ``query``."""
        headers = dict(self.headers)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method != "GET":
            headers["Idempotency-Key"] = more.pop("key", None) or uuid.uuid4().hex
        url = f"{more.pop('base', self.base)}/api/v1{path}"
        async with self.session.request(
            method, url, json=body, params=more.pop("query", None), headers=headers, **more
        ) as answer:
            raw = await answer.read()
            return Said(answer.status, await answer.json(), answer.headers, raw)

    async def reads(self, path: str, **query: str | int) -> Said:
        """A look-up."""
        return await self.asks("GET", path, query=query or None)

    async def holds(self, slot: Mapping[str, Any], **more: Any) -> Said:
        """Hold a time."""
        named = {name: slot[name] for name in ("service", "post", "begins")}
        return await self.asks("POST", "/holds", {**named, **more.pop("body", {})}, **more)

    async def books(self, slot: Mapping[str, Any], **more: Any) -> Said:
        """Hold a time and book it."""
        held = await self.holds(slot)
        assert held.status == 201, held.body
        return await self.asks("POST", "/appointments", {"hold": held.body["id"], **more})

    async def free(self, service: str = "lawyer", station: str = "chengdong", **query: Any) -> list[Any]:
        """Free times."""
        found = await self.reads("/slots", station=station, service=service, **query)
        assert found.status == 200, found.body
        items: list[Any] = found.body["items"]
        return items


@dataclass
class Trial:
    """A service in trial mode in which all of the demo county can be booked."""

    service: Service
    session: aiohttp.ClientSession

    def nobody(self) -> Program:
        """A program in which nobody signed in."""
        return Program(self.session, self.service.base)

    async def resident(self, who: str = "oProgram-1") -> Program:
        """Somebody of the sandbox."""
        program = self.nobody()
        code = self.service.sandbox.platform.login_code(who)
        said = await program.asks("POST", "/session", {"code": code})
        assert said.status == 201, said.body
        program.token = said.body["token"]
        return program

    def stocked(self) -> None:
        """Bring the supply in, with its people at work."""
        do = self.service.store.writer.do_now
        do(stock.load_supply, demo_supply())
        for login, station in DEMO_STAFF:
            do(staff.add, login, login, "no password", station, "clerk")
        do(staff.add, "fangze", "fangze", "no password", None, "lawyer")


@asynccontextmanager
async def trying(folder: Path, *, stocked: bool = True, **more: Any) -> AsyncIterator[Trial]:
    """A service as `serving` makes it, with its supply. Args: stocked: bring it in; more: for `serving`."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(serving(folder, adopted=False, **{"trial": True, **more}))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
        )
        trial = Trial(service, session)
        if stocked:
            trial.stocked()
        yield trial
