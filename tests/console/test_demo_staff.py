"""The demo staff of trial nodes that start at the same moment on one fresh database."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import text

from admin.console import people
from bot.clock import SystemClock
from bot.crypto import Vault, install
from bot.db import postgres_engine
from bot.work.postgres_writer import PostgresWriter
from handlers.directory import stations
from tests.support.servers import Postgres
from tests.support.service import COUNTY

pytestmark = pytest.mark.servers


@pytest.fixture
def nodes(postgres_server: Postgres) -> Iterator[list[PostgresWriter]]:
    """Four nodes on one database that has the demo county and nobody in it."""
    install(Vault(b"s" * 32).with_index(b"i" * 32))
    with postgres_server.migrated() as url:
        engines = [postgres_engine(url, pool=4) for _node in range(4)]
        writers = [PostgresWriter(engine, {}, SystemClock(), threads=2) for engine in engines]
        writers[0].do_now(stations.load_county, stations.read_county(COUNTY).stations)
        yield writers
        for writer, engine in zip(writers, engines, strict=True):
            writer.close()
            engine.dispose()


async def test_nodes_that_start_together_make_each_of_the_demo_staff_once(
    nodes: list[PostgresWriter],
) -> None:
    together = Barrier(len(nodes))

    def starts(node: int) -> int:
        for login, name, station, role in people.DEMO:
            codes = [f"{node}-{login}-{number}" for number in range(10)] if role == "head" else []
            together.wait(30)
            nodes[node].do_now(people.demo_one, login, name, f"hash of {node}", station, role, codes)
        return node

    with ThreadPoolExecutor(len(nodes)) as pool:
        loop = asyncio.get_running_loop()
        done = await asyncio.gather(
            *(loop.run_in_executor(pool, partial(starts, node)) for node in range(len(nodes)))
        )

    rows = nodes[0].do_now(lambda work: work.db.execute(text(_STAFF)).all())
    codes = nodes[0].do_now(lambda work: work.db.execute(text("select count(*) from recovery_code")).scalar())
    assert sorted(done) == [0, 1, 2, 3]
    assert [row.login for row in rows] == sorted(login for login, *_rest in people.DEMO)
    assert {row.password[:7] for row in rows} == {"hash of"}
    assert codes == 10


_STAFF = "select login, password from staff order by login"
