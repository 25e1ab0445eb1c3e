"""Fixtures for all tests."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin import schema
from bot.clock import SetClock
from bot.db import sqlite_engine
from tests.support import kept, servers
from tests.support.service import Service, serving

for _name in [name for name in os.environ if name.startswith("XIAOSI_")]:
    if not _name.startswith("XIAOSI_TEST_"):
        del os.environ[_name]  # an operator's own settings never reach a test

pytest_plugins = ["tests.support.skips"]
kept.install()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Postgres]:
    """A real PostgreSQL; `postgres_server.database(template)` gives a test a database of its own."""
    try:
        with servers.postgres() as server:
            yield server
    except servers.NoServer as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a real Redis that all tests of the run share."""
    try:
        with servers.redis() as server:
            yield server.url
    except servers.NoServer as reason:
        pytest.skip(f"no Redis: {reason}")


@pytest.fixture
def redis_server() -> Iterator[servers.Redis]:
    """A real Redis for one test, which may stop, freeze and start it."""
    try:
        with servers.redis() as server:
            yield server
    except servers.NoServer as reason:
        pytest.skip(f"no Redis: {reason}")


@pytest.fixture(scope="session")
def template_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; each test begins with a copy of it."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = sqlite_engine(path)
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands still until the test moves it."""
    return SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture
async def service(tmp_path: Path, template_db: Path) -> AsyncIterator[Service]:
    """The running service with its sandbox, on the machine's clock."""
    async with serving(tmp_path / "data", template=template_db) as running:
        yield running


@pytest.fixture
async def timed(tmp_path: Path, template_db: Path, clock: SetClock) -> AsyncIterator[Service]:
    """The running service on a clock that the test moves."""
    async with serving(tmp_path / "data", template=template_db, clock=clock) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests come first, so that none of them is left over when other processes are done."""
    long = {item.path for item in items if item.get_closest_marker("faults")}
    long |= {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in long)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes, often drawn at random, are named by their place: test processes must agree on the names."""
    return argname if isinstance(val, bytes) else None
