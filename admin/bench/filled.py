"""A county after years of work: residents, messages, open and closed tasks, written in bulk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from admin.store import Store
from admin.tables import metadata
from bot.clock import millis
from bot.crypto import vault
from handlers.directory import stations
from handlers.handoff import staff

BATCH = 10_000
_DAY_MS, _MINUTE_MS = 86_400_000, 60_000
_WORDS = (
    "老板跑了，我们六个人的工资能一起要吗",
    "邻居家的树压到我家房顶，能不能自己砍",
    "房子给了儿子，他现在不让我住",
    "借出去的钱到期不还，只有转账记录怎么办",
)
_DECISIONS = ("answer:labour.wages", "clarify", "answer:neighbour.tree", "answer:lending.no_note")
Say = Callable[[str], None]
"""Tells how far it is."""


@dataclass(frozen=True)
class Amount:
    """How much is written. Attributes: first: number of the first resident; open: tasks that are open."""

    first: int
    threads: int
    open: int
    messages: int


def people(store: Store, count: int) -> list[int]:
    """Clerks, spread over the stations. Returns: their ids."""
    places = [one.id for one in store.reader.now(stations.all_open)]
    return [
        store.writer.do_now(staff.add, f"bench{n}", "张三", "-", places[n % len(places)], "clerk")
        for n in range(count)
    ]


def fill(store: Store, amount: Amount, holders: list[int], say: Say) -> None:
    """Write residents with their messages and one task each. Args: holders: of every second open task."""
    made = _Rows(store, amount, holders)
    tables = metadata().tables
    with store.engine.connect() as connection:
        for name, rows in (
            ("resident", made.residents()),
            ("inbox", made.messages()),
            ("task", made.tasks()),
            ("thread", made.threads()),
        ):
            count = _write(connection, tables[name], rows)
            say(f"{name}: {count} rows")


def analyse(store: Store) -> None:
    """Let the database see what it holds, as it does by itself in time."""
    with store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("analyze"))
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")


class _Rows:
    def __init__(self, store: Store, amount: Amount, holders: list[int]) -> None:
        self._amount, self._holders = amount, holders
        self._places = [one.id for one in store.reader.now(stations.all_open)]
        self._now = millis(store.clock.now())
        self._each = max(1, amount.messages // max(1, amount.threads))
        self._numbers = range(amount.first, amount.first + amount.threads)
        self._bodies = [f'{{"t": "{words}"}}' for words in _WORDS]

    def residents(self) -> Iterator[dict[str, Any]]:
        for n in self._numbers:
            yield {
                "id": n,
                "door": "oa",
                "mark": vault().mark(f"bench|{n}"),
                "openid": f"oBench-{n}",
                "account": "gh_bench",
                "last_seq": self._each,
                "fence": 0,
                "lease_until": 0,
                "thread_until": 0,
                "said_until": self._now + _DAY_MS,
                "said_left": 5,
                "did_until": 0,
                "did_left": 0,
                "first_at": self._now - 90 * _DAY_MS,
                "last_at": self._now - n % 1000 * _MINUTE_MS,
            }

    def messages(self) -> Iterator[dict[str, Any]]:
        for n in self._numbers:
            for seq in range(self._each):
                came = self._now - (self._each - seq) * 10 * _MINUTE_MS
                yield {
                    "id": n * self._each + seq,
                    "mark": f"bench-{n}-{seq}",
                    "resident_id": n,
                    "seq": seq + 1,
                    "kind": "text",
                    "body": self._bodies[(n + seq) % 4],
                    "state": "done",
                    "channel": "response",
                    "reply": "先去所里看一看，带上手里的材料。",
                    "decision": _DECISIONS[(n + seq) % 4],
                    "received_at": came,
                    "tried_at": came,
                    "written_at": came,
                    "shown_at": came,
                    "node": "bench",
                }

    def tasks(self) -> Iterator[dict[str, Any]]:
        for n in self._numbers:
            is_open = n - self._amount.first < self._amount.open
            urgent, answered = is_open and n % 500 == 0, not is_open or n % 3 == 0
            came = self._now - (n % 2000) * _MINUTE_MS
            holder = self._holders[n % len(self._holders)] if is_open and n % 2 and not urgent else None
            yield {
                "id": n,
                "kind": "danger" if urgent else "person",
                "urgent": urgent,
                "reason": "suicide" if urgent else "",
                "resident_id": n,
                "message_id": n * self._each + self._each - 1,
                "station_id": self._places[n % len(self._places)],
                "promised_at": None if urgent else self._now + (n % 3000 - 300) * _MINUTE_MS,
                "state": "open" if is_open else "closed",
                "created_at": came,
                "answered_at": came + _MINUTE_MS if answered and not urgent else None,
                "closed_at": None if is_open else came + 2 * _MINUTE_MS,
                "category": None if is_open else "answered",
                "holder_id": holder,
                "taken_at": came if holder else None,
                "moved_at": came,
                "waits_since": came if is_open and (not answered or n % 7 == 0) else None,
                "rung": 0,
                "next_at": None,
                "secluded": "",
            }

    def threads(self) -> Iterator[dict[str, Any]]:
        for n in self._numbers:
            yield {"resident_id": n, "held_by": None, "held_at": 0, "receipt_at": 0, "read_at": 0}


def _write(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> int:
    count, batch = 0, []
    for row in rows:
        batch.append(row)
        count += 1
        if len(batch) == BATCH:
            _put(connection, table, batch)
            batch = []
    if batch:
        _put(connection, table, batch)
    return count


def _put(connection: Connection, table: Table, batch: list[dict[str, Any]]) -> None:
    by_hand = connection.dialect.name == "sqlite"  # transactions are opened by hand there
    if by_hand:
        connection.exec_driver_sql("begin immediate")
    connection.execute(insert(table), batch)
    if by_hand:
        connection.exec_driver_sql("commit")
    connection.commit()
