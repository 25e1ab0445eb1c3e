"""Booking for somebody at the window or on the telephone, and another time for who has one."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from admin.audit.record import note
from admin.console import day_sheet, words
from admin.console.day_sheet import KINDS
from admin.console.pages.day import Day, station_in
from admin.console.shell import Shell, Visitor, field
from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments import attending, gaps
from handlers.appointments.service import SAID, Booked, Person
from handlers.appointments.shelves import board_now
from handlers.appointments.slots import Slot, places
from handlers.correspondence.service import plain_number
from handlers.directory import stations

MOST = 12
_EACH = 4
"""Times shown in all, and at one place."""
_GIVEN = ("slot", "name", "phone", "matter", "address")


class DayTimes:
    """Both pages. Args: day: the list, which knows whose appointment it is."""

    def __init__(self, shell: Shell, day: Day) -> None:
        self._shell, self._day = shell, day

    def routes(self) -> list[web.RouteDef]:
        """Each page and its form."""
        page, at = self._shell.page, "/admin/day"
        return [
            web.get(f"{at}/book", page(self.book, "day.change")),
            web.post(f"{at}/book", page(self.booked, "day.change")),
            web.get(f"{at}/{{id}}/move", page(self.move, "day.change")),
            web.post(f"{at}/{{id}}/move", page(self.moved, "day.change")),
        ]

    async def book(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The next free times of a kind."""
        return await self._book(visitor, request.query)

    async def booked(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Hold and book at once."""
        form = await request.post()
        slot = _slot(field(form, "slot", 200))
        try:
            if slot is None:
                raise Refused(_("选一个时间。"), field="slot")
            if not field(form, "name", 20).strip():
                raise Refused(_("写一下怎么称呼。"), field="name")
            phone = plain_number(field(form, "phone", 40))
            person = Person(field(form, "name", 20).strip(), phone, other=True)
            made: Booked = await self._shell.store.writer.do(
                _book_for,
                visitor.who.id,
                slot,
                person,
                field(form, "matter", 100).strip(),
                field(form, "address", 100).strip(),
            )
        except Refused as refusal:
            return await self._book(visitor, form, wrong=refusal.say, status=409)
        raise web.HTTPSeeOther(_back(slot, made.appointment_id))

    async def move(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The next free times for an appointment."""
        return await self._move(request, visitor)

    async def moved(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Give it the chosen one."""
        visit = await self._day.visit(request, visitor)
        form = await request.post()
        slot, say = _slot(field(form, "slot", 200)), field(form, "say", SAID)
        try:
            if slot is None:
                raise Refused(_("选一个时间。"), field="slot")
            await self._shell.store.writer.do(_move_for, visitor.who.id, visit.appointment_id, slot, say)
        except Refused as refusal:
            return await self._move(request, visitor, wrong=refusal.say, status=409)
        raise web.HTTPSeeOther(_back(slot, visit.appointment_id, "moved"))

    async def _move(
        self, request: web.Request, visitor: Visitor, *, wrong: str = "", status: int = 200
    ) -> web.Response:
        visit = await self._day.visit(request, visitor)
        if visit.state != "booked":
            raise web.HTTPNotFound
        when = _("{day} {hour}").format(
            day=words.day_words(visit.begins), hour=words.hour_words(visit.begins, visit.begins)
        )
        return await self._shell.show(
            visitor,
            "day_times.html",
            status=status,
            place="day",
            title=_("改时间"),
            about=_("{service}　原来是 {when}").format(service=visit.service, when=when),
            action=request.path,
            slots=await self._slots(visitor, visit.kind, visit.station_id),
            gap="",
            station=visit.station_id,
            kind=visit.kind,
            person=False,
            longest=SAID,
            given=dict.fromkeys(_GIVEN, ""),
            verb=_("改到这个时间"),
            wrong=wrong,
        )

    async def _book(
        self, visitor: Visitor, given: Any, *, wrong: str = "", status: int = 200
    ) -> web.Response:
        at = await self._shell.store.reader(day_sheet.places_of, visitor.who)
        station = station_in(at, given)
        kind = str(given.get("kind", ""))
        kind = kind if kind in KINDS else next(iter(KINDS))
        gap = str(given.get("gap", ""))[:120]
        title = _("约给人")
        slots: list[tuple[str, str, str]] = []
        if gap:
            kind, slots = await self._shell.store.reader(_in_gap, gap, kind, station, visitor.now_ms)
        if not slots:
            slots = await self._slots(visitor, kind, station)
            title = _("约给人：{kind}").format(kind=KINDS[kind])
        return await self._shell.show(
            visitor,
            "day_times.html",
            status=status,
            place="day",
            title=title,
            about=at[station],
            action="/admin/day/book",
            slots=slots,
            gap=gap,
            station=station,
            kind=kind,
            person=True,
            longest=SAID,
            given={name: str(given.get(name, "")) for name in _GIVEN},
            verb=_("约好"),
            wrong=wrong,
        )

    async def _slots(self, visitor: Visitor, kind: str, station: str) -> list[tuple[str, str, str]]:
        return await self._shell.store.reader(_free, kind, station, visitor.now_ms)


def _free(connection: Connection, kind: str, station: str, now_ms: int) -> list[tuple[str, str, str]]:
    """Key, time and place of the next free times, those of the station first."""
    names = {one.id: one.name for one in stations.all_open(connection)}
    found = []
    for place in places(board_now(connection, now_ms), kind, station, each=_EACH):
        for slot in place.slots:
            key = f"{slot.service_id}|{slot.post_id}|{slot.station_id}|{slot.begins}"
            when = _("{day} {hour}").format(
                day=words.day_words(slot.begins), hour=words.hour_words(slot.begins, slot.begins)
            )
            where = _("{service}　{station}　{place}").format(
                service=place.service.name, station=names.get(slot.station_id, ""), place=place.post.place
            )
            found.append((key, when, where))
    return found[:MOST]


def _in_gap(
    connection: Connection, gap: str, kind: str, station: str, now_ms: int
) -> tuple[str, list[tuple[str, str, str]]]:
    """A kind, and the times of a gap of the day list that are still free: ``post|since|until``.

    Args: kind: what is given back where none is.
    """
    post, _bar, span = gap.partition("|")
    since, _bar, until = span.partition("|")
    if not all(one.isascii() and one.isdecimal() and len(one) < 16 for one in (since, until)):
        return kind, []
    found = gaps.starts_in(connection, station, post, int(since), int(until), now_ms)
    kinds = [one.service.kind for one in found]
    kind = "home" if "home" in kinds else next(iter(kinds), kind)  # a home needs an address
    return kind, [
        (
            f"{one.service.id}|{one.post.id}|{one.post.station_id}|{one.begins}",
            _("{day} {hour}").format(
                day=words.day_words(one.begins), hour=words.hour_words(one.begins, one.begins)
            ),
            _("{service}　{post}").format(service=one.service.name, post=one.post.name),
        )
        for one in found[: 2 * MOST]
    ]


def _slot(value: str) -> Slot | None:
    parts = value.split("|")
    if len(parts) != 4 or not (parts[3].isascii() and parts[3].isdecimal() and len(parts[3]) < 16):
        return None
    return Slot(parts[0], parts[1], parts[2], int(parts[3]))


def _back(slot: Slot, made: int, said: str = "booked") -> str:
    return f"/admin/day?day={_day(slot.begins)}&station={slot.station_id}&said={said}&made={made}"


def _day(ms: int) -> str:
    return in_china(instant(ms)).date().isoformat()


def _book_for(work: Work, by: int, slot: Slot, person: Person, matter: str, address: str) -> Booked:
    made = attending.book_for(work, by, slot, person, matter=matter, address=address)
    note(work, by, "visit_book", f"appointment:{made.appointment_id}")
    return made


def _move_for(work: Work, by: int, appointment_id: int, slot: Slot, say: str) -> Booked:
    made = attending.move_for(work, by, appointment_id, slot, say=say)
    note(work, by, "visit_move", f"appointment:{appointment_id}")
    return made
