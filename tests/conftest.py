"""Fixtures for all tests."""

import os
from collections.abc import Iterator

import pytest

from tests.support import servers

for _name in [name for name in os.environ if name.startswith("XIAOSI_")]:
    if not _name.startswith("XIAOSI_TEST_"):
        del os.environ[_name]  # an operator's own settings never reach a test

pytest_plugins = ["tests.support.skips"]


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
