"""The only code that calls WeChat: one interface, the real one and one for an account without credentials."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.config import Account
from bot.wechat import counters
from bot.wechat.errcodes import Action, Trouble
from bot.wechat.exchange import TOTAL_S, Exchange
from bot.wechat.outcome import (
    Answer,
    Fetched,
    Missing,
    NeverConnected,
    Outcome,
    PutOff,
    Refused,
    Sent,
    Unknown,
)
from bot.wechat.token import Tokens
from bot.wechat.token_acts import Token
from bot.work.writer import Writer

SEND = "/cgi-bin/message/custom/send"
MEDIA = "/cgi-bin/media/get"
TRIES = 3
_PROVES_NOTHING = (Action.REFRESH_ONCE, Action.RETRY_BACKOFF)
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Gateway(Protocol):
    """Calls the platform on behalf of an account. No method raises for what the other end does."""

    async def send_text(self, account: Account, openid: str, text: str) -> Outcome:
        """Push a text of at most 2048 bytes with the customer-service API; never repeated by itself."""
        ...

    async def call(
        self,
        account: Account,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        repeatable: bool = False,
    ) -> Outcome:
        """Call any other API; ``repeatable`` when doing it twice is the same as doing it once."""
        ...

    async def fetch(self, account: Account, source: str, most: int) -> Missing | Fetched:
        """Fetch a file that a user sent. Args: source: its media id; most: bytes."""
        ...

    async def start(self, *accounts: Account) -> None:
        """Get ready for these accounts."""
        ...

    async def close(self) -> None:
        """Close connections and end background work."""
        ...


class HttpGateway:
    """The platform over HTTP, with the account's access token.

    Args: node: name of this process, at most 16 characters; total: seconds for one exchange.
    """

    def __init__(self, writer: Writer, clock: Clock, node: str, *, total: float = TOTAL_S) -> None:
        self._exchange = Exchange(total)
        self._tokens = Tokens(writer, self._exchange, clock, node)

    async def start(self, *accounts: Account) -> None:
        await self._tokens.start(*accounts)

    async def send_text(self, account: Account, openid: str, text: str) -> Outcome:
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        return await self._with_token(account, SEND, self._asked(account, "POST", SEND, {}, body))

    async def call(
        self,
        account: Account,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        repeatable: bool = False,
    ) -> Outcome:
        for turn in range(TRIES if repeatable else 1):
            if turn:
                await asyncio.sleep(0.5 * 2**turn * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
            outcome = await self._with_token(
                account, path, self._asked(account, method, path, query or {}, body)
            )
            busy = isinstance(outcome, Refused) and outcome.rule.action is Action.RETRY_BACKOFF
            if not (busy or isinstance(outcome, NeverConnected | Unknown)):
                break
        return outcome

    async def fetch(self, account: Account, source: str, most: int) -> Missing | Fetched:
        def once(token: Token) -> Awaitable[Answer | Fetched]:
            query = {"media_id": source, "access_token": token.value}
            return self._exchange.fetch(account.api_base + MEDIA, query, most)

        found = await self._with_token(account, MEDIA, once)
        if not isinstance(found, Sent):
            return found
        address = found.data.get("video_url")  # a video is not given itself, but where it lies
        if not isinstance(address, str):
            return Unknown(Trouble.BROKEN_JSON)
        if not _of_the_platform(address, account):
            return Unknown(Trouble.ELSEWHERE)
        found = await self._exchange.fetch(address, {}, most)
        return Unknown(Trouble.BROKEN_JSON) if isinstance(found, Sent) else found

    async def close(self) -> None:
        await self._tokens.close()
        await self._exchange.close()

    def _asked(
        self,
        account: Account,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
    ) -> Callable[[Token], Awaitable[Answer]]:
        def once(token: Token) -> Awaitable[Answer]:
            full = {**query, "access_token": token.value}
            return self._exchange.ask(method, account.api_base + path, full, body)

        return once

    async def _with_token(
        self, account: Account, path: str, once: Callable[[Token], Awaitable[Answer | T]]
    ) -> Outcome | T:
        token = await self._tokens.get(account)
        for last in (False, True):
            if isinstance(token, PutOff):
                return token
            answer = await once(token)
            _told(account, path, answer)
            if not (isinstance(answer, Refused) and answer.rule.action is Action.REFRESH_ONCE):
                break
            token = await self._tokens.refused(account, token, answer.told)
            if last:
                break
        return await self._judged(account, token, answer)

    async def _judged(self, account: Account, token: Token | PutOff, answer: Answer | T) -> Outcome | T:
        if not isinstance(answer, Refused):
            if not isinstance(answer, NeverConnected | Unknown) and isinstance(token, Token):
                self._tokens.proved(account, token)
            return answer
        if answer.rule.action is Action.STOP_ACCOUNT:
            return await self._tokens.stopped(account, answer.told)
        if answer.rule.action is Action.REFRESH_ONCE and isinstance(token, PutOff):
            return token
        if isinstance(token, Token) and answer.rule.action not in _PROVES_NOTHING:
            self._tokens.proved(account, token)  # refused for another reason: the token was good
        return answer


def _told(account: Account, path: str, answer: object) -> None:
    if isinstance(answer, Refused):
        counters.REFUSED.labels(account.door, str(answer.code)).inc()
        _log.warning("door %s: %s refused: %s", account.door, path, answer.told)
    elif isinstance(answer, NeverConnected | Unknown):
        _log.warning("door %s: %s: %s", account.door, path, answer.told)


def _of_the_platform(address: str, account: Account) -> bool:
    """Whether an address is the API's own host, or one of the company that runs the platform."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    known = host == urlsplit(account.api_base).hostname or host.endswith(".qq.com")
    return parts.scheme in ("http", "https") and known
