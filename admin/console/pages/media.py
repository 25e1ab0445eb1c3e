"""Files of residents: heard, seen or saved by who may read what they belong to; written down."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import note
from admin.console.media_cards import PLAYED
from admin.console.shell import Shell, Visitor, number
from admin.parts import part_of
from admin.rendering import Renderer
from bot.crypto import Unreadable
from bot.wechat import media_reading
from bot.wechat.media_reading import Kept
from bot.wechat.media_types import ENDINGS, turn_like, turned
from bot.work.unit import Work
from handlers.appointments import files
from handlers.handoff import reading

_LOOK_MS = 10 * 60_000
Find = Callable[[Connection, Visitor, int, int], Kept | None]
"""Reads a file: of what has the first number, the file of the second; None where somebody may not see it."""


def of_thread(connection: Connection, visitor: Visitor, task_id: int, media_id: int) -> Kept | None:
    """A file of a thread that somebody may read."""
    line = reading.one(connection, task_id, visitor.scope)
    if line is None or line.resident_id is None:
        return None
    return media_reading.kept(connection, line.resident_id, media_id)


def of_appointment(connection: Connection, visitor: Visitor, ident: int, media_id: int) -> Kept | None:
    """A file that came with an appointment on a list of a day that somebody may read."""
    return files.kept(connection, visitor.scope, visitor.who.station_id, ident, media_id)


class MediaPage:
    """The files of a kind of page.

    Args: renderer: makes what browsers can show; at: the address of a file, with ``id`` and ``media``;
    right: who may ask; find: whether the file is there for them.
    """

    def __init__(self, shell: Shell, renderer: Renderer, at: str, right: str, find: Find) -> None:
        self._shell, self._renderer = shell, renderer
        self._at, self._right, self._find = at, right, find
        self._looks: dict[tuple[int, int], int] = {}
        """When somebody's look at a file was written down last, by staff and file."""

    def routes(self) -> list[web.RouteDef]:
        """A file as it is, as a sound for the browser, as a small picture; and to be saved."""
        page, place, right = self._shell.page, self._at, self._right
        return [
            web.get(place, page(self.whole, right)),
            web.get(f"{place}/sound", page(self.sound, right)),
            web.get(f"{place}/thumb", page(self.thumb, right)),
            web.get(f"{place}/file", page(self.file, right)),
        ]

    async def whole(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A picture or a video, shown by the browser as the type that it was found to be."""
        found, content = await self._content(request, visitor)
        return part_of(request, content, found.card.mime)

    async def sound(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A voice that the browser can play."""
        found, content = await self._content(request, visitor)
        if found.card.kind != "voice":
            raise web.HTTPNotFound
        if found.card.mime in PLAYED:
            return part_of(request, content, found.card.mime)
        made = await self._renderer.of(found.card.id, content, "wav")
        if made is None:
            raise web.HTTPNotFound
        return part_of(request, made, "audio/wav")

    async def thumb(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A small picture, or the picture itself; that the page was looked at is enough."""
        found, content = await self._content(request, visitor, noted=False)
        if found.card.kind == "voice":
            raise web.HTTPNotFound
        made = await self._renderer.of(found.card.id, content, "thumb")
        if made is not None:
            return part_of(request, turn_like(made, turned(content)), "image/jpeg")
        if found.card.kind != "image":
            raise web.HTTPNotFound
        return part_of(request, content, found.card.mime)

    async def file(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The file as it came, to be saved under a name of ours."""
        found, content = await self._content(request, visitor)
        response = part_of(request, content, found.card.mime)
        name = f"{found.card.kind}-{found.card.id}.{ENDINGS.get(found.card.mime, 'bin')}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    async def _content(
        self, request: web.Request, visitor: Visitor, *, noted: bool = True
    ) -> tuple[Kept, bytes]:
        """The file, for who may see it. Raises: HTTPNotFound."""
        store = self._shell.store
        found = await store.reader(self._find, visitor, number(request), number(request, "media"))
        if found is None:
            raise web.HTTPNotFound
        if noted:
            await self._note(visitor, found.card.id)
        try:
            content = await asyncio.get_running_loop().run_in_executor(
                None, store.uploads.read, found.card.id, found.key
            )
        except (OSError, Unreadable):  # erased at this moment, or a folder that the nodes do not share
            raise web.HTTPNotFound from None
        return found, content

    async def _note(self, visitor: Visitor, media_id: int) -> None:
        """Write a look down; what a player asks for in the next minutes is the same look."""
        look, now = (visitor.who.id, media_id), visitor.now_ms
        if now - self._looks.get(look, 0) < _LOOK_MS:
            return
        await self._shell.store.writer.do(_noted, *look)
        self._looks = {one: at for one, at in self._looks.items() if now - at < _LOOK_MS} | {look: now}


def _noted(work: Work, staff_id: int, media_id: int) -> None:
    note(work, staff_id, "media", f"media:{media_id}")
