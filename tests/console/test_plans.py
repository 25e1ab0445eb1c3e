"""What the list costs: by query plans, and by rows looked at, on both engines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from admin.bench import filled
from admin.bench.filled import Amount
from admin.console.pages import inbox
from admin.slices import listeners
from admin.store import Store, open_store
from bot.clock import millis
from bot.config import Settings
from handlers.directory import stations
from handlers.handoff import reading
from handlers.handoff.scope import COUNTY as WHOLE
from handlers.handoff.scope import Scope
from tests.support import servers
from tests.support.service import COUNTY, SECRET

OPEN, THREADS = 60, 3000
SCOPES = (Scope(1, "liuhe"), Scope(1, None, WHOLE))


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are run, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        seen.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


def _read(connection: Connection, scope: Scope, now_ms: int) -> None:
    for view in ("mine", "all"):
        inbox.read_sheet(connection, scope, now_ms, view)
    reading.counts(connection, scope, now_ms)


def _fill(store: Store) -> None:
    clerks = filled.people(store, 3)
    filled.fill(store, Amount(1, OPEN, OPEN, OPEN * 5), clerks, _quiet)
    filled.fill(store, Amount(OPEN + 1, THREADS - OPEN, 0, (THREADS - OPEN) * 5), clerks, _quiet)
    filled.analyse(store)


def _quiet(_line: str) -> None:
    """Nobody reads along."""


def _plans(store: Store, explain: Callable[[Connection, str, Any], list[str]]) -> list[str]:
    now = millis(store.clock.now())
    plans = []
    with store.engine.connect() as connection:
        for scope in SCOPES:
            with statements(connection) as seen:
                _read(connection, scope, now)
            plans += [line for statement, values in seen for line in explain(connection, statement, values)]
    return plans


def _sqlite(connection: Connection, statement: str, values: Any) -> list[str]:
    rows = connection.exec_driver_sql(f"explain query plan {statement}", values).all()
    return [str(row[3]) for row in rows]


def _postgres(connection: Connection, statement: str, values: Any) -> list[str]:
    rows = connection.exec_driver_sql(f"explain {statement}", values).all()
    return [str(row[0]) for row in rows]


@contextmanager
def _filled(folder: Path, database_url: str = "") -> Iterator[Store]:
    """A store after some years of work; nothing else runs on it."""
    settings = Settings(data_dir=folder, secret_key=SECRET, database_url=database_url)
    store = open_store(settings, listeners=listeners(), serve=True)
    try:
        store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
        _fill(store)
        yield store
    finally:
        store.close()


def test_no_closed_task_is_looked_at_on_sqlite(tmp_path: Path) -> None:
    with _filled(tmp_path) as store:
        plans = _plans(store, _sqlite)

    whole = [line for line in plans if line.startswith("SCAN") and ("task" in line or "inbox" in line)]
    assert [line for line in plans if "ix_task_" in line]
    partial = ("ix_task_open", "ix_task_next", "ix_task_holder")
    assert [line for line in whole if not any(name in line for name in partial)] == []


@pytest.mark.servers
def test_no_closed_task_is_looked_at_on_postgresql(tmp_path: Path, postgres_server: servers.Postgres) -> None:
    with postgres_server.migrated() as url, _filled(tmp_path, url) as store:
        plans = _plans(store, _postgres)

    assert [line for line in plans if "ix_task_" in line]
    assert [line for line in plans if "Seq Scan on task" in line or "Seq Scan on inbox" in line] == []
