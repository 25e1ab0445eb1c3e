"""The day at a station as its page shows it: booked people and numbers in one list, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from admin.console import day_quiet, media_cards, words
from bot.clock import in_china, instant
from bot.wechat.media_reading import Card
from bot.words import _
from handlers.appointments import affected, attending, files, stock, tickets, whereabouts
from handlers.appointments.affected import Closed
from handlers.appointments.attending import GRACE_MS, Came
from handlers.appointments.calls import CallLine
from handlers.appointments.gaps import Gap
from handlers.appointments.reading import OnList, on_list
from handlers.appointments.tickets import Line, Ticket
from handlers.appointments.whereabouts import Whereabouts
from handlers.directory import stations
from handlers.handoff.scope import Scope
from handlers.handoff.staff import Colleague
from handlers.registers.reading import masked_phone

FORMS = {
    "office": _("来所里"),
    "phone": _("打电话"),
    "video": _("视频"),
    "home": _("上门"),
    "stop": _("到村里"),
}
KINDS = {
    "mediation": _("调解"),
    "legal_aid": _("援助"),
    "lawyer": _("律师"),
    "adviser": _("法律顾问"),
    "home": _("上门"),
    "car": _("服务车"),
}
NEEDS = {
    "ask": _("问事"),
    "mediation": _("调解"),
    "legal_aid": _("援助"),
    "papers": _("交材料"),
    "proof": _("办证明"),
    "other": _("别的"),
}
REASONS = {
    "asked": _("本人说不来了"),
    "elsewhere": _("转给别的部门"),
    "mistaken": _("约错了，约重了"),
    "settled": _("事情已经办好了"),
}
"""Why an appointment is cancelled at the window."""
QUIET = ("free", "pause")
"""Kinds of rows with which nothing has to be done."""
_CALLS = ("phone", "video")
_NOTHING: Mapping[str, Any] = dict.fromkeys(
    (
        "matter",
        "phone",
        "code",
        "place",
        "papers",
        "asked",
        "came",
        "done",
        "absent",
        "late",
        "movable",
        "files",
    ),
    "",
)
"""What a number has not, and an appointment has."""


@dataclass(frozen=True)
class Sheet:
    """The people of one day. Attributes: papers: what to bring, by the name of the service."""

    listed: list[OnList]
    came: Mapping[int, Came]
    numbers: list[Ticket]
    line: Line
    papers: Mapping[str, tuple[str, ...]]
    closings: list[Closed]


@dataclass(frozen=True)
class Around:
    """What else a day shows.

    Attributes: calls: that are owed, today alone; free: time that can be booked; breaks: begin and end of
    each; closes: the last closing of the station; people: where they are now, today alone; files: that came
    with an appointment, as far as one may see them. Instants are milliseconds UTC.
    """

    calls: Sequence[CallLine]
    free: Sequence[Gap]
    breaks: Sequence[tuple[int, int]]
    closes: int
    people: Sequence[Whereabouts]
    files: Mapping[int, tuple[Card, ...]]


def places_of(connection: Connection, who: Colleague) -> dict[str, str]:
    """The stations whose day somebody sees, by id."""
    found = {one.id: one.name for one in stations.all_open(connection)}
    if who.station_id is None:
        return found
    return {ident: name for ident, name in found.items() if ident == who.station_id}


def day_in(value: str, now_ms: int) -> date:
    """The day that an address asks for; today for none, and for what is no day."""
    today = in_china(instant(now_ms)).date()
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return today
    return day if abs((day - today).days) <= 366 else today


def read(connection: Connection, station_id: str, day: date, now_ms: int) -> Sheet:
    """Everything at once."""
    since = words.day_start(day)
    until = words.day_start(day + timedelta(days=1))
    listed = on_list(connection, station_id, since, until)
    return Sheet(
        listed,
        attending.came(connection, [one.visit.appointment_id for one in listed]),
        tickets.of_day(connection, station_id, tickets.day_of(since)),
        tickets.line(connection, station_id, now_ms),
        {one.name: one.papers for one in stock.read_supply(connection).services},
        [one for one in affected.closings(connection, now_ms) if one.since < until and one.until > since],
    )


def around(
    connection: Connection, scope: Scope, station_id: str, day: date, now_ms: int, listed: Sequence[OnList]
) -> Around:
    """What else there is. Args: scope: whose calls and files are shown; listed: whose files."""
    today = day == in_china(instant(now_ms)).date()
    return Around(
        day_quiet.owed(connection, scope, station_id, now_ms) if today else (),
        day_quiet.free(connection, station_id, day, now_ms),
        day_quiet.breaks(connection, station_id, day),
        day_quiet.closing_time(connection, station_id, day),
        whereabouts.now_at(connection, station_id, now_ms) if today else (),
        files.shown(connection, scope, {one.visit.appointment_id: one.resident_id for one in listed}),
    )


def rows(
    sheet: Sheet, more: Around, now_ms: int, *, able: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is still to be done, whoever goes first above and then by time; and what is over.

    Free time and breaks stand between the people; breaks that are over do not. Args: able: whether files
    can be turned into what browsers show.
    """
    by_visit = {one.appointment_id: one for one in sheet.numbers if one.appointment_id is not None}
    found = [_visit(one, sheet, by_visit.get(one.visit.appointment_id), now_ms) for one in sheet.listed]
    for row in found:
        row["files"] = _files(row["id"], more.files.get(row["id"], ()), able=able)
    found += [_number(one, now_ms) for one in sheet.numbers if one.appointment_id is None]
    open_rows = [one for one in found if not one["over"]]
    open_rows += [day_quiet.call_row(one, now_ms, more.closes) for one in more.calls]
    open_rows += [day_quiet.free_row(one) for one in more.free]
    open_rows += [day_quiet.break_row(since, until) for since, until in more.breaks if until > now_ms]
    over = [one for one in found if one["over"]]
    open_rows.sort(key=lambda one: (not one["first"], one["at"], one["kind"] in QUIET))
    return open_rows, sorted(over, key=lambda one: one["at"])


def find(listed: list[OnList], said: str) -> list[OnList]:
    """Who is meant by a code, a phone number or its last four digits, or a name."""
    said = "".join(said.split())
    if not said:
        return []
    for meant in (
        [one for one in listed if one.visit.code == said.upper()],
        [one for one in listed if one.phone and one.phone == said],
        [one for one in listed if len(said) == 4 and one.phone.endswith(said)],
        [one for one in listed if one.name == said],
        [one for one in listed if said in one.name],
    ):
        if meant:
            return meant
    return []


def _visit(one: OnList, sheet: Sheet, number: Ticket | None, now_ms: int) -> dict[str, Any]:
    visit = one.visit
    came = sheet.came.get(visit.appointment_id)
    papers = sheet.papers.get(visit.service, ())
    on_call = visit.form in _CALLS
    over = visit.state != "booked" if number is None else number.state not in tickets.OPEN
    return {
        "kind": "visit",
        "id": visit.appointment_id,
        "at": visit.begins if number is None else number.made_at,
        "time": number.label if number else words.hour_words(visit.begins, visit.begins),
        "name": one.name or _("没留称呼"),
        "what": visit.service,
        "matter": one.matter[:40],
        "form": FORMS.get(visit.form, visit.form) if number is None else _("来晚了，排号"),
        "phone": masked_phone(one.phone),
        "code": visit.code,
        "place": one.address or visit.place,
        "papers": papers,
        "asked": visit.asked,
        "state": _number_state(number, now_ms) if number else _state(one, came, now_ms, on_call=on_call),
        "over": over,
        "going": not over and ((came is not None and number is None) or bool(number and number.called_at)),
        "first": False,
        "came": came is not None or on_call,
        "done": _("打完了") if on_call else _("办完了"),
        "absent": came is None and visit.state == "booked" and now_ms > visit.begins + GRACE_MS,
        "late": not over and came is None and now_ms > visit.begins,
        "number": number and {"id": number.id, "called": number.state == "called"},
        "movable": visit.state == "booked" and came is None,
    }


def _files(ident: int, cards: Sequence[Card], *, able: bool) -> list[dict[str, Any]]:
    return [media_cards.shown(one, f"/admin/day/{ident}/media/{one.id}", able=able) for one in cards]


def _state(one: OnList, came: Came | None, now_ms: int, *, on_call: bool) -> str:
    visit = one.visit
    ended = {"done": _("办完了"), "no_show": _("没来"), "passed": _("没有记结果")}
    if visit.state in ended:
        return ended[visit.state]
    if came is not None:
        begun = max(came.at, visit.begins)
        if now_ms < begun:
            return _("到了，早了 {count} 分钟").format(count=(begun - now_ms) // 60_000)
        return _("正在办，{count} 分钟").format(count=(now_ms - begun) // 60_000)
    if now_ms > visit.begins + GRACE_MS:
        return _("过了 {count} 分钟").format(count=(now_ms - visit.begins) // 60_000)
    if on_call:
        return _("要打电话")
    return _("还没到") if visit.form == "office" else _("要去")


def _number(one: Ticket, now_ms: int) -> dict[str, Any]:
    return {
        **_NOTHING,
        "kind": "number",
        "id": one.id,
        "at": one.made_at,
        "time": one.label,
        "name": one.name or _("没留称呼"),
        "what": NEEDS.get(one.need, one.need),
        "form": _("来访，先办") if one.first else _("来访"),
        "state": _number_state(one, now_ms),
        "over": one.state not in tickets.OPEN,
        "going": one.state == "called",
        "first": one.first and one.state == "waiting",
        "number": {"id": one.id, "called": one.state == "called"},
    }


def _number_state(one: Ticket, now_ms: int) -> str:
    if one.state == "waiting":
        return _("等了 {count} 分钟").format(count=(now_ms - one.made_at) // 60_000)
    if one.state == "called":
        return _("叫到了，{count} 分钟").format(count=(now_ms - (one.called_at or now_ms)) // 60_000)
    return {"done": _("办完了"), "missed": _("叫了不在"), "left": _("走了")}[one.state]
