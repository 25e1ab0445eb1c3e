"""Deadlines of many waits behind one timer."""

import asyncio

import pytest

from bot.work.watch import Watch


async def test_a_wait_that_lasts_too_long_fails() -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    Watch().fail(future, loop.time() + 0.01)

    with pytest.raises(TimeoutError):
        await future


async def test_a_wait_can_end_without_a_result() -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int | None] = loop.create_future()
    Watch().end(future, loop.time())

    assert await future is None


async def test_what_is_done_in_time_keeps_its_result() -> None:
    loop, watch = asyncio.get_running_loop(), Watch()
    quick: asyncio.Future[int] = loop.create_future()
    slow: asyncio.Future[int | None] = loop.create_future()
    watch.fail(quick, loop.time() + 0.01)
    watch.end(slow, loop.time() + 0.1)
    quick.set_result(7)

    assert await slow is None
    assert quick.result() == 7


def test_a_watch_outlives_a_loop() -> None:
    watch = Watch()

    async def wait() -> int | None:
        future: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        watch.end(future, 0.0)
        return await future

    assert [asyncio.run(wait()) for _ in range(2)] == [None, None]
