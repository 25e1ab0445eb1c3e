"""What stands between the people of a day: free time, breaks, and the calls that are owed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection

from admin.console import words
from bot.clock import in_china, instant
from bot.words import _
from handlers.appointments import calls, gaps
from handlers.appointments.booking_words import number_words
from handlers.appointments.calls import CallLine
from handlers.appointments.gaps import Gap
from handlers.directory.hours import calendar_for, shifts_on
from handlers.handoff.scope import Scope
from handlers.registers.reading import masked_phone

CALLS = {
    "remind": _("提醒快到的预约"),
    "confirm": _("告诉约好的时间"),
    "change": _("告诉改了的时间"),
    "cancel": _("告诉预约取消了"),
    "ask": _("时间办不了，问改到哪天"),
    "offer": _("候补有时间了，问要不要"),
}
"""What a call is about."""
_SHOWN = 3
"""Free times that a row names."""
_MINUTE = 60_000
_EMPTY: Mapping[str, Any] = dict.fromkeys(
    ("name", "what", "meta", "state", "book", "phone", "words", "missed", "maybe", "secluded"), ""
) | {"over": False, "first": False, "going": False}


def breaks(connection: Connection, station_id: str, day: date) -> list[tuple[int, int]]:
    """When the station is closed between two openings of a day, in milliseconds UTC."""
    shifts = shifts_on(calendar_for(connection, station_id), station_id, day) or ()
    begin = words.day_start(day)
    return [(begin + one.closes * _MINUTE, begin + other.opens * _MINUTE) for one, other in pairwise(shifts)]


def free(connection: Connection, station_id: str, day: date, now_ms: int) -> list[Gap]:
    """The free times of a day that can still be booked."""
    since, until = words.day_start(day), words.day_start(day + timedelta(days=1))
    return gaps.of_day(connection, station_id, since, until, now_ms)


def owed(connection: Connection, scope: Scope, station_id: str, now_ms: int) -> list[CallLine]:
    """The calls of a station that somebody may make."""
    return [one for one in calls.due_in(connection, scope, now_ms) if one.station_id == station_id]


def free_row(gap: Gap) -> dict[str, Any]:
    """Free time, with what it can be given to."""
    times = list(dict.fromkeys(words.hour_words(one.begins, one.begins) for one in gap.starts))
    names = list(dict.fromkeys(one.service.name for one in gap.starts))
    key = f"{gap.post.id}|{gap.begins}|{gap.ends}"
    more = _(" 等 {count} 个时间").format(count=len(times)) if len(times) > _SHOWN else ""
    return {
        **_EMPTY,
        "kind": "free",
        "id": f"{gap.post.id}-{gap.begins}",
        "at": gap.begins,
        "time": words.hour_words(gap.begins, gap.begins),
        "what": _("空，{count} 分钟").format(count=(gap.ends - gap.begins) // _MINUTE),
        "meta": _("{post}　能约 {times}{more}　{names}").format(
            post=gap.post.name, times="、".join(times[:_SHOWN]), more=more, names="、".join(names)
        ),
        "book": f"/admin/day/book?{urlencode({'station': gap.post.station_id, 'gap': key})}",
    }


def break_row(since: int, until: int) -> dict[str, Any]:
    """A time at which nobody is there."""
    return {
        **_EMPTY,
        "kind": "pause",
        "id": since,
        "at": since,
        "time": words.hour_words(since, since),
        "what": _("午休，{hour} 开门").format(hour=words.hour_words(until, until))
        if _is_noon(since, until)
        else _("不上班，{hour} 开门").format(hour=words.hour_words(until, until)),
    }


def call_row(one: CallLine, now_ms: int, closes: int) -> dict[str, Any]:
    """A call that is owed: it stands where it must have been made, or where the day ends.

    Args: closes: until when one calls today, in milliseconds UTC.
    """
    today = one.until <= closes
    return {
        **_EMPTY,
        "kind": "call",
        "id": one.telling_id,
        "at": min(one.until, closes),
        "time": _("{hour} 前").format(hour=words.hour_words(one.until, one.until)) if today else _("今天"),
        "name": CALLS[one.about],
        "meta": number_words(one.appointment_id),
        "phone": masked_phone(one.phone),
        "state": _state(one, now_ms, today=today),
        "words": one.words,
        "missed": one.missed,
        "maybe": one.maybe,
        "secluded": bool(one.secluded),
    }


def _state(one: CallLine, now_ms: int, *, today: bool) -> str:
    if one.missed:
        return _("打过 {count} 次没人接").format(count=one.missed)
    if today:
        return _("还剩 {count} 分钟").format(count=max(0, one.until - now_ms) // _MINUTE)
    return _("要打电话")


def _is_noon(since: int, until: int) -> bool:
    return in_china(instant(since)).hour < 13 <= in_china(instant(until)).hour


def closing_time(connection: Connection, station_id: str, day: date) -> int:
    """When the station closes on a day for the last time; the day's end where it does not open."""
    shifts: Sequence[Any] = shifts_on(calendar_for(connection, station_id), station_id, day) or ()
    last = max((one.closes for one in shifts), default=24 * 60 - 1)
    return words.day_start(day) + last * _MINUTE
