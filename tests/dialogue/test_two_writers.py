"""An act of a journey on two nodes at once: whoever lost the lease changes nothing behind who took over."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.crypto import Vault, install, vault
from bot.db import postgres_engine
from bot.dialogue import acts
from bot.errors import Fenced
from bot.wechat import claims, sql
from bot.work.alarms import Alarm
from bot.work.postgres_writer import PostgresWriter
from bot.work.unit import Work
from tests.support.servers import Postgres

pytestmark = pytest.mark.servers
KEY = ("c1", "mark", 1)
_standing, _go_on = threading.Event(), threading.Event()


@pytest.fixture
def nodes(postgres_server: Postgres) -> Iterator[tuple[PostgresWriter, PostgresWriter]]:
    install(Vault(b"s" * 32).with_index(b"i" * 32))
    _standing.clear()
    _go_on.clear()
    with postgres_server.migrated() as url:
        engines = [postgres_engine(url, pool=4) for _node in range(2)]
        one, two = (PostgresWriter(engine, {}, SystemClock(), threads=2) for engine in engines)
        one.do_now(a_resident)
        yield one, two
        _go_on.set()
        one.close()
        two.close()
        for engine in engines:
            engine.dispose()


def a_resident(work: Work) -> None:
    sealed = vault().seal("o", "resident.openid")
    work.run(
        sql.TAKE_RESIDENT,
        **{"mark": "m", "door": "oa", "who": "w", "openid": sealed, "account": "gh", "holder": "one:x"},
        **{"until": 0, "said_until": 0, "said_left": 0, "did_until": 0, "did_left": 0, "now": work.now_ms},
    )


def mark(work: Work) -> int:
    """An effect that counts, and stands still in the middle the first time."""
    work.db.add(Alarm(kind="effect", raised_at=work.now, last_at=work.now))
    work.db.flush()
    if not _standing.is_set():
        _standing.set()
        _go_on.wait(10)
    return 1


def look_then_write(work: Work) -> str:
    """Looks for a row and writes it when it is not there, as most acts do."""
    if work.db.execute(text("select 1 from alarm where id = 5")).first():
        return "found"
    if not _standing.is_set():
        _standing.set()
        _go_on.wait(10)
    work.db.add(Alarm(id=5, kind="k", raised_at=work.now, last_at=work.now))
    work.db.flush()
    return "written"


def effects(work: Work) -> int:
    return int(work.db.execute(text("select count(*) from alarm where kind = 'effect'")).scalar_one())


async def test_who_takes_over_waits_for_the_act_and_finds_its_result(
    nodes: tuple[PostgresWriter, PostgresWriter],
) -> None:
    one, two = nodes
    slow = asyncio.create_task(one.do(acts.record, 1, 1, KEY, [], None, mark, ()))
    await asyncio.to_thread(_standing.wait, 10)
    over = asyncio.create_task(two.do(claims.claim, 1, "two"))
    done, _waiting = await asyncio.wait({over}, timeout=0.3)
    _go_on.set()

    result = await slow
    await over
    again = await two.do(acts.record, 1, 2, KEY, [], None, mark, ())

    assert not done, "the lease was taken in the middle of an act"
    assert again == result
    assert await two.do(effects) == 1
    with pytest.raises(Fenced):
        await one.do(acts.record, 1, 1, ("c1", "late", 1), [], None, mark, ())
    assert await two.do(effects) == 1


async def test_an_act_that_lost_a_race_for_a_row_is_done_once_more(
    nodes: tuple[PostgresWriter, PostgresWriter],
) -> None:
    one, two = nodes
    slow = asyncio.create_task(one.do(look_then_write))
    await asyncio.to_thread(_standing.wait, 10)
    quick = await two.do(look_then_write)
    _go_on.set()

    assert (quick, await slow) == ("written", "found")
