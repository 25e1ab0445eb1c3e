"""What nodes share for speed only: counts for rate limits, and bells. All stays right without it."""

import time
from collections.abc import Callable
from typing import Protocol


class Shared(Protocol):
    """Never a lock, never a memory of what was done: those live in the database."""

    async def count(self, key: str, seconds: int) -> int:
        """Count one more under a key that is forgotten after so many seconds; the count so far."""
        ...

    async def ring(self, mark: str) -> None:
        """Tell the other nodes that a message was answered."""
        ...

    async def open(self, hear: Callable[[str], None]) -> None:
        """Begin to listen; ``hear`` gets the marks that other nodes ring."""
        ...

    async def close(self) -> None:
        """Stop listening and let connections go."""
        ...


class MemoryShared:
    """For one node: counts in this process, no bells."""

    def __init__(self, now: Callable[[], float] = time.monotonic, *, most: int = 50_000) -> None:
        self._now, self._most = now, most
        self._counts: dict[str, tuple[float, int]] = {}

    async def count(self, key: str, seconds: int) -> int:
        now = self._now()
        until, count = self._counts.get(key, (0.0, 0))
        if until <= now:
            until, count = now + seconds, 0
            if len(self._counts) >= self._most:
                self._counts = {k: v for k, v in self._counts.items() if v[0] > now}
        self._counts[key] = (until, count + 1)
        return count + 1

    async def ring(self, mark: str) -> None:
        """Nobody else to tell."""

    async def open(self, hear: Callable[[str], None]) -> None:
        """Nothing to listen to."""

    async def close(self) -> None:
        """Nothing to let go."""
