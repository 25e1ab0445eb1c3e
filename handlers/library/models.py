"""Tables of the library: entries as the county made and adopted them, what residents were told, statutes."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Instant, Sealed, type_key

_WRITING = "state = 'writing'"
_FROZEN = "lifted_at is null"


class Adoption(Base):
    """采用: this county answers with this entry, in exactly the text whose digest is kept."""

    __tablename__ = "adoption"

    entry: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    adopted_by: Mapped[str] = mapped_column(Sealed("adoption.adopted_by"))
    at: Mapped[datetime] = mapped_column(Instant)


class Statute(Base):
    """法条: one article of a law in the newest version that was loaded."""

    __tablename__ = "statute"

    law: Mapped[str] = mapped_column(String(200), primary_key=True)
    article: Mapped[str] = mapped_column(String(40), primary_key=True)
    short: Mapped[str] = mapped_column(String(200), index=True)
    version: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(20))
    title_path: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    superseded_by: Mapped[str] = mapped_column(String(200), default="")
    digest: Mapped[str] = mapped_column(String(64))


class EntryVersion(Base):
    """版本: a text that an entry had or has, of the shipped pack or of the county, never changed.

    number: counts the versions of one entry; edition: the beginning of the digest, as `Told` names it;
    layer: ``pack`` or ``county``; base: digest of the text that a county's version was made from.
    """

    __tablename__ = "entry_version"
    __table_args__ = (
        UniqueConstraint("entry", "number", name="uq_entry_version_number"),
        UniqueConstraint("entry", "digest", name="uq_entry_version_digest"),
        CheckConstraint("adopted_by is null or adopted_by <> author_id", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    entry: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    edition: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    layer: Mapped[str] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(Sealed("entry_version.body"))
    base: Mapped[str] = mapped_column(String(64), default="")
    why: Mapped[str | None] = mapped_column(Sealed("entry_version.why"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("entry_draft.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)


class Override(Base):
    """本县的改写: the county's version of an entry, which stands before the pack's.

    base: digest of the pack's text that the county last compared it with, empty where the pack has none.
    """

    __tablename__ = "entry_override"

    entry: Mapped[str] = mapped_column(String(80), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("entry_version.id"))
    base: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[int] = mapped_column(BigInteger)


class Draft(Base):
    """草稿: a text that is being written, for a new entry or for one that is there; one an entry at a time.

    serial: counts the savings, so that nobody adopts what they have not seen; grave: the text in force is so
    wrong that those who got it must be told; asked_id: who was asked to look at it.
    """

    __tablename__ = "entry_draft"
    __table_args__ = (
        Index(
            "uq_entry_draft_writing", "entry", unique=True, sqlite_where=text(_WRITING),
            postgresql_where=text(_WRITING),
        ),
        CheckConstraint("adopted_by is null or adopted_by <> author_id", name="two_persons"),
        CheckConstraint("adopted_by is null or adopted_by <> saved_by", name="not_the_last_hand"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    entry: Mapped[str] = mapped_column(String(80), index=True)
    is_new: Mapped[bool]
    body: Mapped[str] = mapped_column(Sealed("entry_draft.body"))
    base: Mapped[str] = mapped_column(String(64), default="")
    why: Mapped[str | None] = mapped_column(Sealed("entry_draft.why"))
    grave: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default="writing")
    serial: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    saved_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    saved_at: Mapped[int] = mapped_column(BigInteger)
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    adopted_at: Mapped[int | None] = mapped_column(BigInteger)


class DraftHand(Base):
    """谁写过、谁审: one row a person and draft, so that nobody can both write it and adopt it.

    did: ``wrote`` or ``adopted``.
    """

    __tablename__ = "entry_draft_hand"

    draft_id: Mapped[int] = mapped_column(ForeignKey("entry_draft.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    did: Mapped[str] = mapped_column(String(8))


class Freeze(Base):
    """停用: an entry that may not answer by itself, since when, by whom and why."""

    __tablename__ = "entry_freeze"
    __table_args__ = (
        Index(
            "uq_entry_freeze_open",
            "entry",
            unique=True,
            sqlite_where=text(_FROZEN),
            postgresql_where=text(_FROZEN),
        ),
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    entry: Mapped[str] = mapped_column(String(80), index=True)
    why: Mapped[str] = mapped_column(Sealed("entry_freeze.why"))
    by: Mapped[str] = mapped_column(Sealed("entry_freeze.by"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    lifted_at: Mapped[int | None] = mapped_column(BigInteger)
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Told(Base):
    """告诉过谁什么: which version of which entry was the answer to a message. It holds no words."""

    __tablename__ = "told"
    __table_args__ = (
        Index("ix_told_edition", "entry", "edition", "resident_id"),
        {"sqlite_with_rowid": False},  # written with every answer: two trees are cheaper than four
    )

    inbox_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    entry: Mapped[str] = mapped_column(String(80), primary_key=True)
    edition: Mapped[str] = mapped_column(String(20))
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    at: Mapped[int] = mapped_column(BigInteger)


class TakenWording(Base):
    """办过的问法: an unanswered wording that went into a draft, or was put aside, on this day."""

    __tablename__ = "taken_wording"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("entry_draft.id"))
    day: Mapped[date]


class Recall(Base):
    """更正: a text for everyone who was told certain versions of an entry.

    editions: of the wrong versions, joined by commas. state: ``preview``, ``running``, ``done``, ``dropped``.
    """

    __tablename__ = "recall"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    entry: Mapped[str] = mapped_column(String(80), index=True)
    editions: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Sealed("recall.text"))
    why: Mapped[str] = mapped_column(Sealed("recall.why"))
    state: Mapped[str] = mapped_column(String(8), default="preview", index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[int | None] = mapped_column(BigInteger)
    done_at: Mapped[int | None] = mapped_column(BigInteger)


class RecallReceiver(Base):
    """收到更正的人: one row a person and recall, so that nobody is told twice, whatever breaks between."""

    __tablename__ = "recall_receiver"

    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True, index=True)
    outbox_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    called_at: Mapped[int | None] = mapped_column(BigInteger)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
