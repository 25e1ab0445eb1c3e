"""Tables of consultations."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed


class Unanswered(Base):
    """没答上来的问法: a wording without persons, how often it was asked, and what lay nearest.

    It names no resident: who asked stands nowhere. why: of the last time, see `QuestionMissed`.
    """

    __tablename__ = "unanswered"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    words: Mapped[str] = mapped_column(Sealed("unanswered.words"))
    near: Mapped[str] = mapped_column(String(250))
    why: Mapped[str] = mapped_column(String(12))
    asked: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date] = mapped_column(index=True)
