"""The service dies at each step of a voice's way: the file is there once, and asked about once."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from admin.sandbox import media, messages
from admin.sandbox.messages import Lines
from admin.sandbox.sandbox import Sandbox
from bot.clock import SystemClock
from bot.crypto import Vault
from bot.wechat.media_files import Uploads
from bot.work.failpoints import MEDIA_POINTS
from tests.support.node import SECRET, Node, Place, running, until

pytestmark = pytest.mark.faults
WHO = "oKills-1"
STEPS = ("stored", *MEDIA_POINTS, "pushed")


@pytest.fixture
async def ear() -> AsyncIterator[str]:
    """A speech-to-text service that always understands the same."""

    async def hear(_request: web.Request) -> web.Response:
        return web.json_response({"text": "老板拖欠工资怎么办"})

    app = web.Application()
    app.router.add_post("/asr", hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/asr"))


def _rows(place: Place, sql: str) -> list[Any]:
    with sqlite3.connect(f"file:{place.folder / 'xiaosi.db'}?mode=ro", uri=True) as connection:
        return connection.execute(sql).fetchall()


def _files(place: Place) -> list[Path]:
    return [one for one in (place.folder / "uploads").rglob("*") if one.is_file()]


@pytest.mark.parametrize("step", STEPS)
async def test_a_voice_survives_a_kill_at_each_step(
    sqlite_place: Place, sandbox: Sandbox, ear: str, step: str
) -> None:
    place, node = sqlite_place, Node(sqlite_place)
    node.options["env"]["XIAOSI_ASR_URL"] = ear
    lines = Lines(place.credentials.oa.original_id, SystemClock())
    line = lines.next(WHO)
    push = messages.voice(line, sandbox.platform.add_media(media.SILENCE, "audio/amr", "v.amr"))
    pusher = node.pushers(wait=2.0)["oa"]
    node.spawn(f"{step}:1")
    try:
        await node.up()
        sandbox.platform.acted("oa", push)
        await pusher.deliver(push)
        assert await until(lambda: node.ended, 60), f"{step} was not reached: {node.tail()}"

        async with running(node):
            await pusher.deliver(push)  # the platform asks again
            done = await until(lambda: _told(sandbox) >= 1 and _settled(place), 120)
            await asyncio.sleep(1.5)  # nothing more comes

            assert done, node.tail()
            assert _rows(place, "select state, hearing from media") == [("kept", "heard")]
            assert _rows(place, "select kind, count(*) from inbox group by kind order by kind") == [
                ("heard", 1),
                ("voice", 1),
            ]
            assert _told(sandbox) == 1
            assert _opened(place) == media.SILENCE
            assert [one.name for one in _files(place) if one.suffix != ".part"] == ["1.sealed"]
    finally:
        node.kill()
        await pusher.close()


def _told(sandbox: Sandbox) -> int:
    return sum("我听到的是" in sent.text for sent in sandbox.platform.sent)


def _settled(place: Place) -> bool:
    return _rows(place, "select count(*) from outbox where state in ('created', 'sending')") == [(0,)]


def _opened(place: Place) -> bytes:
    ident, key = _rows(place, "select id, key from media")[0]
    return Uploads(place.folder / "uploads").read(ident, Vault(SECRET).open(key, "media.key"))


def test_the_secret_is_needed_to_read_a_file(tmp_path: Path) -> None:
    uploads, key = Uploads(tmp_path), base64.b64encode(b"k" * 32).decode()

    uploads.write(7, key, media.SILENCE)

    (file,) = (one for one in tmp_path.rglob("*.sealed"))
    assert media.SILENCE not in file.read_bytes()
    assert uploads.read(7, key) == media.SILENCE
