"""Delivers pushes to a webhook as the platform does: signed, sealed, five seconds, three tries."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import aiohttp

from admin.sandbox.account import Account, Form, Mode
from admin.sandbox.answers import Answer, Outcome, Passive, read_answer
from admin.sandbox.markup import to_json, to_xml
from admin.sandbox.messages import Push
from admin.sandbox.sealing import Seal, same, signature
from bot.clock import Clock, SystemClock

TRIES = 3
WAIT = 5.0


@dataclass(frozen=True)
class Envelope:
    """One try, ready to be sent; also for tests that bend it before sending."""

    query: dict[str, str]
    body: bytes
    content_type: str


@dataclass(frozen=True)
class Try:
    """One request and what came of it.

    Attributes: number: from 1. seconds: until the answer or the end. status: None without an answer.
        broke: ``timeout`` or the name of the network's error, empty when an answer came.
    """

    number: int
    timestamp: str
    nonce: str
    seconds: float
    status: int | None = None
    body: bytes = b""
    broke: str = ""
    answer: Answer | None = None


@dataclass(frozen=True)
class Delivery:
    """What came of a push: all tries, and what the resident sees."""

    push: Push
    tries: tuple[Try, ...]
    outcome: Outcome
    passive: Passive | None = None
    why: str = ""

    @property
    def text(self) -> str:
        """The words of a passive text reply; empty when there is none."""
        return self.passive.text if self.passive else ""

    @property
    def shown(self) -> str:
        """The platform's notice of a fault, as the resident reads it; empty when there is none."""
        return Answer(self.outcome).shown


@dataclass(frozen=True)
class Verified:
    """What came of the GET that a console sends when an address is entered."""

    good: bool
    status: int | None
    why: str = ""


class Pusher:
    """Pushes to one webhook on behalf of one account.

    Args:
        webhook_url: full address, such as ``http://127.0.0.1:8080/wechat``.
        wait: seconds for each try. pause: seconds between two tries (0: at once).
        skew: seconds by which the platform's stamps differ from the clock.

    A timeout or a broken connection is tried again with the same message and a fresh timestamp and
    nonce; any HTTP answer ends the delivery, also a bad one.
    """

    def __init__(
        self,
        webhook_url: str,
        account: Account,
        *,
        clock: Clock | None = None,
        wait: float = WAIT,
        pause: float = 0.0,
        skew: float = 0.0,
    ) -> None:
        self.webhook_url = webhook_url
        self.account = account
        self.clock: Clock = clock or SystemClock()
        self.wait = wait
        self.pause = pause
        self.skew = skew
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connections; a later push opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def verify(self, *, token: str | None = None) -> Verified:
        """Send the GET verification; token: sign with another one than the account's."""
        stamp, nonce = self._stamp()
        echo = str(secrets.randbits(62))
        signed = signature(self.account.token if token is None else token, stamp, nonce)
        query = {"signature": signed, "timestamp": stamp, "nonce": nonce, "echostr": echo}
        try:
            status, body = await self._request("GET", query, None, "")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Verified(False, None, type(error).__name__)
        if status != 200:
            return Verified(False, status, f"status {status}")
        good = same(body.decode("latin-1"), echo)
        return Verified(good, status, "" if good else "the answer is not echostr alone")

    def envelope(self, push: Push, *, mode: Mode | None = None, form: Form | None = None) -> Envelope:
        """Sign and seal one try; mode and form: otherwise than the account's own."""
        mode, form = mode or self.account.mode, form or self.account.form
        stamp, nonce = self._stamp()
        token = self.account.token
        query = {"signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        query["openid"] = push.openid
        plain = push.json() if form == "json" else push.xml()
        if mode != "plain":
            sealed = Seal.of(self.account).close(plain.encode())
            query |= {"encrypt_type": "aes", "msg_signature": signature(token, stamp, nonce, sealed)}
            plain = _with_sealed(push, sealed, mode, form)
        return Envelope(query, plain.encode(), "application/json" if form == "json" else "text/xml")

    async def deliver(
        self, push: Push, *, tries: int = TRIES, mode: Mode | None = None, form: Form | None = None
    ) -> Delivery:
        """Push once, with retries when no answer comes in time."""
        made: list[Try] = []
        for number in range(1, tries + 1):
            made.append(await self.attempt(push, number, self.envelope(push, mode=mode, form=form), form))
            if made[-1].answer is not None:
                break
            if number < tries and self.pause:
                await asyncio.sleep(self.pause)
        return _judged(push, made)

    async def deliver_again(self, push: Push, *, times: int = TRIES, at_once: bool = False) -> Delivery:
        """Push the same message several times although each is answered, as when answers get lost.

        Args: at_once: side by side and not one after the other.
        """
        numbers = range(1, times + 1)
        if at_once:
            made = await asyncio.gather(*(self.attempt(push, n, self.envelope(push)) for n in numbers))
        else:
            made = [await self.attempt(push, number, self.envelope(push)) for number in numbers]
        return _judged(push, made)

    async def attempt(self, push: Push, number: int, envelope: Envelope, form: Form | None = None) -> Try:
        """Send one prepared try and judge its answer."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        stamp, nonce = envelope.query.get("timestamp", ""), envelope.query.get("nonce", "")
        try:
            status, body = await self._request("POST", envelope.query, envelope.body, envelope.content_type)
        except TimeoutError:
            return Try(number, stamp, nonce, loop.time() - start, broke="timeout")
        except (aiohttp.ClientError, OSError) as error:
            return Try(number, stamp, nonce, loop.time() - start, broke=type(error).__name__)
        account = replace(self.account, form=form) if form else self.account
        answer = read_answer(account, push, status, body)
        return Try(number, stamp, nonce, loop.time() - start, status, body, answer=answer)

    async def _request(
        self, method: str, query: dict[str, str], body: bytes | None, content_type: str
    ) -> tuple[int, bytes]:
        if self._session is None:
            # A connection for each try: the platform cuts it after five seconds, whatever else is going on.
            connector = aiohttp.TCPConnector(force_close=True, limit=0)
            self._session = aiohttp.ClientSession(connector=connector, headers={"User-Agent": "Mozilla/4.0"})
        headers = {"Content-Type": content_type} if content_type else {}
        async with self._session.request(
            method,
            self.webhook_url,
            params=query,
            data=body,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=self.wait),
        ) as response:
            return response.status, await response.read()

    def _stamp(self) -> tuple[str, str]:
        seconds = int(self.clock.now().timestamp() + self.skew)
        return str(seconds), str(secrets.randbelow(2_000_000_000))


def _with_sealed(push: Push, sealed: str, mode: Mode, form: Form) -> str:
    if mode == "safe":
        fields = {"ToUserName": push.fields["ToUserName"], "Encrypt": sealed}
        return to_json(fields) if form == "json" else to_xml(fields)
    both = push.altered(Encrypt=sealed)
    return both.json() if form == "json" else both.xml()


def _judged(push: Push, made: list[Try]) -> Delivery:
    last = made[-1]
    if last.answer is None:
        return Delivery(push, tuple(made), Outcome.FAULT, why=f"no answer in {len(made)} tries: {last.broke}")
    return Delivery(push, tuple(made), last.answer.outcome, last.answer.passive, last.answer.why)
