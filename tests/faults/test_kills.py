"""The service is killed again and again under a storm; nothing is lost, doubled or changed."""

import random

import pytest

from admin.sandbox.sandbox import Sandbox
from bot.work.failpoints import POINTS
from tests.faults.conftest import Length
from tests.faults.settling import audited
from tests.support.node import Node, Place, running, until
from tests.support.storm import Storm, to

pytestmark = pytest.mark.faults

CHANCE = {
    "received": 0.03,
    "stored": 0.03,
    "acted": 0.012,
    "committed": 0.012,
    "before_write": 0.03,
    "written": 0.03,
    "pushed": 0.2,
}


async def test_nothing_is_lost_or_doubled_when_the_service_dies(
    place: Place, sandbox: Sandbox, length: Length
) -> None:
    node = Node(place)
    kills = {"random": 0}
    async with Storm(sandbox, to(node.pushers()), calm=lambda: node.away) as storm, running(node):
        async with storm.blowing():
            kills["random"] = await _kill_at_random(node, length.random)
            for point in POINTS:
                kills[point] = await _kill_at(node, point, length.each)
            node.spawn()
            await node.up()
        found = await audited(place, storm, node)

    print(f"\nkills {kills}: {found}")
    (place.folder / "stories.txt").write_text("\n\n".join(found.stories), "utf-8")
    assert kills == {"random": length.random, **dict.fromkeys(POINTS, length.each)}
    assert found.clean, str(found)
    assert found.effects > 5 * sum(kills.values())


async def _kill_at_random(node: Node, times: int) -> int:
    rng = random.Random()
    for _time in range(times):
        await node.up()
        await until(lambda: False, rng.uniform(0.05, 2.0))
        node.kill()
        node.spawn()
    await node.up()
    node.kill()  # one more, to be armed from now on
    return times


async def _kill_at(node: Node, point: str, times: int) -> int:
    """Let the service die at one failpoint. Returns: how often it died there."""
    died = 0
    while died < times:
        node.spawn(f"{point}:{CHANCE[point]}")
        await node.up()
        assert await until(lambda: node.ended, 60), f"{point} was not reached: {node.tail()}"
        assert node.status == -9, node.tail()
        died += 1
    return died
