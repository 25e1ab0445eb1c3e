"""The list of the console in a full county, with fifty screens open, beside a bare select of fifty rows.

The list is asked for over HTTP as a browser does, in turn with its rival: fifty rows by primary key through
the same engine, what no list can do without. The same is done in a store with as many open tasks and a
tenth of the closed ones: what grows with the closed ones shows there. At the end something changes, and
all fifty screens ask for the list at the moment when they are told.
"""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import Connection, select

from admin.app import build
from admin.bench import filled
from admin.bench.filled import Amount, Say
from admin.bench.kept import Keep
from admin.console import sessions
from admin.console.shell import COOKIE
from admin.desk import Reference
from admin.store import Store
from admin.tables import metadata
from bot.work import news
from handlers.directory import stations

COUNTY = Path(__file__).resolve().parents[1] / "demo" / "county.yaml"
SCREENS, ROWS = 50, 50
GOAL_MS = {"postgresql": 150.0, "sqlite": 400.0}
"""The list at the 95th percentile, at most."""
VIEWS = ("/admin", "/admin?view=all")
_SEED, _WARM, _ROUNDS, _CHANGES = 7, 5, 2, 2


@dataclass
class Times:
    """Milliseconds of each request in one store.

    Attributes: processor: time of all threads in a request, which other programs on the machine do not
    lengthen; that of the asking client is in it; together: from a change until a screen has the list anew,
    while all others ask for it too; together_processor: of such a change, for all screens.
    """

    listed: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    rival: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    together_processor: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Measured:
    """The times with all closed tasks, and with a tenth of them."""

    engine: str
    amount: Amount
    full: Times
    tenth: Times

    def as_json(self) -> dict[str, Any]:
        """The stable form: ``ratio`` of the 95th percentiles, ``growth`` by nine tenths of the closed."""
        full, tenth = self.full, self.tenth
        found = p95(full.listed)
        return {
            "bench": "console",
            "ratio": round(found / p95(full.rival), 2),
            "growth": round(found / p95(tenth.listed), 2),
            "growth_processor": round(
                statistics.median(full.processor) / statistics.median(tenth.processor), 2
            ),
            "engine": self.engine,
            "messages": self.amount.messages,
            "threads": self.amount.threads,
            "open": self.amount.open,
            "screens": SCREENS,
            "requests": len(full.listed),
            "p50_ms": round(statistics.median(full.listed), 1),
            "p95_ms": round(found, 1),
            "processor_ms": round(statistics.median(full.processor), 1),
            "rival_p95_ms": round(p95(full.rival), 3),
            "tenth_p95_ms": round(p95(tenth.listed), 1),
            "tenth_processor_ms": round(statistics.median(tenth.processor), 1),
            "together_p95_ms": round(p95(full.together), 1),
            "together_processor_ms": round(statistics.median(full.together_processor), 1),
            "goal_ms": GOAL_MS[self.engine],
            "bad": found > GOAL_MS[self.engine],
        }


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def measure(keep: Keep, amount: Amount, requests: int, say: Say) -> Measured:
    """Fill two stores, unless they were kept, and measure in turn. Args: requests: to each of them.

    Raises: SettingsError.
    """
    stores = {"full": amount, "tenth": amount.tenth}
    times = {name: Times() for name in stores}
    engine = ""
    try:
        for _round in range(_ROUNDS):
            for name, holds in stores.items():
                with keep.opened(name, holds, lambda store, holds=holds: _fill(store, holds, say)) as store:  # type: ignore[misc]
                    engine = store.engine.dialect.name
                    asyncio.run(_timed(store, times[name], requests // _ROUNDS))
                say(f"{name}: list p95 {p95(times[name].listed):.1f} ms")
    finally:
        for name, holds in stores.items():
            keep.done(name, holds)
    return Measured(engine, amount, times["full"], times["tenth"])


def _fill(store: Store, amount: Amount, say: Say) -> None:
    say(f"{amount.threads} threads, {amount.open} of them open, {amount.messages} messages")
    store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
    filled.fill(store, amount, filled.people(store, SCREENS), say)
    filled.analyse(store)


async def _timed(store: Store, times: Times, requests: int) -> None:
    clerks = filled.known_people(store)
    tokens = [f"bench-{clerk}-{time.monotonic_ns()}" for clerk in clerks]
    for clerk, token in zip(clerks, tokens, strict=True):
        await store.writer.do(sessions.begin, clerk, token)
    async with _served(store) as base, _screens(base, tokens) as screens, aiohttp.ClientSession() as session:
        chosen = random.Random(_SEED)  # noqa: S311 - rows to read, no secret
        for turn in range(requests + _WARM):
            token, view = tokens[turn % len(tokens)], VIEWS[turn // len(tokens) % len(VIEWS)]
            began, used = time.perf_counter(), time.process_time()
            await _list(session, base + view, token)
            took, used = (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000
            ids = [chosen.randrange(1, len(tokens) * 100) for _n in range(ROWS)]
            began = time.perf_counter()
            await store.reader(_bare, ids)
            if turn >= _WARM:  # the first ones read the files
                times.listed.append(took)
                times.processor.append(used)
                times.rival.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0)
        for _change in range(_CHANGES):
            await _change_for_all(store, screens, times)


async def _list(session: aiohttp.ClientSession, address: str, token: str) -> None:
    async with session.get(address, cookies={COOKIE: token}) as answer:
        page = await answer.text()
    if answer.status != 200 or "data-task" not in page:
        raise ValueError(f"the list answered with {answer.status}")


async def _change_for_all(store: Store, screens: Sequence["_Screen"], times: Times) -> None:
    """Something changes that everybody sees, and every screen asks for its list."""
    urgent = await store.reader(_an_urgent_one)
    for screen in screens:
        screen.had.clear()
    began, used = time.perf_counter(), time.process_time()
    await store.writer.do(news.tell, "moved", urgent)
    await asyncio.gather(*(screen.had.wait() for screen in screens))
    times.together_processor.append((time.process_time() - used) * 1000)
    times.together += [(screen.had_at - max(began, screen.told_at)) * 1000 for screen in screens]


def _an_urgent_one(connection: Connection) -> int:
    task = _table("task")
    wanted = select(task.c.id).where(task.c.urgent, task.c.state == "open").limit(1)
    return int(connection.scalar(wanted) or 0)


def _bare(connection: Connection, ids: list[int]) -> int:
    task = _table("task")
    return len(connection.execute(select(task).where(task.c.id.in_(ids))).all())


def _table(name: str) -> Any:
    return metadata().tables[name]


@cache
def _reference() -> Reference:
    return Reference()


@asynccontextmanager
async def _served(store: Store) -> AsyncIterator[str]:
    app = build(store, accounts=(), link_base="", reference=_reference())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass
class _Screen:
    """A browser with an open stream: told of a change, it asks for its list."""

    session: aiohttp.ClientSession
    base: str
    token: str
    had: asyncio.Event = field(default_factory=asyncio.Event)
    told_at: float = 0.0
    had_at: float = 0.0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Until it is cancelled."""
        with suppress(aiohttp.ClientError):
            async with self.session.get(f"{self.base}/admin/live", cookies={COOKIE: self.token}) as answer:
                async for line in answer.content:
                    if line.startswith(b"event: ready"):
                        self.ready.set()
                    elif line.startswith(b"event: tasks"):
                        self.told_at = time.perf_counter()
                        await _list(self.session, self.base + VIEWS[0], self.token)
                        self.had_at = time.perf_counter()
                        self.had.set()


@asynccontextmanager
async def _screens(base: str, tokens: list[str]) -> AsyncIterator[list[_Screen]]:
    """Streams that stay open, as those of browsers do."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        screens = [_Screen(session, base, token) for token in tokens]
        opened = [asyncio.create_task(one.listen()) for one in screens]
        await asyncio.gather(*(one.ready.wait() for one in screens))
        try:
            yield screens
        finally:
            for one in opened:
                one.cancel()
            await asyncio.gather(*opened, return_exceptions=True)
