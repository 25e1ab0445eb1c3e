"""What tests of slices share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handlers.booking import Bookings, with_supply
from tests.handlers.office import Office, office
from tests.support.servers import Postgres


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def county(request: pytest.FixtureRequest, tmp_path: Path, template_db: Path) -> Iterator[Office]:
    """An office on each engine in turn."""
    if request.param == "sqlite":
        with office(tmp_path, template_db) as one:
            yield one
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url, office(tmp_path, None, url) as one:
        yield one


@pytest.fixture
def bookings(county: Office) -> Bookings:
    """A county in which the demo's services can be booked, on each engine in turn."""
    return with_supply(county)
