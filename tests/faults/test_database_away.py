"""The database is locked, frozen or gone under traffic: the webhook answers, and all is made good later."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from admin.sandbox.sandbox import Sandbox
from tests.faults.settling import audited, locked, spooled
from tests.support import servers
from tests.support.auditor import Findings
from tests.support.node import Node, Place, adopted, fixed_texts, running
from tests.support.storm import Spoken, Storm, to

pytestmark = [pytest.mark.faults, pytest.mark.alone]

AWAY = 8.0
DANGER_SECONDS = 2.0


async def test_a_locked_sqlite_file_costs_no_message(sqlite_place: Place, sandbox: Sandbox) -> None:
    node = Node(sqlite_place)
    async with Storm(sandbox, to(node.pushers()), rate=25) as storm, running(node):
        async with storm.blowing():
            await asyncio.sleep(2)
            async with locked(sqlite_place.folder / "xiaosi.db"):
                cries = await storm.cries(AWAY)
            await asyncio.sleep(3)
        found = await audited(sqlite_place, storm, node)

    _held(storm, cries, found)


@pytest.mark.servers
@pytest.mark.parametrize("how", ["frozen", "killed"])
async def test_a_postgres_that_is_away_costs_no_message(
    how: str, tmp_path: Path, sandbox: Sandbox, own_postgres: servers.Postgres
) -> None:
    if own_postgres.child is None:
        pytest.fail("this test needs a server of its own")
    with own_postgres.database(adopted(own_postgres)) as url:
        _durable(own_postgres, url)
        place = Place(tmp_path / "cell", sandbox.credentials, sandbox.api_base, url)
        place.prepare()
        node = Node(place)
        async with Storm(sandbox, to(node.pushers()), rate=25) as storm, running(node):
            async with storm.blowing():
                await asyncio.sleep(2)
                async with _frozen(own_postgres) if how == "frozen" else _killed(own_postgres):
                    cries = await storm.cries(AWAY + 2)
                    waiting = await spooled(node)
                await asyncio.sleep(3)
            found = await audited(place, storm, node)

    assert waiting > 0
    _held(storm, cries, found)


def _held(storm: Storm, cries: list[Spoken], found: Findings) -> None:
    """What must be true whichever database was away."""
    slowest = max(cry.tries[-1].seconds for cry in cries)
    unanswered = [one for one in storm.spoken if not one.answered]
    broken = sum(one.broke != "" for spoken in storm.spoken for one in spoken.tries)
    print(f"\nslowest danger text {slowest:.2f} s of {len(cries)}; {broken} tries broke; {found}")
    assert unanswered == []
    assert broken == 0
    assert all("12356" in cry.text for cry in cries)
    assert slowest < DANGER_SECONDS
    assert found.interim > 0
    assert all(number in fixed_texts()["store_away"] for number in ("12348", "110"))
    assert found.clean, str(found)


@asynccontextmanager
async def _frozen(server: servers.Postgres) -> AsyncIterator[None]:
    """Every process of the server stands still: connections stay open, and nothing answers."""
    pids = _family(server)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def _killed(server: servers.Postgres) -> AsyncIterator[None]:
    assert server.child is not None
    server.child.stop(signal.SIGQUIT)
    try:
        yield
    finally:
        await asyncio.to_thread(server.child.start, lambda: _accepts(server.url))


def _accepts(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _family(server: servers.Postgres) -> list[int]:
    import psycopg

    with psycopg.connect(server.url) as db:
        stat = Path(f"/proc/{db.info.backend_pid}/stat").read_text()
    parent = int(stat.rpartition(")")[2].split()[1])
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *map(int, children)]


def _durable(server: servers.Postgres, url: str) -> None:
    """What was committed must outlive the server: test servers are set to forget it."""
    import psycopg
    from psycopg import sql

    name = sql.Identifier(url.rpartition("/")[2])
    with psycopg.connect(server.url, autocommit=True) as db:
        db.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))
