"""Tables of a day at a station: who came, and the numbers of those who came without a time."""

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key


class Arrival(Base):
    """到了: when the person of an appointment came; kept: in time, so that they keep their place."""

    __tablename__ = "arrival"

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[int] = mapped_column(BigInteger)
    kept: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class TicketRow(Base):
    """号: one number of one station and day. The key lets each number be given once.

    day: in China, as 20261123; need: of `tickets.NEEDS`; state: ``waiting``, ``called``, ``done``,
    ``missed`` (called, and not there) or ``left``; first: goes before others; appointment_id: whoever came
    too late for their time.
    """

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("station_id", "day", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    day: Mapped[int]
    number: Mapped[int]
    need: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(Sealed("ticket.name"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(
        ForeignKey("appointment.id", ondelete="SET NULL"), unique=True
    )
    first: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    called_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
