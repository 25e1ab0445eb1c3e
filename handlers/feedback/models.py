"""Tables of feedback."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key


class Feedback(Base):
    """评价: what a resident said about one answer; one row per run of the journey."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    once: Mapped[str] = mapped_column(String(140), unique=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    message_id: Mapped[int] = mapped_column(BigInteger)
    verdict: Mapped[str] = mapped_column(String(8))
    words: Mapped[str | None] = mapped_column(Sealed("feedback.words"))
    at: Mapped[int] = mapped_column(BigInteger)
