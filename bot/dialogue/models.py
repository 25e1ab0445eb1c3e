"""Tables of conversations: stored answers, and the results of acts."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed


class Conversation(Base):
    """会话: one run through a journey; its id is that of the message that began it.

    state: ``open``, ``paused`` (silent too long), ``dropped`` (cancelled, can be taken up again for
    24 hours), ``finished``.
    """

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    journey: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(8))
    answers: Mapped[str] = mapped_column(Sealed("conversation.answers"))
    asked: Mapped[str | None] = mapped_column(Sealed("conversation.asked"))
    started_at: Mapped[int] = mapped_column(BigInteger)
    touched_at: Mapped[int] = mapped_column(BigInteger, index=True)


class ActDone(Base):
    """The result of a journey's act, stored in the act's own savepoint: a replay finds it here."""

    __tablename__ = "act_done"

    conversation: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    result: Mapped[str | None] = mapped_column(Sealed("act_done.result"))
    after: Mapped[str] = mapped_column(String(400))
    undo: Mapped[str | None] = mapped_column(String(160))
    undone: Mapped[bool] = mapped_column(default=False)
    at: Mapped[int] = mapped_column(BigInteger)
