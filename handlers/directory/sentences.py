"""Opening hours and a station's card in plain Chinese."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.clock import in_china
from bot.words import _
from handlers.directory import links
from handlers.directory.county import Shift, StationCard
from handlers.directory.hours import Calendar, Hours, next_opening, open_at, shifts_on

_DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
_RUN = 3


def clock_words(minutes: int) -> str:
    """Minutes since midnight as ``8:30``."""
    return f"{minutes // 60}:{minutes % 60:02}"


def week_words(shifts: Sequence[Shift]) -> str:
    """A week as 周一到周五 8:30-12:00、14:00-17:30，节假日不上班; empty when there are no hours."""
    by_day: dict[int, list[str]] = {}
    for one in sorted(shifts, key=lambda one: (one.weekday, one.opens)):
        by_day.setdefault(one.weekday, []).append(f"{clock_words(one.opens)}-{clock_words(one.closes)}")
    if not by_day:
        return ""
    parts = [
        _("{days} {hours}").format(days=_days_words(days), hours=hours)
        for hours, days in _alike(by_day).items()
    ]
    return _("；").join(parts) + _("，节假日不上班")


def _alike(by_day: Mapping[int, Sequence[str]]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for day, hours in by_day.items():
        groups.setdefault(_("、").join(hours), []).append(day)
    return groups


def _days_words(days: Sequence[int]) -> str:
    """Days in a row are said as from and to, when there are three or more of them."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said: list[str] = []
    for run in runs:
        if len(run) >= _RUN:
            said.append(_("{first}到{last}").format(first=_DAYS[run[0]], last=_DAYS[run[-1]]))
        else:
            said += [_DAYS[day] for day in run]
    return _("、").join(said)


def moment_words(at: datetime, now: datetime) -> str:
    """An instant as 今天 14:00, 明天（周二）8:30 or 11月30日（周一）8:30. Args: both aware."""
    local, today = in_china(at), in_china(now).date()
    day, ahead = _DAYS[local.weekday()], (local.date() - today).days
    hour = clock_words(local.hour * 60 + local.minute)
    if ahead == 0:
        return _("今天 {hour}").format(hour=hour)
    if ahead == 1:
        return _("明天（{day}）{hour}").format(day=day, hour=hour)
    year = _("{year}年").format(year=local.year) if local.year != today.year else ""
    return _("{year}{date}（{day}）{hour}").format(year=year, date=_day_words(local), day=day, hour=hour)


def open_words(calendar: Calendar, station: str, now: datetime) -> str:
    """Whether it is open now, until when, or when it opens next; nothing where that is not known."""
    if not calendar.stations.get(station, Hours()).shifts:
        return ""
    if open_at(calendar, station, now):
        return _("现在在上班，到 {hour}。").format(hour=_closes(calendar, station, now))
    if in_china(now).year not in calendar.years:
        return _("今年的放假安排还没录入，去之前请先打电话问一下。")
    closed = _closed_why(calendar, station, now)
    opens = next_opening(calendar, station, now)
    if opens is None:
        return closed + _("现在不上班。下次哪天上班还没定，去之前请先打电话问一下。")
    return closed + _("现在不上班，{moment} 上班。").format(moment=moment_words(opens, now))


def _closes(calendar: Calendar, station: str, now: datetime) -> str:
    local = in_china(now)
    minute = local.hour * 60 + local.minute
    shifts = shifts_on(calendar, station, local.date()) or ()
    return next(clock_words(one.closes) for one in shifts if one.opens <= minute < one.closes)


def _closed_why(calendar: Calendar, station: str, now: datetime) -> str:
    today = in_china(now).date()
    for one in calendar.stations.get(station, Hours()).closures:
        if one.first <= today <= one.last:
            return _("今天不办公：{reason}。").format(reason=one.reason)
    return ""


def closures_ahead(hours: Hours, now: datetime, *, days: int = 14) -> str:
    """The closures of the next days, one line; today's is said with whether it is open."""
    today = in_china(now).date()
    coming = [one for one in hours.closures if today < one.first <= today + timedelta(days=days)]
    said = [
        _("{first}到{last}").format(first=_day_words(one.first), last=_day_words(one.last))
        if one.last > one.first
        else _day_words(one.first)
        for one in coming
    ]
    return _("请注意：{days}不办公。").format(days=_("、").join(said)) if said else ""


def _day_words(day: date) -> str:
    return _("{month}月{day}日").format(month=day.month, day=day.day)


def card_words(card: StationCard, calendar: Calendar, now: datetime, link_base: str = "") -> str:
    """A station's card: name, address, telephone, hours, whether it is open; its map and its public board.

    Args: link_base: root of links; without it none is given.
    """
    hours = calendar.stations.get(card.id, Hours())
    week = week_words(hours.shifts)
    lines = [
        _("{name}（{town}）").format(name=card.name, town=card.town),
        _("地址：{address}").format(address=card.address) if card.address else "",
        _("电话：{phone}").format(phone=card.phone) if card.phone else "",
        _("上班：{week}。").format(week=week) if week else _("上班时间还没登记，去之前请先打电话问一下。"),
        open_words(calendar, card.id, now),
        closures_ahead(hours, now),
        *_links(card, link_base),
    ]
    return "\n".join(line for line in lines if line)


def _links(card: StationCard, link_base: str) -> list[str]:
    """The station on the map, and its public board (四公开): duties, flow, people and whereabouts."""
    way, board = links.way_to_map(link_base, card), links.board(link_base, card.id)
    found = [_("地图：{link}").format(link=way)] if way else []
    return [*found, _("能办什么、今天谁在：{link}").format(link=board)] if board else found
