"""Residents race for few times over HTTP: exactly the times are given, and nobody is left without a way."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Engine, create_engine

from bot.clock import SetClock
from bot.db import postgres_engine
from tests.appointments.program import Program, Trial, trying
from tests.appointments.racing import SLOTS, Race, check, login, race, racing
from tests.appointments.trial_node import TrialPlace
from tests.faults.conftest import Length
from tests.support import servers
from tests.support.node import Node, running

FEW, MANY = 120, 2000
STATION: dict[str, Any] = {"station": "chengdong", "service": "lawyer", "limit": SLOTS}


@pytest.fixture
async def nodes(
    request: pytest.FixtureRequest, tmp_path: Path, template_db: Path, clock: SetClock
) -> AsyncIterator[list[Trial]]:
    """One service on SQLite, or two on one PostgreSQL."""
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            yield [await stack.enter_async_context(trying(tmp_path, template=template_db, clock=clock))]
            return
        server: servers.Postgres = request.getfixturevalue("postgres_server")
        url = stack.enter_context(server.migrated())
        first = await stack.enter_async_context(trying(tmp_path / "1", database_url=url, clock=clock))
        again = trying(tmp_path / "2", database_url=url, clock=clock, stocked=False)
        yield [first, await stack.enter_async_context(again)]


@pytest.mark.parametrize(
    "nodes", ["sqlite", pytest.param("postgres", marks=pytest.mark.servers)], indirect=True
)
async def test_exactly_the_times_are_given_and_each_loser_is_offered_others(nodes: list[Trial]) -> None:
    bases = [one.service.base for one in nodes]
    programs = [await nodes[0].resident(f"oRacer-{number}") for number in range(FEW)]
    slots = await programs[0].free(**STATION)

    found = await race(bases, programs, slots)

    print(f"\n{found}")
    check(nodes[0].service.store.engine, found, FEW)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[TrialPlace]]:
    """Folders of one node on SQLite, or of two on PostgreSQL."""
    if request.param == "sqlite":
        yield [TrialPlace(tmp_path / "cell")]
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        yield [TrialPlace(tmp_path / name, url) for name in ("one", "two")]


AT_ONCE = 0.3
"""Seconds into the race after which a node is killed, however few were answered."""


@pytest.mark.faults
@pytest.mark.alone
@pytest.mark.parametrize("kills", [0, 3] if Length.read().whole else [2])
async def test_the_same_between_processes_that_are_killed(
    places: list[TrialPlace], kills: int, race_length: Length
) -> None:
    residents = MANY if race_length.whole else FEW
    places[0].prepare()
    processes = [Node(place) for place in places]
    async with AsyncExitStack() as stack:
        for one in processes:  # one after the other: each makes what is missing
            await stack.enter_async_context(running(one))
            await _staffed(one.base)
        session = await stack.enter_async_context(_session())
        bases = [one.base for one in processes]
        programs = await _logged_in(session, bases, residents)
        slots = await _free(programs[0])
        found = Race()
        raced = asyncio.create_task(racing(bases, programs, slots, found))
        struck = 0
        for number in range(kills):
            strike = asyncio.get_running_loop().time() + AT_ONCE  # all answers may come in one burst
            while found.answered < residents * (number + 1) // (kills + 1) and not raced.done():
                if asyncio.get_running_loop().time() >= strike:
                    break
                await asyncio.sleep(0.01)
            node = processes[number % len(processes)]
            struck += not raced.done()
            node.kill()
            node.spawn()
            assert await node.up(), node.tail()
        await raced

    print(f"\n{len(processes)} nodes, {struck} kills in the race: {found}")
    assert bool(struck) == bool(kills)
    engine = _engine(places[0])
    try:
        check(engine, found, residents)
    finally:
        engine.dispose()


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=60)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield session


async def _logged_in(session: aiohttp.ClientSession, bases: list[str], count: int) -> list[Program]:
    room = asyncio.Semaphore(32)

    async def one(number: int) -> Program:
        async with room:
            return await login(session, bases, f"oRacer-{number}")

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def _free(program: Program) -> list[dict[str, str]]:
    since = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    found = await program.free(**STATION, **{"from": since})
    assert len(found) == SLOTS
    return found


async def _staffed(base: str) -> None:
    """Wait for the demo staff, who come after the doors are open: a time without anybody is not offered."""
    async with _session() as session:
        for _look in range(600):
            if len(await Program(session, base).free(**STATION)) == SLOTS:
                return
            await asyncio.sleep(0.1)
    raise AssertionError("nobody came to work")


def _engine(place: TrialPlace) -> Engine:
    if place.database_url:
        return postgres_engine(place.database_url, pool=1)
    return create_engine(f"sqlite:///{place.folder / 'trial' / 'xiaosi.db'}", hide_parameters=True)
