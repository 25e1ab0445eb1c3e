"""四公开: a station's duties, flow, people and whereabouts today, from what bookings and answers rest on.

Of whom is away it tells only that, never why; of who comes it tells nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.clock import CHINA, in_china, instant, millis
from bot.words import _
from handlers.appointments.almanac import windows_on
from handlers.appointments.attendance import FOREVER
from handlers.appointments.cells import cell_of, start_of
from handlers.appointments.shelves import board_now
from handlers.appointments.slots import Board
from handlers.appointments.supply import Post, Service
from handlers.directory import stations
from handlers.directory.county import StationCard
from handlers.directory.hours import Calendar, Hours, open_at
from handlers.directory.sentences import clock_words, closures_ahead, moment_words, open_words, week_words
from handlers.handoff import staff
from handlers.handoff.staff import Colleague

AHEAD_DAYS = 60
_ROLES = {
    "head": _("所长"),
    "clerk": _("工作人员"),
    "mediator": _("人民调解员"),
    "lawyer": _("律师"),
}
"""Whom the board names, in this order; who works for the county alone stands on no station's board."""
IN_OFFICE = _("现在在所里")
FORMS = {
    "office": _("到司法所办"),
    "phone": _("电话里办"),
    "video": _("视频办"),
    "home": _("上门办"),
    "stop": _("到村里办"),
}


@dataclass(frozen=True)
class Duty:
    """What can be had here. Attributes: how: form and length, in words; papers: what to bring."""

    name: str
    how: str
    papers: tuple[str, ...]


@dataclass(frozen=True)
class Somebody:
    """One of the people. Attributes: where: today, a sentence each."""

    name: str
    role: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """A time at which somebody comes to a village. Attributes: when: in words; today: whether it is today."""

    name: str
    place: str
    when: str
    today: bool


@dataclass(frozen=True)
class NoticeBoard:
    """All that the page shows."""

    station: StationCard
    week: str
    today: str
    closures: str
    shut: tuple[str, ...]
    duties: tuple[Duty, ...]
    people: tuple[Somebody, ...]
    stops: tuple[Stop, ...]
    as_of: str


def of(connection: Connection, station_id: str, now_ms: int) -> NoticeBoard | None:
    """The board of a station; None for one that there is not."""
    board = board_now(connection, now_ms)
    card = next((one for one in board.almanac.stations if one.id == station_id), None)
    if card is None:
        return None
    calendar, now = board.almanac.calendar, instant(now_ms)
    hours = calendar.stations.get(station_id, Hours())
    return NoticeBoard(
        card,
        week_words(hours.shifts),
        open_words(calendar, station_id, now),
        closures_ahead(hours, now),
        tuple(_shut(board, station_id)),
        tuple(_duties(board, station_id)),
        tuple(Somebody(one.name, _ROLES[one.role], where) for one, where in people(connection, board, card)),
        tuple(_stops(connection, board, station_id)),
        moment_words(now, now),
    )


def _here(board: Board, station_id: str) -> list[Post]:
    return [one for one in board.almanac.supply.posts if one.station_id == station_id]


def _shut(board: Board, station_id: str) -> Iterator[str]:
    """Sudden closings of the station that touch today."""
    first, last = _day_cells(_today(board))
    for since, until in board.there.shut_stations.get(station_id, ()):
        if since < last and until > first:
            yield _("今天 {since} 到 {until} 临时不办公。").format(
                since=_hour(max(since, first)), until=_hour(min(until, last))
            )


def _duties(board: Board, station_id: str) -> Iterator[Duty]:
    offered = {one for post in _here(board, station_id) for one in post.services}
    for one in board.almanac.supply.services:
        if one.id in offered:
            how = _("{form}，一次约 {minutes} 分钟").format(form=FORMS[one.form], minutes=one.minutes)
            yield Duty(one.name, how, one.papers)


def people(
    connection: Connection, board: Board, card: StationCard
) -> Iterator[tuple[Colleague, tuple[str, ...]]]:
    """Who works here, and who receives here without working here alone, with where they are today."""
    receiving = {seat.login for post in _here(board, card.id) for seat in post.seats}
    listed = [one for one, active in staff.everybody(connection) if active and one.role in _ROLES]
    own = [one for one in listed if one.station_id == card.id or one.login in receiving]
    order = list(_ROLES)
    for one in sorted(own, key=lambda one: (order.index(one.role), one.id)):
        yield one, tuple(_where(board, one, card))


def is_away(board: Board, who: Colleague) -> bool:
    """Whether somebody is away now."""
    return _away_until(board, who) is not None


def _away_until(board: Board, who: Colleague) -> int | None:
    now = cell_of(board.now_ms)
    return next((end for begin, end in board.there.away.get(who.login, ()) if begin <= now < end), None)


def _where(board: Board, who: Colleague, card: StationCard) -> Iterator[str]:
    now, away = cell_of(board.now_ms), board.there.away.get(who.login, ())
    until = _away_until(board, who)
    if until is not None:
        yield _away(board, until)
        return
    duty = list(_today_at(board, who))
    for since, end, post in duty:
        place = _place(board, post, card)
        yield _("{since}-{until} {place}").format(since=_hour(since), until=_hour(end), place=place)
    elsewhere = any(since <= now < end for since, end, _post in duty)
    calendar = board.almanac.calendar
    if who.station_id == card.id and not elsewhere:
        there = open_at(calendar, card.id, instant(board.now_ms)) and not _shut_now(board, card.id)
        yield IN_OFFICE if there else _("现在不上班")
    elif not duty:
        yield _("今天不在这里")
    later = next((begin for begin, _end in away if now < begin < _day_cells(_today(board))[1]), None)
    if later is not None:
        yield _("{hour} 起不在").format(hour=_hour(later))


def _away(board: Board, until: int) -> str:
    if until >= FOREVER:
        return _("不在，回来的时间没有定")
    back = moment_words(instant(start_of(until)), instant(board.now_ms))
    return _("不在，{back} 回来").format(back=back)


def _shut_now(board: Board, station_id: str) -> bool:
    now = cell_of(board.now_ms)
    return any(since <= now < until for since, until in board.there.shut_stations.get(station_id, ()))


def _today_at(board: Board, who: Colleague) -> list[tuple[int, int, Post]]:
    """Where somebody receives today at times of its own: on duty, in a village, at people's homes."""
    calendar, day = board.almanac.calendar, _today(board)
    found = []
    for post in board.almanac.supply.posts:
        mine = next((one for one in post.seats if one.login == who.login), None)
        if mine is None or _as_the_station(calendar, post):
            continue
        for since, until in windows_on(calendar, post, day):
            if not any(begin < until and since < end for begin, end in board.there.shut(post)):
                found.append((since, until, post))
    return sorted(found, key=lambda one: one[0])


def _as_the_station(calendar: Calendar, post: Post) -> bool:
    """Whether a post has the hours of its station, so that it tells nothing beside them."""
    week = calendar.stations.get(post.station_id, Hours()).shifts
    own = {(one.weekday, one.opens, one.closes) for one in post.times if one.weekly}
    return len(own) == len(post.times) and own == {(one.weekday, one.opens, one.closes) for one in week}


def _place(board: Board, post: Post, card: StationCard) -> str:
    services = board.almanac.supply.by_service
    if any(services[one].form == "home" for one in post.services):
        return _("上门办事")
    where = _("{name}，{place}").format(name=post.name, place=post.place) if post.place else post.name
    if post.station_id == card.id or post.stop:
        return where
    other = next((one.name for one in board.almanac.stations if one.id == post.station_id), "")
    return _("在{station}：{where}").format(station=other, where=where)


def _stops(connection: Connection, board: Board, station_id: str) -> Iterator[Stop]:
    """The next time at each stop in the villages of a station, today's first."""
    names = stations.village_names(connection)
    found = []
    for post in _here(board, station_id):
        following = _next_window(board, post) if post.stop else None
        if following is None:
            continue
        since, until = following
        begins = instant(start_of(since))
        when = _("{moment}-{until}").format(
            moment=moment_words(begins, instant(board.now_ms)), until=_hour(until)
        )
        place = " ".join(part for part in (names.get(post.village_id or "", ""), post.place) if part)
        today = in_china(begins).date() == _today(board)
        found.append((since, Stop(_stop_name(board, post), place, when, today)))
    yield from (one for _at, one in sorted(found, key=lambda one: one[0]))


def _stop_name(board: Board, post: Post) -> str:
    services: Sequence[Service] = [board.almanac.supply.by_service[one] for one in post.services]
    return services[0].name if len(services) == 1 else post.name


def _next_window(board: Board, post: Post) -> tuple[int, int] | None:
    now, shut = cell_of(board.now_ms), board.there.shut(post)
    missing = [board.there.missing(post, seat) for seat in post.seats]
    for ahead in range(AHEAD_DAYS):
        for since, until in windows_on(board.almanac.calendar, post, _today(board) + timedelta(days=ahead)):
            gone = all(_touch(spans, since, until) for one in missing for spans in one)
            nobody = any(missing) and gone
            if until > now and not nobody and not _touch(shut, since, until):
                return since, until
    return None


def _touch(spans: Sequence[tuple[int, int]], since: int, until: int) -> bool:
    return any(begin < until and since < end for begin, end in spans)


def _today(board: Board) -> date:
    return in_china(instant(board.now_ms)).date()


def _day_cells(day: date) -> tuple[int, int]:
    """The first cell of a day in China, and the first of the next."""
    begin = datetime.combine(day, time(), CHINA)
    return cell_of(millis(begin)), cell_of(millis(begin + timedelta(days=1)))


def _hour(cell: int) -> str:
    local = in_china(instant(start_of(cell)))
    return clock_words(local.hour * 60 + local.minute)
