"""Tables of the library: what the county adopted, and the statutes it loaded."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Instant, Sealed


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
