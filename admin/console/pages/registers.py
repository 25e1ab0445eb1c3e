"""登记簿: what the books hold, by station and month; a file of it; 本月没有 in one press."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import Fields, note
from admin.console import register_words, words
from admin.console.register_words import BOOKS
from admin.console.sheets import Cell, csv_file, xlsx_file
from admin.console.shell import Shell, Visitor, number
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.directory import stations
from handlers.handoff.scope import Scope
from handlers.handoff.sentences import number_words
from handlers.registers import reading, service
from handlers.registers.reading import PAGE, Book, Row, Zero

MOST_ROWS = 10_000
"""Rows of one file."""
_MONTHS = 18
_MOST_PAGES = 200
COUNTY = "county"
"""The county's own books in an address, where no station stands."""


@dataclass(frozen=True)
class _Asked:
    """Which book. ``place``: a station's id, `COUNTY`, or empty for all of them."""

    book: str
    month: int
    place: str

    @property
    def query(self) -> dict[str, str]:
        """The same as an address has it."""
        return {"book": self.book, "month": f"{self.month}", "place": self.place}

    @property
    def wanted(self) -> Book:
        """The same as it is read."""
        return Book(self.book, self.month, {"": None, COUNTY: ""}.get(self.place, self.place))


@dataclass(frozen=True)
class _Behind:
    """What a revealed row holds."""

    number: str
    name: str
    phone: str


class Registers:
    """The books."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """The table, its file, who is behind a row, and the zero report."""
        page = self._shell.page
        return [
            web.get("/admin/registers", page(self.open, "register.read")),
            web.post("/admin/registers/export", page(self.export, "register.export")),
            web.post("/admin/registers/nothing", page(self.nothing, "register.zero")),
            web.post("/admin/registers/{id}/reveal", page(self.reveal, "register.reveal")),
        ]

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One book of one month."""
        return await self._show(request.query, visitor, at=_page(request))

    async def export(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A file with masked names and numbers, as a workbook or as CSV."""
        why = await self._shell.confirm(request, visitor, _("导出登记簿"))
        if not isinstance(why, str):
            return why
        places = await self._places()
        form = await request.post()
        asked, kind = _asked(form, visitor, places), "xlsx" if form.get("as") == "xlsx" else "csv"
        found = await self._shell.store.reader(_rows, visitor.scope, asked.wanted, MOST_ROWS, 0)
        await self._shell.store.writer.do(_note_export, visitor.who.id, asked.query, len(found), kind, why)
        name, rows = f"{asked.book}-{asked.month}", [_cells(one, places) for one in found]
        if kind == "csv":
            return csv_file(name, _HEADS, rows)
        return await xlsx_file(name, BOOKS[asked.book], _HEADS, rows)

    async def nothing(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """本月没有: one press."""
        form = await request.post()
        asked = _asked(form, visitor, await self._places())
        if asked.place == "":
            raise web.HTTPNotFound
        try:
            await self._shell.store.writer.do(_confirm_nothing, visitor.who.id, asked.wanted)
        except Refused as refusal:
            return await self._show(form, visitor, wrong=refusal.say, status=422)
        raise web.HTTPSeeOther(f"/admin/registers?{urlencode(asked.query)}")

    async def reveal(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Name and number of one row, for a reason, written down before they are shown."""
        why = await self._shell.confirm(request, visitor, _("看这一行的姓名和电话"))
        if not isinstance(why, str):
            return why
        found = await self._shell.store.reader(reading.revealed, visitor.scope, number(request))
        if found is None:
            raise web.HTTPNotFound
        row, name, phone = found
        await self._shell.store.writer.do(_note_reveal, visitor.who.id, _subject(row), why)
        behind = _Behind(_number(row), name, phone)
        return await self._show(await request.post(), visitor, behind=behind)

    async def _show(
        self,
        given: Mapping[str, Any],
        visitor: Visitor,
        *,
        at: int = 0,
        wrong: str = "",
        behind: _Behind | None = None,
        status: int = 200,
    ) -> web.Response:
        places = await self._places()
        asked = _asked(given, visitor, places)
        rows, count, zero = await self._shell.store.reader(_look, visitor.scope, asked.wanted, at)
        query = urlencode(asked.query)
        now = in_china(instant(visitor.now_ms))
        this_month = now.year * 100 + now.month
        return await self._shell.show(
            visitor,
            "registers.html",
            status=status,
            place="registers",
            asked=asked,
            title=BOOKS[asked.book],
            month=register_words.month_words(asked.month),
            books=BOOKS,
            months=[(one, register_words.month_words(one)) for one in _months(this_month)],
            stations=_choices(visitor, places),
            rows=[_row(one, places, visitor.now_ms) for one in rows],
            count=count,
            zero=zero and _zero_words(zero, visitor.now_ms),
            early=asked.month == this_month and now.day < service.ZERO_FROM,
            zero_from=service.ZERO_FROM,
            before=f"{query}&page={at - 1}" if at else "",
            after=f"{query}&page={at + 1}" if count > (at + 1) * PAGE else "",
            wrong=wrong,
            behind=behind,
        )

    async def _places(self) -> dict[str, str]:
        found = await self._shell.store.reader(stations.all_open)
        return {one.id: one.name for one in found}


def _choices(visitor: Visitor, places: Mapping[str, str]) -> dict[str, str]:
    own = reading.stations_of(visitor.scope)
    if own is not None:
        return {own: places.get(own, own)}
    return {"": _("全县"), COUNTY: _("县局"), **places}


def _asked(given: Mapping[str, Any], visitor: Visitor, places: Mapping[str, str]) -> _Asked:
    now = in_china(instant(visitor.now_ms))
    book, month, place = (str(given.get(name, "")) for name in ("book", "month", "place"))
    choices = _choices(visitor, places)
    sane = re.fullmatch(r"20[0-9]{2}(0[1-9]|1[0-2])", month)
    return _Asked(
        book=book if book in BOOKS else service.CONSULT,
        month=int(month) if sane else now.year * 100 + now.month,
        place=place if place in choices else next(iter(choices)),
    )


def _months(newest: int) -> list[int]:
    found = [newest]
    while len(found) < _MONTHS:
        found.append(found[-1] - 1 if found[-1] % 100 > 1 else found[-1] - 89)
    return found


def _number(row: Row) -> str:
    """What a row is called by: the number of its task or appointment; a walk-in has none that lasts."""
    if row.task_id is not None:
        return number_words(row.task_id)
    return _("预约 {number}").format(number=row.appointment_id) if row.appointment_id is not None else "—"


def _subject(row: Row) -> str:
    if row.task_id is not None:
        return f"task:{row.task_id}"
    kind = "appointment" if row.appointment_id is not None else "ticket"
    return f"{kind}:{row.appointment_id or row.ticket_id}"


def _page(request: web.Request) -> int:
    value = request.query.get("page", "0")
    return min(int(value), _MOST_PAGES) if value.isascii() and value.isdecimal() and len(value) < 6 else 0


def _row(one: Row, places: dict[str, str], now_ms: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": _number(one),
        "task": one.task_id if one.there else None,
        "gone": one.task_id is not None and not one.there,
        "way": register_words.way(one),
        "came": words.hour_words(one.came_at, now_ms),
        "person": one.person or _("没留名字"),
        "phone": one.phone,
        "hidden": bool(one.person or one.phone),
        "matter": register_words.matter(one),
        "staff": one.staff,
        "station": places.get(one.station_id, one.station_id) if one.station_id else _("县局"),
        "replied": words.hour_words(one.replied_at, now_ms) if one.replied_at else "",
        "result": register_words.result(one, places),
        "ended": words.hour_words(one.ended_at, now_ms) if one.ended_at else "",
        "verdict": register_words.verdict(one),
    }


_HEADS = (
    _("号"),
    _("来的时间"),
    _("来的方式"),
    _("人"),
    _("电话"),
    _("事情"),
    _("司法所"),
    _("谁办的"),
    _("答应的时间"),
    _("第一次回复"),
    _("转给"),
    _("结果"),
    _("办完时间"),
    _("满意"),
)


def _cells(one: Row, places: dict[str, str]) -> tuple[Cell, ...]:
    return (
        _number(one),
        _at(one.came_at),
        register_words.way(one),
        one.person,
        one.phone,
        register_words.matter(one),
        places.get(one.station_id, one.station_id) if one.station_id else _("县局"),
        one.staff,
        _at(one.due_at),
        _at(one.replied_at),
        places.get(one.referred_to, one.referred_to),
        register_words.result(one, places),
        _at(one.ended_at),
        register_words.verdict(one),
    )


def _at(ms: int | None) -> datetime | None:
    return instant(ms) if ms else None


def _zero_words(zero: Zero, now_ms: int) -> str:
    return _("{name} {at} 确认本月没有").format(name=zero.name, at=words.hour_words(zero.at, now_ms))


def _look(connection: Connection, scope: Scope, book: Book, at: int) -> tuple[list[Row], int, Zero | None]:
    rows = reading.rows(connection, scope, book, offset=at * PAGE)
    zero = reading.zero(connection, book) if book.station_id is not None else None
    return rows, reading.count(connection, scope, book), zero


def _rows(connection: Connection, scope: Scope, book: Book, most: int, offset: int) -> list[Row]:
    return reading.rows(connection, scope, book, most=most, offset=offset)


def _note_export(work: Work, staff_id: int, query: dict[str, str], count: int, kind: str, why: str) -> None:
    subject = f"register:{query['book']}-{query['month']}"
    told: Fields = {"place": query["place"], "rows": count, "file": kind}
    note(work, staff_id, "register_export", subject, after=told, reason=why)


def _note_reveal(work: Work, staff_id: int, subject: str, why: str) -> None:
    note(work, staff_id, "reveal", subject, reason=why)


def _confirm_nothing(work: Work, staff_id: int, book: Book) -> None:
    place = book.station_id or ""
    service.confirm_nothing(work, staff_id, book.name, book.month, place)
    note(
        work, staff_id, "zero_report", f"register:{book.name}-{book.month}", after={"place": place or COUNTY}
    )
