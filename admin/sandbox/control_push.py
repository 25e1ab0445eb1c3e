"""Control: let the sandbox push something to the webhook, and tell what came back."""

import dataclasses
from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from aiohttp import web

from admin.sandbox import messages
from admin.sandbox.account import Door
from admin.sandbox.control import check_control, door_of
from admin.sandbox.messages import Push
from admin.sandbox.platform import Platform
from admin.sandbox.pushing import Delivery
from admin.sandbox.samples import every_kind


class Deliver(Protocol):
    """Pushes to the service; `Sandbox.push`."""

    def __call__(
        self, door: Door, push: Push, times: int = 1, *, at_once: bool = False
    ) -> Awaitable[Delivery]: ...


def push_routes(platform: Platform, deliver: Deliver) -> list[web.RouteDef]:
    """``POST /sandbox/control/push``.

    Body: ``openid``, perhaps ``door`` and ``times`` (the same message that often) and
    ``at_once`` (side by side), and one of ``text``,
    ``sample`` (a name of `samples.every_kind`) or ``fields`` (MsgType, and whatever belongs to it).
    """

    async def handler(request: web.Request) -> web.Response:
        check_control(request)
        try:
            body = await request.json()
            push, times = _ordered(platform, body), int(body.get("times", 1))
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        at_once = bool(body.get("at_once"))
        return web.json_response(told(await deliver(door_of(body), push, times, at_once=at_once)))

    return [web.post("/sandbox/control/push", handler)]


def _ordered(platform: Platform, body: Mapping[str, Any]) -> Push:
    book, openid = platform.book(door_of(body)), str(body["openid"])
    if "sample" in body:
        return every_kind(book.account, openid, book.lines)[body["sample"]]
    line = book.lines.next(openid)
    if "text" in body:
        return messages.text(line, str(body["text"]))
    fields = dict(body["fields"])
    push = messages.message(line, fields.pop("MsgType"), fields)
    return push.altered(MsgId=None) if push.is_event else push


def told(delivery: Delivery) -> dict[str, Any]:
    """A delivery as plain values: outcome, text, why, and each try with its time and status."""
    tries = [
        {"number": each.number, "seconds": round(each.seconds, 4), "status": each.status, "broke": each.broke}
        | {"outcome": each.answer.outcome.value if each.answer else None}
        | {"text": each.answer.passive.text if each.answer and each.answer.passive else ""}
        for each in delivery.tries
    ]
    passive = dataclasses.asdict(delivery.passive) if delivery.passive else None
    head = {"outcome": delivery.outcome.value, "text": delivery.text, "why": delivery.why}
    return head | {"shown": delivery.shown, "passive": passive, "tries": tries}
