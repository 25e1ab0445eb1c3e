"""Two nodes on one PostgreSQL: whoever gets a message, it has one effect and one answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from admin.sandbox.account import Door
from admin.sandbox.pushing import Pusher
from admin.sandbox.sandbox import Sandbox
from tests.faults.conftest import Length
from tests.faults.settling import audited
from tests.support import servers
from tests.support.node import Node, Place, adopted, running
from tests.support.storm import Route, Storm

pytestmark = [pytest.mark.faults, pytest.mark.alone, pytest.mark.servers]


@pytest.fixture
def places(
    tmp_path: Path, sandbox: Sandbox, postgres_server: servers.Postgres, redis_server: servers.Redis
) -> Iterator[tuple[Place, Place]]:
    """Two folders, one database, one Redis."""
    with postgres_server.database(adopted(postgres_server)) as url:
        given = (sandbox.credentials, sandbox.api_base, url, redis_server.url)
        first, second = Place(tmp_path / "one", *given), Place(tmp_path / "two", *given)
        first.prepare()
        second.prepare()
        yield first, second


async def test_the_same_push_at_both_nodes_has_one_effect_and_equal_answers(
    places: tuple[Place, Place], sandbox: Sandbox, redis_server: servers.Redis
) -> None:
    one, two = (Node(place) for place in places)
    both: Route = _route([one, two], lambda _number: (0, 1))
    async with Storm(sandbox, both, rate=20, repeat=0.3) as storm, running(one, two):
        async with storm.blowing():
            await asyncio.sleep(6)
            redis_server.child.kill()
            await asyncio.sleep(6)
        found = await audited(places[0], storm, one, two)

    twice = [spoken for spoken in storm.spoken if len(spoken.answers) > 1]
    print(f"\n{len(twice)} messages were answered more than once; {found}")
    assert found.clean, str(found)
    assert len(twice) > 100
    assert all(len(set(spoken.answers)) == 1 for spoken in twice)


async def test_a_node_that_stood_still_changes_nothing_when_it_goes_on(
    places: tuple[Place, Place], sandbox: Sandbox, length: Length
) -> None:
    one, two = (Node(place) for place in places)
    asleep = False
    route = _route([one, two], lambda number: (1,) if asleep or number > 1 else (0,))
    async with Storm(sandbox, route, rate=30) as storm, running(one, two):
        async with storm.blowing():
            for _time in range(3):
                await asyncio.sleep(2)
                async with _frozen(one):
                    await asyncio.sleep(0.3)  # some were on their way to it: they come again elsewhere
                    asleep = True
                    await asyncio.sleep(length.frozen)
                asleep = False
            await asyncio.sleep(2)
        found = await audited(places[0], storm, one, two)

    late = [one for spoken in storm.spoken for one in spoken.tries if one.broke == "timeout"]
    print(f"\n{len(late)} tries met the frozen node; {found}")
    assert late
    assert found.clean, str(found)


def _route(nodes: list[Node], which: Callable[[int], tuple[int, ...]]) -> Route:
    pushers = [node.pushers() for node in nodes]

    def doors(door: Door, number: int) -> list[Pusher]:
        return [pushers[at][door] for at in which(number)]

    return doors


@asynccontextmanager
async def _frozen(node: Node) -> AsyncIterator[None]:
    node.freeze()
    try:
        yield
    finally:
        node.thaw()
