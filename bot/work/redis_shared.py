"""What nodes share through Redis; loaded only where there is one, since its client takes memory and time."""

import asyncio
import logging
import time
from collections.abc import Callable

from redis.asyncio import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bot.work.shared import MemoryShared

_log = logging.getLogger(__name__)
_CHANNEL = "xiaosi:bell"
_PAUSE_SECONDS = 10.0


class RedisShared:
    """Through Redis; when it is away, hung or empty, this node counts for itself for ten seconds."""

    def __init__(self, url: str) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=20,
            timeout=0.1,
            socket_timeout=0.1,
            socket_connect_timeout=0.2,
            retry=Retry(NoBackoff(), 1),
        )
        self._redis = Redis.from_pool(pool)  # closes the pool with itself
        self._listener = Redis.from_url(url, socket_timeout=None, socket_connect_timeout=1)
        self._own = MemoryShared()
        self._away_until = 0.0
        self._task: asyncio.Task[None] | None = None

    async def count(self, key: str, seconds: int) -> int:
        own = await self._own.count(key, seconds)
        if not self._here():
            return own
        try:
            async with asyncio.timeout(0.15):
                async with self._redis.pipeline(transaction=True) as pipe:
                    pipe.incr(f"xiaosi:count:{key}")
                    pipe.expire(f"xiaosi:count:{key}", seconds, nx=True)
                    results = await pipe.execute()
            return int(results[0])
        except (RedisError, OSError, TimeoutError) as error:
            self._missed(error)
            return own

    async def ring(self, mark: str) -> None:
        if not self._here():
            return
        try:
            async with asyncio.timeout(0.15):
                await self._redis.publish(_CHANNEL, mark)
        except (RedisError, OSError, TimeoutError) as error:
            self._missed(error)

    async def open(self, hear: Callable[[str], None]) -> None:
        self._task = asyncio.get_running_loop().create_task(self._listen(hear))

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for client in (self._redis, self._listener):
            try:
                await client.aclose()
            except (RedisError, OSError):
                continue

    async def _listen(self, hear: Callable[[str], None]) -> None:
        while True:
            try:
                async with self._listener.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(_CHANNEL)
                    async for message in pubsub.listen():
                        hear(message["data"].decode("ascii", "replace"))
            except (RedisError, OSError) as error:
                self._missed(error)
            await asyncio.sleep(2)

    def _here(self) -> bool:
        return time.monotonic() >= self._away_until

    def _missed(self, error: Exception) -> None:
        if self._here():
            _log.warning("Redis is away (%s): this node counts for itself", type(error).__name__)
        self._away_until = time.monotonic() + _PAUSE_SECONDS
