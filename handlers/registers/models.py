"""Tables of the registers: what stands in a book, and months in which there was nothing."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, type_key


class RegisterRow(Base):
    """登记簿的一行: one matter in one book. It names no resident, and stays when the task is erased.

    book: ``consult``, ``visits`` or ``screening``; station_id: empty for the county's own; month: of
    ``at`` in China, as 202611; at: when it was first dealt with; topic: of the last question before;
    referred_to: the station that it went to. It comes from a task, from an appointment, or from the number
    of somebody who came without one.
    """

    __tablename__ = "register_row"
    __table_args__ = (
        UniqueConstraint("task_id", "book"),
        UniqueConstraint("appointment_id", "book"),
        UniqueConstraint("ticket_id", "book"),
        Index("ix_register_row_place", "book", "month", "station_id", "at"),
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    book: Mapped[str] = mapped_column(String(12))
    task_id: Mapped[int | None] = mapped_column(BigInteger)
    appointment_id: Mapped[int | None] = mapped_column(BigInteger)
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    station_id: Mapped[str] = mapped_column(String(40), default="")
    month: Mapped[int]
    at: Mapped[int] = mapped_column(BigInteger)
    came_at: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(String(40), default="")
    topic: Mapped[str] = mapped_column(String(40), default="")
    secluded: Mapped[str] = mapped_column(String(12), default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    replied_at: Mapped[int | None] = mapped_column(BigInteger)
    referred_to: Mapped[str] = mapped_column(String(40), default="")
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[str] = mapped_column(String(16), default="")


class ZeroReport(Base):
    """本月没有: a person confirmed that a book of a station had nothing in a month."""

    __tablename__ = "zero_report"
    __table_args__ = (UniqueConstraint("book", "month", "station_id"),)

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    book: Mapped[str] = mapped_column(String(12))
    month: Mapped[int]
    station_id: Mapped[str] = mapped_column(String(40), default="")
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int] = mapped_column(BigInteger)
