"""One thread: reading, replying, taking, giving back, closing."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from admin.audit.record import note
from admin.console import doors, sessions, suggest, threads, words
from admin.console.shell import Shell, Visitor, field, number
from admin.console.suggest import Articles
from admin.rendering import Renderer
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.consult.service import Desk
from handlers.correspondence import service as letters
from handlers.directory import stations
from handlers.handoff import baton, reading, service, story
from handlers.handoff.reading import Line
from handlers.handoff.refusals import AnsweredMeanwhile
from handlers.handoff.scope import scope_of
from handlers.handoff.sentences import back_words, closed_words, number_words, signed
from knowledge.hotlines import Hotlines

_WAIT_STEPS, _STEP_SECONDS = 12, 0.1
_ALL = 1000
"""Messages of a thread that are shown when all are asked for."""


class ThreadPage:
    """A thread.

    Args: may_push: whether a door's account may push now; poke: wakes the sender; renderer: makes what
    browsers can show; desk: the one that answers now.
    """

    def __init__(
        self,
        shell: Shell,
        may_push: Callable[[str], bool],
        poke: Callable[[], None],
        renderer: Renderer,
        desk: Callable[[], Desk],
    ) -> None:
        self._shell, self._may_push, self._poke, self._renderer = shell, may_push, poke, renderer
        self._desk, self._articles, self._hotlines = desk, Articles(shell.store, desk), Hotlines.load()

    def routes(self) -> list[web.RouteDef]:
        """All routes of a thread."""
        page = self._shell.page
        return [
            web.get("/admin/tasks/{id}", page(self.show, "task.read")),
            web.post("/admin/tasks/{id}/reply", page(self.reply, "task.reply", rescue=self.rescue)),
            web.post("/admin/tasks/{id}/take", page(self.take, "task.take")),
            web.post("/admin/tasks/{id}/back", page(self.back, "task.back")),
            web.post("/admin/tasks/{id}/close", page(self.close, "task.close")),
        ]

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The thread; that it was looked at is written down first."""
        line = await self.line(request, visitor)
        return await self.page(visitor, line, whole="all" in request.query, sent="sent" in request.query)

    async def reply(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Send a reply with what was put aside, as one message; where nothing may be sent, ask for a call."""
        line = await self.line(request, visitor)
        form = await request.post()
        text = field(form, "reply", 4000).replace("\r\n", "\n").strip()
        seen = field(form, "seen", 18)
        store = self._shell.store
        kept = await store.reader(letters.draft_of, visitor.who.id, line.id)
        whole = letters.Written(text, kept.aside).whole
        try:
            sent = await store.writer.do(
                _reply,
                visitor.who.id,
                line.id,
                whole,
                signed(whole, visitor.who.name, await self.station(visitor)),
                field(form, "once", 60),
                int(seen) if seen.isdecimal() else 0,
                0 if await self._reachable(line, visitor.now_ms) else line.resident_id or 0,
            )
        except AnsweredMeanwhile as refusal:
            return await self.page(visitor, line, draft=text, note=refusal.say, status=409)
        except Refused as refusal:
            return await self.page(visitor, line, draft=text, wrong=refusal.say, status=422)
        self._poke()
        await self._until_sent(sent)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}?sent#last")

    async def take(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take a task. What may only be opened by who has it can be taken by who sees it in the list."""
        line = await self._shell.store.reader(reading.listed, number(request), visitor.scope)
        if line is None or line.offered:
            raise web.HTTPNotFound
        try:
            await self._shell.store.writer.do(_take, visitor.who.id, line.id)
        except Refused as refusal:
            if not line.can_open:
                raise web.HTTPSeeOther("/admin") from None
            return await self.page(visitor, line, note=refusal.say, status=409)
        self._poke()
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#last")

    async def back(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Give the thread back to the bot."""
        return await self.act(request, visitor, _back)

    async def close(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Close the task."""
        line = await self.line(request, visitor)
        form = await request.post()
        try:
            await self._shell.store.writer.do(_close, visitor.who.id, line.id, field(form, "category", 16))
        except Refused as refusal:
            return await self.page(visitor, line, note=refusal.say, status=422)
        self._poke()
        raise web.HTTPSeeOther("/admin")

    async def act(
        self,
        request: web.Request,
        visitor: Visitor,
        act: Callable[..., Any],
        *args: object,
        back: str = "",
    ) -> web.StreamResponse:
        """Do something with the task and show it, or the page ``back``; a refusal is said on its page."""
        line = await self.line(request, visitor)
        try:
            await self._shell.store.writer.do(act, visitor.who.id, line.id, *args)
        except Refused as refusal:
            fresh = await self.line(request, visitor)
            return await self.page(visitor, fresh, note=refusal.say, status=422)
        self._poke()
        raise web.HTTPSeeOther(back or f"/admin/tasks/{line.id}#last")

    async def rescue(self, request: web.Request, token: str) -> bool:
        """Keep a reply whose session fell idle as a draft; nothing is shown and nothing is sent."""
        store, form = self._shell.store, await request.post()
        self._shell.own_form(request, form, token)
        who = await store.reader(sessions.lapsed, token, self._shell.now_ms)
        line = await store.reader(reading.one, number(request), scope_of(who)) if who else None
        text = field(form, "reply", 4000).replace("\r\n", "\n")
        if who is None or line is None or line.offered or line.resident_id is None or not text.strip():
            return False
        await store.writer.do(letters.keep_draft, who.id, line.id, line.resident_id, text)
        return True

    async def line(self, request: web.Request, visitor: Visitor) -> Line:
        """The task of the address. Raises: HTTPNotFound, also for one they may not open or act on."""
        found = await self._shell.store.reader(reading.one, number(request), visitor.scope)
        if found is None or found.resident_id is None or (found.offered and request.method == "POST"):
            raise web.HTTPNotFound
        return found

    async def station(self, visitor: Visitor) -> str:
        """The office for which somebody signs."""
        if visitor.who.station_id is None:
            return self._shell.county and _("{county}司法局").format(county=self._shell.county)
        known = await self._shell.store.reader(stations.all_open)
        return next((one.name for one in known if one.id == visitor.who.station_id), "")

    def put_text(self, key: str, ready: Sequence[letters.Ready]) -> str:
        """What a press of 放进回复 puts in: an answer, ready words, another office. Empty: it is gone."""
        kind, _colon, rest = key.partition(":")
        if kind == "entry":
            found = suggest.suggestion(self._desk(), rest)
            return found.text if found else ""
        if kind == "words":
            return next((one.text for one in ready if str(one.id) == rest), "")
        if kind == "ask":
            return _ASKS.get(rest, "")
        return next((one.text for one in suggest.bodies(self._desk(), self._hotlines) if one.key == key), "")

    async def page(
        self,
        visitor: Visitor,
        line: Line,
        *,
        draft: str | None = None,
        wrong: str = "",
        note: str = "",
        whole: bool = False,
        sent: bool = False,
        fields: dict[str, str] | None = None,
        status: int = 200,
    ) -> web.Response:
        """The page of a task. Args: draft: what was written, None for what is kept; fields: other forms."""
        store, now = self._shell.store, visitor.now_ms
        await store.writer.do(_look, visitor.who.id, line.id)
        most = _ALL if whole else story.SHOWN
        sheet = await store.reader(
            threads.read_thread, visitor.scope, line, visitor.who.station_id, now, most
        )
        said = "" if line.urgent else sheet.last_words  # to somebody in danger nothing ready is said
        near = suggest.near(self._desk(), said)
        may_push = self._may_push(sheet.window.door) if sheet.window else False
        signature = signed("", visitor.who.name, await self.station(visitor)).strip()
        return await self._shell.show(
            visitor,
            "thread.html",
            status=status,
            place="inbox",
            line=line,
            number=number_words(line.id),
            due=words.due(line, now),
            title=words.title(line) if not line.urgent else _("危险求助"),
            tag=words.tag(line),
            came=words.hour_words(line.created_at, now),
            talk=threads.log(sheet, line, now, able=self._renderer.able),
            sheet=sheet,
            meter=words.meter(sheet.window, now, may_push=may_push),
            mine=line.holder_id == visitor.who.id,
            kinds=words.SECLUDED,
            categories=words.CATEGORIES,
            category=words.CATEGORIES.get(line.category, ""),
            once=doors.fresh_token(),
            draft=sheet.draft.text if draft is None else draft,
            wrong=wrong,
            note=note,
            sent=sent,
            longest=service.LONGEST,
            signature=signature,
            near=near,
            trial=store.settings.trial,
            articles=[
                (one.name, one.version, suggest.excerpt(one.text), one.cited)
                for one in await self._articles.near(said, near.citations)
            ],
            bodies=suggest.bodies(self._desk(), self._hotlines),
            targets=threads.targets(sheet, line, visitor.who.id),
            offer=next((one for one in sheet.offers if one.state == "open"), None),
            offer_to=words.target_words,
            others=[_other(one, now) for one in sheet.others],
            notes=[(one.name, words.hour_words(one.at, now), one.text) for one in sheet.notes],
            called_at=words.hour_words(sheet.call.asked_at, now) if sheet.call else "",
            asks=_ASKS,
            fields={**_NO_FIELDS, **(fields or {})},
        )

    async def _reachable(self, line: Line, now_ms: int) -> bool:
        window = await self._shell.store.reader(story.window, line.resident_id, now_ms)
        return bool(window and window.left and not window.gone and self._may_push(window.door))

    async def _until_sent(self, outbox_id: int) -> None:
        for _step in range(_WAIT_STEPS):
            if await self._shell.store.reader(story.fate_of, outbox_id) not in ("created", "sending"):
                return
            await asyncio.sleep(_STEP_SECONDS)


_NO_FIELDS = dict.fromkeys(
    ("offer", "to", "why", "contact", "name", "phone", "number", "kind", "because", "closing"), ""
)
_ASKS = {
    "phone": _("请您留一个电话和怎么称呼您，微信里说不清的时候，好给您打过去。"),
    "one": _("看到了请回个“1”，我这边才好接着给您发。"),
}
"""Short texts that ask the resident for something."""


def _other(line: Line, now_ms: int) -> dict[str, str | int]:
    return {
        "id": line.id,
        "number": number_words(line.id),
        "tag": words.tag(line),
        "left": words.due(line, now_ms).left,
        "holder": line.holder,
    }


def _look(work: Work, staff_id: int, task_id: int) -> None:
    service.look(work, staff_id, task_id)
    note(work, staff_id, "look", f"task:{task_id}")


def _reply(
    work: Work, staff_id: int, task_id: int, text: str, whole: str, once: str, seen: int, to_call: int
) -> int:
    """Args: to_call: the resident, where nothing may be sent to them now; else 0."""
    before = service.sent_before(work, staff_id, once)
    if before is not None:  # pressed again: it is written down, and the draft since then is another
        return before
    sent = service.reply(work, staff_id, task_id, text, signed=whole, once=once, seen=seen)
    letters.drop_draft(work, staff_id, task_id)
    if to_call:
        letters.want_call(work, staff_id, task_id, to_call, text)
    note(work, staff_id, "reply", f"task:{task_id}")
    return sent


def _take(work: Work, staff_id: int, task_id: int) -> None:
    if baton.take_over(work, staff_id, task_id):
        note(work, staff_id, "take", f"task:{task_id}")


def _back(work: Work, staff_id: int, task_id: int) -> bool:
    changed = service.hand_back(work, task_id, back_words())
    if changed:
        note(work, staff_id, "back", f"task:{task_id}")
    return changed


def _close(work: Work, staff_id: int, task_id: int, category: str) -> None:
    service.close(work, staff_id, task_id, category, closed_words(task_id))
    note(work, staff_id, f"close:{category}", f"task:{task_id}")
