"""Faults on demand: what a platform does on a bad day, for the next calls or for ever."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal, get_args

from aiohttp import web

from admin.sandbox.errcodes import answer

Kind = Literal["http", "hang", "reset", "slow", "garbage", "errcode", "drop", "cut"]
KINDS: tuple[str, ...] = get_args(Kind)
GARBAGE = '<html><body>502 Bad Gateway</body></html>{"errcode":'


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    Attributes:
        endpoint: path such as ``/cgi-bin/stable_token``, or ``*``.
        kind: ``http`` answers with a status, ``hang`` does not answer, ``reset`` breaks the connection at
            once, ``slow`` drips the answer, ``garbage`` answers with what is no JSON, ``errcode`` refuses,
            ``drop`` does what was asked and then breaks the connection without an answer, ``cut`` breaks it
            in the middle of the answer.
        value: the status (500), the errcode (-1), the seconds of a hang (0: until the caller leaves) or the
            seconds between two bytes of a drip (0.2).
        times: for how many calls; None: until it is taken away.
    """

    endpoint: str
    kind: Kind
    value: float | None = None
    times: int | None = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        if self.times is not None and self.times < 1:
            raise ValueError("times is at least 1, or null for ever")


class Faults:
    """The faults that are set; the first that fits is taken."""

    def __init__(self) -> None:
        self.standing: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set one more."""
        self.standing.append(fault)

    def clear(self) -> None:
        """Take all away."""
        self.standing.clear()

    def take(self, endpoint: str) -> Fault | None:
        """The fault for this call, counted down."""
        for at, fault in enumerate(self.standing):
            if fault.endpoint not in (endpoint, "*"):
                continue
            if fault.times == 1:
                del self.standing[at]
            elif fault.times is not None:
                self.standing[at] = replace(fault, times=fault.times - 1)
            return fault
        return None


async def suffer(
    fault: Fault,
    request: web.Request,
    serve: Callable[[], Awaitable[web.StreamResponse]],
    closing: asyncio.Event,
) -> web.StreamResponse:
    """Answer a call under a fault.

    Args: serve: does what was asked. closing: set when the server ends, so that a hang ends too.
    """
    if fault.kind == "http":
        return web.Response(status=int(fault.value or 500), text="Internal Server Error")
    if fault.kind == "errcode":
        return web.json_response(answer(int(-1 if fault.value is None else fault.value)))
    if fault.kind == "garbage":
        return web.Response(text=GARBAGE, content_type="application/json")
    if fault.kind == "slow":
        return await _drip(await serve(), request, fault.value or 0.2, closing)
    if fault.kind == "cut":
        return await _cut(await serve(), request)
    if fault.kind == "hang":
        await _hang(request, fault.value or 0, closing)
    elif fault.kind == "drop":
        await serve()
    _break(request)
    return web.Response()


async def _hang(request: web.Request, seconds: float, closing: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds if seconds else None
    while not (_gone(request) or closing.is_set() or (until and loop.time() >= until)):
        with suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), 0.02)


async def _drip(
    whole: web.StreamResponse, request: web.Request, pause: float, closing: asyncio.Event
) -> web.StreamResponse:
    body = bytes(whole.body) if isinstance(whole, web.Response) and isinstance(whole.body, bytes) else b""
    dripping = web.StreamResponse(status=whole.status, headers={"Content-Type": whole.content_type})
    await dripping.prepare(request)
    for place in range(len(body)):
        if _gone(request) or closing.is_set():
            break
        await dripping.write(body[place : place + 1])
        await asyncio.sleep(pause)
    return dripping


async def _cut(whole: web.StreamResponse, request: web.Request) -> web.StreamResponse:
    body = bytes(whole.body) if isinstance(whole, web.Response) and isinstance(whole.body, bytes) else b""
    half = web.StreamResponse(status=whole.status, headers={"Content-Type": whole.content_type})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    _break(request)
    return half


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _break(request: web.Request) -> None:
    """End the connection with a reset and without a byte of an answer."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
