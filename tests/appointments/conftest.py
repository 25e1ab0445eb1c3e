"""Services with the demo county's supply, in trial mode, on the clock of the tests."""

import faulthandler
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SetClock
from tests.appointments.program import Trial, trying
from tests.faults.conftest import Length
from tests.support import servers


@pytest.fixture
async def trial(tmp_path: Path, template_db: Path, clock: SetClock) -> AsyncIterator[Trial]:
    """On SQLite."""
    async with trying(tmp_path / "data", template=template_db, clock=clock) as running:
        yield running


@pytest.fixture
async def either(
    request: pytest.FixtureRequest, tmp_path: Path, template_db: Path, clock: SetClock
) -> AsyncIterator[Trial]:
    """On the engine that the test names."""
    if request.param == "sqlite":
        async with trying(tmp_path / "data", template=template_db, clock=clock) as running:
            yield running
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        async with trying(tmp_path / "data", database_url=url, clock=clock) as running:
            yield running


@pytest.fixture
def race_length() -> Length:
    """How long a race is: as the faults are."""
    length = Length.read()
    if length.whole:  # it takes longer than the limit that ends a test which hangs
        faulthandler.cancel_dump_traceback_later()
    return length
