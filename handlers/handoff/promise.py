"""What a resident may be promised: computed from opening hours, absences, who works there, what they are
engaged in, and how many wait before; or nothing.

Every time that a resident is told comes from `plan`.
"""

from dataclasses import dataclass
from math import hypot

from sqlalchemy import Connection

from handlers.directory import stations
from handlers.directory.county import StationCard
from handlers.handoff.presence import Person, View

WORKING_MINUTES = 60
"""A person of the resident's station answers within this working time."""
ELSEWHERE_MINUTES = 120
"""Where nobody of the station is there, others answer within this time: they must read in first."""
EACH_MINUTES = 10
"""Working time of one person for each who waits before; what `WORKING_MINUTES` holds makes nothing later."""
_ROUND_MS = 5 * 60_000


@dataclass(frozen=True)
class Plan:
    """Who answers, and by when.

    Attributes: promised_at: milliseconds UTC, None when nothing may be promised; pool: whose people
    answer, None for the county's; opens_at: when somebody is there next, ``since`` itself when somebody is;
    deserted: the station opens, but nobody of it is there.
    """

    promised_at: int | None
    pool: str | None
    opens_at: int | None = None
    deserted: bool = False


@dataclass(frozen=True)
class Outlook:
    """When a person can answer a resident.

    Attributes: station_id, station: of the resident's home, None and empty when not chosen;
    promised_at: milliseconds UTC, None when nothing may be promised; open_now: whether somebody is
    at work; opens_at: the next opening when nobody is, None when it is not known; deserted: the
    station is open, but nobody of it is there; elsewhere: others answer in its place.
    """

    station_id: str | None
    station: str
    promised_at: int | None
    open_now: bool
    opens_at: int | None
    deserted: bool = False
    elsewhere: bool = False


def outlook(connection: Connection, resident_id: int, now_ms: int) -> Outlook:
    """The outlook for a resident at an instant.

    Where no home station was chosen, any station with staff may answer: the earliest one counts.
    """
    home = stations.home_of(connection, resident_id)
    station_id, name = (home.id, home.name) if home else (None, "")
    found = plan(View(connection, now_ms), station_id, now_ms)
    if found.promised_at is None:
        return Outlook(station_id, name, None, False, None)
    open_now = found.opens_at == now_ms
    return Outlook(
        station_id,
        name,
        found.promised_at,
        open_now,
        None if open_now else found.opens_at,
        found.deserted,
        found.pool != station_id,
    )


def plan(view: View, station: str | None, since_ms: int, came_ms: int | None = None) -> Plan:
    """Who answers a task of a pool, and by when.

    Args: since_ms: from when the working time is counted; came_ms: since when the resident waits, which is
    the place in line, if that was before.

    A station's own people come first; without any, the county's people answer at its hours. When it
    opens and none of its own is there, whoever can answer first does: they, once they are back, or others.
    """
    if station is None:
        return _anywhere(view, since_ms, came_ms)
    own = view.of(station)
    people = own or view.of(None)
    first = _at(view, station, people, since_ms, came_ms) if people else Plan(None, station)
    opening = view.opens(station, None, since_ms)
    if opening is None or any(one.there(opening) for one in people):
        return first
    other = _others(view, station, since_ms, came_ms)
    first = Plan(first.promised_at, station, first.opens_at, deserted=True)
    if other.promised_at is None:
        return first
    if first.promised_at is not None and first.promised_at <= other.promised_at:
        return first
    return Plan(other.promised_at, other.pool, other.opens_at, deserted=True)


def neighbour(view: View, station: str, now_ms: int) -> str | None:
    """The station to which a task goes when its own stays silent; None: the county's pool.

    Of those whose people can answer first, the nearest.
    """
    home = next((one for one in view.stations if one.id == station), None)
    found = [
        (when.promised_at, _apart(home, one), one.id)
        for one in view.stations
        if one.id != station
        and (people := view.of(one.id))
        and (when := _at(view, one.id, people, now_ms)).promised_at is not None
    ]
    return min(found)[2] if found else None


def _at(
    view: View,
    station: str,
    people: list[Person],
    since_ms: int,
    came_ms: int | None = None,
    minutes: int = WORKING_MINUTES,
) -> Plan:
    before = view.ahead(station, since_ms if came_ms is None else came_ms)
    queue = EACH_MINUTES * -(-(before + 1) // len(people))
    until = view.later(station, people, since_ms, max(minutes, queue))
    if until is None:
        return Plan(None, station)
    return Plan(-(-until // _ROUND_MS) * _ROUND_MS, station, view.opens(station, people, since_ms))


def _anywhere(view: View, since_ms: int, came_ms: int | None) -> Plan:
    """The earliest that anybody can promise from the county's pool; its people keep the hours of all."""
    county = view.of(None)
    found = [
        (when.promised_at, when.opens_at or 0)
        for one in view.stations
        if (people := view.of(one.id) + county)
        and (when := _at(view, one.id, people, since_ms, came_ms)).promised_at is not None
    ]
    if not found:
        return Plan(None, None)
    promised, opens = min(found)
    return Plan(promised, None, opens)


def _others(view: View, station: str, since_ms: int, came_ms: int | None) -> Plan:
    """Who answers instead of a station at which nobody is: a neighbour, else the county's people."""
    other = neighbour(view, station, since_ms)
    if other is not None:
        return _at(view, other, view.of(other), since_ms, came_ms, ELSEWHERE_MINUTES)
    county = view.of(None)
    when = _at(view, station, county, since_ms, came_ms, ELSEWHERE_MINUTES) if county else None
    return Plan(None, None) if when is None else Plan(when.promised_at, None, when.opens_at)


def _apart(home: StationCard | None, other: StationCard) -> float:
    """How far apart two stations are, in degrees at this latitude; far when it is not known."""
    if home is None or None in (home.latitude, home.longitude, other.latitude, other.longitude):
        return 1000.0 + abs(other.latitude or 0)
    return hypot(
        (home.latitude or 0) - (other.latitude or 0),
        ((home.longitude or 0) - (other.longitude or 0)) * 0.8,
    )
