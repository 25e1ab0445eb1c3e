"""The database: naming, column types, and engines for SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from bot.clock import instant, millis
from bot.crypto import vault

type_key = BigInteger().with_variant(Integer, "sqlite")  # BIGINT does not count up by itself on SQLite
Read = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection for reading; use it in a ``with``, anew for each look-up."""

BUSY_MS = 2000
T = TypeVar("T")


class Reader:
    """Look-ups outside acts: ``await reader(look_up, ...)`` runs ``look_up(connection, ...)``.

    On SQLite in place, since a look-up costs less than a change of thread; on PostgreSQL in a
    thread, so that a server that hangs never holds up the loop that must say a safety text.
    """

    def __init__(self, engine: Engine, *, threads: int = 0) -> None:
        self.open: Read = engine.connect
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader") if threads else None

    async def __call__(self, look_up: Callable[..., T], *args: Any) -> T:
        if self._pool is None:
            return self.now(look_up, *args)
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.now, look_up, *args)

    def now(self, look_up: Callable[..., T], *args: Any) -> T:
        """The same for callers without an event loop."""
        with self.open() as connection:
            return look_up(connection, *args)

    def close(self) -> None:
        """Finish the look-ups that have begun and let the threads go: after that no connection is in use."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


class Base(DeclarativeBase):
    """All tables; constraints have names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as milliseconds since 1970: equal on both engines, quick to compare."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else millis(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else instant(value)


class Sealed(TypeDecorator[str]):
    """Text that is encrypted at rest; ``place`` is ``table.column`` and is authenticated."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault().seal(value, self.place)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else vault().open(value, self.place)


def sqlite_engine(path: Path, *, busy_ms: int = BUSY_MS) -> Engine:
    """An engine on a SQLite file whose transactions are opened by hand (``BEGIN IMMEDIATE``).

    WAL with ``synchronous=FULL``: a power cut in a rural office loses no commit.
    """
    engine = create_engine(
        f"sqlite:///{quote(str(path))}",
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": busy_ms / 1000},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={busy_ms}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16384",  # in KiB; the indexes of a year's messages are touched at random places
            "wal_autocheckpoint=4000",  # in pages of 4 KiB: each is copied back once for many commits
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def postgres_engine(url: str, *, pool: int) -> Engine:
    """An engine on PostgreSQL through psycopg 3.

    Args: url: ``postgresql://user:pw@host/db``; pool: connections at most. Statements are cut off
    after 4 s and lock waits after 2 s, so that a hung server leads to the spool in time.
    """
    options = "-c statement_timeout=4000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=20000"
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=3,
        pool_pre_ping=False,
        connect_args={"connect_timeout": 2, "options": options, "tcp_user_timeout": 4000},
    )
