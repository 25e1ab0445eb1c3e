"""Tables of the message path."""

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key

_OWED = (
    "state = 'done' and shown_at is null and"
    " (channel in ('kept', 'unknown') or (channel = 'response' and written_at is null))"
)


class Resident(Base):
    """居民: a person at one door of one account, with the order and lease of their messages.

    Window columns follow the platform's rule on customer-service messages: 5 in 48 hours after a
    message, 3 in a minute after a menu click, a subscription or a scan.
    """

    __tablename__ = "resident"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    door: Mapped[str] = mapped_column(String(8))
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    openid: Mapped[str | None] = mapped_column(Sealed("resident.openid"))
    account: Mapped[str | None] = mapped_column(String(64))
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    holder: Mapped[str | None] = mapped_column(String(40))
    conversation: Mapped[str | None] = mapped_column(String(40))
    context: Mapped[str | None] = mapped_column(Sealed("resident.context"))
    thread_until: Mapped[int] = mapped_column(BigInteger, default=0)
    """Until when a person holds the thread: read with the row, so that the bot's turn need not ask."""
    said_until: Mapped[int] = mapped_column(BigInteger, default=0)
    said_left: Mapped[int] = mapped_column(default=0)
    did_until: Mapped[int] = mapped_column(BigInteger, default=0)
    did_left: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[int] = mapped_column(BigInteger)
    left_at: Mapped[int | None] = mapped_column(BigInteger)


class Inbox(Base):
    """收到的消息: one row per message, under its key, for 30 days.

    state: ``open`` (waits for a turn), ``joined`` (belongs to a newer piece), ``done``.
    channel of the reply: None (not decided), ``response``, ``push``, ``kept`` (shown with the next
    reply), ``none`` (nothing to say).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_owed",
            "resident_id",
            sqlite_where=text(_OWED),
            postgresql_where=text(_OWED),
        ),
        # partial: an index over all rows would be written anew for every message
        Index(
            "ix_inbox_open",
            "resident_id",
            "seq",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_inbox_group",
            "group_id",
            sqlite_where=text("group_id is not null"),
            postgresql_where=text("group_id is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    body: Mapped[str | None] = mapped_column(Sealed("inbox.body"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    channel: Mapped[str | None] = mapped_column(String(8))
    reply: Mapped[str | None] = mapped_column(Sealed("inbox.reply"))
    whole: Mapped[str | None] = mapped_column(Sealed("inbox.whole"))
    """The whole text where the reply had to be cut; its page shows this."""
    decision: Mapped[str | None] = mapped_column(String(80))
    group_id: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[int] = mapped_column(BigInteger)
    tried_at: Mapped[int] = mapped_column(BigInteger)
    written_at: Mapped[int | None] = mapped_column(BigInteger)
    shown_at: Mapped[int | None] = mapped_column(BigInteger)
    node: Mapped[str] = mapped_column(String(16))


class Outbox(Base):
    """要发的消息: one row per message to be pushed; every row has a state and a reason.

    state: ``created``, ``sending`` (the call was begun), ``sent``, ``kept`` (waits for the
    resident's next message), ``dropped``, ``failed``, ``unknown`` (begun, fate not known; treated
    as kept, shown once more).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_resident_id_state", "resident_id", "state"),
    )

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    inbox_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    once: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="text")
    body: Mapped[str | None] = mapped_column(Sealed("outbox.body"))
    state: Mapped[str] = mapped_column(String(8), default="created")
    reason: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_by: Mapped[str | None] = mapped_column(String(16))
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
