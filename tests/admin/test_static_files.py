"""Style sheets and scripts over the wire."""

import gzip

import aiohttp

from admin.app import STATIC
from tests.support.service import Service


async def test_a_file_goes_packed_to_who_can_unpack_and_is_not_sent_twice(service: Service) -> None:
    at = f"{service.base}/static/bootstrap.min.css"
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        async with session.get(at, headers={"Accept-Encoding": "gzip"}) as packed:
            body, tag = await packed.read(), packed.headers["ETag"]
        async with session.get(at, headers={"Accept-Encoding": "identity"}) as whole:
            plain = await whole.read()
        async with session.get(at, headers={"If-None-Match": tag}) as again:
            status = again.status

    assert packed.headers["Content-Type"].startswith("text/css")
    assert gzip.decompress(body) == plain == (STATIC / "bootstrap.min.css").read_bytes()
    assert len(body) < 50_000
    assert status == 304


async def test_nothing_else_of_the_machine_is_there(service: Service) -> None:
    async with aiohttp.ClientSession() as session:
        statuses = []
        for name in ("nothing.css", "..%2fapp.py", ".env"):
            async with session.get(f"{service.base}/static/{name}") as answer:
                statuses.append(answer.status)

    assert statuses == [404, 404, 404]
