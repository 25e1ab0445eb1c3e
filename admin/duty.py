"""Whether somebody on duty is told of danger: known beforehand, since a safety text waits for nothing."""

import time
from collections.abc import Callable

from sqlalchemy import Connection

from admin.console.seen import seen
from admin.store import Store
from bot.clock import millis
from handlers.alerts.reading import reached
from handlers.handoff import roster

FRESH_S = 10.0
"""What was looked up longer ago is not relied on: the database may be away, and then nobody is told."""


class DutyWatch:
    """Looks again and again whether the roster names somebody whom a channel reaches.

    Args: channels: those set up now, beside the browser.
    """

    def __init__(self, store: Store, channels: Callable[[], frozenset[str]]) -> None:
        self._store, self._channels = store, channels
        self._told, self._looked = False, -FRESH_S

    async def look(self) -> None:
        """Look it up."""
        now = millis(self._store.clock.now())
        told = await self._store.reader(somebody_told, self._channels(), now)
        self._told, self._looked = told, time.monotonic()

    def __call__(self) -> bool:
        """Whether somebody on duty would be told now, as far as is known."""
        return self._told and time.monotonic() - self._looked < FRESH_S


def somebody_told(connection: Connection, channels: frozenset[str], now_ms: int) -> bool:
    """Whether somebody is on duty whom a channel reaches."""
    there = roster.on_duty(connection, now_ms)
    return bool(there) and bool(told_of(connection, {one.staff_id for one in there}, channels, now_ms))


def told_of(
    connection: Connection, people: set[int], channels: frozenset[str], now_ms: int
) -> frozenset[int]:
    """Which of some people a channel reaches now: an open console, the group, their WeChat, their phone."""
    at_screen = seen(connection, now_ms)
    return frozenset(one for one in people if one in at_screen or reached(connection, one, channels, now_ms))
