"""Telling staff, as rounds of one node: what is due is made into rows, and rows are sent."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.clock import Clock, millis
from bot.db import Reader
from bot.errors import StoreAway, where
from bot.work.failpoints import reach
from bot.work.rounds import Round
from bot.work.writer import Writer
from handlers.alerts import digest, sending, service
from handlers.alerts.channels import Channels, NotSent
from handlers.alerts.rules import Scene
from handlers.alerts.sending import CALLED, Claimed
from handlers.alerts.sentences import digest_words, markdown_words, message_words, unstored_words

MOST = 4
"""Calls of one channel at the same time: one that hangs does not hold up the other."""
LATE_MS = 8_000
"""A process that was stopped for longer than this after a claim gives the row back."""
RECORD_S, PAUSE_S = 30.0, 0.5
CRY_PAUSE_S = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tools:
    """What telling needs.

    Attributes: scene: reads what is known of a task and who may be told, None when it is gone; link: root
    of links; poke: wakes the sender of the outbox.
    """

    writer: Writer
    reader: Reader
    clock: Clock
    node: str
    channels: Channels
    scene: Callable[[Connection, int, int], Scene | None]
    link: str
    poke: Callable[[], None]


class Telling:
    """What one node does to tell staff."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._flying: dict[asyncio.Task[None], str] = {}
        self._cried = -CRY_PAUSE_S

    def rounds(self) -> list[Round]:
        """What is done, and every how many seconds."""
        return [Round("ring", 0.5, self.ring), Round("tell staff", 0.5, self.send)]

    async def start(self) -> None:
        """Settle what this node was doing when it ended; a database that is away is left to the leases."""
        with suppress(StoreAway):
            await self._t.writer.do(sending.start_node, self._t.node)

    async def ring(self) -> int:
        """Make the tellings that are due. Returns: of how many tasks."""
        now = millis(self._t.clock.now())
        tasks = await self._t.reader(service.due, now)
        for task in tasks:
            scene = await self._t.reader(self._t.scene, task, now)
            if scene is None:
                await self._t.writer.do(service.end, task)
            elif await self._t.writer.do(service.sound, task, scene):
                self._t.poke()
        return len(tasks)

    async def send(self) -> int:
        """Begin the calls that wait. Returns: how many."""
        if not await self._t.reader(sending.anything):
            return 0
        flying = Counter(self._flying.values())
        room = {channel: max(MOST - flying[channel], 0) for channel in CALLED}
        taken = await self._t.writer.do(sending.claim, self._t.node, room)
        for claimed in taken:
            task = asyncio.get_running_loop().create_task(self._call(claimed))
            self._flying[task] = claimed.channel
            task.add_done_callback(self._landed)
        return len(taken)

    def cry(self) -> None:
        """Danger was heard and the database does not take it: tell the group, once a minute at most.

        Who is on duty and how to reach them stands in the database, so nobody else can be told.
        """
        now = asyncio.get_running_loop().time()
        if not self._t.channels.has_robot or now - self._cried < CRY_PAUSE_S:
            return
        self._cried = now
        task = asyncio.get_running_loop().create_task(self._cry())
        self._flying[task] = "cry"
        task.add_done_callback(self._landed)

    async def stop(self) -> None:
        """Give what is on its way a few seconds, then end it."""
        if self._flying:
            _done, pending = await asyncio.wait(set(self._flying), timeout=5)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
        await self._t.channels.close()

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flying.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            _log.error("an alert could not be recorded: %s", where(error))

    async def _call(self, claimed: Claimed) -> None:
        if millis(self._t.clock.now()) - claimed.claimed_ms > LATE_MS:
            await self._t.writer.do(sending.give_back, claimed.id, self._t.node)
            return
        reach("alert_claimed")
        state, reason = "sent", ""
        try:
            await self._said(claimed)
        except NotSent as no:
            state, reason = "failed", no.why
        except Exception as error:  # noqa: BLE001 - it may have left before it broke
            _log.error("alert %s broke: %s", claimed.id, where(error))
            state, reason = "failed", f"broke: {type(error).__name__}"
        reach("alert_said")
        await self._recorded(claimed, state, reason)

    async def _said(self, claimed: Claimed) -> None:
        if claimed.channel == "robot":
            words = markdown_words(claimed.task_id, urgent=claimed.urgent, link=self._t.link)
            await self._t.channels.robot(words)
        else:
            words = message_words(claimed.task_id, urgent=claimed.urgent, link=self._t.link)
            if claimed.about == digest.ABOUT:
                words = digest_words(self._t.link)
            await self._t.channels.sms(claimed.phone, words, f"alert-{claimed.id}")

    async def _cry(self) -> None:
        _log.critical("alarm: danger was heard while the database was away; the group robot is told")
        try:
            await self._t.channels.robot(unstored_words())
        except NotSent as no:
            _log.critical("alarm: the group robot could not be told either: %s", no.why)

    async def _recorded(self, claimed: Claimed, state: str, reason: str) -> None:
        """While the database is away, keep trying; then the lease runs out and it is not said again."""
        until = asyncio.get_running_loop().time() + RECORD_S
        while True:
            try:
                await self._t.writer.do(sending.record, claimed.id, self._t.node, state, reason)
                return
            except StoreAway:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(PAUSE_S)
