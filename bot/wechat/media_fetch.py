"""Fetches what residents sent before the platform forgets it: at once, and again until it is there."""

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.clock import Clock, millis
from bot.config import Account, Settings
from bot.db import Reader
from bot.errors import Fenced, StoreAway, where
from bot.wechat import media_acts
from bot.wechat.errcodes import Action, Trouble
from bot.wechat.gateway import Gateway
from bot.wechat.media_acts import Claimed, Facts, Verdict
from bot.wechat.media_caps import MOST_BYTES
from bot.wechat.media_files import Uploads
from bot.wechat.media_types import EXPECTED, sniffed, stripped
from bot.wechat.outcome import Fetched, Missing, PutOff, Refused, Unknown
from bot.wechat.token_acts import next_midnight, next_minute
from bot.work.alarms import raise_alarm
from bot.work.failpoints import reach
from bot.work.writer import Writer

AT_ONCE = 3
BASE_MS, LONGEST_MS = 2_000, 30 * 60_000
STOPPED_MS = 60 * 60_000
"""An API that the account may not call: a person has to act first."""
YOUNG_TRIES = 3
"""An id that the platform does not know is asked for again: its push may be quicker than its own stores.
So is what is no such file: an error page of a machine between."""
DISK_MS = 60_000
RESERVE = 400 << 20
"""The database needs room more than files do: they wait on the platform, for three days at most."""
STOP_S = 5.0
_log = logging.getLogger(__name__)

Sorry = Callable[[str], str]
"""By kind: the sentence for the resident."""


@dataclass(frozen=True)
class Tools:
    """What fetching needs.

    Attributes: sorry: what a resident is told of a file that could not be had; reserve: bytes that stay
    free on the disk.
    """

    writer: Writer
    reader: Reader
    gateway: Gateway
    uploads: Uploads
    settings: Settings
    clock: Clock
    node: str
    sorry: Sorry
    reserve: int = RESERVE


class Fetcher:
    """The files of one node's share; `look` is one of its rounds."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools
        accounts = (tools.settings.wechat, tools.settings.mini)
        self._accounts: dict[str, Account] = {one.door: one for one in accounts if one.can_call}
        self._flying: set[asyncio.Task[None]] = set()
        self._told_at = 0

    async def start(self) -> None:
        """Take up what this node had begun; a database that is away now is no reason not to start."""
        with suppress(StoreAway):
            await self._t.writer.do(media_acts.begin_again, self._t.node)

    async def look(self) -> int:
        """Begin to fetch what is due. Returns: how many were begun."""
        room = AT_ONCE - len(self._flying)
        now = millis(self._t.clock.now())
        if room <= 0 or not self._accounts or not await self._t.reader(media_acts.anything_due, now):
            return 0
        if not await self._room(now):
            return 0
        taken = await self._t.writer.do(media_acts.claim, self._t.node, room, tuple(self._accounts))
        if taken:
            reach("media_claimed")
        for claimed in taken:
            task = asyncio.create_task(self._one(claimed))
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)
        return len(taken)

    async def _room(self, now: int) -> bool:
        """Whether the disk has room for files; an alarm each minute while it has none."""
        free = await asyncio.get_running_loop().run_in_executor(None, self._t.uploads.free)
        if free >= self._t.reserve:
            return True
        if now - self._told_at > DISK_MS:
            self._told_at = now
            why = f"{free >> 20} MB free where the uploads lie: files wait until there is room"
            await self._t.writer.do(raise_alarm, "uploads", "", why)
        return False

    async def stop(self) -> None:
        """Give what is on its way a few seconds; the rest is fetched at the next start."""
        if self._flying:
            _done, pending = await asyncio.wait(self._flying, timeout=STOP_S)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def _one(self, claimed: Claimed) -> None:
        try:
            verdict = await self._fetch(claimed)
            await self._t.writer.do(media_acts.record, claimed, self._t.node, verdict)
            if verdict.state == "kept":
                reach("media_kept")
        except Fenced:  # erased, or fetched by another node meanwhile
            await self._take_away(claimed)
        except StoreAway:
            _log.warning("media %s: the database is away, it is fetched again", claimed.id)
        except Exception as error:  # noqa: BLE001 - the lease lapses, then it is tried again
            _log.error("media %s failed: %s", claimed.id, where(error))

    async def _fetch(self, claimed: Claimed) -> Verdict:
        account, most = self._accounts[claimed.door], MOST_BYTES[claimed.kind]
        found = await self._t.gateway.fetch(account, claimed.source, most)
        now = millis(self._t.clock.now())
        if isinstance(found, Fetched):
            reach("media_fetched")
            return await self._keep(claimed, found.content, now)
        return in_time(judge(found, claimed, now), claimed, self._t.sorry)

    async def _keep(self, claimed: Claimed, content: bytes, now: int) -> Verdict:
        mime = sniffed(content)
        if mime not in EXPECTED[claimed.kind]:
            why = "empty" if not content else f"not of a type that is kept: {claimed.kind}"
            return in_time(_again(Verdict("lost", why), claimed, now), claimed, self._t.sorry)
        try:
            facts = await asyncio.get_running_loop().run_in_executor(
                None, self._write, claimed, content, mime
            )
        except OSError as error:
            why = f"the uploads cannot be written: {error.strerror or type(error).__name__}"
            verdict = Verdict("waiting", why, now + DISK_MS, alarm="uploads")
            return in_time(verdict, claimed, self._t.sorry)
        reach("media_written")
        return Verdict("kept", "fetched", facts=facts)

    def _write(self, claimed: Claimed, content: bytes, mime: str) -> Facts:
        content = stripped(content, mime)
        self._t.uploads.write(claimed.id, claimed.key, content)
        return Facts(mime, len(content), hashlib.sha256(content).hexdigest())

    async def _take_away(self, claimed: Claimed) -> None:
        """Remove what was written for a row that does not want it any more."""
        wanted = await self._t.reader(media_acts.wanted, [claimed.id])
        if not wanted:
            await asyncio.get_running_loop().run_in_executor(None, self._t.uploads.remove, claimed.id)
        _log.info("media %s was settled elsewhere meanwhile", claimed.id)


def judge(outcome: Missing, claimed: Claimed, now: int) -> Verdict:
    """The verdict on an attempt that brought no file. Args: now: milliseconds UTC."""
    told, later = outcome.told, backoff(claimed.attempts, now)
    if isinstance(outcome, PutOff):
        return Verdict("waiting", told, outcome.until_ms + random.randint(0, 2_000))  # noqa: S311 - jitter
    if isinstance(outcome, Unknown) and outcome.trouble in (Trouble.TOO_LARGE, Trouble.ELSEWHERE):
        return Verdict("lost", told)
    if not isinstance(outcome, Refused):
        return Verdict("waiting", told, later)
    match outcome.rule.action:
        case Action.REUPLOAD_ONCE:
            return _again(Verdict("lost", told), claimed, now)
        case Action.WAIT_MINUTE:
            return Verdict("waiting", told, next_minute(now), stop_until=next_minute(now))
        case Action.STOP_UNTIL_MIDNIGHT:
            until = next_midnight(now)
            return Verdict("waiting", told, until, stop_until=until, alarm="media_stopped")
        case Action.STOP_API | Action.DISABLE_API:
            until = now + STOPPED_MS
            return Verdict("waiting", told, until, stop_until=until, alarm="media_stopped")
    return Verdict("waiting", told, later, alarm="media" if outcome.rule.alarm else "")


def _again(loss: Verdict, claimed: Claimed, now: int) -> Verdict:
    """A loss that is believed only after a few tries."""
    if claimed.attempts >= YOUNG_TRIES:
        return loss
    return Verdict("waiting", loss.reason, backoff(claimed.attempts, now))


def in_time(verdict: Verdict, claimed: Claimed, sorry: Sorry) -> Verdict:
    """A verdict that puts off beyond the file's death is its loss; a loss is told."""
    if verdict.state == "waiting" and verdict.due_ms < claimed.dies_ms:
        return verdict
    late = verdict.state == "waiting"
    return Verdict(
        "lost",
        f"expired after three days: {verdict.reason}" if late else verdict.reason,
        stop_until=verdict.stop_until,
        alarm="media" if late else verdict.alarm,
        sorry=sorry(claimed.kind),
    )


def backoff(attempts: int, now: int) -> int:
    """When to try again after so many attempts: doubled each time up to half an hour, with jitter."""
    step = min(BASE_MS << min(max(attempts - 1, 0), 20), LONGEST_MS)
    return now + round(step * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
