"""The table of those who are named for threads that are closed to the others."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class NamedStaff(Base):
    """指定的人: may see secluded threads of a kind: ``violence``, ``minor`` or ``correction``."""

    __tablename__ = "named_staff"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    named_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    named_at: Mapped[int] = mapped_column(BigInteger)
