"""The one writer of SQLite: acts one after another in one thread, committed in groups."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from bot.clock import Clock, millis
from bot.errors import StoreAway
from bot.work.failpoints import reach
from bot.work.unit import Listeners, Work
from bot.work.watch import Watch
from bot.work.writer import is_store_trouble

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)
_MANY, _LONGER = 8, 3
"""After a group of so many the next is gathered so much longer: each commit costs every message a bit."""


@dataclass(slots=True)
class _Item:
    act: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    future: Any = None
    """Of the caller's loop, or a thread's own where there is no loop; None: nobody waits."""
    loop: asyncio.AbstractEventLoop | None = None
    result: Any = None
    error: BaseException | None = None


class SqliteWriter:
    """Gathers acts for about 2 ms, or 6 ms while many come, and commits them together; results are
    released after the commit.

    Nearly always all of them succeed, so a group is first tried without savepoints. When one fails, the
    group is rolled back and done again with a savepoint for each act: a refusal, an integrity error
    or a Python error then undoes the act alone. Any other database error may have undone the whole
    transaction (a full disk does); then each act is tried once more by itself, and what fails again raises
    StoreAway. So an act may run several times, but what it wrote stands once.
    """

    def __init__(
        self,
        engine: Engine,
        listeners: Listeners,
        clock: Clock,
        *,
        gather: float = 0.002,
        most: int = 200,
    ) -> None:
        self._engine, self._listeners, self._clock = engine, listeners, clock
        self._gather, self._most = gather, most
        self._many = False
        self._handed: deque[_Item | None] = deque()
        self._more = threading.Event()
        self._watch = Watch()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def do(self, act: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._hand(_Item(act, args, kwargs, future, loop))
        return await future

    async def do_by(self, when: float, act: Callable[..., T], *args: Any) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._hand(_Item(act, args, {}, future, loop))
        self._watch.fail(future, when)
        return await future

    def do_now(self, act: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        future: Future[T] = Future()
        self._hand(_Item(act, args, kwargs, future))
        return future.result()

    def later(self, act: Callable[..., Any], *args: Any) -> None:
        self._hand(_Item(act, args, {}))

    def close(self) -> None:
        self._hand(None)
        self._thread.join(timeout=30)

    def _hand(self, item: _Item | None) -> None:
        self._handed.append(item)
        if not self._more.is_set():  # asking costs less than setting; `_first` looks again after clearing it
            self._more.set()

    def _run(self) -> None:
        while True:
            group, going = self._next_group()
            if group:
                self._commit(group)
                _release(group)
            if not going:
                if self._connection is not None:
                    self._connection.close()
                return

    def _next_group(self) -> tuple[list[_Item], bool]:
        first = self._first()
        if first is None:
            return [], False
        time.sleep(self._gather * _LONGER if self._many else self._gather)
        group = [first]
        while self._handed and len(group) < self._most:
            item = self._handed.popleft()
            if item is None:
                return group, False
            group.append(item)
        self._many = len(group) >= _MANY
        return group, True

    def _first(self) -> _Item | None:
        while not self._handed:
            self._more.clear()
            if not self._handed:
                self._more.wait()
        return self._handed.popleft()

    def _commit(self, group: list[_Item]) -> None:
        try:
            self._transaction(group)
        except Exception as error:  # noqa: BLE001 - whatever undid the group, each act gets its own try
            if len(group) == 1 and not is_store_trouble(error):
                group[0].error = error
            else:
                self._again(group)

    def _again(self, group: list[_Item]) -> None:
        """The same acts with a savepoint each; if that fails too, each in a transaction of its own."""
        if len(group) > 1:
            with suppress(Exception):
                self._transaction(group, apart=True)
                return
        for item in group:
            item.result, item.error = None, None
            try:
                self._transaction([item])
            except Exception as error:  # noqa: BLE001 - released to the caller
                item.error = StoreAway(type(error).__name__) if is_store_trouble(error) else error
                item.error.__cause__ = error if item.error is not error else None

    def _transaction(self, group: list[_Item], *, apart: bool = False) -> None:
        connection = self._open()
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN IMMEDIATE")
            now_ms = millis(self._clock.now())
            for item in group:
                work = Work(connection, self._listeners, now_ms, driver=driver)
                if apart:
                    self._apart(work, driver, item)
                else:
                    _act(work, item)
            reach("acted")
            driver.execute("COMMIT")
            reach("committed")
        except BaseException:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            raise

    @staticmethod
    def _apart(work: Work, driver: Any, item: _Item) -> None:
        driver.execute("SAVEPOINT act")
        try:
            _act(work, item)
        except Exception as error:
            if is_store_trouble(error) or not driver.in_transaction:
                raise
            item.error = error
            driver.execute("ROLLBACK TO act")
        driver.execute("RELEASE act")

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.begin()  # a mark for SQLAlchemy only: BEGIN is sent by hand
        return self._connection


def _act(work: Work, item: _Item) -> None:
    try:
        item.result = item.act(work, *item.args, **item.kwargs)
        work.close(keep=True)
    except BaseException:
        work.close(keep=False)
        raise


def _release(group: list[_Item]) -> None:
    # one wake-up of the loop for a whole group: the wake-up costs more than the results
    loops: dict[asyncio.AbstractEventLoop, list[_Item]] = {}
    for item in group:
        if item.loop is not None:
            loops.setdefault(item.loop, []).append(item)
        elif item.future is not None:
            _settle(item)
        elif item.error:
            _log.warning("act %s was not done: %s", item.act.__name__, type(item.error).__name__)
    for loop, items in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_give_all, items)


def _give_all(items: list[_Item]) -> None:
    for item in items:
        _settle(item)


def _settle(item: _Item) -> None:
    if item.future.done():
        return
    if item.error is None:
        item.future.set_result(item.result)
    else:
        item.future.set_exception(item.error)
