"""The calendar of a member of staff: who comes to them when, and when they are on duty; it names nobody."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.clock import in_china, instant
from bot.crypto import vault
from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments.almanac import windows_on
from handlers.appointments.cells import start_of
from handlers.appointments.feed_models import CalendarFeed
from handlers.appointments.ical import Event
from handlers.appointments.models import Appointment
from handlers.appointments.shelves import board_now
from handlers.appointments.slots import Board
from handlers.appointments.supply import Post
from handlers.appointments.supply_models import Bookable, PostRow
from handlers.directory import stations
from handlers.handoff import roster, staff
from handlers.handoff.staff import Colleague

BEHIND_MS = 30 * 24 * 60 * 60_000
AHEAD_DAYS = 60
"""Days of duty that are told ahead; appointments are told however far they lie."""
_SHOWN = ("booked", "done", "no_show", "passed", "cancelled")
_DUTY = frozenset({"lawyer", "adviser", "car"})
"""Kinds whose posts have days of duty; a room of a station is open on all of its days."""


@dataclass(frozen=True)
class Feed:
    """That there is an address, and since when, in milliseconds UTC."""

    made_at: int


def make(work: Work, staff_id: int, token: str) -> None:
    """Give somebody an address; the one before is good no more."""
    fresh = insert(work.db, CalendarFeed).values(staff_id=staff_id, token=_mark(token), made_at=work.now_ms)
    work.db.execute(
        fresh.on_conflict_do_update(
            index_elements=["staff_id"], set_={"token": _mark(token), "made_at": work.now_ms}
        )
    )


def revoke(work: Work, staff_id: int) -> None:
    """The address is good no more."""
    work.db.execute(delete(CalendarFeed).where(CalendarFeed.staff_id == staff_id))


def of(connection: Connection, staff_id: int) -> Feed | None:
    """Whether somebody has an address."""
    made = connection.scalar(select(CalendarFeed.made_at).where(CalendarFeed.staff_id == staff_id))
    return None if made is None else Feed(made)


def whose(connection: Connection, token: str) -> Colleague | None:
    """Whose address it is; None for one that is not good, and for somebody who left."""
    mark = _mark(token)
    row = connection.execute(
        select(CalendarFeed.staff_id, CalendarFeed.token).where(CalendarFeed.token == mark)
    ).first()
    if row is None or not hmac.compare_digest(row.token, mark):
        return None
    return staff.colleague(connection, row.staff_id)


def events(connection: Connection, who: Colleague, now_ms: int) -> list[Event]:
    """What stands in somebody's calendar, by time."""
    names = {one.id: one.name for one in stations.all_open(connection)}
    found = [
        *_booked(connection, who, names, now_ms),
        *_turns(connection, who, names, now_ms),
        *_duties(board_now(connection, now_ms), who, names),
    ]
    return sorted(found, key=lambda one: (one.begins, one.uid))


def _booked(connection: Connection, who: Colleague, names: dict[str, str], now_ms: int) -> Iterator[Event]:
    seat = f"@{who.login}"
    rows: Any = connection.execute(
        select(
            Appointment.id,
            Appointment.code,
            Appointment.state,
            Appointment.begins,
            Appointment.ends,
            Appointment.seats,
            Appointment.moves,
            Appointment.booked_at,
            Appointment.ended_at,
            Appointment.station_id,
            Bookable.name,
            Bookable.form,
            PostRow.place,
        )
        .join(Bookable, Bookable.id == Appointment.service_id)
        .join(PostRow, PostRow.id == Appointment.post_id)
        .where(
            Appointment.begins > now_ms - BEHIND_MS,
            Appointment.state.in_(_SHOWN),
            Appointment.code.is_not(None),
        )
    )
    for row in rows:
        keys = row.seats.split()
        named = any(key.startswith("@") for key in keys)
        if seat in keys or (not named and who.station_id == row.station_id):
            where = "" if row.form == "home" else row.place  # of a home only the station's list tells
            yield Event(
                uid=_uid(f"appointment|{row.id}"),
                begins=instant(row.begins),
                ends=instant(row.ends),
                summary=_("{service}（编号 {code}）").format(service=row.name, code=row.code),
                place=" ".join(part for part in (names.get(row.station_id, ""), where) if part),
                changed=instant(max(row.booked_at or 0, row.ended_at or 0)),
                sequence=row.moves * 2 + (row.state == "cancelled"),
                cancelled=row.state == "cancelled",
            )


def _turns(connection: Connection, who: Colleague, names: dict[str, str], now_ms: int) -> Iterator[Event]:
    for turn in roster.ahead(connection, now_ms):
        if turn.staff_id == who.id and not turn.away:
            place = names.get(turn.station_id or "", _("全县"))
            yield Event(
                uid=_uid(f"turn|{turn.id}"),
                begins=instant(turn.since),
                ends=instant(turn.until),
                summary=_("值班（{place}）").format(place=place),
                place=place,
                changed=instant(turn.since),
                busy=False,
            )


def _duties(board: Board, who: Colleague, names: dict[str, str]) -> Iterator[Event]:
    """The days on which a lawyer, an adviser or the car receives, without those of closings and absence."""
    there, almanac = board.there, board.almanac
    kinds = {one.id: one.kind for one in almanac.supply.services}
    today = in_china(instant(board.now_ms)).date()
    for post in almanac.supply.posts:
        mine = next((one for one in post.seats if one.login == who.login), None)
        if mine is None or not any(kinds[one] in _DUTY for one in post.services):
            continue
        gone = (*there.shut(post), *(span for spans in there.missing(post, mine) for span in spans))
        for ahead in range(AHEAD_DAYS):
            for since, until in windows_on(almanac.calendar, post, today + timedelta(days=ahead)):
                if not any(begin < until and since < end for begin, end in gone):
                    yield _duty(post, names, since, until)


def _duty(post: Post, names: dict[str, str], since: int, until: int) -> Event:
    begins = instant(start_of(since))
    return Event(
        uid=_uid(f"duty|{post.id}|{since}|{until}"),
        begins=begins,
        ends=instant(start_of(until)),
        summary=_("接待（{post}）").format(post=post.name),
        place=" ".join(part for part in (names.get(post.station_id, ""), post.place) if part),
        changed=begins,
        busy=False,
    )


def _uid(what: str) -> str:
    return f"{vault().mark('calendar|' + what)[:32]}@xiaosi"


def _mark(token: str) -> str:
    return vault().mark(f"calendar_feed|{token}")
