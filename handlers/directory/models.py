"""Tables of the directory: stations, and which one a resident goes to."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class Station(Base):
    """司法所: a township judicial office, as the county's file names it."""

    __tablename__ = "station"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    town: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120), default="")
    rank: Mapped[int] = mapped_column(default=0)
    gone: Mapped[bool] = mapped_column(default=False)


class HomeStation(Base):
    """常去的司法所: one row per resident."""

    __tablename__ = "home_station"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    chosen_at: Mapped[int] = mapped_column(BigInteger)
    times: Mapped[int] = mapped_column(default=1)
