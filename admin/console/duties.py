"""The duty roster as the console's forms say it: who, from when, for how long."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from admin.audit.record import Fields, note
from admin.console import absences, words
from admin.console.absences import NoSuchTime
from bot.clock import CHINA, in_china, instant, millis
from bot.words import _
from bot.work.unit import Work
from handlers.directory import stations
from handlers.handoff import roster, staff
from handlers.handoff.presence import ANSWERING
from handlers.handoff.roster import Turn
from handlers.handoff.staff import Colleague

COUNTY = "county"
"""What the form says for the whole county."""
_MORNING, _EVENING = time(8), time(18)
_DAY = timedelta(days=1)


def _next_morning(begins: datetime, *, weekday: int | None = None) -> datetime:
    """Eight o'clock of the day after, or of the next such weekday."""
    day = begins.date() + _DAY if begins.time() >= _MORNING else begins.date()
    while weekday is not None and day.weekday() != weekday:
        day += _DAY
    return datetime.combine(day, _MORNING, CHINA)


SPANS: Mapping[str, tuple[str, Callable[[datetime], datetime]]] = {
    "night": (_("一夜，到早上 8:00"), _next_morning),
    "day": (_("一天一夜（24 小时）"), lambda begins: begins + _DAY),
    "weekend": (_("周末，到星期一 8:00"), lambda begins: _next_morning(begins, weekday=0)),
    "week": (_("一周（7 天）"), lambda begins: begins + 7 * _DAY),
}
"""How long a turn is, where no end is written: words, and the end by the beginning in China."""


def span(form: Mapping[str, Any], now_ms: int) -> tuple[int, int]:
    """From when until when, milliseconds UTC. A written end counts before the length. Raises: NoSuchTime."""
    since, until = absences.span(form, now_ms)
    if until is not None:
        return since, until
    length = str(form.get("length", ""))
    if length not in SPANS:
        raise NoSuchTime(_("选一样：值多久，或者写到什么时候。"), field="until")
    return since, millis(SPANS[length][1](in_china(instant(since))))


def proposed(now_ms: int) -> str:
    """This evening, or now if it has begun, as a form has it."""
    now = in_china(instant(now_ms))
    evening = datetime.combine(now.date(), _EVENING, CHINA)
    return (evening if now < evening else now).strftime("%Y-%m-%dT%H:%M")


def names_for(who: Colleague, station_id: str | None) -> bool:
    """Whether somebody who may change rosters may change this one: a station's head only the station's."""
    return who.station_id in (None, station_id)


def candidates(connection: Connection, who: Colleague) -> list[Colleague]:
    """Whom somebody can name."""
    return [
        one
        for one, active in staff.everybody(connection)
        if active and one.role in ANSWERING and who.station_id in (None, one.station_id)
    ]


def turns(connection: Connection, who: Colleague, now_ms: int) -> list[Turn]:
    """The turns that concern somebody: those of one's station and the county's; without a station, all."""
    seen = (None, who.station_id)
    return [
        one for one in roster.ahead(connection, now_ms) if who.station_id is None or one.station_id in seen
    ]


def places(connection: Connection) -> dict[str, str]:
    """Names of stations by id."""
    return {one.id: one.name for one in stations.all_open(connection)}


def span_words(turn: Turn) -> str:
    """From when until when, with the days of the week."""
    return _("{first} {since} 到 {last} {until}").format(
        first=words.day_words(turn.since),
        since=_hour(turn.since),
        last=words.day_words(turn.until),
        until=_hour(turn.until),
    )


def _hour(ms: int) -> str:
    at = in_china(instant(ms))
    return _("{hour}:{minute:02}").format(hour=at.hour, minute=at.minute)


# -- acts, with their line in the record -------------------------------------------------------


def put_on(
    work: Work, by: int, staff_id: int, station_id: str | None, since_ms: int, until_ms: int, phone: str
) -> int:
    """Name somebody. Returns: the turn's id. Raises: BadTurn."""
    made = roster.put_on(work, by, staff_id, station_id, since_ms, until_ms, phone)
    told: Fields = {"place": station_id or COUNTY, "from": since_ms, "until": until_ms, "phone": bool(phone)}
    note(work, by, "duty_on", f"staff:{staff_id}", after=told)
    return made


def take_off(work: Work, by: int, turn: Turn) -> None:
    """Take a turn off. Raises: TurnGone."""
    roster.take_off(work, turn.id)
    told: Fields = {"place": turn.station_id or COUNTY, "from": turn.since, "until": turn.until}
    note(work, by, "duty_off", f"staff:{turn.staff_id}", before=told)
