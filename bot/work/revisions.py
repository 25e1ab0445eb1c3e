"""Revision rows: a change of knowledge, staff or calendar is seen by every node within two seconds."""

from sqlalchemy import BigInteger, Connection, String, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base
from bot.work.unit import Work


class Revision(Base):
    """How often something was changed."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Cursor(Base):
    """How far a round has come through a table."""

    __tablename__ = "cursor"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, default=0)


def bump(work: Work, name: str) -> None:
    """Say that something changed; call it in the act that changes it."""
    row = work.db.get(Revision, name)
    if row is None:
        work.db.add(Revision(name=name, count=1))
    else:
        row.count += 1


def revisions(connection: Connection) -> dict[str, int]:
    """All counts by name."""
    rows = connection.execute(select(Revision.name, Revision.count)).all()
    return {name: count for name, count in rows}  # noqa: C416 - rows are not pairs to the type checker
