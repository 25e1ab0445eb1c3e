"""值班表: who is on duty by night, day or week; heads name them for their station, the county for all."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from admin.alerts import set_up
from admin.console import duties
from admin.console.duties import COUNTY, SPANS
from admin.console.shell import Shell, Visitor, field, number
from admin.duty import told_of
from bot.errors import Refused
from bot.words import _
from handlers.handoff import roster
from handlers.handoff.roster import Turn
from handlers.handoff.staff import Colleague


class DutyPage:
    """The roster. Args: may_push: whether a door's account may push now."""

    def __init__(self, shell: Shell, may_push: Callable[[str], bool]) -> None:
        self._shell, self._may_push = shell, may_push

    def routes(self) -> list[web.RouteDef]:
        """The page, and its two forms."""
        page = self._shell.page
        return [
            web.get("/admin/duty", page(self.show, "duty.read")),
            web.post("/admin/duty", page(self.add, "duty.change")),
            web.post("/admin/duty/{id}/drop", page(self.drop, "duty.change")),
        ]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Who is on duty now and later, and the form for the next turn."""
        return await self._page(visitor)

    async def add(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Name somebody."""
        form = await request.post()
        chosen, place = field(form, "staff", 16), field(form, "place", 64)
        station = visitor.who.station_id or (None if place in ("", COUNTY) else place)
        able = await self._shell.store.reader(duties.candidates, visitor.who)
        person = next((one for one in able if str(one.id) == chosen), None)
        kept = {name: field(form, name, 40) for name in ("staff", "place", "since", "length", "until")}
        try:
            if person is None:
                raise roster.BadTurn(_("选一位能值班的同事。"), field="staff")
            since, until = duties.span(form, visitor.now_ms)
            await self._shell.store.writer.do(
                duties.put_on,
                visitor.who.id,
                person.id,
                station,
                since,
                until,
                field(form, "phone", 40),
            )
        except Refused as refusal:
            return await self._page(visitor, wrong=refusal.say, given=kept, status=422)
        raise web.HTTPSeeOther("/admin/duty")

    async def drop(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take a turn off the roster."""
        turn = await self._shell.store.reader(roster.one, number(request), visitor.now_ms)
        if turn is None or not duties.names_for(visitor.who, turn.station_id):
            raise web.HTTPNotFound
        try:
            await self._shell.store.writer.do(duties.take_off, visitor.who.id, turn)
        except Refused as refusal:
            return await self._page(visitor, wrong=refusal.say, status=409)
        raise web.HTTPSeeOther("/admin/duty")

    async def _page(
        self, visitor: Visitor, *, wrong: str = "", given: dict[str, str] | None = None, status: int = 200
    ) -> web.Response:
        channels = set_up(self._shell.store.settings, wechat=self._may_push("oa"))
        now = visitor.now_ms
        found = await self._shell.store.reader(_sheet, visitor.who, channels, now)
        turns, able, names, there, told = found
        rows = [_row(one, visitor.who, names, now, there, told) for one in turns]
        fresh = {"staff": "", "place": "", "since": duties.proposed(now), "length": "night", "until": ""}
        return await self._shell.show(
            visitor,
            "duty.html",
            status=status,
            place="duty",
            here=[row for row in rows if row["now"]],
            later=[row for row in rows if not row["now"]],
            somebody=bool(told),
            able=[(one.id, one.name, names.get(one.station_id or "", _("县局"))) for one in able],
            posts=[(COUNTY, _("全县")), *names.items()] if visitor.who.station_id is None else [],
            lengths=[(key, name) for key, (name, _end) in SPANS.items()],
            given={**fresh, **(given or {})},
            wrong=wrong,
        )


def _sheet(connection: Connection, who: Colleague, channels: frozenset[str], now_ms: int) -> tuple[Any, ...]:
    on_duty = {one.staff_id for one in roster.on_duty(connection, now_ms)}
    return (
        duties.turns(connection, who, now_ms),
        duties.candidates(connection, who),
        duties.places(connection),
        on_duty,
        told_of(connection, on_duty, channels, now_ms),
    )


def _row(
    turn: Turn,
    who: Colleague,
    names: dict[str, str],
    now_ms: int,
    there: set[int],
    told: frozenset[int],
) -> dict[str, Any]:
    begun = turn.since <= now_ms
    return {
        "id": turn.id,
        "name": turn.name,
        "place": names.get(turn.station_id or "", _("全县")),
        "span": duties.span_words(turn),
        "phone": turn.phone,
        "now": begun,
        "away": turn.staff_id not in there if begun else turn.away,
        "deaf": begun and turn.staff_id in there and turn.staff_id not in told,
        "mine": duties.names_for(who, turn.station_id),
    }
