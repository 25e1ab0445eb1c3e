"""A small webhook of another make: it opens and seals with wechatpy, so that both sides check each other."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

from admin.sandbox.account import Account

Say = Callable[[Any], str]


@dataclass
class Echo:
    """Answers each text with its own words; a test can put another behaviour in its place.

    Attributes: read: what wechatpy made of each push. queries: of each request.
        arrived: set when the first push was read.
        instead: answers in its place when it returns a response.
    """

    account: Account
    say: Say = lambda message: f"您说：{message.content}"
    read: list[Any] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    instead: Callable[[web.Request], Awaitable[web.StreamResponse | None]] | None = None

    def app(self) -> web.Application:
        """The webhook at ``/wechat``."""
        app = web.Application()
        app.router.add_get("/wechat", self.verify)
        app.router.add_post("/wechat", self.receive)
        return app

    async def verify(self, request: web.Request) -> web.Response:
        refused = await self.refuse_wrong_signature(request)
        return refused or web.Response(text=request.query["echostr"])

    async def refuse_wrong_signature(self, request: web.Request) -> web.Response | None:
        """403 for a signature of another token; None lets the push through."""
        query = request.query
        try:
            check_signature(self.account.token, query["signature"], query["timestamp"], query["nonce"])
        except InvalidSignatureException:
            return web.Response(status=403)
        return None

    async def receive(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        self.bodies.append(await request.read())
        if self.instead is not None:
            other = await self.instead(request)
            if other is not None:
                return other
        return web.Response(text=self._answer(request, self.bodies[-1].decode()))

    def _answer(self, request: web.Request, body: str) -> str:
        query, account = request.query, self.account
        check_signature(account.token, query["signature"], query["timestamp"], query["nonce"])
        crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
        if query.get("encrypt_type") == "aes":
            body = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(body)
        self.read.append(message)
        self.arrived.set()
        if message.type != "text":
            return "success"
        reply = create_reply(self.say(message), message).render()
        if query.get("encrypt_type") != "aes":
            return str(reply)
        return str(crypto.encrypt_message(reply, query["nonce"], query["timestamp"]))


async def no_answer(_request: web.Request) -> web.StreamResponse | None:
    """Lets the platform wait in vain."""
    await asyncio.sleep(3)
    return None
