"""值班表: who is on duty when, also where no opening hours say so. An absence wins over a turn.

The opening hours say when an office answers; the roster says who is asked first when somebody is in
danger, at any hour, and who of the county is asked when everybody else stayed silent.
"""

import re
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.directory import stations
from handlers.handoff import absence
from handlers.handoff.models import Absence, Staff
from handlers.handoff.presence import ANSWERING
from handlers.handoff.roster_models import DutyTurn

LONGEST_MS = 31 * 24 * 60 * 60_000
MOST = 200
"""Turns ahead for one post: a year of weeks and some days fits well."""
_PHONE = re.compile(r"[0-9]{3,12}")
_SIGNS = re.compile(r"[\s\-()（）]+")


class BadTurn(Refused):
    """A turn that cannot be."""

    code = "bad_turn"


class TurnGone(Refused):
    """The turn is over, or was taken off the roster."""

    code = "turn_gone"


@dataclass(frozen=True)
class Turn:
    """A turn as staff see it.

    Attributes: station_id: for whose residents, None for the whole county; away: an absence of theirs
    falls into the turn, so that they are not on duty then; instants are milliseconds UTC.
    """

    id: int
    staff_id: int
    name: str
    station_id: str | None
    since: int
    until: int
    phone: str = field(repr=False)
    away: bool = False


@dataclass(frozen=True)
class OnDuty:
    """Somebody who is on duty now. Attributes: station_id: for whose residents, None for the county."""

    staff_id: int
    station_id: str | None


def put_on(
    work: Work, by: int, staff_id: int, station_id: str | None, since_ms: int, until_ms: int, phone: str = ""
) -> int:
    """Name somebody who is on duty.

    Args: by: who names; station_id: for whose residents, None for the whole county; since_ms, until_ms:
    milliseconds UTC; phone: where colleagues call them, or empty. Returns: the turn's id. Raises: BadTurn.
    """
    if not since_ms < until_ms:
        raise BadTurn(_("结束要比开始晚。"), field="until")
    if until_ms <= work.now_ms:
        raise BadTurn(_("这段时间已经过了。"), field="until")
    if until_ms - since_ms > LONGEST_MS:
        raise BadTurn(_("一次最多排 31 天，长的分几次排。"), field="until")
    phone = _SIGNS.sub("", phone)
    if phone and not _PHONE.fullmatch(phone):
        raise BadTurn(_("电话只写数字，3 到 12 位；没有就空着。"), field="phone")
    _check_place(work, staff_id, station_id)
    ahead_here = work.db.execute(
        select(DutyTurn.staff_id, DutyTurn.since, DutyTurn.until).where(
            DutyTurn.station_id.is_not_distinct_from(station_id), DutyTurn.until > work.now_ms
        )
    ).all()
    if any(one.staff_id == staff_id and one.since < until_ms and since_ms < one.until for one in ahead_here):
        raise BadTurn(_("这段时间里已经排了这个人。"), field="since")
    if len(ahead_here) >= MOST:
        raise BadTurn(_("已经排了 {most} 班，先去掉用不着的。").format(most=MOST), field="since")
    row = DutyTurn(
        staff_id=staff_id,
        station_id=station_id,
        since=since_ms,
        until=until_ms,
        phone=phone,
        by_id=by,
        made_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    return row.id


def take_off(work: Work, turn_id: int) -> None:
    """Take a turn off the roster: one that runs ends now, one that lies ahead goes. Raises: TurnGone."""
    row = work.db.get(DutyTurn, turn_id)
    if row is None or row.until <= work.now_ms:
        raise TurnGone(_("这一班已经过了，或者去掉了。"))
    if row.since < work.now_ms:
        row.until = work.now_ms
    else:
        work.db.delete(row)
    work.db.flush()


def one(connection: Connection, turn_id: int, now_ms: int) -> Turn | None:
    """A turn that is not over."""
    return next((turn for turn in ahead(connection, now_ms) if turn.id == turn_id), None)


def ahead(connection: Connection, now_ms: int) -> list[Turn]:
    """The turns that are not over, by their beginning. Who left or answers nobody now is left out."""
    away = (
        select(Absence.id)
        .where(
            Absence.staff_id == DutyTurn.staff_id,
            *absence.within(DutyTurn.since, DutyTurn.until, now_ms),
        )
        .exists()
    )
    rows = connection.execute(
        select(
            DutyTurn.id,
            DutyTurn.staff_id,
            Staff.name,
            DutyTurn.station_id,
            DutyTurn.since,
            DutyTurn.until,
            DutyTurn.phone,
            away,
        )
        .join(Staff, Staff.id == DutyTurn.staff_id)
        .where(DutyTurn.until > now_ms, _counts())
        .order_by(DutyTurn.since, DutyTurn.id)
    )
    return [Turn(*row) for row in rows]


def on_duty(connection: Connection, now_ms: int) -> list[OnDuty]:
    """Who is on duty at an instant: named for it, still answering residents, and not away."""
    gone = (
        select(Absence.id)
        .where(
            Absence.staff_id == DutyTurn.staff_id,
            *absence.lasting(now_ms),
        )
        .exists()
    )
    rows = connection.execute(
        select(DutyTurn.staff_id, DutyTurn.station_id)
        .join(Staff, Staff.id == DutyTurn.staff_id)
        .where(DutyTurn.since <= now_ms, DutyTurn.until > now_ms, ~gone, _counts())
        .order_by(DutyTurn.since, DutyTurn.id)
    )
    return [OnDuty(*row) for row in rows]


def first_asked(
    connection: Connection, station_id: str | None, now_ms: int, *, urgent: bool
) -> frozenset[int]:
    """Whom the roster names for a task: those of its station, else the county's.

    In danger those of any other station come after them: somebody who is up is better than nobody.
    """
    there = on_duty(connection, now_ms)
    own = frozenset(one.staff_id for one in there if one.station_id == station_id)
    county = frozenset(one.staff_id for one in there if one.station_id is None)
    return own or county or (frozenset(one.staff_id for one in there) if urgent else frozenset())


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete turns that are over since longer than the retention. Returns: how many went."""
    old = work.db.scalars(select(DutyTurn.id).where(DutyTurn.until < before_ms).limit(most)).all()
    work.db.execute(delete(DutyTurn).where(DutyTurn.id.in_(old)))
    return len(old)


def _counts() -> ColumnElement[bool]:
    return and_(Staff.active, Staff.role.in_(ANSWERING))


def _check_place(work: Work, staff_id: int, station_id: str | None) -> None:
    row = work.db.get(Staff, staff_id)
    if row is None or not row.active or row.role not in ANSWERING:
        raise BadTurn(_("这个人不接居民的事，不能值班。换一位。"), field="staff")
    known = {one.id for one in stations.all_open(work.db.connection())}
    if station_id is not None and station_id not in known:
        raise BadTurn(_("没有这个司法所。"), field="place")
    if station_id is not None and row.station_id not in (None, station_id):
        raise BadTurn(_("别的所的人，排到「全县」。"), field="place")
