"""What a resident may be promised: computed from opening hours and from who works there, or nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.clock import instant, millis
from handlers.directory import stations
from handlers.directory.hours import calendar_for, next_opening, open_at, working_minutes_later
from handlers.handoff.models import Staff

WORKING_MINUTES = 60
"""A person answers within this working time."""
_ROUND_MS = 5 * 60_000


@dataclass(frozen=True)
class Outlook:
    """When a person can answer a resident.

    Attributes: station_id, station: of the resident's home, None and empty when not chosen;
    promised_at: milliseconds UTC, None when nothing may be promised; open_now: whether somebody is
    at work; opens_at: the next opening when nobody is, None when it is not known.
    """

    station_id: str | None
    station: str
    promised_at: int | None
    open_now: bool
    opens_at: int | None


def outlook(connection: Connection, resident_id: int, now_ms: int) -> Outlook:
    """The outlook for a resident at an instant.

    Where no home station was chosen, any station with staff may answer: the earliest one counts.
    """
    home = stations.home_of(connection, resident_id)
    found = [
        one
        for station in _answering(connection, home.id if home else None)
        if (one := _at(connection, station, instant(now_ms))) is not None
    ]
    station_id, name = (home.id, home.name) if home else (None, "")
    if not found:
        return Outlook(station_id, name, None, False, None)
    promised, opens, open_now = min(found)
    return Outlook(station_id, name, promised, open_now, None if open_now else opens)


def _answering(connection: Connection, home: str | None) -> list[str]:
    """Stations at which somebody answers; for the whole county's staff the hours of the home count."""
    at = set(
        connection.scalars(select(Staff.station_id).where(Staff.active, Staff.role.in_(("clerk", "head"))))
    )
    if home is not None:
        return [home] if at & {home, None} else []
    known = [one.id for one in stations.all_open(connection)]
    return known if None in at else [one for one in known if one in at]


def _at(connection: Connection, station: str, now: datetime) -> tuple[int, int, bool] | None:
    calendar = calendar_for(connection, station)
    until = working_minutes_later(calendar, station, now, WORKING_MINUTES)
    opens = next_opening(calendar, station, now)
    if until is None or opens is None:
        return None
    promised = -(-millis(until) // _ROUND_MS) * _ROUND_MS
    return promised, millis(opens), open_at(calendar, station, now)
