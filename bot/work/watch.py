"""Deadlines of many waits, looked after by one timer: a timer for each costs more than the wait itself."""

import asyncio
from collections import deque
from typing import Any

_TICK = 0.05
_Queue = deque[tuple[float, asyncio.Future[Any]]]


class Watch:
    """Ends waits that last too long, at most a twentieth of a second late.

    The instants given to one of its methods must come in rising order, as those of messages that may
    wait equally long do: only the head of the queue is looked at. Used from the thread of the loop only.
    """

    def __init__(self) -> None:
        self._failing: _Queue = deque()
        self._ending: _Queue = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def fail(self, future: asyncio.Future[Any], when: float) -> None:
        """Let a future fail with TimeoutError at an instant of the loop's clock."""
        self._start(future)
        self._failing.append((when, future))

    def end(self, future: asyncio.Future[Any], when: float) -> None:
        """Let a future have the result None at an instant of the loop's clock."""
        self._start(future)
        self._ending.append((when, future))

    def _start(self, future: asyncio.Future[Any]) -> None:
        loop = future.get_loop()
        if loop is not self._loop:  # a writer may outlive a loop
            self._loop, self._timer = loop, None
            self._failing.clear()
            self._ending.clear()
        if self._timer is None:
            self._timer = loop.call_later(_TICK, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        for future in _due(self._failing, loop.time()):
            future.set_exception(TimeoutError())
        for future in _due(self._ending, loop.time()):
            future.set_result(None)
        waiting = self._failing or self._ending
        self._timer = loop.call_later(_TICK, self._look) if waiting else None


def _due(queue: _Queue, now: float) -> list[asyncio.Future[Any]]:
    due = []
    while queue and (queue[0][1].done() or queue[0][0] <= now):
        future = queue.popleft()[1]
        if not future.done():
            due.append(future)
    return due
