"""Tables of telling: what is to be told of an appointment, who wants a reminder, what the platform allows."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, type_key

_PENDING = "ended_at IS NULL"


class Telling(Base):
    """告知: one thing to be told of one time of an appointment, once.

    about: ``confirm``, ``change``, ``cancel``, ``remind``, ``offer`` or ``ask``. placed: how often the
    appointment had been moved, so which of its times is meant. state: ``open`` until it is due, ``notice``
    (a subscribe message is to be sent), ``sending``, ``queued`` (in the outbox), ``call`` (on the station's
    call list), and at the end ``told`` or ``moot``.

    begins: of the time that is meant; call_at: from when a reminder that cannot be written goes to the call
    list; template, msg: of the subscribe message; maybe: a message may have arrived; missed: calls that
    nobody took. Instants are milliseconds UTC.
    """

    __tablename__ = "telling"
    __table_args__ = (
        Index("uq_telling_time", "appointment_id", "about", "placed", unique=True),
        Index(
            "ix_telling_pending",
            "state",
            "due_at",
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"))
    about: Mapped[str] = mapped_column(String(8))
    placed: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="open")
    channel: Mapped[str] = mapped_column(String(8), default="")
    begins: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    call_at: Mapped[int | None] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_by: Mapped[str | None] = mapped_column(String(16))
    template: Mapped[str] = mapped_column(String(64), default="")
    msg: Mapped[str] = mapped_column(String(32), default="", index=True)
    outbox_id: Mapped[int | None] = mapped_column(BigInteger)
    maybe: Mapped[bool] = mapped_column(default=False)
    missed: Mapped[int] = mapped_column(default=0)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class ReminderWish(Base):
    """提醒同意: somebody said, when they booked, that they want one reminder; it moves with the time."""

    __tablename__ = "reminder_wish"

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[int] = mapped_column(BigInteger)


class NoticeGrant(Base):
    """订阅授权: how many subscribe messages of a template the platform lets us send to a resident."""

    __tablename__ = "notice_grant"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    template: Mapped[str] = mapped_column(String(64), primary_key=True)
    available: Mapped[int]
    at: Mapped[int] = mapped_column(BigInteger)
