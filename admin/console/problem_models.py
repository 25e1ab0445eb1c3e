"""The table of screens that staff found wanting."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Sealed, type_key


class Problem(Base):
    """这一页有问题: where it was, for whom, in which version; never what stood on the page.

    page: the path without what follows it; size: ``phone`` or ``desk``; fault: number of the last error
    that this browser was shown; words: what the person wrote, if anything.
    """

    __tablename__ = "problem"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(16))
    page: Mapped[str] = mapped_column(String(80))
    size: Mapped[str] = mapped_column(String(8))
    version: Mapped[str] = mapped_column(String(20))
    fault: Mapped[str] = mapped_column(String(12))
    words: Mapped[str | None] = mapped_column(Sealed("problem.words"))
    done_at: Mapped[int | None] = mapped_column(BigInteger)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
