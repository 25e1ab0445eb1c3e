"""The console on each engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SetClock
from tests.support import servers
from tests.support.service import Service, serving


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
async def either(
    request: pytest.FixtureRequest, tmp_path: Path, template_db: Path, clock: SetClock
) -> AsyncIterator[Service]:
    """The running service on each engine in turn, on a clock that stands still."""
    if request.param == "sqlite":
        async with serving(tmp_path / "data", template=template_db, clock=clock) as running:
            yield running
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        async with serving(tmp_path / "data", database_url=url, clock=clock) as running:
            yield running
