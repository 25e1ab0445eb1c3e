"""The two doors over HTTP: `/wechat` (official account) and `/wechat/mini` (mini-program push)."""

import asyncio
import logging
import re

from aiohttp import web
from prometheus_client import Counter

from bot.clock import Clock
from bot.config import Account
from bot.errors import where
from bot.wechat import codec, door_counters, peer
from bot.wechat.door import BODY_BYTES, Door, Opened, Refusal
from bot.wechat.pulse import Pulse
from bot.wechat.reception import Reception
from bot.work.alarms import raise_alarm
from bot.work.failpoints import reach
from bot.work.writer import Writer

_log = logging.getLogger(__name__)
_STALE_IN_A_ROW = 3
_SUCCESS = "success"
_BODY_SECONDS = 5
"""The platform itself gives up after five seconds; whoever drips longer is not the platform."""
_SOON = 1.0
"""Seconds in which no platform gives up; a cut that comes before is heard of by the loop."""
_KIND = re.compile(r"[a-z0-9_]{1,40}")


class Webhook:
    """Routes of one account.

    Bad input gets a 4xx with a plain word, never a 5xx; what the platform sent rightly but nobody
    knows is answered ``success`` and logged.
    """

    def __init__(self, account: Account, reception: Reception, writer: Writer, clock: Clock) -> None:
        self._door, self._reception = Door(account), reception
        self._writer, self._clock, self._name = writer, clock, account.door
        self._pulse = Pulse()
        self._stale = 0
        self._received: dict[str, Counter] = {}

    def routes(self, path: str) -> list[web.RouteDef]:
        """GET for the verification, POST for pushes."""
        return [web.get(path, self.verify, allow_head=False), web.post(path, self.receive)]

    async def verify(self, request: web.Request) -> web.Response:
        """Echo the platform's text, as plain text: it is foreign input."""
        try:
            echo = self._door.greet(request.query, self._clock.now().timestamp())
        except Refusal as refusal:
            return self._refuse(refusal)
        headers = {"X-Content-Type-Options": "nosniff"}
        return web.Response(text=echo, content_type="text/plain", headers=headers)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take one push in and answer it."""
        steady = self._pulse.steady()
        late = 0.0 if steady else peer.lag(request.transport)
        arrived = asyncio.get_running_loop().time() - late
        now = self._clock.now().timestamp() - late
        try:
            opened, push = await self._read(request, now)
        except Refusal as refusal:
            return self._refuse(refusal)
        if push.said.kind == "unknown":
            kind = push.name if _KIND.fullmatch(push.name) else "(odd name)"
            _log.info("door %s: a push of the unknown kind %s was acknowledged", self._name, kind)
        self._count(push.said.kind)
        try:
            answer, mark = await self._reception.take(push, arrived, round(now * 1000), self._name)
        except Exception as error:  # noqa: BLE001 - the platform shows anything else than an answer as a fault
            _log.error("door %s: a push failed: %s", self._name, where(error))
            return self._last_resort(push, opened)
        if not answer.stored:
            return self._last_resort(push, opened)
        if answer.text is None:
            return web.Response(text=_SUCCESS, content_type="text/plain")
        body, kind = codec.reply(push, answer.text, opened)
        response = web.Response(text=body, content_type=kind)
        reach("before_write")
        # asking the system costs as much as a whole act
        soon = steady and asyncio.get_running_loop().time() - arrived < _SOON
        waited = soon or peer.waits(request.transport)
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError:
            waited = False
        reach("written")
        transport = request.transport
        if answer.record and waited and transport is not None and not transport.is_closing():
            self._reception.wrote(mark)
        door_counters.ANSWER_SECONDS.observe(asyncio.get_running_loop().time() - arrived)
        return response

    async def _read(self, request: web.Request, now: float) -> tuple[Opened, codec.Push]:
        if (request.content_length or 0) > BODY_BYTES:
            raise Refusal(413, "too large")
        content = request.content
        try:
            body = content.read_nowait(BODY_BYTES + 1)  # nearly always all of it came with the headers
            if len(body) <= BODY_BYTES and not content.at_eof():
                async with asyncio.timeout(_BODY_SECONDS):
                    while len(body) <= BODY_BYTES and not content.at_eof():
                        body += await content.read(BODY_BYTES + 1 - len(body))
        except (web.RequestPayloadError, ConnectionError):
            raise Refusal(400, "payload") from None
        except TimeoutError:
            raise Refusal(408, "slow") from None
        if len(body) > BODY_BYTES:
            raise Refusal(413, "too large")
        opened = self._door.open(request.query, body, now)
        self._stale = 0
        return opened, codec.read(opened)

    def _count(self, kind: str) -> None:
        counter = self._received.get(kind)
        if counter is None:  # finding it by its labels takes longer than counting
            counter = self._received[kind] = door_counters.RECEIVED.labels(self._name, kind)
        counter.inc()

    def _refuse(self, refusal: Refusal) -> web.Response:
        door_counters.REFUSED.labels(self._name, refusal.why.split()[0]).inc()
        _log.warning("door %s: refused: %s", self._name, refusal.why)
        if refusal.stale:
            self._stale += 1
            if self._stale == _STALE_IN_A_ROW:
                self._writer.later(
                    raise_alarm,
                    "clock",
                    self._name,
                    "server clock? validly signed pushes are more than 5 minutes off: check NTP here",
                )
        return web.Response(status=refusal.status, text=refusal.why, content_type="text/plain")

    def _last_resort(self, push: codec.Push, opened: Opened) -> web.Response:
        if self._name == "mini":  # this door's response holds no text; anything else shows a fault notice
            return web.Response(text="not stored", content_type="text/plain")
        body, kind = codec.reply(push, self._reception.not_stored, opened)
        return web.Response(text=body, content_type=kind)
