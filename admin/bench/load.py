"""The client: keep-alive connections, as fast as the server answers or at a given rate."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, cast

_PATIENCE = 10.0
"""Seconds without any answer after which a slice is given up."""


class NoAnswer(Exception):
    """The server closed a connection or fell silent."""


@dataclass
class Run:
    """What came of one slice.

    Attributes: seconds: from the first request to the last answer; bad: answers that are no sealed
    text; waits: seconds for each answer, counted from the moment its request was due; sample: the
    last body.
    """

    answered: int = 0
    bad: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    sample: bytes = b""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


class Lines:
    """Connections to one server; one request at a time on each."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lines: list[_Line] = []
        self._slice: _Slice | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self._lines:
            line.close()

    async def flat_out(self, requests: Sequence[bytes], *, connections: int, seconds: float) -> Run:
        """Keep so many connections busy for a time. Raises: NoAnswer."""
        lines = await self._open(connections)
        loop = asyncio.get_running_loop()
        now = loop.time()
        run = _Slice(lines, end=now + seconds)
        run.waiting.extend((now, request) for request in requests)
        return await run.through()

    async def at_rate(
        self, requests: Sequence[bytes], *, connections: int, rate: float, seed: int = 0
    ) -> Run:
        """Send at random moments, so many a second, whether or not the server keeps up.

        Raises: NoAnswer.
        """
        lines = await self._open(connections)
        loop = asyncio.get_running_loop()
        run = _Slice(lines, end=None)
        chance = random.Random(seed)  # noqa: S311 - arrivals, no secret
        due, start = 0.0, loop.time() + 0.01
        for request in requests:
            due += chance.expovariate(rate)
            run.later(start + due, request)
        return await run.through()

    async def _open(self, connections: int) -> "list[_Line]":
        loop = asyncio.get_running_loop()
        while len(self._lines) < connections:
            _transport, line = await loop.create_connection(_Line, "127.0.0.1", self._port)
            self._lines.append(line)
        return self._lines[:connections]


class _Slice:
    """One slice in progress: requests that wait for a line, lines that wait for a request."""

    def __init__(self, lines: "list[_Line]", *, end: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._idle, self._end, self._open, self._to_come = list(lines), end, 0, 0
        self.waiting: deque[tuple[float, bytes]] = deque()
        self._run, self._began, self._done = Run(), 0.0, self._loop.create_future()
        for line in lines:
            line.slice = self

    async def through(self) -> Run:
        """Wait until all is answered."""
        self._began = self._loop.time()
        self._send()
        seen = -1
        while not self._done.done():
            if seen == self._run.answered:
                raise NoAnswer(f"no answer for {_PATIENCE:.0f} s")
            seen = self._run.answered
            await asyncio.wait({self._done}, timeout=_PATIENCE)
        await self._done
        return self._run

    def later(self, due: float, request: bytes) -> None:
        """Put a request on at its moment."""
        self._to_come += 1
        self._loop.call_at(due, self._arrive, due, request)

    def answered(self, line: "_Line", good: bool, body: bytes) -> None:
        """A line got its answer."""
        now = self._loop.time()
        run = self._run
        run.answered += 1
        run.bad += not good
        run.waits.append(now - line.since)
        run.sample, run.seconds = body, now - self._began
        self._open -= 1
        self._idle.append(line)
        self._send()

    def broken(self) -> None:
        """A line was closed by the server."""
        if not self._done.done():
            self._done.set_exception(NoAnswer("the server closed a connection"))

    def _arrive(self, due: float, request: bytes) -> None:
        self._to_come -= 1
        self.waiting.append((due, request))
        self._send()

    def _send(self) -> None:
        now = self._loop.time()
        if self._end is not None and now >= self._end:
            self.waiting.clear()
        while self._idle and self.waiting:
            line = self._idle.pop()
            due, request = self.waiting.popleft()
            self._open += 1
            line.send(request, now if self._end is not None else due)
        if not (self._open or self.waiting or self._to_come or self._done.done()):
            self._done.set_result(None)


class _Line(asyncio.Protocol):
    """One connection; reads answers that carry a Content-Length, as both servers give them."""

    def __init__(self) -> None:
        self.slice: _Slice | None = None
        self.since = 0.0
        self._got = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class does not inherit from it

    def send(self, request: bytes, since: float) -> None:
        """Send a request that was due at an instant of the loop's clock."""
        self.since = since
        assert self._transport is not None
        self._transport.write(request)

    def close(self) -> None:
        """Hang up."""
        self.slice = None
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, ended, body = self._got.partition(b"\r\n\r\n")
        if not ended or len(body) < _length(head):
            return
        self._got = b""
        if self.slice is not None:
            self.slice.answered(self, head.startswith(b"HTTP/1.1 200") and b"<Encrypt>" in body, body)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the name is asyncio's
        if self.slice is not None:
            self.slice.broken()


def _length(head: bytes) -> int:
    return int(head.partition(b"\r\nContent-Length: ")[2].partition(b"\r\n")[0] or 0)
