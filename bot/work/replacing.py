"""Tables that mirror a file: written only where they differ from it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from bot.db import Base
from bot.work.unit import Work


def replace_rows(
    work: Work, table: type[Base], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> bool:
    """Make the rows of a table these, if they are not. Args: names: of the columns, in the rows' order.

    Returns: whether they were not.
    """
    held = [tuple(row) for row in work.db.execute(select(*(getattr(table, name) for name in names)))]
    if len(held) == len(rows) and set(held) == set(rows):
        return False
    work.db.execute(delete(table))
    if rows:
        work.db.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
    return True
