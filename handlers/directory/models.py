"""Tables of the directory: stations, their hours and villages, holidays, and who goes where."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, type_key


class Station(Base):
    """司法所: a township judicial office, as the county's file names it."""

    __tablename__ = "station"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    town: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(26), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    rank: Mapped[int] = mapped_column(default=0)
    gone: Mapped[bool] = mapped_column(default=False)


class StationShift(Base):
    """上班时间: one opening of a weekday; a split day has two. Minutes since midnight in China."""

    __tablename__ = "station_shift"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]


class StationClosure(Base):
    """临时不办公: days on which one station is closed, first and last included."""

    __tablename__ = "station_closure"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(60), default="")


class VillageRow(Base):
    """村（社区）: which station serves it, and when its legal adviser is there."""

    __tablename__ = "village"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), index=True)
    adviser_day: Mapped[str] = mapped_column(String(60), default="")
    rank: Mapped[int] = mapped_column(default=0)


class Holiday(Base):
    """节假日和调休: what the year's notice says of one day. ``hours_of``: weekday (0 Monday) whose hours
    a make-up work day has; ``shipped``: from the project's own table, not imported by the county."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(40))
    hours_of: Mapped[int | None]
    shipped: Mapped[bool] = mapped_column(default=False)


class HomeStation(Base):
    """常去的司法所: one row per resident."""

    __tablename__ = "home_station"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    chosen_at: Mapped[int] = mapped_column(BigInteger)
    times: Mapped[int] = mapped_column(default=1)
