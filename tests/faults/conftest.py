"""What all fault tests share: how long they are, and places to work in."""

import faulthandler
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from admin.sandbox.sandbox import Sandbox
from tests.support import servers
from tests.support.node import Place, adopted
from tests.support.storm import platform

SETTING = "XIAOSI_TEST_FAULTS"


@dataclass(frozen=True)
class Length:
    """How much is tried.

    Attributes: random: kills at any moment; each: kills at each failpoint; frozen: seconds for which
    a node stands still; whole: every bad day of the platform.
    """

    random: int
    each: int
    frozen: float
    whole: bool

    @classmethod
    def read(cls) -> "Length":
        """From the environment: ``long``, or two numbers such as ``60+10``; short without it."""
        given = os.environ.get(SETTING, "")
        if given == "long":
            return cls(200, 30, 30.0, whole=True)
        if given:
            random, _plus, each = given.partition("+")
            return cls(int(random), int(each or 0), 6.0, whole=True)
        return cls(6, 2, 6.0, whole=False)


@pytest.fixture(scope="session")
def length() -> Length:
    """How much is tried in this run."""
    return Length.read()


@pytest.fixture(autouse=True)
def _patience(length: Length) -> None:
    """The longer runs take longer than the limit that ends a test which hangs."""
    if length.whole:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The platform."""
    async with platform() as played:
        yield played


@pytest.fixture
def sqlite_place(tmp_path: Path, sandbox: Sandbox) -> Place:
    """A service on SQLite, with the county's stations and adopted knowledge."""
    place = Place(tmp_path / "cell", sandbox.credentials, sandbox.api_base)
    place.prepare()
    return place


@pytest.fixture
def postgres_place(tmp_path: Path, sandbox: Sandbox, postgres_server: servers.Postgres) -> Iterator[Place]:
    """The same on PostgreSQL."""
    with postgres_server.database(adopted(postgres_server)) as url:
        place = Place(tmp_path / "cell", sandbox.credentials, sandbox.api_base, url)
        place.prepare()
        yield place


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def place(request: pytest.FixtureRequest) -> Place:
    """Each engine in turn."""
    made: Place = request.getfixturevalue(f"{request.param}_place")
    return made


@pytest.fixture
def own_postgres() -> Iterator[servers.Postgres]:
    """A PostgreSQL for one test, which may freeze, kill and start it."""
    given = os.environ.pop(servers.POSTGRES_SETTING, None)
    try:
        with servers.postgres() as server:
            yield server
    except servers.NoServer as reason:
        pytest.skip(f"no PostgreSQL: {reason}")
    finally:
        if given is not None:
            os.environ[servers.POSTGRES_SETTING] = given
