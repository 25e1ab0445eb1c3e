"""What open screens are told: that something changed, by ids alone, for every node to read."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, type_key
from bot.work.unit import Work

KEPT_MS = 24 * 60 * 60_000
"""A screen that was away for longer reads its page anew anyhow."""
MOST = 200
"""Rows of one reading or pruning."""


class News(Base):
    """动静: one row per change. It holds no word of anybody.

    kind: ``opened``, ``moved``, ``ended``, ``answered`` or ``alert``. staff_id, station_id: whom it is meant
    for; None for everybody who may see the task.
    """

    __tablename__ = "news"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[str] = mapped_column(String(12))
    task_id: Mapped[int] = mapped_column(BigInteger)
    staff_id: Mapped[int | None] = mapped_column(BigInteger)
    station_id: Mapped[str | None] = mapped_column(String(40))


@dataclass(frozen=True)
class Item:
    """A row of `News`."""

    id: int
    kind: str
    task_id: int
    staff_id: int | None
    station_id: str | None


def tell(
    work: Work, kind: str, task_id: int, *, staff_id: int | None = None, station_id: str | None = None
) -> None:
    """Tell open screens, in the act that changes something. Args: staff_id, station_id: for them alone."""
    work.db.add(News(at=work.now_ms, kind=kind, task_id=task_id, staff_id=staff_id, station_id=station_id))


def since(connection: Connection, last: int, most: int = MOST) -> list[Item]:
    """What was told after a row, oldest first."""
    columns = (News.id, News.kind, News.task_id, News.staff_id, News.station_id)
    rows = connection.execute(select(*columns).where(News.id > last).order_by(News.id).limit(most))
    return [Item(*row) for row in rows]


def newest(connection: Connection) -> int:
    """The id of the newest row, 0 when there is none."""
    return int(connection.scalar(select(func.max(News.id))) or 0)


def prune(work: Work) -> int:
    """Delete rows older than a day. Returns: how many went, at most `MOST`."""
    old = work.db.scalars(select(News.id).where(News.at < work.now_ms - KEPT_MS).limit(MOST)).all()
    work.db.execute(delete(News).where(News.id.in_(old)))
    return len(old)
