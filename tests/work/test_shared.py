"""Rate limits and bells: the same promises in memory and in Redis, and without Redis."""

import asyncio

import pytest

from bot.work.redis_shared import RedisShared
from bot.work.shared import MemoryShared, Shared
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
async def test_without_redis_a_node_counts_for_itself_and_does_not_ask_it_each_time(
    redis_server: Redis,
) -> None:
    shared, asked = RedisShared(redis_server.url), []
    await shared.count("k", 60)
    redis_server.stop()

    missed = await shared.count("k", 60)
    async with await asyncio.start_server(lambda *line: asked.append(line), "127.0.0.1", redis_server.port):
        after = [await shared.count("k", 60) for _n in range(19)]

    assert [missed, *after] == list(range(2, 22))
    assert asked == [], "somebody who listens in its place is not called"
    await shared.close()


@pytest.mark.servers
async def test_a_redis_that_hangs_holds_nobody_up(redis_server: Redis) -> None:
    shared = RedisShared(redis_server.url)
    await shared.count("k", 60)
    redis_server.child.freeze()

    after = [await shared.count("k", 60) for _n in range(3)]

    assert after == [2, 3, 4]
    redis_server.child.thaw()
    await shared.close()
