"""One thread: reading, replying, taking, giving back, closing."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from admin.audit.record import note
from admin.console import doors, words
from admin.console.pages.media import PLAYED
from admin.console.shell import Shell, Visitor, field, number
from admin.rendering import Renderer
from bot.errors import Refused
from bot.wechat.media_reading import Card
from bot.words import _
from bot.work.unit import Work
from handlers.directory import stations
from handlers.handoff import reading, service
from handlers.handoff.reading import Line
from handlers.handoff.sentences import back_words, closed_words, number_words, signed
from handlers.handoff.service import AnsweredMeanwhile

_WAIT_STEPS, _STEP_SECONDS = 12, 0.1


class ThreadPage:
    """A thread.

    Args: may_push: whether a door's account may push now; poke: wakes the sender; renderer: makes what
    browsers can show.
    """

    def __init__(
        self, shell: Shell, may_push: Callable[[str], bool], poke: Callable[[], None], renderer: Renderer
    ) -> None:
        self._shell, self._may_push, self._poke, self._renderer = shell, may_push, poke, renderer

    def routes(self) -> list[web.RouteDef]:
        """All routes of a thread."""
        page = self._shell.page
        return [
            web.get("/admin/tasks/{id}", page(self.show, "task.read")),
            web.post("/admin/tasks/{id}/reply", page(self.reply, "task.reply")),
            web.post("/admin/tasks/{id}/take", page(self.take, "task.take")),
            web.post("/admin/tasks/{id}/back", page(self.back, "task.back")),
            web.post("/admin/tasks/{id}/close", page(self.close, "task.close")),
        ]

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The thread; that it was looked at is written down first."""
        line = await self._line(request, visitor)
        return await self._page(visitor, line)

    async def reply(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Send a reply through the outbox, and wait a moment for what becomes of it."""
        line = await self._line(request, visitor)
        form = await request.post()
        text = field(form, "reply", 4000).replace("\r\n", "\n").strip()
        seen = field(form, "seen", 18)
        try:
            sent = await self._shell.store.writer.do(
                _reply,
                visitor.who.id,
                line.id,
                text,
                signed(text, visitor.who.name, await self._station(visitor)),
                field(form, "once", 60),
                int(seen) if seen.isdecimal() else 0,
            )
        except AnsweredMeanwhile as refusal:
            return await self._page(visitor, line, draft=text, note=refusal.say, status=409)
        except Refused as refusal:
            return await self._page(visitor, line, draft=text, wrong=refusal.say, status=422)
        self._poke()
        await self._until_sent(sent)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#last")

    async def take(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take an urgent task."""
        line = await self._line(request, visitor)
        await self._do(line, _take, visitor.who.id, line.id)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#last")

    async def back(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Give the thread back to the bot."""
        line = await self._line(request, visitor)
        await self._do(line, _back, visitor.who.id, line.id)
        self._poke()
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#last")

    async def close(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Close the task."""
        line = await self._line(request, visitor)
        form = await request.post()
        try:
            await self._shell.store.writer.do(_close, visitor.who.id, line.id, field(form, "category", 16))
        except Refused as refusal:
            return await self._page(visitor, line, note=refusal.say, status=422)
        self._poke()
        raise web.HTTPSeeOther("/admin")

    async def _do(self, line: Line, act: Callable[..., Any], *args: object) -> None:
        try:
            await self._shell.store.writer.do(act, *args)
        except Refused:  # closed meanwhile: the page shows how it stands
            raise web.HTTPSeeOther(f"/admin/tasks/{line.id}") from None

    async def _line(self, request: web.Request, visitor: Visitor) -> Line:
        found = await self._shell.store.reader(reading.one, number(request), visitor.scope)
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _station(self, visitor: Visitor) -> str:
        if visitor.who.station_id is None:
            return self._shell.county and _("{county}司法局").format(county=self._shell.county)
        known = await self._shell.store.reader(stations.all_open)
        return next((one.name for one in known if one.id == visitor.who.station_id), "")

    async def _page(
        self,
        visitor: Visitor,
        line: Line,
        *,
        draft: str = "",
        wrong: str = "",
        note: str = "",
        status: int = 200,
    ) -> web.Response:
        store, now = self._shell.store, visitor.now_ms
        if line.resident_id is None:
            raise web.HTTPNotFound
        await store.writer.do(_look, visitor.who.id, line.id)
        talk = await store.reader(reading.talk_of, line.resident_id)
        window = await store.reader(reading.window, line.resident_id, now)
        holder = await store.reader(reading.holder_name, line.resident_id, now - service.HOLD_MS)
        may_push = self._may_push(window.door) if window else False
        return await self._shell.show(
            visitor,
            "thread.html",
            status=status,
            place="inbox",
            line=line,
            number=number_words(line.id),
            due=words.due(line, now),
            title=words.title(line),
            tag=words.tag(line),
            came=words.hour_words(line.created_at, now),
            talk=[_said(one, now, line.id, able=self._renderer.able) for one in talk],
            meter=words.meter(window, now, may_push=may_push),
            holder=holder,
            categories=words.CATEGORIES,
            category=words.CATEGORIES.get(line.category, ""),
            seen=await store.reader(reading.newest_reply, line.resident_id),
            once=doors.fresh_token(),
            draft=draft,
            wrong=wrong,
            note=note,
            longest=service.LONGEST,
            signature=signed("", visitor.who.name, await self._station(visitor)).strip(),
        )

    async def _until_sent(self, outbox_id: int) -> None:
        for _step in range(_WAIT_STEPS):
            if await self._shell.store.reader(reading.fate_of, outbox_id) not in ("created", "sending"):
                return
            await asyncio.sleep(_STEP_SECONDS)


def _said(one: reading.Utterance, now_ms: int, task_id: int, *, able: bool) -> dict[str, Any]:
    by = {"resident": _("居民"), "bot": _("小司自动回"), "person": one.name}[one.who]
    return {
        "who": one.who,
        "by": by,
        "at": words.hour_words(one.at, now_ms),
        "text": words.said(one),
        "fate": words.fate(one, now_ms) if one.who != "resident" else "",
        "media": _media(one.media, task_id, able=able) if one.media and one.kind != "gone" else None,
    }


def _media(card: Card, task_id: int, *, able: bool) -> dict[str, Any]:
    """How a file is shown: a player, a small picture that leads to the whole, or words about it."""
    there = card.state == "kept"
    return {
        "at": f"/admin/tasks/{task_id}/media/{card.id}",
        "voice": there and card.kind == "voice" and (able or card.mime in PLAYED),
        "image": there and card.kind == "image",
        "video": there and card.kind == "video",
        "poster": able,
        "file": there,
        "size": words.size_words(card.size),
        "note": words.media_note(card),
        "heard": card.words,
    }


def _look(work: Work, staff_id: int, task_id: int) -> None:
    service.look(work, task_id)
    note(work, staff_id, "look", f"task:{task_id}")


def _reply(work: Work, staff_id: int, task_id: int, text: str, whole: str, once: str, seen: int) -> int:
    sent = service.reply(work, staff_id, task_id, text, signed=whole, once=once, seen=seen)
    note(work, staff_id, "reply", f"task:{task_id}")
    return sent


def _take(work: Work, staff_id: int, task_id: int) -> bool:
    mine = service.acknowledge(work, staff_id, task_id)
    note(work, staff_id, "take" if mine else "take_late", f"task:{task_id}")
    return mine


def _back(work: Work, staff_id: int, task_id: int) -> bool:
    note(work, staff_id, "back", f"task:{task_id}")
    return service.hand_back(work, task_id, back_words())


def _close(work: Work, staff_id: int, task_id: int, category: str) -> None:
    service.close(work, staff_id, task_id, category, closed_words(task_id))
    note(work, staff_id, f"close:{category}", f"task:{task_id}")
