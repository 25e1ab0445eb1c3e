"""Rate limits and bells: the same promises in memory and in Redis, and without Redis."""

import asyncio

import pytest

from bot.work.shared import MemoryShared, RedisShared, Shared
from tests.support.servers import Redis


async def counts(shared: Shared) -> list[int]:
    return [await shared.count("a", 60) for _n in range(3)] + [await shared.count("b", 60)]


async def test_memory_counts_by_key() -> None:
    assert await counts(MemoryShared()) == [1, 2, 3, 1]


async def test_memory_forgets_after_the_time() -> None:
    now = [0.0]
    shared = MemoryShared(lambda: now[0])
    await counts(shared)
    now[0] = 61.0

    assert await shared.count("a", 60) == 1


@pytest.mark.servers
async def test_two_nodes_count_together_and_hear_each_other(redis_server: Redis) -> None:
    one, other = RedisShared(redis_server.url), RedisShared(redis_server.url)
    heard: list[str] = []
    await other.open(heard.append)

    await one.count("k", 60)
    second = await other.count("k", 60)
    while not heard:  # once the other one listens
        await one.ring("mark-1")
        await asyncio.sleep(0.1)

    assert second == 2
    assert set(heard) == {"mark-1"}
    await one.close()
    await other.close()


@pytest.mark.servers
async def test_without_redis_a_node_counts_for_itself_and_quickly(redis_server: Redis) -> None:
    shared = RedisShared(redis_server.url)
    await shared.count("k", 60)
    redis_server.stop()
    loop = asyncio.get_running_loop()

    begun = loop.time()
    after = [await shared.count("k", 60) for _n in range(20)]
    took = loop.time() - begun

    assert after == list(range(2, 22))
    assert took < 2
    await shared.close()
