"""日报: who looked at names and phones on a day, or exported a table, and why."""

from datetime import date, timedelta

from aiohttp import web
from sqlalchemy import Connection

from admin import digest
from admin.audit.reading import Looked
from admin.console import record_words, words
from admin.console.shell import Shell, Visitor
from bot.clock import in_china, instant
from bot.words import _
from handlers.handoff import staff
from handlers.handoff.sentences import number_words
from handlers.handoff.staff import Colleague


class Reveals:
    """One day of it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """The page."""
        return [web.get("/admin/reveals", self._shell.page(self.show, "reveals.read"))]

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One day, yesterday if none is asked for; a station's head sees the station's people."""
        today = in_china(instant(visitor.now_ms)).date()
        day = _day(request.query.get("day", ""), today)
        rows, names = await self._shell.store.reader(_sheet, visitor.who, day)
        people = sorted({names.get(one.staff_id or 0, "") for one in rows})
        return await self._shell.show(
            visitor,
            "reveals.html",
            place="audit",
            title=words.day_words(words.day_start(day)),
            rows=[_row(one, names, visitor.now_ms) for one in rows],
            people=words.listed(people),
            before=(day - timedelta(days=1)).isoformat(),
            after=(day + timedelta(days=1)).isoformat() if day < today else "",
            most=digest.MOST,
            whole=visitor.who.station_id is None,
        )


def _day(value: str, today: date) -> date:
    try:
        return min(date.fromisoformat(value), today)
    except ValueError:
        return today - timedelta(days=1)


def _sheet(connection: Connection, who: Colleague, day: date) -> tuple[list[Looked], dict[int, str]]:
    everybody = [one for one, _active in staff.everybody(connection)]
    names = {one.id: one.name for one in everybody if who.station_id in (None, one.station_id)}
    only = None if who.station_id is None else tuple(names)
    return digest.revealed(connection, only, day, day + timedelta(days=1)), names


def _row(one: Looked, names: dict[int, str], now_ms: int) -> dict[str, object]:
    kind, _colon, ident = one.subject.partition(":")
    task = int(ident) if kind == "task" and ident.isdecimal() else None
    return {
        "at": words.hour_words(one.at, now_ms),
        "who": names.get(one.staff_id or 0, _("系统或命令行")),
        "what": record_words.what_words(one.what),
        "about": number_words(task) if task else record_words.kind_words(one.subject),
        "task": task,
        "reason": one.reason,
    }
