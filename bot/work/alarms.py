"""Alarms are rows: `doctor`, `/readyz`, the log and `/metrics` all read the same ones."""

import logging
from datetime import datetime

from sqlalchemy import Connection, String, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Instant, type_key
from bot.work.unit import Work

_log = logging.getLogger("xiaosi.alarm")


class Alarm(Base):
    """Something a person must look at. One open row per kind and subject; it counts how often."""

    __tablename__ = "alarm"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[str] = mapped_column(String(300), default="")
    count: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)


def raise_alarm(work: Work, kind: str, subject: str = "", detail: str = "") -> int:
    """Raise an alarm, or count the open one of the same kind and subject.

    Args: kind: a stable English word such as ``token``; subject: what it is about (never a person's
    data); detail: one sentence for the operator. Returns: the alarm's id.
    """
    alarm = work.db.scalars(
        select(Alarm).where(Alarm.kind == kind, Alarm.subject == subject, Alarm.cleared_at.is_(None))
    ).first()
    if alarm is None:
        alarm = Alarm(kind=kind, subject=subject, detail=detail[:300], count=1)
        alarm.raised_at = alarm.last_at = work.now
        work.db.add(alarm)
    else:
        alarm.count, alarm.last_at, alarm.detail = alarm.count + 1, work.now, detail[:300]
    work.db.flush()
    _log.error("alarm %s %s: %s", kind, subject, detail)
    return alarm.id


def clear_alarm(work: Work, kind: str, subject: str = "") -> int:
    """Close the open alarms of a kind and subject. Returns: how many were open."""
    rows = work.db.scalars(
        select(Alarm).where(Alarm.kind == kind, Alarm.subject == subject, Alarm.cleared_at.is_(None))
    ).all()
    for alarm in rows:
        alarm.cleared_at = work.now
    return len(rows)


def open_alarms(connection: Connection) -> list[tuple[str, str, str, int]]:
    """The open alarms as (kind, subject, detail, count), oldest first."""
    rows = connection.execute(
        select(Alarm.kind, Alarm.subject, Alarm.detail, Alarm.count)
        .where(Alarm.cleared_at.is_(None))
        .order_by(Alarm.id)
    ).all()
    return [(kind, subject, detail, count) for kind, subject, detail, count in rows]
