"""Phones that send files, and waiting for what becomes of them."""

import asyncio
from typing import Any

from admin.sandbox import media, messages
from tests.support.service import Phone, Service

PLACES = {
    "voice": ("audio/amr", "voice.amr"),
    "image": ("image/png", "p.png"),
    "video": ("video/mp4", "v.mp4"),
}


def uploaded(service: Service, content: bytes, kind: str = "voice") -> str:
    """A file of a resident on the platform. Returns: its media id."""
    return service.sandbox.platform.add_media(content, *PLACES[kind])


async def voice(phone: Phone, content: bytes = media.SILENCE, recognition: str | None = None) -> str:
    """Send a voice. Returns: the passive reply."""
    line = phone.service.lines.next(phone.who)
    push = messages.voice(line, uploaded(phone.service, content), recognition=recognition)
    return (await phone.service.sandbox.push("oa", push)).text


async def image(phone: Phone, content: bytes | None = None) -> str:
    """Send a picture. Returns: the passive reply."""
    media_id = uploaded(phone.service, media.picture() if content is None else content, "image")
    return await phone.does("image", "http://127.0.0.1/p", media_id)


def rows(service: Service) -> list[Any]:
    """State and reason of all files, in order."""
    return [(row[0], row[1]) for row in service.rows("select state, reason from media order by id")]


async def settled(service: Service, *states: str, seconds: float = 60.0) -> list[Any]:
    """Wait until all files stand in these states."""
    end = asyncio.get_running_loop().time() + seconds
    while {state for state, _reason in rows(service)} - set(states) or not rows(service):
        assert asyncio.get_running_loop().time() < end, rows(service)
        await asyncio.sleep(0.05)
    return rows(service)


async def answered(service: Service, seconds: float = 60.0) -> None:
    """Wait until every message had its turn: on a busy machine a reply comes after the next word else."""
    end = asyncio.get_running_loop().time() + seconds
    while service.rows("select id from inbox where state = 'open'"):
        assert asyncio.get_running_loop().time() < end, "a message waits for its turn"
        await asyncio.sleep(0.05)


def files(service: Service) -> list[str]:
    """The names of the files in the uploads."""
    return sorted(one.name for one in service.store.uploads.folder.rglob("*") if one.is_file())
