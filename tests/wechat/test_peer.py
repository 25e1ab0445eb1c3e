"""What the system tells of the other end while the process is busy: real sockets."""

import asyncio
import socket
import time

from aiohttp import web

from bot.wechat import peer

REQUEST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"


async def _asked(handler: web.RequestHandler | object, client: socket.socket, *, hang_up: bool) -> None:
    """A server whose handler finds out; the client sends one request and perhaps hangs up."""
    app = web.Application()
    app.router.add_post("/", handler)  # type: ignore[arg-type]
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        loop = asyncio.get_running_loop()
        client.setblocking(False)
        await loop.sock_connect(client, runner.addresses[0])
        await loop.sock_sendall(client, REQUEST)
        if not hang_up:
            await loop.sock_recv(client, 100)
        await asyncio.sleep(0.3)
    finally:
        await runner.cleanup()


async def test_a_hang_up_is_known_before_the_loop_hears_of_it() -> None:
    seen: list[tuple[bool, bool, bool]] = []
    with socket.socket() as client:

        async def busy(request: web.Request) -> web.Response:
            transport = request.transport
            before = peer.waits(transport)
            client.close()  # the other end gives up; this process has no chance to hear of it
            assert transport is not None
            seen.append((before, transport.is_closing(), peer.waits(transport)))
            return web.Response()

        await _asked(busy, client, hang_up=True)

    assert seen == [(True, False, False)]


async def test_a_request_that_lay_waiting_is_as_old_as_it_is() -> None:
    seen: list[float] = []
    with socket.socket() as client:

        async def late(request: web.Request) -> web.Response:
            began = time.monotonic()
            time.sleep(0.2)  # as a loop that is busy with something else
            seen.append(peer.lag(request.transport) - (time.monotonic() - began))
            return web.Response()

        await _asked(late, client, hang_up=False)

    assert len(seen) == 1
    assert seen[0] > -0.05  # the system counts in ticks of some milliseconds


def test_without_a_connection_nothing_is_known() -> None:
    assert peer.lag(None) == 0.0
    assert not peer.waits(None)
