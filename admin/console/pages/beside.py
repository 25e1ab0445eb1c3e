"""What stands beside a reply: the draft, notes, calls, how to reach somebody, passing a task on."""

from aiohttp import web

from admin.audit.record import note
from admin.console import threads
from admin.console.pages.thread import ThreadPage
from admin.console.shell import Shell, Visitor, field
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.correspondence import service as letters
from handlers.handoff import baton, notes
from handlers.handoff.reading import Line
from handlers.handoff.sentences import number_words

_LONGEST_DRAFT = 4000


class Beside:
    """Forms around a thread. Args: thread: the page that they belong to."""

    def __init__(self, shell: Shell, thread: ThreadPage) -> None:
        self._shell, self._thread = shell, thread

    def routes(self) -> list[web.RouteDef]:
        """All of them lead back to the thread."""
        page, at = self._shell.page, "/admin/tasks/{id}"
        return [
            web.post(f"{at}/draft", page(self.draft, "task.reply")),
            web.post(f"{at}/put", page(self.put, "task.reply")),
            web.post(f"{at}/aside", page(self.aside, "task.reply")),
            web.post(f"{at}/up", page(self.up, "task.reply")),
            web.post(f"{at}/note", page(self.note, "task.note")),
            web.post(f"{at}/call", page(self.call, "task.call")),
            web.post(f"{at}/called", page(self.called, "task.call")),
            web.post(f"{at}/contact", page(self.contact, "contact.change")),
            web.post(f"{at}/phone", page(self.phone, "contact.reveal")),
            web.post(f"{at}/offer", page(self.offer, "task.offer")),
            web.post(f"{at}/withdraw", page(self.withdraw, "task.offer")),
            web.post(f"{at}/release", page(self.release, "task.offer")),
        ]

    async def draft(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Keep what is being written; asked by the page's script while somebody writes."""
        line = await self._thread.line(request, visitor)
        await self._keep(visitor, line, _written(await request.post()))
        return web.Response(status=204)

    async def put(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put something ready behind what is written, to be edited before it is sent."""
        line = await self._thread.line(request, visitor)
        form = await request.post()
        key = field(form, "put", 80)
        ready = await self._shell.store.reader(letters.ready_words, visitor.who.station_id)
        more = self._thread.put_text(field(form, "body", 80) if key == "body" else key, ready)
        if not more:
            return await self._thread.page(
                visitor,
                line,
                draft=_written(form),
                note=_("先选一样再放进回复；这一样可能已经没有了。"),
                status=409,
            )
        text = "\n".join(part for part in (_written(form).strip(), more) if part)
        await self._keep(visitor, line, text)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#reply")

    async def aside(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put a line aside: it goes out with the next one, as one message."""
        line = await self._thread.line(request, visitor)
        text = _written(await request.post())
        try:
            await self._shell.store.writer.do(
                letters.put_aside, visitor.who.id, line.id, line.resident_id or 0, text
            )
        except Refused as refusal:
            return await self._thread.page(visitor, line, draft=text, wrong=refusal.say, status=422)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#reply")

    async def up(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Bring what was put aside back into the draft."""
        line = await self._thread.line(request, visitor)
        await self._keep(visitor, line, _written(await request.post()))
        await self._shell.store.writer.do(letters.take_up, visitor.who.id, line.id)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#reply")

    async def note(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """只记不发: what is written becomes a note for colleagues."""
        line = await self._thread.line(request, visitor)
        text = _written(await request.post())
        try:
            await self._shell.store.writer.do(_note, visitor.who.id, line.id, text)
        except Refused as refusal:
            return await self._thread.page(visitor, line, draft=text, wrong=refusal.say, status=422)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#notes")

    async def call(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put the resident on the list of calls, with what is to be said."""
        line = await self._thread.line(request, visitor)
        text = _written(await request.post())
        await self._shell.store.writer.do(_call, visitor.who.id, line.id, line.resident_id or 0, text)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#call")

    async def called(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Somebody called; from the list of calls one comes back to it."""
        form = await request.post()
        back = "/admin/calls" if field(form, "from", 8) == "calls" else ""
        reached = field(form, "result", 8) == "reached"
        return await self._thread.act(request, visitor, _called, reached, back=back)

    async def contact(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Write down how the resident is reached."""
        line = await self._thread.line(request, visitor)
        form = await request.post()
        name, phone = field(form, "name", 60), field(form, "phone", 40)
        if not phone:  # the number is not shown in the form: an empty field leaves it
            known = await self._shell.store.reader(letters.contact_of, line.resident_id)
            phone = known.phone
        try:
            await self._shell.store.writer.do(
                _contact, visitor.who.id, line.id, line.resident_id or 0, name, phone
            )
        except Refused as refusal:
            fields = {"name": name, "phone": field(form, "phone", 40), "contact": refusal.say}
            return await self._thread.page(visitor, line, fields=fields, status=422)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#who")

    async def phone(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The whole number, after a second check and with a reason."""
        line = await self._thread.line(request, visitor)
        why = await self._shell.confirm(
            request, visitor, _("看 {number} 的电话").format(number=number_words(line.id))
        )
        if isinstance(why, web.Response):
            return why
        reach = await self._shell.store.reader(letters.contact_of, line.resident_id)
        await self._shell.store.writer.do(_revealed, visitor.who.id, line.id, why)
        return await self._thread.page(visitor, line, fields={"number": reach.phone})

    async def offer(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Offer the task to somebody: it stays here until they accept."""
        line = await self._thread.line(request, visitor)
        form = await request.post()
        to, why = field(form, "to", 80), field(form, "why", 400)
        try:
            await self._shell.store.writer.do(_offer, visitor.who.id, line.id, threads.target_of(to), why)
        except Refused as refusal:
            fields = {"to": to, "why": why, "offer": refusal.say}
            return await self._thread.page(visitor, line, fields=fields, status=422)
        raise web.HTTPSeeOther(f"/admin/tasks/{line.id}#pass")

    async def withdraw(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take an offer back."""
        value = field(await request.post(), "offer", 16)
        return await self._thread.act(
            request, visitor, _withdraw, int(value) if value.isascii() and value.isdecimal() else 0
        )

    async def release(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Put the task back into its pool."""
        return await self._thread.act(request, visitor, _release)

    async def _keep(self, visitor: Visitor, line: Line, text: str) -> None:
        await self._shell.store.writer.do(
            letters.keep_draft, visitor.who.id, line.id, line.resident_id or 0, text
        )


def _written(form: object) -> str:
    found = form.get("reply", "") if hasattr(form, "get") else ""
    return found[:_LONGEST_DRAFT].replace("\r\n", "\n") if isinstance(found, str) else ""


def _note(work: Work, staff_id: int, task_id: int, text: str) -> None:
    if notes.add(work, staff_id, task_id, text) is None:
        return
    letters.keep_draft(work, staff_id, task_id, 0, "")
    note(work, staff_id, "note", f"task:{task_id}")


def _call(work: Work, staff_id: int, task_id: int, resident_id: int, text: str) -> None:
    letters.want_call(work, staff_id, task_id, resident_id, text)
    letters.keep_draft(work, staff_id, task_id, resident_id, "")
    note(work, staff_id, "call_wanted", f"task:{task_id}")


def _called(work: Work, staff_id: int, task_id: int, reached: bool) -> None:
    letters.called(work, staff_id, task_id, reached=reached)
    note(work, staff_id, "called" if reached else "call_missed", f"task:{task_id}")


def _contact(work: Work, staff_id: int, task_id: int, resident_id: int, name: str, phone: str) -> None:
    letters.keep_contact(work, resident_id, name, phone)
    note(work, staff_id, "contact", f"task:{task_id}", after={"name": name, "phone": phone})


def _revealed(work: Work, staff_id: int, task_id: int, why: str) -> None:
    note(work, staff_id, "reveal", f"task:{task_id}", reason=why)


def _offer(work: Work, staff_id: int, task_id: int, to: baton.Target, why: str) -> int:
    made = baton.offer(work, staff_id, task_id, to, why)
    note(work, staff_id, "offer", f"task:{task_id}", after={"to": to.kind})
    return made


def _withdraw(work: Work, staff_id: int, task_id: int, offer_id: int) -> None:
    baton.withdraw(work, staff_id, offer_id, of=task_id)
    note(work, staff_id, "withdraw", f"offer:{offer_id}")


def _release(work: Work, staff_id: int, task_id: int) -> None:
    baton.put_back(work, staff_id, task_id)
    note(work, staff_id, "release", f"task:{task_id}")
