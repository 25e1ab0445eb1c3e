"""Tables of the alerts: which tasks ring, who was told by which channel, and how staff are reached."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key

_DUE = "due_at is not null"
PENDING = "state in ('created', 'sending')"


class Ring(Base):
    """响着的待办: a task about which staff are told until somebody takes it. One row a task.

    staff_id, station_id: who is asked now, as the last fact said; level: 0 the station, 1 its head, 2 the
    county; step: how often was told so far; channel: place of the channel that comes next; due_at: when it
    is told next, None while it waits for a fact; quiet: it was written down that nobody is on duty; failed:
    the telling before reached nobody, so the channels are gone through to their end and not anew.
    """

    __tablename__ = "ring"
    __table_args__ = (
        Index("ix_ring_due", "due_at", sqlite_where=text(_DUE), postgresql_where=text(_DUE)),
        Index("ix_ring_ended_at", "ended_at"),
    )

    # no foreign key: a task that ended may be erased before the record of who was told of it
    task_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    why: Mapped[str] = mapped_column(String(12))
    level: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    channel: Mapped[int] = mapped_column(default=0)
    quiet: Mapped[bool] = mapped_column(default=False)
    failed: Mapped[bool] = mapped_column(default=False)
    began_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class Alert(Base):
    """通知: one telling, or why somebody was not told. ``once`` names task, step, channel and person.

    state: ``created``, ``sending``, ``sent``, ``failed``, ``skipped``, ``unknown`` (interrupted, so it is
    not said again); reason: a fixed word; task_id: None for a test or a digest; about: ``digest``, else
    empty; staff_id: None for a group; station_id: where the person works, or whose task it is; outbox_id: of
    the message that carries it.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("ix_alert_pending", "state", sqlite_where=text(PENDING), postgresql_where=text(PENDING)),
        Index("ix_alert_task_id_step", "task_id", "step"),
        Index("ix_alert_staff_id_at", "staff_id", "at"),
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    once: Mapped[str] = mapped_column(String(60), unique=True)
    task_id: Mapped[int | None] = mapped_column(BigInteger)
    about: Mapped[str] = mapped_column(String(8), default="")
    step: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str] = mapped_column(String(8))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_by: Mapped[str | None] = mapped_column(String(16))
    outbox_id: Mapped[int | None] = mapped_column(BigInteger)


class DigestDay(Base):
    """日报: the days on which a digest was made, as ``2026-11-23`` in China; its row is made once."""

    __tablename__ = "digest_day"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    made_at: Mapped[int] = mapped_column(BigInteger)


class StaffBinding(Base):
    """绑定的微信: the WeChat of a member of staff, which this account knows as one of its residents."""

    __tablename__ = "staff_binding"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), unique=True)
    bound_at: Mapped[int] = mapped_column(BigInteger)


class BindingCode(Base):
    """绑定码: shown to one member of staff for ten minutes; ``mark`` is its keyed hash."""

    __tablename__ = "binding_code"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[int] = mapped_column(BigInteger)


class BindingTry(Base):
    """Wrong codes that one WeChat sent since ``first_at``."""

    __tablename__ = "binding_try"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[int] = mapped_column(BigInteger, index=True)


class StaffPhone(Base):
    """工作人员的手机号: where the operator's gateway sends a short message."""

    __tablename__ = "staff_phone"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(Sealed("staff_phone.phone"))


class StationSound(Base):
    """响一声: a station that wants its consoles to sound. No row: no sound."""

    __tablename__ = "station_sound"

    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), primary_key=True)
