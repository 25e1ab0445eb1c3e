"""更正: who got a wrong version is told once; first the number and the words, then a second press."""

from aiohttp import web

from admin.audit.record import note
from admin.console import words
from admin.console.books import Books
from admin.console.shell import Shell, Visitor, field, number
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.correspondence import service as letters
from handlers.handoff import replies
from handlers.handoff.sentences import number_words
from handlers.library import recalls, told, versions
from handlers.library.personal import signs
from handlers.library.recalls import RecallLine, Receiver
from handlers.library.versions import Version
from knowledge.entry import Entry
from knowledge.hotlines import Hotlines
from knowledge.review import PROMISES

_FATES = {
    "sent": _("微信收下了"),
    "created": _("排着队，马上发"),
    "sending": _("正在交给微信"),
    "kept": _("现在发不了，对方下次来消息时一起给"),
    "unknown": _("不知道送到没有，对方下次来消息时再给一次"),
    "dropped": _("没发成"),
    "failed": _("没发成，微信没收"),
    "gone": _("取消了关注"),
}
_SHOWN = 200


class RecallPage:
    """A recall: its form, its preview, its list."""

    def __init__(self, shell: Shell, books: Books) -> None:
        self._shell, self._books, self._store = shell, books, shell.store

    def routes(self) -> list[web.RouteDef]:
        """All routes of a recall."""
        page, one = self._shell.page, "/admin/knowledge/recalls/{id}"
        return [
            web.get("/admin/knowledge/entries/{entry}/recall", page(self.form, "knowledge.recall")),
            web.post("/admin/knowledge/entries/{entry}/recall", page(self.prepare, "knowledge.recall")),
            web.get(one, page(self.show, "knowledge.recall")),
            web.post(one + "/start", page(self.start, "knowledge.recall")),
            web.post(one + "/drop", page(self.drop, "knowledge.recall")),
            web.post(one + "/called", page(self.called, "knowledge.recall")),
            web.post(one + "/phone", page(self.phone, "knowledge.recall")),
        ]

    async def form(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Which version was wrong, and what is said."""
        return await self._form(visitor, await self._entry(request))

    async def prepare(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Write it down and show whom it reaches; nothing is sent yet."""
        entry = await self._entry(request)
        form = await request.post()
        chosen = [one for one in form.getall("edition", []) if isinstance(one, str)]
        text, why = field(form, "text", 2000).replace("\r\n", "\n").strip(), field(form, "why", 300).strip()
        wrong = _unfit(text, self._books.desk().matcher.hotlines)
        if not wrong:
            known = {one.edition for one in await self._store.reader(versions.of, entry.id)}
            editions = tuple(one for one in chosen if one in known)
            try:
                made = await self._store.writer.do(_prepare, visitor.who.id, entry.id, editions, text, why)
            except Refused as refusal:
                wrong = refusal.say
            else:
                raise web.HTTPSeeOther(f"/admin/knowledge/recalls/{made}")
        return await self._form(visitor, entry, text=text, why=why, chosen=chosen, wrong=wrong)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The preview before the second press; then what became of it."""
        return await self._page(visitor, await self._recall(request))

    async def start(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The second press."""
        recall = await self._recall(request)
        now = self._books.edition_now(recall.entry)
        try:
            await self._store.writer.do(_start, visitor.who.id, recall.id, now)
        except Refused as refusal:
            return await self._page(visitor, recall, wrong=refusal.say)
        raise web.HTTPSeeOther(f"/admin/knowledge/recalls/{recall.id}")

    async def drop(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Give it up before the second press."""
        recall = await self._recall(request)
        await self._store.writer.do(_drop, visitor.who.id, recall.id)
        raise web.HTTPSeeOther(f"/admin/knowledge/entries/{recall.entry}")

    async def called(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Somebody was reached by telephone."""
        recall = await self._recall(request)
        resident = field(await request.post(), "resident", 18)
        try:
            await self._store.writer.do(
                _called, visitor.who.id, recall.id, int(resident) if resident.isdecimal() else 0
            )
        except Refused as refusal:
            return await self._page(visitor, recall, wrong=refusal.say)
        raise web.HTTPSeeOther(f"/admin/knowledge/recalls/{recall.id}")

    async def phone(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The whole number of one on the list whose thread one may open, for a reason and after a check."""
        recall = await self._recall(request)
        value = field(await request.post(), "resident", 18)
        resident = int(value) if value.isascii() and value.isdecimal() else 0
        listed = await self._store.reader(recalls.receivers, recall.id)
        tasks = await self._store.reader(replies.tasks_of, [resident], visitor.scope)
        if resident not in tasks or resident not in {one.resident_id for one in listed}:
            raise web.HTTPNotFound
        doing = _("看 {number} 的电话").format(number=number_words(tasks[resident]))
        why = await self._shell.confirm(request, visitor, doing)
        if not isinstance(why, str):
            return why
        reach = await self._store.reader(letters.contact_of, resident)
        await self._store.writer.do(_revealed, visitor.who.id, tasks[resident], why)
        return await self._page(visitor, recall, shown={resident: reach.phone})

    async def _entry(self, request: web.Request) -> Entry:
        entry = (await self._books.whole()).get(request.match_info["entry"])
        if entry is None:
            raise web.HTTPNotFound
        return entry

    async def _recall(self, request: web.Request) -> RecallLine:
        found = await self._store.reader(recalls.one, number(request))
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _form(
        self,
        visitor: Visitor,
        entry: Entry,
        *,
        text: str = "",
        why: str = "",
        chosen: list[str] | None = None,
        wrong: str = "",
    ) -> web.StreamResponse:
        known = await self._store.reader(versions.of, entry.id)
        reached = await self._store.reader(told.receivers, entry.id)
        now = self._books.edition_now(entry.id)
        rows = [(one, reached.get(one.edition, 0)) for one in known if one.edition != now]
        if chosen is None:  # the one before the text that answers now is what one means as a rule
            chosen = [one.edition for one, count in rows if count][:1]
        return await self._shell.show(
            visitor,
            "knowledge_recall_form.html",
            status=422 if wrong else 200,
            place="knowledge",
            entry=entry,
            rows=rows,
            chosen=chosen,
            live=next((one for one in known if one.edition == now), None),
            text=text or self._proposal(entry, answers=bool(now)),
            why=why,
            longest=recalls.LONGEST,
            day=words.day_words,
            wrong=wrong,
        )

    def _proposal(self, entry: Entry, *, answers: bool) -> str:
        """What one would say: that it was wrong, and what is right."""
        head = _("更正：以前给您的「{title}」里有说错的地方，对不起。").format(title=entry.title)
        right = _("请以这次为准：\n{short}").format(
            short=self._books.desk().matcher.hotlines.fill(entry.short)
        )
        rest = right if answers else _("请先不要照着办，等我们查清了再告诉您。")
        return f"{head}\n{rest}\n{_('不清楚的，回复「找人」。')}"

    async def _page(
        self, visitor: Visitor, recall: RecallLine, wrong: str = "", shown: dict[int, str] | None = None
    ) -> web.StreamResponse:
        """Args: shown: numbers that were asked for, by resident."""
        read = self._store.reader
        reach = await read(told.reach, recall.entry, recall.editions, visitor.now_ms)
        people = await read(recalls.receivers, recall.id)
        tasks = await read(replies.tasks_of, [one.resident_id for one in people[:_SHOWN]], visitor.scope)
        contacts = await read(letters.contacts_of, list(tasks))  # of those whose threads one may open
        entry = (await self._books.whole()).get(recall.entry)
        known = await read(versions.of, recall.entry)
        return await self._shell.show(
            visitor,
            "knowledge_recall.html",
            status=422 if wrong else 200,
            place="knowledge",
            recall=recall,
            entry=entry,
            numbers=_numbers(known, recall.editions),
            reach=reach,
            night=_night(visitor.now_ms),
            people=[_row(one, tasks, contacts, shown or {}, visitor.now_ms) for one in people[:_SHOWN]],
            total=len(people),
            told=sum(one.told for one in people),
            coming=sum(one.on_the_way for one in people),
            missed=sum(not one.told and not one.on_the_way for one in people),
            names=await self._books.names(),
            hour=lambda ms: words.hour_words(ms, visitor.now_ms),
            wrong=wrong,
        )


def _row(
    one: Receiver,
    tasks: dict[int, int],
    contacts: dict[int, letters.Reach],
    shown: dict[int, str],
    now_ms: int,
) -> dict[str, object]:
    task = tasks.get(one.resident_id)
    reach = contacts.get(one.resident_id, letters.Reach())
    return {
        "id": one.resident_id,
        "task": task,
        "number": number_words(task) if task else "",
        "last": words.hour_words(one.last_at, now_ms),
        "fate": _("打过电话了") if one.called_at else _FATES.get(one.fate, one.fate),
        "call": not one.told and not one.on_the_way,
        "masked": reach.masked,
        "phone": shown.get(one.resident_id, ""),
    }


def _revealed(work: Work, staff_id: int, task_id: int, why: str) -> None:
    note(work, staff_id, "reveal", f"task:{task_id}", reason=why)


def _numbers(known: list[Version], editions: tuple[str, ...]) -> str:
    return _("、").join(str(one.number) for one in reversed(known) if one.edition in editions)


def _night(now_ms: int) -> bool:
    return not recalls.MORNING <= in_china(instant(now_ms)).hour < recalls.NIGHT


def _unfit(text: str, hotlines: Hotlines) -> str:
    public = {line.number for line in hotlines.by_key.values()}
    numbers = [one for one in signs(text).numbers if one not in public]
    if numbers:
        return _("里面像是有谁的号码，要先删掉：{what}").format(what=_("、").join(numbers))
    promise = PROMISES.search(text)
    return _("不要打包票：{what}").format(what=promise.group()) if promise else ""


def _prepare(work: Work, staff_id: int, entry: str, editions: tuple[str, ...], text: str, why: str) -> int:
    made = recalls.prepare(work, staff_id, entry, editions, text, why)
    note(work, staff_id, "recall.prepare", f"recall:{made}", reason=why)
    return made


def _start(work: Work, staff_id: int, recall_id: int, in_force: str) -> None:
    recalls.start(work, staff_id, recall_id, in_force)
    note(work, staff_id, "recall.start", f"recall:{recall_id}")


def _drop(work: Work, staff_id: int, recall_id: int) -> None:
    recalls.drop(work, recall_id)
    note(work, staff_id, "recall.drop", f"recall:{recall_id}")


def _called(work: Work, staff_id: int, recall_id: int, resident_id: int) -> None:
    recalls.called(work, staff_id, recall_id, resident_id)
    note(work, staff_id, "recall.called", f"recall:{recall_id}")
