"""Tables of the handoff: who works here, what waits for a person, who holds a thread."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key

_OPEN = "state = 'open'"


class Staff(Base):
    """工作人员. ``password`` is an argon2 hash; who left keeps the row, so that the record stays readable.

    role: ``clerk``, ``head`` or ``admin``. Without a station one works for the whole county.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(Sealed("staff.name"))
    password: Mapped[str] = mapped_column(String(200))
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    role: Mapped[str] = mapped_column(String(8))
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[int] = mapped_column(BigInteger)


class Task(Base):
    """待办: something that waits for a person; ``urgent`` ones are never closed by a machine.

    Its id is the number that the resident is told, so ids are never given twice.
    kind: ``danger``, ``person`` (asked for), ``escalate``, ``misses``, ``visit`` (a time to come is to be
    arranged). promised_at: what the resident was promised, None when no time could be promised.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "ix_task_open", "urgent", "promised_at", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    urgent: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(40), default="")
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    message_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    promised_at: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    acknowledged_at: Mapped[int | None] = mapped_column(BigInteger)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    category: Mapped[str | None] = mapped_column(String(16))


class Thread(Base):
    """对话: who holds a resident's thread. Without a row, or without ``held_by``, the bot does.

    held_at: when the holder last wrote; receipt_at: when a receipt was last given; read_at: when a
    member of staff last looked.
    """

    __tablename__ = "thread"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    held_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    held_at: Mapped[int] = mapped_column(BigInteger, default=0)
    receipt_at: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[int] = mapped_column(BigInteger, default=0)


class StaffReply(Base):
    """工作人员的回复: who wrote it; its text and its fate stand in the outbox alone."""

    __tablename__ = "staff_reply"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    outbox_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    at: Mapped[int] = mapped_column(BigInteger)
