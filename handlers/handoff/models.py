"""Tables of the handoff: who works here, what waits for a person, who holds a thread."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key

_OPEN = "state = 'open'"


class Staff(Base):
    """工作人员. ``password`` is an argon2 hash; who left keeps the row, so that the record stays readable.

    role: one of `handlers.handoff.staff.ROLES`. Without a station one works for the whole county.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(Sealed("staff.name"))
    password: Mapped[str] = mapped_column(String(200))
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    role: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[int] = mapped_column(BigInteger)


class Task(Base):
    """待办: something that waits for a person; ``urgent`` ones are never closed by a machine.

    Its id is the number that the resident is told, so ids are never given twice.
    kind: ``danger``, ``person`` (asked for), ``escalate``, ``misses``, ``visit`` (a time to come is to be
    arranged), ``turned`` (must not be booked), ``deadline`` (a legal limit is near). promised_at: what the
    resident was promised, None when no time could be promised.

    A task is always with a person (``holder_id``) or in a pool: that of ``station_id``, or the county's
    where that is None. taken_at: when its holder took it up, None while it was only given to them;
    moved_at: when it came to where it is; waits_since: since when the resident waits for a person's
    word, None when it was said; rung: how far the ladder of silence has gone; next_at: when the ladder
    looks at it next; secluded: ``violence``, ``minor`` or ``correction`` where only named staff may look.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "ix_task_open", "urgent", "promised_at", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
        ),
        Index("ix_task_next", "next_at", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_task_holder", "holder_id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
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
    created_at: Mapped[int] = mapped_column(BigInteger, index=True)
    acknowledged_at: Mapped[int | None] = mapped_column(BigInteger)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[int | None] = mapped_column(BigInteger, index=True)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    category: Mapped[str | None] = mapped_column(String(16))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[int | None] = mapped_column(BigInteger)
    moved_at: Mapped[int] = mapped_column(BigInteger, default=0)
    waits_since: Mapped[int | None] = mapped_column(BigInteger)
    rung: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[int | None] = mapped_column(BigInteger)
    secluded: Mapped[str] = mapped_column(String(12), default="")


class Thread(Base):
    """对话: who holds a resident's thread. Without a row, or without ``held_by``, the bot does.

    held_at: when the holder last wrote; receipt_at: when a receipt was last given; told_at: when the holder
    was told that the resident wrote, 0 once they looked.
    """

    __tablename__ = "thread"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    held_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    held_at: Mapped[int] = mapped_column(BigInteger, default=0)
    receipt_at: Mapped[int] = mapped_column(BigInteger, default=0)
    told_at: Mapped[int] = mapped_column(BigInteger, default=0)


class StaffReply(Base):
    """工作人员的回复: who wrote it; its text and its fate stand in the outbox alone."""

    __tablename__ = "staff_reply"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    outbox_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    at: Mapped[int] = mapped_column(BigInteger)


class Offer(Base):
    """转交: a task offered to somebody else; until it is accepted it stays where it is.

    kind: ``colleague``, ``station``, ``lawyer``, ``experts`` or ``county``; from_id: who held the task
    when it was offered, None for a pool; state: ``open``, ``accepted``, ``refused``, ``withdrawn``, or
    ``moot`` when the task went elsewhere or ended. seen_at: when its maker saw the refusal.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index(
            "uq_offer_open", "task_id", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)
        ),
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(12))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"), index=True)
    why: Mapped[str] = mapped_column(Sealed("offer.why"))
    reason: Mapped[str | None] = mapped_column(Sealed("offer.reason"))
    state: Mapped[str] = mapped_column(String(12), default="open")
    made_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    seen_at: Mapped[int | None] = mapped_column(BigInteger)


class Absence(Base):
    """不在: from when until when a member of staff is not there; ``until`` None: until they are back."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    since: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int | None] = mapped_column(BigInteger)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)


class TaskNote(Base):
    """备注: what staff write for each other; residents never see it."""

    __tablename__ = "task_note"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Sealed("task_note.text"))
    at: Mapped[int] = mapped_column(BigInteger)


class Promise(Base):
    """承诺: a time that a resident was told. It names no resident, and stays when the task is erased.

    made_at: when it was told; since: from when the working time is counted;
    month: of ``due_at`` in China, as 202611; state: ``open``, ``kept``, ``late``, ``moved`` (a later time
    was told) or ``void`` (nobody could be answered).
    """

    __tablename__ = "promise"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    task_id: Mapped[int] = mapped_column(BigInteger, index=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    month: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(8), default="open")


class TaskRating(Base):
    """评价: asked once for a task after a person answered; ``verdict`` is None until a number comes."""

    __tablename__ = "task_rating"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    asked_at: Mapped[int] = mapped_column(BigInteger)
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    verdict: Mapped[str | None] = mapped_column(String(8))
