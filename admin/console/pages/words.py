"""常用语: ready words of a station and of all, each with the person who answers for it."""

from aiohttp import web

from admin.audit.record import note
from admin.console.rights import may
from admin.console.shell import Shell, Visitor, field, number
from bot.errors import Refused
from bot.work.unit import Work
from handlers.correspondence import service as letters
from handlers.correspondence.service import Ready
from handlers.handoff import staff


class ReadyWords:
    """The list and its forms. Words for all are changed by the county's people."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """All routes of ready words."""
        page = self._shell.page
        return [
            web.get("/admin/words", page(self.show, "words.list")),
            web.post("/admin/words", page(self.add, "words.change")),
            web.post("/admin/words/{id}", page(self.change, "words.change")),
            web.post("/admin/words/{id}/drop", page(self.drop, "words.change")),
        ]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """All that one can use, with forms for what one may change."""
        return await self._show(visitor)

    async def add(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One more."""
        return await self._write(request, visitor, None)

    async def change(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Other words under the same name."""
        return await self._write(request, visitor, await self._mine(request, visitor))

    async def drop(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Delete one."""
        one = await self._mine(request, visitor)
        try:
            await self._shell.store.writer.do(_drop, visitor.who.id, one.station_id, one.id)
        except Refused as refusal:
            return await self._show(visitor, wrong=refusal.say, status=409)
        raise web.HTTPSeeOther("/admin/words")

    async def _write(self, request: web.Request, visitor: Visitor, old: Ready | None) -> web.StreamResponse:
        form = await request.post()
        title, text = field(form, "title", 60), field(form, "text", 2000)
        station = old.station_id if old else visitor.who.station_id
        try:
            await self._shell.store.writer.do(
                _write, visitor.who.id, station, title, text, old.id if old else None
            )
        except Refused as refusal:
            at = old.id if old else 0
            return await self._show(visitor, wrong=refusal.say, at=at, title=title, text=text, status=422)
        raise web.HTTPSeeOther("/admin/words")

    async def _mine(self, request: web.Request, visitor: Visitor) -> Ready:
        """The one of the address. Raises: HTTPNotFound for one that is not theirs to change."""
        ready = await self._shell.store.reader(letters.ready_words, visitor.who.station_id)
        found = next((one for one in ready if one.id == number(request)), None)
        if found is None or not _may_change(visitor, found):
            raise web.HTTPNotFound
        return found

    async def _show(
        self, visitor: Visitor, *, wrong: str = "", at: int = 0, title: str = "", text: str = "",
        status: int = 200
    ) -> web.Response:  # fmt: skip
        store = self._shell.store
        ready = await store.reader(letters.ready_words, visitor.who.station_id)
        names = {who.id: who.name for who, _active in await store.reader(staff.everybody)}
        return await self._shell.show(
            visitor,
            "words.html",
            status=status,
            place="words",
            ready=[(one, names.get(one.owner_id, ""), _may_change(visitor, one)) for one in ready],
            longest=letters.LONGEST,
            wrong=wrong,
            at=at,
            given_title=title,
            given_text=text,
        )


def _may_change(visitor: Visitor, one: Ready) -> bool:
    return may(visitor.who, "words.change") and one.station_id == visitor.who.station_id


def _write(
    work: Work, staff_id: int, station_id: str | None, title: str, text: str, ready_id: int | None
) -> None:
    made = letters.keep_words(work, staff_id, station_id, title, text, ready_id)
    note(work, staff_id, "words", f"words:{made}", after={"title": title, "text": text})


def _drop(work: Work, staff_id: int, station_id: str | None, ready_id: int) -> None:
    letters.drop_words(work, station_id, ready_id)
    note(work, staff_id, "words_drop", f"words:{ready_id}")
