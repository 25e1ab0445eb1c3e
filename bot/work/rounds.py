"""Rounds: what a node does again and again beside the messages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.errors import StoreAway, where

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """One thing to do every so many seconds."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


class Rounds:
    """Runs each round in a task of its own; a failure is logged and the round goes on."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._rounds = tuple(rounds)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin all rounds."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._run(one), name=one.name) for one in self._rounds]

    async def stop(self) -> None:
        """End all rounds."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @staticmethod
    async def _run(one: Round) -> None:
        away = False
        while True:
            await asyncio.sleep(one.seconds)
            try:
                await one.work()
                away = False
            except StoreAway:
                if not away:
                    _log.warning("round %s: the database is away", one.name)
                away = True
            except Exception as error:  # noqa: BLE001 - the next round is a new chance
                _log.error("round %s failed: %s", one.name, where(error))
