"""The table of the times in which staff cannot answer because they receive people or are on a route."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


class Engaged(Base):
    """有约在身: from when until when somebody receives people or is on a route."""

    __tablename__ = "engaged"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    since: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger, primary_key=True)
