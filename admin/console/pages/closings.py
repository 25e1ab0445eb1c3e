"""停办: a station or a post receives nobody for a while; who is affected is seen before it is pressed."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import Fields, note
from admin.console import absences, day_sheet, words
from admin.console.shell import Shell, Visitor, field, number
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import affected, attending, stock
from handlers.appointments.affected import Closed
from handlers.appointments.refusals import BadClosing
from handlers.handoff.staff import Colleague

_FIELDS = ("place", "reason", "since", "until")


class Closings:
    """The page, its form in two steps, and taking one back."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        page, at = self._shell.page, "/admin/closings"
        return [
            web.get(at, page(self.open, "closing.read")),
            web.post(at, page(self.close, "closing.change")),
            web.post(f"{at}/{{id}}/reopen", page(self.reopen, "closing.change")),
        ]

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What is closed now and later, and the form: from now until this day ends."""
        now = in_china(instant(visitor.now_ms))
        evening = datetime.combine(now.date() + timedelta(days=1), datetime.min.time())
        given = {
            "place": f"station:{request.query.get('station', '')}",
            "reason": "",
            "since": now.strftime("%Y-%m-%dT%H:%M"),
            "until": evening.strftime("%Y-%m-%dT%H:%M"),
        }
        return await self._show(visitor, given)

    async def close(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """First whom it hits; then, when that was seen, it is closed."""
        form = await request.post()
        given = {name: field(form, name, 80) for name in _FIELDS}
        choices = await self._shell.store.reader(_choices, visitor.who)
        try:
            if given["place"] not in dict(choices):
                raise BadClosing(_("选一个地方。"), field="place")
            since, until = absences.span(given, visitor.now_ms)
            if until is None or until <= since or until <= visitor.now_ms:
                raise BadClosing(_("结束要比开始晚，也不能已经过去。"), field="until")
            if not given["reason"].strip():
                raise BadClosing(_("写一句为什么，居民会看到。"), field="reason")
            if "sure" in form:
                await self._shell.store.writer.do(
                    _close, visitor.who.id, since, until, given["reason"], given["place"]
                )
        except Refused as refusal:
            return await self._show(visitor, given, wrong=refusal.say, status=422)
        if "sure" in form:
            raise web.HTTPSeeOther("/admin/closings")
        return await self._show(visitor, given, span=(since, until))

    async def reopen(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Take it back; who has not been asked is not asked any more."""
        shut = await self._shell.store.reader(affected.closings, visitor.now_ms)
        wanted = next((one for one in shut if one.id == number(request)), None)
        mine = dict(await self._shell.store.reader(_choices, visitor.who))
        if wanted is None or _key(wanted) not in mine:
            raise web.HTTPNotFound
        try:
            await self._shell.store.writer.do(_reopen, visitor.who.id, wanted.id)
        except Refused as refusal:
            return await self._show(visitor, {}, wrong=refusal.say, status=409)
        raise web.HTTPSeeOther("/admin/closings")

    async def _show(
        self,
        visitor: Visitor,
        given: dict[str, str],
        *,
        span: tuple[int, int] | None = None,
        wrong: str = "",
        status: int = 200,
    ) -> web.Response:
        now = visitor.now_ms
        choices = await self._shell.store.reader(_choices, visitor.who)
        names = dict(choices)
        shut = await self._shell.store.reader(affected.closings, now)
        hit: list[dict[str, str]] = []
        if span is not None:
            hit = await self._shell.store.reader(_hit, span, given["place"], now)
        return await self._shell.show(
            visitor,
            "closings.html",
            status=status,
            place="day",
            choices=choices,
            given=given,
            looked=_("{place}　{span}　{reason}").format(
                place=names[given["place"]], span=_span(*span, now), reason=given["reason"]
            )
            if span
            else "",
            hit=hit,
            rows=[
                {
                    "id": one.id,
                    "place": names[_key(one)],
                    "span": _span(one.since, one.until, now),
                    "reason": one.reason,
                    "mine": True,
                }
                for one in shut
                if _key(one) in names
            ],
            wrong=wrong,
        )


def _choices(connection: Connection, who: Colleague) -> list[tuple[str, str]]:
    """What somebody may close: stations, then their posts."""
    places = day_sheet.places_of(connection, who)
    found = [(f"station:{ident}", name) for ident, name in places.items()]
    posts = stock.read_supply(connection).posts
    return found + [(f"post:{one.id}", one.name) for one in posts if one.station_id in places]


def _key(one: Closed) -> str:
    return f"station:{one.station_id}" if one.post_id is None else f"post:{one.post_id}"


def _where(key: str) -> dict[str, str | None]:
    kind, _colon, ident = key.partition(":")
    return {
        "station_id": ident if kind == "station" else None,
        "post_id": ident if kind == "post" else None,
    }


def _hit(connection: Connection, span: tuple[int, int], key: str, now_ms: int) -> list[dict[str, str]]:
    where = _where(key)
    found = attending.hit_by(connection, *span, station_id=where["station_id"], post_id=where["post_id"])
    return [
        {
            "time": words.hour_words(one.visit.begins, now_ms),
            "name": one.name or _("没留称呼"),
            "what": one.visit.service,
        }
        for one in found
    ]


def _span(since: int, until: int, now_ms: int) -> str:
    return _("{since} 到 {until}").format(
        since=words.hour_words(since, now_ms), until=words.hour_words(until, now_ms)
    )


# -- acts, with their line in the record -------------------------------------------------------


def _close(work: Work, by: int, since: int, until: int, reason: str, key: str) -> int:
    where: Any = _where(key)
    made = affected.close(work, by, since, until, reason, **where)
    told: Fields = {"place": key, "from": since, "until": until}
    note(work, by, "closing_on", f"closing:{made}", after=told)
    return made


def _reopen(work: Work, by: int, closing_id: int) -> None:
    affected.reopen(work, closing_id)
    note(work, by, "closing_off", f"closing:{closing_id}")
