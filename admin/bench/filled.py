"""A county after years of work: residents, messages, open and closed tasks, written in bulk."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from admin.store import Store
from admin.tables import metadata
from bot.clock import millis
from bot.crypto import vault
from handlers.directory import stations
from handlers.handoff import staff

BATCH = 20_000
_DAY_MS, _MINUTE_MS = 86_400_000, 60_000
_YEARS_DAYS = 1000
"""Closed tasks are spread over so many days."""
_WORDS = (
    "老板跑了，我们六个人的工资能一起要吗",
    "邻居家的树压到我家房顶，能不能自己砍",
    "房子给了儿子，他现在不让我住",
    "借出去的钱到期不还，只有转账记录怎么办",
)
_DECISIONS = ("answer:labour.wages", "clarify", "answer:neighbour.tree", "answer:lending.no_note")
_LOGIN = "bench"
Say = Callable[[str], None]
"""Tells how far it is."""


@dataclass(frozen=True)
class Amount:
    """How much is written. Attributes: first: number of the first resident; open: tasks that are open."""

    first: int
    threads: int
    open: int
    messages: int

    @property
    def tenth(self) -> "Amount":
        """As many open tasks, with a tenth of the closed ones, and as many messages for each."""
        threads = self.open + max(1, (self.threads - self.open) // 10)
        return Amount(self.first, threads, self.open, threads * max(1, self.messages // self.threads))


def people(store: Store, count: int) -> list[int]:
    """Clerks, spread over the stations, with a head of the county among ten. Returns: their ids."""
    places = [one.id for one in store.reader.now(stations.all_open)]
    made = []
    for n in range(count):
        county = n % 10 == 9
        station, role = (None, "county_admin") if county else (places[n % len(places)], "clerk")
        made.append(store.writer.do_now(staff.add, f"{_LOGIN}{n}", "张三", "-", station, role))
    return made


def known_people(store: Store) -> list[int]:
    """Those whom `people` made in this store."""
    table = metadata().tables["staff"]
    wanted = select(table.c.id).where(table.c.login.startswith(_LOGIN)).order_by(table.c.id)
    return store.reader.now(lambda connection: list(connection.scalars(wanted)))


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
            connection.exec_driver_sql("set statement_timeout = 0")
            connection.execute(text("vacuum analyze"))
            return
        connection.execute(text("analyze"))
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")


class _Rows:
    """Rows as the database keeps them: words are sealed once, and stand in many rows."""

    def __init__(self, store: Store, amount: Amount, holders: list[int]) -> None:
        self._amount, self._holders = amount, holders
        self._places = [one.id for one in store.reader.now(stations.all_open)]
        self._now = millis(store.clock.now())
        self._each = max(1, amount.messages // max(1, amount.threads))
        self._numbers = range(amount.first, amount.first + amount.threads)
        self._bodies = [vault().seal(f'{{"t": "{words}"}}', "inbox.body") for words in _WORDS]
        self._reply = vault().seal("先去所里看一看，带上手里的材料。", "inbox.reply")

    def _open(self, n: int) -> bool:
        return n - self._amount.first < self._amount.open

    def _came(self, n: int) -> int:
        """When a task came: open ones within two days, closed ones over years, with some of today."""
        if self._open(n):
            return self._now - (n % 2000) * _MINUTE_MS
        return self._now - (n % _YEARS_DAYS) * _DAY_MS - (n % 500) * _MINUTE_MS

    def residents(self) -> Iterator[Mapping[str, Any]]:
        for n in self._numbers:
            yield {
                "id": n,
                "door": "oa",
                "mark": vault().mark(f"bench|{n}"),
                "openid": vault().seal(f"oBench-{n}", "resident.openid"),
                "account": "gh_bench",
                "last_seq": self._each,
                "fence": 0,
                "lease_until": 0,
                "thread_until": 0,
                "said_until": self._now + _DAY_MS,
                "said_left": 5,
                "did_until": 0,
                "did_left": 0,
                "first_at": self._came(n) - 90 * _DAY_MS,
                "last_at": self._came(n),
            }

    def messages(self) -> Iterator[Mapping[str, Any]]:
        for n in self._numbers:
            newest = self._came(n)
            for seq in range(self._each):
                came = newest - (self._each - seq) * 10 * _MINUTE_MS
                yield {
                    "id": n * self._each + seq,
                    "mark": f"bench-{n}-{seq}",
                    "resident_id": n,
                    "seq": seq + 1,
                    "kind": "text",
                    "body": self._bodies[(n + seq) % 4],
                    "state": "done",
                    "channel": "response",
                    "reply": self._reply,
                    "decision": _DECISIONS[(n + seq) % 4],
                    "received_at": came,
                    "tried_at": came,
                    "written_at": came,
                    "shown_at": came,
                    "node": "bench",
                }

    def tasks(self) -> Iterator[Mapping[str, Any]]:
        for n in self._numbers:
            is_open = self._open(n)
            nth = n - self._amount.first
            urgent, answered = is_open and nth % 500 == 0, not is_open or n % 3 == 0
            came = self._came(n)
            holder = self._holders[n % len(self._holders)] if is_open and n % 2 and not urgent else None
            yield {
                "id": n,
                "kind": "danger" if urgent else "person",
                "urgent": urgent,
                "reason": "suicide" if urgent else "",
                "resident_id": n,
                "message_id": n * self._each + self._each - 1,
                "station_id": self._places[n % len(self._places)],
                "promised_at": None if urgent else came + (n % 3000 - 300) * _MINUTE_MS,
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

    def threads(self) -> Iterator[Mapping[str, Any]]:
        for n in self._numbers:
            yield {"resident_id": n, "held_by": None, "held_at": 0, "receipt_at": 0, "told_at": 0}


def _write(connection: Connection, table: Table, rows: Iterator[Mapping[str, Any]]) -> int:
    """Straight through the driver: a million rows are written while one waits."""
    count, put = 0, _copy if connection.dialect.name == "postgresql" else _insert
    while batch := list(islice(rows, BATCH)):
        put(connection.connection.driver_connection, table.name, batch)
        count += len(batch)
    if connection.dialect.name == "postgresql" and table.c.keys()[0] == "id":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, func.max(table.c.id))))
        connection.commit()
    return count


def _insert(driver: Any, table: str, batch: list[Mapping[str, Any]]) -> None:
    names = list(batch[0])
    places = ",".join("?" * len(names))
    statement = f"insert into {table} ({','.join(names)}) values ({places})"  # noqa: S608 - all words are ours
    driver.execute("begin immediate")
    driver.executemany(statement, (tuple(row.values()) for row in batch))
    driver.execute("commit")


def _copy(driver: Any, table: str, batch: list[Mapping[str, Any]]) -> None:
    with driver.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        with cursor.copy(f"copy {table} ({','.join(batch[0])}) from stdin") as lines:
            for row in batch:
                lines.write_row(tuple(row.values()))
    driver.commit()
