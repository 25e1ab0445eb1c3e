"""Look-ups outside acts, when the store is closed while one is on its way."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text

from bot.db import Reader, postgres_engine
from tests.support.servers import Postgres


@pytest.mark.servers
async def test_no_look_up_outlives_its_reader(postgres_server: Postgres) -> None:
    begun, ended = threading.Event(), list[int]()

    def slow(connection: Connection) -> None:
        begun.set()
        connection.execute(text("select pg_sleep(0.3)"))
        ended.append(1)

    with postgres_server.database() as url:
        engine = postgres_engine(url, pool=2)
        reader = Reader(engine, threads=1)
        asked = [asyncio.create_task(reader(slow)) for _ in range(2)]
        await asyncio.to_thread(begun.wait)
        reader.close()
        still_in_use = engine.pool.checkedout()  # type: ignore[attr-defined]
        engine.dispose()

        assert (ended, still_in_use) == ([1], 0)
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(outcomes[1], asyncio.CancelledError)  # the one that had not begun is given up
