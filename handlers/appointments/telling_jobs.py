"""Telling people as rounds of one node: what is due is begun, and subscribe messages are sent."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.clock import Clock, millis
from bot.config import Account
from bot.db import Reader
from bot.errors import StoreAway, where
from bot.wechat.gateway import Gateway
from bot.wechat.subscribe import Fate, send
from bot.work.failpoints import reach
from bot.work.rounds import Round
from bot.work.writer import Writer
from handlers.appointments import telling, telling_sending, telling_settling
from handlers.appointments.notices import PLAIN
from handlers.appointments.telling import Means
from handlers.appointments.telling_sending import Claimed

MOST = 4
"""Calls at the same time."""
LATE_MS = 8_000
SEND_S, RECORD_S, PAUSE_S = 20.0, 30.0, 0.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tools:
    """What telling needs. Attributes: may_push: whether a door's account may push; poke: wakes the sender."""

    writer: Writer
    reader: Reader
    clock: Clock
    node: str
    gateway: Gateway
    accounts: Sequence[Account]
    may_push: Callable[[str], bool]
    poke: Callable[[], None]


class TellingRounds:
    """What one node does to tell people of their appointments."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._accounts: dict[str, Account] = {one.door: one for one in tools.accounts if one.can_call}
        self._flying: set[asyncio.Task[None]] = set()

    def rounds(self) -> list[Round]:
        """What is done, and every how many seconds."""
        return [Round("tell residents", 2.0, self.tell)]

    def means(self) -> Means:
        """What can be done now."""
        return Means(
            tuple(door for door in self._accounts if self._t.may_push(door)),
            tuple(
                (door, about, template.id)
                for door, account in self._accounts.items()
                for about, template in account.notices
            ),
        )

    async def start(self) -> None:
        """Settle what this node was sending when it ended; a database that is away is left to the leases."""
        with suppress(StoreAway):
            await self._t.writer.do(telling_sending.start_node, self._t.node)

    async def tell(self) -> int:
        """One round. Returns: how many tellings were begun."""
        now = millis(self._t.clock.now())
        if not await self._t.reader(telling.anything, now):
            return 0
        means, writer = self.means(), self._t.writer
        await writer.do(telling_settling.keep_up)
        begun = 0
        for asking in await self._t.reader(telling.to_ask, now):
            begun += await writer.do(telling.ask, asking, means)
        for ident in await self._t.reader(telling.due, now):
            await writer.do(telling.begin, ident, means)
            begun += 1
        if begun:
            self._t.poke()
        await self._send()
        return begun

    async def settled(self) -> None:
        """Wait for what is being sent."""
        while self._flying:
            await asyncio.wait(set(self._flying))

    async def stop(self) -> None:
        """Give what is on its way a few seconds, then end it."""
        if self._flying:
            _done, pending = await asyncio.wait(set(self._flying), timeout=5)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def _send(self) -> None:
        room = MOST - len(self._flying)
        if room <= 0:
            return
        for claimed in await self._t.writer.do(telling_sending.claim, self._t.node, room):
            task = asyncio.get_running_loop().create_task(self._deliver(claimed))
            self._flying.add(task)
            task.add_done_callback(self._landed)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flying.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a notice could not be recorded: %s", where(error))

    async def _deliver(self, claimed: Claimed) -> None:
        reach("telling_claimed")
        if millis(self._t.clock.now()) - claimed.claimed_ms > LATE_MS:
            await self._t.writer.do(telling_sending.give_up_lease, claimed, self._t.node)
            return
        try:
            async with asyncio.timeout(SEND_S):
                fate = await self._sent(claimed)
        except TimeoutError:
            fate = Fate("unknown")
        except Exception as error:  # noqa: BLE001 - it may have left before it broke
            _log.error("notice %s broke: %s", claimed.id, where(error))
            fate = Fate("unknown", why=f"a subscribe message broke: {type(error).__name__}")
        reach("telling_said")
        await self._recorded(claimed, fate)
        self._t.poke()

    async def _sent(self, claimed: Claimed) -> Fate:
        account = self._accounts.get(claimed.to.door)
        template = dict(account.notices).get(claimed.about) if account is not None else None
        if account is None or template is None:
            return Fate("refused")
        return await send(self._t.gateway, account, claimed.to, template, dict(claimed.values), PLAIN)

    async def _recorded(self, claimed: Claimed, fate: Fate) -> None:
        """While the database is away, keep trying; then the lease runs out and somebody calls."""
        until = asyncio.get_running_loop().time() + RECORD_S
        while True:
            try:
                await self._t.writer.do(telling_sending.record, claimed, self._t.node, fate)
                return
            except StoreAway:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(PAUSE_S)
