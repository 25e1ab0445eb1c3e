"""Tables of the appointments: what is held or booked, which seats it takes, who must be asked, who waits."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key

_BOOKED = "state = 'booked'"
_HELD = "state = 'held'"
_OPEN = "ended_at IS NULL"
_ENDED = "ended_at IS NOT NULL"


class Appointment(Base):
    """预约: a time that is held for somebody, or booked. Its id is the number that people are told.

    state: ``held`` until ``held_until``, ``booked``, ``done``, ``no_show``, ``passed`` (nobody said what
    became of it), ``cancelled``, ``released`` (given back by choice), ``lapsed`` (not taken in time),
    ``used`` (a hold that became the new time of another appointment). ended_at: when it ceased to be held
    or booked.

    code: on paper, for who has no phone. whose: keyed mark of the person it is for, one open booking of a
    kind each; resident_id: who writes for them, None when staff booked at the window or on the phone.
    begins, ends: of the meeting, milliseconds UTC; since, until: the cells that it takes, with the time
    kept free after it; seats: the keys of the seats, with a space between. moving_id: the appointment whose
    new time a hold is to become. proxy_day, proxy_no: for another person, which of the two of a day.
    said: why staff moved or cancelled it, in words that are meant for the resident.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index(
            "uq_appointment_booked",
            "whose",
            "kind",
            unique=True,
            sqlite_where=text(_BOOKED),
            postgresql_where=text(_BOOKED),
        ),
        Index(
            "uq_appointment_held",
            "resident_id",
            unique=True,
            sqlite_where=text(_HELD),
            postgresql_where=text(_HELD),
        ),
        Index("uq_appointment_proxy", "resident_id", "proxy_day", "proxy_no", unique=True),
        Index(
            "ix_appointment_open",
            "post_id",
            "until",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(
            "ix_appointment_ended",
            "ended_at",
            sqlite_where=text(_ENDED),
            postgresql_where=text(_ENDED),
        ),
        Index("ix_appointment_day", "station_id", "begins"),
        Index("ix_appointment_whose", "whose", "kind", "ended_at"),
        CheckConstraint("proxy_no BETWEEN 1 AND 2", name="proxies"),
        CheckConstraint("since < until", name="span"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    code: Mapped[str | None] = mapped_column(String(8), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="held")
    kind: Mapped[str] = mapped_column(String(12))
    service_id: Mapped[str] = mapped_column(ForeignKey("bookable.id"))
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"))
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    begins: Mapped[int] = mapped_column(BigInteger)
    ends: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)
    seats: Mapped[str] = mapped_column(String(320))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    whose: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Sealed("appointment.name"))
    phone: Mapped[str] = mapped_column(Sealed("appointment.phone"))
    matter: Mapped[str] = mapped_column(Sealed("appointment.matter"))
    address: Mapped[str] = mapped_column(Sealed("appointment.address"))
    said: Mapped[str | None] = mapped_column(Sealed("appointment.said"))
    proxy_day: Mapped[int | None]
    proxy_no: Mapped[int | None]
    held_until: Mapped[int] = mapped_column(BigInteger)
    extended: Mapped[bool] = mapped_column(default=False)
    moving_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    moves: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    booked_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class AppointmentFile(Base):
    """预约带的图片、语音: a message that came while it was booked and brought a file; ``message``: its id."""

    __tablename__ = "appointment_file"

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True
    )
    message: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class SeatCell(Base):
    """占用: five minutes of one seat, taken by one appointment. The key is what makes overbooking
    impossible.
    """

    __tablename__ = "seat_cell"

    seat: Mapped[str] = mapped_column(String(80), primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)


class Closing(Base):
    """临时停办: from when until when a station, or one post, receives nobody; ended_at: taken back."""

    __tablename__ = "closing"
    __table_args__ = (CheckConstraint("(station_id IS NULL) <> (post_id IS NULL)", name="place"),)

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"))
    post_id: Mapped[str | None] = mapped_column(ForeignKey("post.id"))
    since: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger, index=True)
    reason: Mapped[str] = mapped_column(Sealed("closing.reason"))
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class Asking(Base):
    """要问的人: the time of an appointment is not there any more, so the person is asked, once for each
    time.

    placed: how often the appointment had been moved, so which of its times is meant. state: ``open``,
    ``told``, ``answered``, or ``moot`` when the time is there again, or the appointment ended.
    """

    __tablename__ = "asking"
    __table_args__ = (Index("uq_asking_time", "appointment_id", "placed", unique=True),)

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"))
    placed: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="open", index=True)
    made_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class Wait(Base):
    """候补: somebody for whom all was full; the first in line is offered a time that becomes free.

    state: ``waiting``, ``offered`` (a time is held for them, as ``offer_id``), ``taken``, ``declined``,
    ``lapsed`` (the offer was not answered in time) or ``left``.

    whose: keyed mark of the person it is for, one place of a kind each; other: somebody else than who
    writes. name, phone, matter, address, urgent and messages (ids, with a space between) are what was told
    for a booking, so that it need not be told again; they are emptied when the place ends.
    """

    __tablename__ = "wait"
    __table_args__ = (
        Index(
            "uq_wait_open",
            "whose",
            "kind",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"))
    whose: Mapped[str] = mapped_column(String(64))
    other: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(Sealed("wait.name"))
    phone: Mapped[str] = mapped_column(Sealed("wait.phone"))
    matter: Mapped[str] = mapped_column(Sealed("wait.matter"))
    address: Mapped[str] = mapped_column(Sealed("wait.address"))
    messages: Mapped[str] = mapped_column(String(720), default="")
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), unique=True)
    made_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger, index=True)


class CodeTry(Base):
    """试码: how often a code was asked for, or somebody asked, since ``first_at``; mark: keyed, of either."""

    __tablename__ = "code_try"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    first_at: Mapped[int] = mapped_column(BigInteger, index=True)
