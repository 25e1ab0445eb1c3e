"""Deadlines of many waits, looked after by one timer: a timer for each costs more than the wait itself."""

import asyncio
from collections.abc import Callable
from typing import Any

_TICK = 0.05


class Watch:
    """Ends waits that last too long, at most a twentieth of a second late.

    Used from the thread of the loop only.
    """

    def __init__(self) -> None:
        self._waits: dict[asyncio.Future[Any], tuple[float, Callable[[asyncio.Future[Any]], None]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def fail(self, future: asyncio.Future[Any], when: float) -> None:
        """Let a future fail with TimeoutError at an instant of the loop's clock."""
        self._put(future, when, _fail)

    def end(self, future: asyncio.Future[Any], when: float) -> None:
        """Let a future have the result None at an instant of the loop's clock."""
        self._put(future, when, _end)

    def _put(self, future: asyncio.Future[Any], when: float, stop: Callable[..., None]) -> None:
        loop = future.get_loop()
        if loop is not self._loop:  # a writer may outlive a loop
            self._loop, self._timer, self._waits = loop, None, {}
        self._waits[future] = (when, stop)
        if self._timer is None:
            self._timer = loop.call_later(_TICK, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._waits = {future: wait for future, wait in self._waits.items() if not future.done()}
        for future, (when, stop) in list(self._waits.items()):
            if when <= now:
                del self._waits[future]
                stop(future)
        self._timer = loop.call_later(_TICK, self._look) if self._waits else None


def _fail(future: asyncio.Future[Any]) -> None:
    future.set_exception(TimeoutError())


def _end(future: asyncio.Future[Any]) -> None:
    future.set_result(None)
