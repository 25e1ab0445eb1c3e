"""An insert that says what to do when the row is there: two nodes may write it at the same moment."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db import Base


def insert(session: Session, table: type[Base]) -> sqlite.Insert:
    """An ``INSERT`` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``.

    Args: session: tells the engine; table: the model. Returns: the statement of SQLite, or PostgreSQL's,
    which is written the same way.
    """
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)
