"""The writers: savepoints, groups, full and locked databases; the same promises on both engines."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, select, text

from admin import schema
from bot.clock import SystemClock
from bot.crypto import Vault, install
from bot.db import postgres_engine, sqlite_engine
from bot.errors import Refused, StoreAway
from bot.work.alarms import Alarm, clear_alarm, raise_alarm
from bot.work.postgres_writer import PostgresWriter
from bot.work.sqlite_writer import SqliteWriter
from bot.work.unit import Work
from bot.work.writer import Writer
from tests.support.servers import Postgres


def refuse_after_writing(work: Work) -> None:
    raise_alarm(work, "half", "done")
    raise Refused("不行")


def double_key(work: Work, ident: int) -> None:
    for _twice in range(2):
        work.db.add(Alarm(id=ident, kind="k", raised_at=work.now, last_at=work.now))
        work.db.flush()
        work.db.expunge_all()


def stumble(work: Work) -> None:
    raise_alarm(work, "half", "stumbled")
    raise KeyError("原话")


def fill(work: Work, size: int) -> None:
    for n in range(size):
        raise_alarm(work, "fill", str(n), "x" * 290)


def kinds(work: Work) -> list[str]:
    return sorted(work.db.scalars(select(Alarm.kind)))


@pytest.fixture
def on_sqlite(template_db: Path, tmp_path: Path) -> Iterator[SqliteWriter]:
    path = tmp_path / "x.db"
    path.write_bytes(template_db.read_bytes())
    install(Vault(b"s" * 32).with_index(b"i" * 32))
    engine = sqlite_engine(path, busy_ms=200)
    writer = SqliteWriter(engine, {}, SystemClock())
    yield writer
    writer.close()
    engine.dispose()


@pytest.fixture
def on_postgres(postgres_server: Postgres) -> Iterator[PostgresWriter]:
    install(Vault(b"s" * 32).with_index(b"i" * 32))
    with postgres_server.database() as url:
        engine = postgres_engine(url, pool=6)
        schema.upgrade(engine)
        writer = PostgresWriter(engine, {}, SystemClock(), threads=4)
        yield writer
        writer.close()
        engine.dispose()


async def _what_an_act_leaves(writer: Writer) -> None:
    results = await asyncio.gather(
        writer.do(raise_alarm, "a"),
        writer.do(refuse_after_writing),
        writer.do(double_key, 77),
        writer.do(stumble),
        writer.do(raise_alarm, "b"),
        return_exceptions=True,
    )

    kept = await writer.do(kinds)
    failures = [type(one).__name__ for one in results if isinstance(one, BaseException)]
    assert failures == ["Refused", "IntegrityError", "KeyError"]
    assert kept == ["a", "b"]


async def test_a_failing_act_takes_nothing_and_nobody_with_it(on_sqlite: SqliteWriter) -> None:
    await _what_an_act_leaves(on_sqlite)


@pytest.mark.servers
async def test_the_same_on_postgresql(on_postgres: PostgresWriter) -> None:
    await _what_an_act_leaves(on_postgres)


@pytest.mark.servers
async def test_after_the_server_went_away_no_dead_connection_is_used_or_left_open(
    postgres_server: Postgres,
) -> None:
    opened, together = list[psycopg.Connection](), threading.Barrier(4)

    async def four_at_once() -> None:
        await asyncio.gather(*(writer.do(lambda _work: together.wait(10)) for _ in range(4)))

    with postgres_server.database() as url:
        engine = postgres_engine(url, pool=6)
        event.listen(engine, "connect", lambda connection, _record: opened.append(connection))
        writer = PostgresWriter(engine, {}, SystemClock(), threads=4)
        await four_at_once()
        before = tuple(opened)
        with psycopg.connect(postgres_server.url, autocommit=True) as db:
            ends = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
            db.execute(ends, [engine.url.database])

        answers = [await writer.do(lambda work: work.db.scalar(select(1))) for _ in range(4)]
        await four_at_once()

        assert len(before) == 4
        assert answers == [1] * 4
        assert [connection.closed for connection in before] == [True] * 4
        assert [connection.closed for connection in opened[4:]] == [False] * 4
        writer.close()
        engine.dispose()


async def test_a_full_disk_undoes_the_group_and_each_act_is_tried_alone(on_sqlite: SqliteWriter) -> None:
    def cap(work: Work, spare: int) -> None:
        pages = work.db.execute(text("PRAGMA page_count")).scalar_one()
        work.db.execute(text(f"PRAGMA max_page_count = {pages + spare}"))

    await on_sqlite.do(cap, 6)

    small, large, other = await asyncio.gather(
        on_sqlite.do(raise_alarm, "small"),
        on_sqlite.do(fill, 400),
        on_sqlite.do(raise_alarm, "other"),
        return_exceptions=True,
    )

    assert isinstance(large, StoreAway)
    assert not isinstance(small, BaseException)
    assert not isinstance(other, BaseException)
    assert await on_sqlite.do(kinds) == ["other", "small"]


async def test_a_locked_database_is_away_and_comes_back(on_sqlite: SqliteWriter, tmp_path: Path) -> None:
    blocker = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreAway):
        await on_sqlite.do(raise_alarm, "while locked")
    blocker.execute("ROLLBACK")
    blocker.close()

    await on_sqlite.do(raise_alarm, "afterwards")
    assert await on_sqlite.do(kinds) == ["afterwards"]


async def test_increments_of_many_tasks_are_all_counted(on_sqlite: SqliteWriter) -> None:
    await asyncio.gather(*(on_sqlite.do(raise_alarm, "same") for _n in range(300)))

    def counted(work: Work) -> list[int]:
        return list(work.db.scalars(select(Alarm.count)))

    assert await on_sqlite.do(counted) == [300]


async def test_an_alarm_that_was_cleared_is_raised_anew(on_sqlite: SqliteWriter) -> None:
    first = await on_sqlite.do(raise_alarm, "token", "oa")
    await on_sqlite.do(clear_alarm, "token", "oa")

    assert await on_sqlite.do(raise_alarm, "token", "oa") != first
