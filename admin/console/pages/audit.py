"""操作记录: who looked at what and changed what; to be read and exported, never to be changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from admin.audit import reading
from admin.audit.reading import PAGE, Filter, Looked
from admin.audit.record import note
from admin.console import record_words, words
from admin.console.sheets import Cell, csv_file
from admin.console.shell import Shell, Visitor
from bot.clock import CHINA, in_china, instant, millis
from bot.words import _
from bot.work.unit import Work
from handlers.directory import stations
from handlers.handoff import staff
from handlers.handoff.scope import COUNTY
from handlers.handoff.sentences import number_words

MOST_ROWS = 20_000
"""Rows of one file; more are exported by day."""
_NUMBER = re.compile(r"(?:r-?)?0*([0-9]{1,15})", re.IGNORECASE)
_SUBJECT = re.compile(r"[a-z_]{1,20}:[A-Za-z0-9._-]{1,19}")


@dataclass(frozen=True)
class _Asked:
    """What somebody wants to see, as given, and as the rows are filtered by it."""

    who: str
    day: str
    what: str
    subject: str
    wanted: Filter

    @property
    def query(self) -> dict[str, str]:
        """The same as an address has it."""
        given = {"who": self.who, "day": self.day, "what": self.what, "subject": self.subject}
        return {name: value for name, value in given.items() if value}


class AuditPage:
    """The record."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """The list and its file."""
        page = self._shell.page
        return [
            web.get("/admin/audit", page(self.show, "audit.read")),
            web.post("/admin/audit/export", page(self.export, "audit.export")),
        ]

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The newest rows first, a page at a time."""
        names = await self._names(visitor)
        asked, places = _asked(request.query, names, visitor), await self._places()
        found = await self._shell.store.reader(_rows, asked.wanted, _below(request), PAGE + 1)
        return await self._shell.show(
            visitor,
            "audit.html",
            place="audit",
            rows=[_row(one, names, places, visitor.now_ms) for one in found[:PAGE]],
            older=urlencode({**asked.query, "below": str(found[PAGE - 1].id)}) if len(found) > PAGE else "",
            names=names,
            whats=record_words.WHATS,
            asked=asked,
            whole=_sees_all(visitor),
            most=MOST_ROWS,
        )

    async def export(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A file of the rows that were asked for; that it was made is written down first."""
        why = await self._shell.confirm(request, visitor, _("导出操作记录"))
        if not isinstance(why, str):
            return why
        form = await request.post()
        names = await self._names(visitor)
        asked, places = _asked(form, names, visitor), await self._places()
        await self._shell.store.writer.do(_note_export, visitor.who.id, asked.query, why)
        found = await self._shell.store.reader(_rows, asked.wanted, None, MOST_ROWS)
        heads = (_("序号"), _("时间"), _("谁"), _("做了什么"), _("哪一件"), _("变化"), _("写了理由"))
        return csv_file("audit", heads, (_cells(one, names, places) for one in found))

    async def _places(self) -> dict[str, str]:
        return {one.id: one.name for one in await self._shell.store.reader(stations.all_open)}

    async def _names(self, visitor: Visitor) -> dict[int, str]:
        people = await self._shell.store.reader(staff.everybody)
        seen = [
            one for one, _active in people if _sees_all(visitor) or one.station_id == visitor.who.station_id
        ]
        return {one.id: one.name for one in seen}


def _sees_all(visitor: Visitor) -> bool:
    return visitor.scope.reach == COUNTY or visitor.who.station_id is None


def _asked(given: Mapping[str, Any], names: Mapping[int, str], visitor: Visitor) -> _Asked:
    def text(name: str) -> str:
        value = given.get(name, "")
        return value.strip()[:40] if isinstance(value, str) else ""

    who, day, what, subject = text("who"), _day(text("day")), text("what"), text("subject")
    everybody = None if _sees_all(visitor) else tuple(names)
    chosen = int(who) if who.isascii() and who.isdecimal() and int(who) in names else None
    since = millis(datetime.combine(day, datetime.min.time(), CHINA)) if day else None
    until = millis(datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA)) if day else None
    return _Asked(
        who=str(chosen or ""),
        day=day.isoformat() if day else "",
        what=what if what in record_words.WHATS else "",
        subject=subject,
        wanted=Filter(
            staff=(chosen,) if chosen else everybody,
            since_ms=since,
            until_ms=until,
            what=what if what in record_words.WHATS else "",
            subject=_subject(subject),
        ),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _subject(text: str) -> str:
    """``task:17`` of what people write: ``R-0017``, ``17`` or a kind and an id."""
    number = _NUMBER.fullmatch(text)
    if number:
        return f"task:{int(number[1])}"
    return text if not text or _SUBJECT.fullmatch(text) else "task:0"


def _below(request: web.Request) -> int | None:
    value = request.query.get("below", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else None


def _row(one: Looked, names: Mapping[int, str], places: Mapping[str, str], now_ms: int) -> dict[str, Any]:
    kind, _colon, ident = one.subject.partition(":")
    about = _about(one.subject, names)
    return {
        "at": words.hour_words(one.at, now_ms),
        "who": _who(one, names),
        "what": record_words.what_words(one.what),
        "about": about,
        "task": int(ident) if kind == "task" and ident.isdecimal() else None,
        "changes": record_words.change_words(one.before, one.after, places),
        "reason": one.reason,
    }


def _cells(one: Looked, names: Mapping[int, str], places: Mapping[str, str]) -> tuple[Cell, ...]:
    at = in_china(instant(one.at)).strftime("%Y-%m-%d %H:%M:%S")
    changes = _("；").join(record_words.change_words(one.before, one.after, places))
    what, about = record_words.what_words(one.what), _about(one.subject, names)
    return one.id, at, _who(one, names), what, about, changes, _("是") if one.reason else ""


def _who(one: Looked, names: Mapping[int, str]) -> str:
    return _("系统或命令行") if one.staff_id is None else names.get(one.staff_id, _("别的所的人"))


def _about(subject: str, names: Mapping[int, str]) -> str:
    kind, _colon, ident = subject.partition(":")
    if kind == "task" and ident.isdecimal():
        return number_words(int(ident))
    if kind == "staff" and ident.isdecimal():
        return names.get(int(ident), record_words.kind_words(subject))
    return record_words.kind_words(subject)


def _rows(connection: Connection, wanted: Filter, below: int | None, most: int) -> list[Looked]:
    return reading.rows(connection, wanted, below=below, most=most)


def _note_export(work: Work, staff_id: int, query: dict[str, str], why: str) -> None:
    note(work, staff_id, "audit_export", "audit:rows", after=dict(query), reason=why)
