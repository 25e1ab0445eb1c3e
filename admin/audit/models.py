"""The table of the record."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, type_key


class Audit(Base):
    """谁在什么时候看了、改了什么: never any text of residents."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(type_key, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    what: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(40), index=True)
