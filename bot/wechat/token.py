"""The access token: fetched by one node of the cell at a time, read by all, never logged."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from bot.clock import Clock, millis
from bot.config import Account
from bot.errors import StoreAway
from bot.wechat import counters
from bot.wechat.exchange import Exchange
from bot.wechat.outcome import Answer, NeverConnected, PutOff, Refused, Sent, Unknown
from bot.wechat.token_acts import (
    Grant,
    Token,
    account_stopped,
    fetch_failed,
    lift_block,
    take_token,
    token_proved,
    token_refused,
    want_token,
)
from bot.work.writer import Writer

PATH = "/cgi-bin/stable_token"
WAIT_S = 6.0
_log = logging.getLogger(__name__)


class Tokens:
    """Hands out the token of each account.

    Args: node: at most 16 characters, different in each process of the cell.
    """

    def __init__(self, writer: Writer, exchange: Exchange, clock: Clock, node: str) -> None:
        self._writer, self._exchange, self._clock, self._node = writer, exchange, clock, node
        self._held: dict[str, Token] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._ahead: dict[str, asyncio.Task[None]] = {}

    async def start(self, *accounts: Account) -> None:
        """A restart may follow a repair: lift the blocks that wait for one."""
        for account in accounts:
            if account.can_call:
                await self._writer.do(lift_block, account.door)

    async def get(self, account: Account) -> Token | PutOff:
        """A token that should be good, or until when there is none."""
        held, now = self._held.get(account.door), millis(self._clock.now())
        if held and held.account == _mark(account) and held.expires_at > now:
            if held.refresh_at <= now:
                self._refresh_ahead(account)
            return held
        async with self._locks.setdefault(account.door, asyncio.Lock()):
            return await self._kept_safe(self._obtain, account)

    async def refused(self, account: Account, token: Token, why: str) -> Token | PutOff:
        """The platform refused this token: another one, where it is right to ask for it."""
        async with self._locks.setdefault(account.door, asyncio.Lock()):
            held = self._held.get(account.door)
            if held and held.serial > token.serial:
                return held
            self._held.pop(account.door, None)
            return await self._kept_safe(self._replace, account, token, why)

    async def stopped(self, account: Account, why: str) -> PutOff:
        """A call was refused for a reason that a person must mend."""
        self._held.pop(account.door, None)
        try:
            return self._put_off(await self._writer.do(account_stopped, account.door, _mark(account), why))
        except StoreAway:
            return self._store_away()

    def proved(self, account: Account, token: Token) -> None:
        """A call succeeded with this token."""
        if token.unproved:
            self._held.pop(account.door, None)  # read again, without the open incident
            self._writer.later(token_proved, account.door, token.serial)

    async def close(self) -> None:
        """Stop what runs in the background."""
        for task in self._ahead.values():
            task.cancel()
        await asyncio.gather(*self._ahead.values(), return_exceptions=True)

    async def _kept_safe(self, step: Callable[..., Any], *args: Any) -> Token | PutOff:
        try:
            result: Token | PutOff = await step(*args)
            return result
        except StoreAway:
            return self._store_away()

    def _store_away(self) -> PutOff:
        return PutOff(millis(self._clock.now()) + 2000, "the database is away")

    async def _replace(self, account: Account, token: Token, why: str) -> Token | PutOff:
        grant = await self._writer.do(token_refused, account.door, token.serial, why)
        return self._put_off(grant) if grant.kind == "blocked" else await self._obtain(account)

    async def _obtain(self, account: Account, ahead: bool = False) -> Token | PutOff:
        loop = asyncio.get_running_loop()
        patience = loop.time() + WAIT_S
        while True:
            grant = await self._writer.do(want_token, account.door, _mark(account), self._node, ahead=ahead)
            if grant.token:
                self._held[account.door] = grant.token
                return grant.token
            if grant.kind == "fetch":
                return await self._fetch(account)
            if grant.kind == "blocked":
                return self._put_off(grant)
            if ahead or loop.time() > patience:
                return PutOff(millis(self._clock.now()) + 2000, "another node is fetching the access token")
            await asyncio.sleep(0.1)

    async def _fetch(self, account: Account) -> Token | PutOff:
        counters.TOKENS.labels(account.door).inc()
        body = {
            "grant_type": "client_credential",
            "appid": account.app_id,
            "secret": account.app_secret,
            "force_refresh": False,  # true would kill the present token, and only 20 a day are allowed
        }
        answer = await self._exchange.ask("POST", account.api_base + PATH, {}, body)
        read = _told(answer)
        if isinstance(read, tuple):
            token = await self._writer.do(take_token, account.door, _mark(account), self._node, *read)
            if token:
                self._held[account.door] = token
                _log.info("door %s: access token %s fetched", account.door, token.serial)
                return token
            return PutOff(millis(self._clock.now()) + 1000, "another node has fetched the access token")
        action = answer.rule.action if isinstance(answer, Refused) else ""
        _log.warning("door %s: no access token: %s", account.door, read)
        return self._put_off(await self._writer.do(fetch_failed, account.door, self._node, action, read))

    def _refresh_ahead(self, account: Account) -> None:
        running = self._ahead.get(account.door)
        if running is None or running.done():
            self._ahead[account.door] = asyncio.create_task(self._refresh(account))

    async def _refresh(self, account: Account) -> None:
        await self._kept_safe(self._obtain, account, True)
        held, now = self._held.get(account.door), millis(self._clock.now())
        if held and held.refresh_at <= now < held.expires_at:  # it failed: read the row's new time
            await self._kept_safe(self._obtain, account)

    def _put_off(self, grant: Grant) -> PutOff:
        until = grant.until or millis(self._clock.now()) + 1000
        return PutOff(until, f"no access token: {grant.why}" if grant.why else "no access token now")


def _told(answer: Answer) -> tuple[str, int] | str:
    """Token and seconds of an answer, or why there are none."""
    if isinstance(answer, Sent):
        value, seconds = answer.data.get("access_token"), answer.data.get("expires_in")
        if isinstance(value, str) and 0 < len(value) <= 512 and isinstance(seconds, int) and seconds > 0:
            return value, min(seconds, 86_400)
        return "the answer holds no token"
    assert isinstance(answer, Refused | NeverConnected | Unknown)
    return answer.told


def _mark(account: Account) -> str:
    return f"{account.app_id}@{account.api_base}"[:300]
