"""Staff: taking them on, what others may know of them, letting them go."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.errors import Refused
from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.directory import stations
from handlers.handoff.models import Staff

ROLES = (
    "county_admin",
    "head",
    "clerk",
    "mediator",
    "lawyer",
    "curator",
    "editor",
    "auditor",
    "system",
)
"""县管理员, 负责人, 工作人员, 调解员, 律师或顾问, 知识审核, 宣传编辑, 审计, 系统.

An auditor reads and changes nothing; system sees no case.
"""
COUNTY_ROLES = frozenset({"county_admin", "auditor", "system"})
"""Roles that work for no single station."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]")


class StaffRefused(Refused):
    """A member of staff cannot be added or changed so."""

    code = "staff"


@dataclass(frozen=True)
class Colleague:
    """A member of staff as colleagues see them. ``station_id``: where they work, None for the county."""

    id: int
    login: str
    name: str
    station_id: str | None
    role: str


class LastCountyAdmin(StaffRefused):
    """Without this one nobody could manage the accounts."""

    code = "last_county_admin"


def add(work: Work, login: str, name: str, password_hash: str, station_id: str | None, role: str) -> int:
    """Take somebody on. Args: password_hash: argon2. Returns: the id. Raises: StaffRefused."""
    if not _LOGIN.fullmatch(login):
        raise StaffRefused(_("工号用 3 到 40 个小写字母、数字或 . _ -。"), field="login")
    if not 1 <= len(name.strip()) <= 20:
        raise StaffRefused(_("名字要 1 到 20 个字。"), field="name")
    _place(work, role, station_id)
    if work.db.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise StaffRefused(_("这个工号已经有人用了，离开的人也算。"), field="login")
    row = Staff(
        login=login,
        name=name.strip(),
        password=password_hash,
        station_id=station_id,
        role=role,
        added_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    return row.id


def ensure(
    work: Work, login: str, name: str, password_hash: str, station_id: str | None, role: str
) -> tuple[int, bool]:
    """Take somebody on unless the number is known, and let nobody else change the row meanwhile.

    Two nodes may do it at the same moment: one of them waits for the other. Returns: the id, and whether it
    was made. Raises: StaffRefused.
    """
    _place(work, role, station_id)
    fresh = insert(work.db, Staff).values(
        login=login,
        name=name,
        password=password_hash,
        station_id=station_id,
        role=role,
        active=True,
        added_at=work.now_ms,
    )
    made = work.db.execute(fresh.on_conflict_do_nothing(index_elements=["login"]).returning(Staff.id)).first()
    if made is not None:
        return int(made.id), True
    return work.db.scalars(select(Staff.id).where(Staff.login == login).with_for_update()).one(), False


def set_password(work: Work, login: str, password_hash: str) -> int:
    """Set a new password and let the person in again. Returns: the id. Raises: StaffRefused."""
    row = _by_login(work, login)
    row.password, row.active = password_hash, True
    return row.id


def leave(work: Work, login: str) -> int:
    """Let somebody go: no sign-in any more. Returns: the id. Raises: StaffRefused, LastCountyAdmin."""
    row = _by_login(work, login)
    _not_the_last(work, row)
    row.active = False
    return row.id


def change(work: Work, login: str, role: str, station_id: str | None) -> Colleague:
    """Another role, another station. Returns: as they were. Raises: StaffRefused, LastCountyAdmin."""
    row = _by_login(work, login)
    _place(work, role, station_id)
    if role != "county_admin":
        _not_the_last(work, row)
    before = Colleague(row.id, row.login, row.name, row.station_id, row.role)
    row.role, row.station_id = role, station_id
    return before


def set_own_password(work: Work, staff_id: int, password_hash: str) -> None:
    """A member of staff chose a new password."""
    row = work.db.get(Staff, staff_id)
    if row is not None:
        row.password = password_hash


def anybody(connection: Connection) -> bool:
    """Whether there is any active member of staff."""
    return bool(connection.scalar(select(func.count()).select_from(Staff).where(Staff.active)))


def everybody(connection: Connection) -> list[tuple[Colleague, bool]]:
    """All staff with whether they are active, in the order in which they came."""
    rows = connection.execute(
        select(Staff.id, Staff.login, Staff.name, Staff.station_id, Staff.role, Staff.active).order_by(
            Staff.id
        )
    )
    return [(Colleague(*row[:5]), bool(row[5])) for row in rows]


def at_work(connection: Connection) -> list[tuple[int, str, str | None, str]]:
    """Id, work number, station and role of all who are active, without their names."""
    rows = connection.execute(
        select(Staff.id, Staff.login, Staff.station_id, Staff.role).where(Staff.active).order_by(Staff.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def colleague(connection: Connection, staff_id: int) -> Colleague | None:
    """An active member of staff by id."""
    row = connection.execute(
        select(Staff.id, Staff.login, Staff.name, Staff.station_id, Staff.role).where(
            Staff.id == staff_id, Staff.active
        )
    ).first()
    return Colleague(*row) if row else None


def by_id(connection: Connection, staff_id: int) -> tuple[Colleague, bool] | None:
    """Somebody and whether they are active, also after they left."""
    row = connection.execute(
        select(Staff.id, Staff.login, Staff.name, Staff.station_id, Staff.role, Staff.active).where(
            Staff.id == staff_id
        )
    ).first()
    return (Colleague(*row[:5]), bool(row[5])) if row else None


def by_login(connection: Connection, login: str) -> Colleague:
    """Somebody, also after they left. Raises: StaffRefused."""
    row = connection.execute(
        select(Staff.id, Staff.login, Staff.name, Staff.station_id, Staff.role).where(Staff.login == login)
    ).first()
    if row is None:
        raise StaffRefused(_("没有这个工号。"), field="login")
    return Colleague(*row)


def credentials(connection: Connection, login: str) -> tuple[int, str] | None:
    """Id and password hash of an active member of staff."""
    row = connection.execute(
        select(Staff.id, Staff.password).where(Staff.login == login, Staff.active)
    ).first()
    return (int(row[0]), str(row[1])) if row else None


def _by_login(work: Work, login: str) -> Staff:
    row = work.db.scalar(select(Staff).where(Staff.login == login))
    if row is None:
        raise StaffRefused(_("没有这个工号。"), field="login")
    return row


def _place(work: Work, role: str, station_id: str | None) -> None:
    if role not in ROLES:
        raise StaffRefused(_("没有这种角色。"), field="role")
    known = {one.id for one in stations.all_open(work.db.connection())}
    if station_id is not None and station_id not in known:
        raise StaffRefused(_("没有这个司法所。"), field="station")
    if station_id is not None and role in COUNTY_ROLES:
        raise StaffRefused(_("这个角色管全县，司法所请选「全县」。"), field="station")


def _not_the_last(work: Work, row: Staff) -> None:
    """The rows are locked, so that two county admins cannot let each other go at the same moment."""
    if row.role != "county_admin" or not row.active:
        return
    others = work.db.scalars(
        select(Staff.id)
        .where(Staff.role == "county_admin", Staff.active)
        .order_by(Staff.id)
        .with_for_update()
    ).all()
    if set(others) <= {row.id}:
        raise LastCountyAdmin(_("这是最后一位县管理员。先让另一个人当县管理员。"), field="role")
