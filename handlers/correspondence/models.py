"""Tables of what staff keep at hand: drafts, ready words, how to reach somebody, calls to make."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key

_DUE = "done_at is null"


class Draft(Base):
    """草稿: what a member of staff is writing in a task. ``aside``: lines to be sent with the next one."""

    __tablename__ = "draft"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    task_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    resident_id: Mapped[int] = mapped_column(BigInteger, index=True)
    text: Mapped[str] = mapped_column(Sealed("draft.text"))
    aside: Mapped[str] = mapped_column(Sealed("draft.aside"))
    at: Mapped[int] = mapped_column(BigInteger, index=True)


class CannedReply(Base):
    """常用语: ready words of a station (of all without one), with the person who answers for them."""

    __tablename__ = "canned_reply"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    station_id: Mapped[str | None] = mapped_column(ForeignKey("station.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    title: Mapped[str] = mapped_column(Sealed("canned_reply.title"))
    text: Mapped[str] = mapped_column(Sealed("canned_reply.text"))
    changed_at: Mapped[int] = mapped_column(BigInteger)


class Contact(Base):
    """联系办法: what a resident is called and where one can call, as staff wrote it down.

    The marks are keyed hashes, by which the whole name, the whole number and its last four digits are found.
    """

    __tablename__ = "contact"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Sealed("contact.name"))
    phone: Mapped[str] = mapped_column(Sealed("contact.phone"))
    name_mark: Mapped[str] = mapped_column(String(64), index=True)
    phone_mark: Mapped[str] = mapped_column(String(64), index=True)
    tail_mark: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[int] = mapped_column(BigInteger)


class Call(Base):
    """要打的电话: a task whose resident cannot be written to; one open row for each.

    result: ``reached``, ``missed`` or ``ended`` (the matter was closed).
    """

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_due", "asked_at", sqlite_where=text(_DUE), postgresql_where=text(_DUE)),)

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    task_id: Mapped[int] = mapped_column(BigInteger, index=True)
    resident_id: Mapped[int] = mapped_column(BigInteger, index=True)
    words: Mapped[str] = mapped_column(Sealed("call.words"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[int] = mapped_column(BigInteger)
    done_at: Mapped[int | None] = mapped_column(BigInteger)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    result: Mapped[str | None] = mapped_column(String(8))
