"""Tables of the supply: what can be booked, where, with whom and when. The county's file fills them."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key


class Bookable(Base):
    """可预约的服务. papers: what to bring, a line each; the rest as in `supply.Service`."""

    __tablename__ = "bookable"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(40))
    form: Mapped[str] = mapped_column(String(8))
    minutes: Mapped[int]
    after: Mapped[int]
    step: Mapped[int]
    people: Mapped[int]
    horizon: Mapped[int]
    notice: Mapped[int]
    papers: Mapped[str] = mapped_column(String(600))
    rank: Mapped[int]
    gone: Mapped[bool] = mapped_column(default=False)


class PostRow(Base):
    """岗位. services, seats: ids and keys with a space between; ``guest`` is a person's name."""

    __tablename__ = "post"

    id: Mapped[str] = mapped_column(String(81), primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), index=True)
    village_id: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(120))
    guest: Mapped[str] = mapped_column(Sealed("post.guest"))
    services: Mapped[str] = mapped_column(String(400))
    seats: Mapped[str] = mapped_column(String(1000))
    rank: Mapped[int]
    gone: Mapped[bool] = mapped_column(default=False)


class PostTime(Base):
    """接待时间: each week, on the ``week``-th such weekday of a month (-1: the last), or on one day."""

    __tablename__ = "post_time"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    weekday: Mapped[int]
    week: Mapped[int | None]
    day: Mapped[date | None]
    opens: Mapped[int]
    closes: Mapped[int]


class PostClosure(Base):
    """岗位停办: days on which a post receives nobody, first and last included, as the county's file says."""

    __tablename__ = "post_closure"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(60))
