"""When people are told: the evening before, never at night; the rules are pure."""

from datetime import date, datetime, time, timedelta

from bot.clock import CHINA, in_china, instant, millis
from handlers.directory.hours import Calendar, shifts_on

MORNING, EVENING, NIGHT = 8, 19, 21
"""Hours in China: quiet from 21:00 to 8:00; reminders leave at 19:00 of the day before."""
DAWN, LATE = 6, 23
"""What is near is told outside these hours too: better woken than in vain before a closed door."""
HOUR_MS = 3_600_000
SETTLING_MS = 2 * HOUR_MS
"""Who booked less than this before the reminder needs none."""
LEAST_MS = 90 * 60_000
"""A reminder in the morning leaves at least so long before."""
CALLS_HOUR = 14
_BACK = 7


def remind_at(begins: int, now_ms: int) -> int | None:
    """When to remind of a time that was booked now; None where a reminder would come too soon to help.

    The evening before; for what was booked so late that it makes no sense, eight o'clock on the day itself.
    Args and result: milliseconds UTC.
    """
    day = in_china(instant(begins)).date()
    evening = _at(day - timedelta(days=1), EVENING)
    if now_ms <= evening - SETTLING_MS:
        return evening
    morning = _at(day, MORNING)
    if now_ms <= morning - SETTLING_MS and begins - morning >= LEAST_MS:
        return morning
    return None


def calls_from(calendar: Calendar, station: str, begins: int) -> int:
    """From when a reminder is on the call list: two in the afternoon of the last day before on which the
    station is open, or of the day before where that is not known.
    """
    day = in_china(instant(begins)).date()
    before = [day - timedelta(days=back) for back in range(1, _BACK + 1)]
    opened = next((one for one in before if shifts_on(calendar, station, one)), before[0])
    last = max((shift.closes for shift in shifts_on(calendar, station, opened) or ()), default=0)
    if 0 < last <= CALLS_HOUR * 60:  # open in the morning alone
        return _at(opened, MORNING)
    return _at(opened, CALLS_HOUR)


def quiet_until(now_ms: int) -> int | None:
    """When the quiet hours end, None outside them. Args and result: milliseconds UTC."""
    now = in_china(instant(now_ms))
    if MORNING <= now.hour < NIGHT:
        return None
    return _at(now.date() + timedelta(days=now.hour >= NIGHT), MORNING)


def awake(now_ms: int) -> bool:
    """Whether what is very near may be told although the hours are quiet."""
    return DAWN <= in_china(instant(now_ms)).hour < LATE


def near(now_ms: int, begins: int) -> bool:
    """Whether a time is so near that the morning would be too late to tell of it."""
    morning = quiet_until(now_ms)
    return morning is not None and begins < morning + SETTLING_MS


def _at(day: date, hour: int) -> int:
    return millis(datetime.combine(day, time(hour), CHINA))
