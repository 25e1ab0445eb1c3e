"""The tables of the record: rows that nobody edits, the end of their chain, and the reasons."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key


class Audit(Base):
    """谁在什么时候看了、改了什么: never any text of residents.

    Rows are only ever added: triggers refuse everything else (see ``append_only`` in the migrations).
    before, after: JSON of fields that are the program's own words, numbers or keyed digests; reason: a
    keyed digest of the text in `AuditReason`, empty where none was asked; hash: keyed, over the hash of
    the row before and all the fields of this one.
    """

    __tablename__ = "audit"
    __table_args__ = ({"info": {"append_only": True}},)

    id: Mapped[int] = mapped_column(type_key, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    what: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(40), index=True)
    before: Mapped[str] = mapped_column(String(400), default="")
    after: Mapped[str] = mapped_column(String(400), default="")
    reason: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64))


class AuditReason(Base):
    """The words of a reason, apart from the row: they are sealed anew when the secret key changes."""

    __tablename__ = "audit_reason"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Sealed("audit_reason.words"))


class AuditHead(Base):
    """The end of the chain, one row. It is the lock that puts the acts of several nodes one behind another,
    and it tells when rows are missing at the end. ``mark``: keyed, over number and hash of the last row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    last_id: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    mark: Mapped[str] = mapped_column(String(64))
