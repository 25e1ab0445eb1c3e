"""The list of the console in a full county, with fifty screens open, beside a bare select of fifty rows.

The list is asked for over HTTP as a browser does. Its rival is what no list can do without: fifty rows by
primary key, read through the same engine in the same run, in turn with it.
"""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import Connection, select

from admin.app import build
from admin.bench import filled
from admin.bench.filled import Amount, Say
from admin.console import sessions
from admin.console.shell import COOKIE
from admin.slices import listeners
from admin.store import Store, open_store
from admin.tables import metadata
from bot.config import Settings
from handlers.directory import stations

COUNTY = Path(__file__).resolve().parents[1] / "demo" / "county.yaml"
SCREENS, ROWS = 50, 50
GOAL_MS = {"postgresql": 150.0, "sqlite": 400.0}
"""The list at the 95th percentile, at most."""
_SEED = 7


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request.

    Attributes: few: the list before the closed threads were there; processor: time of all threads in a
    request, which other programs on the machine do not lengthen; that of the asking client is in it.
    """

    engine: str
    amount: Amount
    requests: int
    few: list[float]
    full: list[float]
    rival: list[float]
    processor: list[float]

    def as_json(self) -> dict[str, Any]:
        """The stable form: ``ratio`` of the 95th percentiles, ``growth`` by the closed threads alone."""
        full, rival, few = p95(self.full), p95(self.rival), p95(self.few)
        return {
            "bench": "console",
            "ratio": round(full / rival, 2),
            "engine": self.engine,
            "messages": self.amount.messages,
            "threads": self.amount.threads,
            "open": self.amount.open,
            "screens": SCREENS,
            "requests": self.requests,
            "p50_ms": round(statistics.median(self.full), 1),
            "p95_ms": round(full, 1),
            "processor_ms": round(statistics.median(self.processor), 1),
            "rival_p95_ms": round(rival, 3),
            "without_closed_p95_ms": round(few, 1),
            "growth": round(full / few, 2),
            "goal_ms": GOAL_MS[self.engine],
            "bad": full > GOAL_MS[self.engine],
        }


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def measure(settings: Settings, amount: Amount, requests: int, say: Say) -> Measured:
    """Fill an empty store and measure. Args: settings: of a folder and a database that hold nothing yet.

    Raises: ValueError when there is something in it.
    """
    store = open_store(settings, listeners=listeners(), serve=True)
    try:
        if store.reader.now(lambda connection: connection.scalar(select(_table("resident").c.id).limit(1))):
            raise ValueError("this database holds residents already")
        store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
        clerks = filled.people(store, SCREENS)
        share = max(1, amount.messages // max(1, amount.threads))
        begin = Amount(1, amount.open, amount.open, amount.open * share)
        filled.fill(store, begin, clerks, say)
        filled.analyse(store)
        few, _rival, _processor = asyncio.run(_timed(store, clerks, requests))
        say(f"list without closed threads: p95 {p95(few):.1f} ms")
        closed = amount.threads - amount.open
        filled.fill(store, Amount(1 + amount.open, closed, 0, closed * share), clerks, say)
        filled.analyse(store)
        full, rival, processor = asyncio.run(_timed(store, clerks, requests))
        return Measured(store.engine.dialect.name, amount, requests, few, full, rival, processor)
    finally:
        store.close()


async def _timed(
    store: Store, clerks: list[int], requests: int
) -> tuple[list[float], list[float], list[float]]:
    tokens = [f"bench-{clerk}-{time.monotonic_ns()}" for clerk in clerks]
    for clerk, token in zip(clerks, tokens, strict=True):
        await store.writer.do(sessions.begin, clerk, token)
    async with _served(store) as base, _screens(base, tokens), aiohttp.ClientSession() as session:
        chosen = random.Random(_SEED)  # noqa: S311 - rows to read, no secret
        full, rival, processor = [], [], []
        for turn in range(requests + 5):
            cookie = {COOKIE: tokens[turn % len(tokens)]}
            began, used = time.perf_counter(), time.process_time()
            async with session.get(f"{base}/admin", cookies=cookie) as answer:
                page = await answer.text()
            took, used = (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000
            if answer.status != 200 or "data-task" not in page:
                raise ValueError(f"the list answered with {answer.status}")
            ids = [chosen.randrange(1, len(tokens) * 100) for _n in range(ROWS)]
            began = time.perf_counter()
            await store.reader(_bare, ids)
            if turn >= 5:  # the first ones read the files
                full.append(took)
                processor.append(used)
                rival.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0)
        return full, rival, processor


def _bare(connection: Connection, ids: list[int]) -> int:
    task = _table("task")
    return len(connection.execute(select(task).where(task.c.id.in_(ids))).all())


def _table(name: str) -> Any:
    return metadata().tables[name]


@asynccontextmanager
async def _served(store: Store) -> AsyncIterator[str]:
    runner = web.AppRunner(build(store, accounts=(), link_base=""), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _screens(base: str, tokens: list[str]) -> AsyncIterator[None]:
    """Streams that stay open, as those of browsers do."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        opened = [asyncio.create_task(_listen(session, base, token)) for token in tokens]
        await asyncio.sleep(1)
        try:
            yield
        finally:
            for one in opened:
                one.cancel()
            await asyncio.gather(*opened, return_exceptions=True)


async def _listen(session: aiohttp.ClientSession, base: str, token: str) -> None:
    with suppress(aiohttp.ClientError):
        async with session.get(f"{base}/admin/live", cookies={COOKIE: token}) as answer:
            async for _line in answer.content:
                continue
