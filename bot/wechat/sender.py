"""Pushes what is in the outbox: one message of a resident at a time, oldest first, each to a stated end."""

import asyncio
import logging
from contextlib import suppress

from bot.clock import Clock, millis
from bot.config import Account, Settings
from bot.crypto import Unreadable, vault
from bot.db import Reader
from bot.errors import Fenced, StoreAway, where
from bot.wechat import counters, delivery
from bot.wechat.delivery import Claimed
from bot.wechat.errcodes import Action, Trouble
from bot.wechat.fitting import fit
from bot.wechat.gateway import Gateway
from bot.wechat.outbox import PLACE
from bot.wechat.outcome import Outcome, Refused, Sent, Unknown
from bot.wechat.rights import Rights
from bot.wechat.verdict import Verdict, judge, spread
from bot.work.failpoints import reach
from bot.work.writer import Writer

MOST = 16
POLL_S = 0.5
AWAY_S = 1.0
SWEEP_S = 5.0
SEND_S = 20.0  # two fetches of the token and two calls; well within the lease
LATE_MS = 8_000  # a process that was stopped for longer than this after a claim does not send any more
RECORD_S = 60.0
STOP_S = 6.0
SHORTER = 1024
_log = logging.getLogger(__name__)


class Sender:
    """The task of one process that empties the outbox.

    Args: node: at most 16 characters, different in each process of the cell.
    Attributes: rights: what the accounts may do, kept fresh by this task.
    """

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        gateway: Gateway,
        settings: Settings,
        clock: Clock,
        node: str,
    ) -> None:
        self._writer, self._reader, self._gateway = writer, reader, gateway
        self._clock, self._node = clock, node
        self._accounts: dict[str, Account] = {
            account.door: account for account in (settings.wechat, settings.mini) if account.can_call
        }
        self._alone = settings.sqlite_path is not None  # the data folder is locked by this process
        self.rights = Rights(settings, reader, clock)
        self._wake = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._ready = self._stopping = False
        self._swept = 0.0

    async def start(self) -> None:
        """Begin; a database that is away now is waited for in the background."""
        with suppress(StoreAway):
            await self._prepare()
        self._task = asyncio.create_task(self._run())

    def poke(self) -> None:
        """Look at once: something was put into the outbox."""
        self._wake.set()

    async def stop(self) -> None:
        """Claim nothing more, and give what is on its way a few seconds."""
        self._stopping = True
        self._wake.set()
        if self._task:
            await _ended({self._task})  # not cut off in a claim, whose messages would then be in doubt
        await _ended(set(self._flying))

    async def _prepare(self) -> None:
        await self._writer.do(delivery.sweep, alone=self._alone)
        await self._gateway.start(*self._accounts.values())
        await self.rights.reload()
        self._swept, self._ready = asyncio.get_running_loop().time(), True

    async def _run(self) -> None:
        well = True
        while not self._stopping:
            try:
                await self._round()
                well = True
            except Exception as error:  # noqa: BLE001 - the task must outlive whatever the database does
                if well:
                    _log.error("the outbox is out of reach: %s", where(error))
                well = False
            pause = POLL_S if well else AWAY_S
            with suppress(TimeoutError):  # wait_for of Python 3.11 may swallow a cancellation
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def _round(self) -> None:
        self._wake.clear()
        if not self._ready:
            await self._prepare()
        if asyncio.get_running_loop().time() - self._swept > SWEEP_S:
            await self._sweep()
        room = MOST - len(self._flying)
        if room <= 0 or not await self._reader(delivery.anything_due, millis(self._clock.now())):
            return
        taken, ended = await self._writer.do(delivery.claim, self._node, room, tuple(self._accounts))
        for claimed in taken:
            task = asyncio.create_task(self._deliver(claimed))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        for state in ended:
            counters.ENDED.labels(state).inc()
        if taken or ended:
            self._wake.set()  # more may be due

    async def _sweep(self) -> None:
        self._swept = asyncio.get_running_loop().time()
        await self._writer.do(delivery.sweep)
        await self.rights.reload()

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a push could not be recorded: %s", where(error))
        self._wake.set()  # the resident's next message may go

    async def _deliver(self, claimed: Claimed) -> None:
        outcome = await self._attempt(claimed)
        now = millis(self._clock.now())
        verdict = outcome if isinstance(outcome, Verdict) else judge(outcome, claimed.attempts, now)
        await self._record(claimed, verdict)
        counters.ENDED.labels(verdict.state).inc()
        if verdict.state == "sent":
            counters.SENT.labels(claimed.door).inc()
            counters.SECONDS.observe(max(now - claimed.due_ms, 0) / 1000)
        elif verdict.stop_until or verdict.right_lost or verdict.reason.startswith("waits: "):
            await self.rights.reload()

    async def _attempt(self, claimed: Claimed) -> Outcome | Verdict:
        now = millis(self._clock.now())
        if now - claimed.claimed_ms > LATE_MS:
            return spread(now, "this process was held up", claimed.attempts, now, credit=True)
        try:
            body, openid = vault().open(claimed.body, PLACE), vault().open(claimed.openid, "resident.openid")
        except Unreadable:
            return Verdict("failed", "sealed with a key that is not set", credit=True, alarm="push")
        try:
            async with asyncio.timeout(SEND_S):
                return await self._send(claimed, openid, fit(body))
        except TimeoutError:
            return Unknown(Trouble.TIMEOUT)
        except Exception as error:  # noqa: BLE001 - it may have left before it broke
            _log.error("push %s broke: %s", claimed.id, where(error))
            return Verdict("unknown", f"broke: {type(error).__name__}", alarm="push")

    async def _send(self, claimed: Claimed, openid: str, body: str) -> Outcome:
        account = self._accounts[claimed.door]
        outcome = await self._gateway.send_text(account, openid, body)
        if isinstance(outcome, Refused) and outcome.rule.action is Action.CUT_ONCE:
            outcome = await self._gateway.send_text(account, openid, fit(body, limit=SHORTER))
        if isinstance(outcome, Sent):
            reach("pushed")
        return outcome

    async def _record(self, claimed: Claimed, verdict: Verdict) -> None:
        """Write the verdict down; while the database is away, keep trying for a minute."""
        until = asyncio.get_running_loop().time() + RECORD_S
        while True:
            try:
                await self._writer.do(delivery.record, claimed, self._node, verdict)
                return
            except Fenced:
                _log.info("push %s was recorded elsewhere meanwhile", claimed.id)
                return
            except StoreAway:
                if asyncio.get_running_loop().time() > until:
                    raise  # the sweep will call it unknown
                await asyncio.sleep(0.5)


async def _ended(tasks: set[asyncio.Task[None]]) -> None:
    if tasks:
        _done, pending = await asyncio.wait(tasks, timeout=STOP_S)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
