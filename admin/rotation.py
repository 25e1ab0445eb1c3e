"""Key rotation: every sealed column is opened with the old key and sealed with the new one, in steps."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, and_, bindparam, or_, select, type_coerce, update

from admin.store import Store
from admin.tables import Place, metadata, places
from bot.crypto import vault
from bot.work.unit import Work

_STEP = 100


def rotate(store: Store) -> Iterator[tuple[Place, int]]:
    """Seal everything with the current secret; may be stopped and begun again at any time.

    Yields: each column with the number of values that were sealed anew. The service may run
    meanwhile: it opens values of both secrets.
    """
    for place in places():
        after: tuple[Any, ...] | None = None
        count = 0
        while True:
            after, changed, seen = store.writer.do_now(_reseal, place, after)
            count += changed
            if seen < _STEP:
                break
        yield place, count


def _reseal(work: Work, place: Place, after: tuple[Any, ...] | None) -> tuple[tuple[Any, ...], int, int]:
    table, column = _column(place)
    key = list(table.primary_key.columns)
    raw = LargeBinary()  # the bytes as they lie there
    look = select(*key, _as_bytes(table, column)).order_by(*key).limit(_STEP)
    if after is not None:
        look = look.where(_beyond(key, after))
    rows = work.db.execute(look).all()
    changed = 0
    for row in rows:
        sealed = row[-1]
        if sealed is None or vault().current(bytes(sealed)):
            continue
        name = f"{place.table}.{place.column}"
        fresh = vault().seal(vault().open(bytes(sealed), name), name)
        where = [one == value for one, value in zip(key, row[:-1], strict=True)]
        work.db.execute(
            update(table)
            .where(*where, _as_bytes(table, column) == bindparam("old", sealed, type_=raw))
            .values({column: bindparam("new", fresh, type_=raw)})
        )
        changed += 1
    return (tuple(rows[-1][:-1]) if rows else after or ()), changed, len(rows)


def _column(place: Place) -> tuple[Table, Column[Any]]:
    table = metadata().tables[place.table]
    return table, table.columns[place.column]


def _as_bytes(table: Table, column: Column[Any]) -> Any:
    return type_coerce(table.columns[column.name], LargeBinary)


def _beyond(key: list[Column[Any]], after: tuple[Any, ...]) -> Any:
    steps = []
    for place, column in enumerate(key):
        same = [one == value for one, value in zip(key[:place], after[:place], strict=True)]
        steps.append(and_(*same, column > after[place]))
    return or_(*steps)
