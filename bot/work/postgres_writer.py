"""The writer on PostgreSQL: the same acts, each in a transaction of its own, in a pool of threads."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.clock import Clock, millis
from bot.errors import StoreAway
from bot.work.failpoints import reach
from bot.work.unit import Listeners, Work
from bot.work.writer import is_lost_race, is_store_trouble

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)


class PostgresWriter:
    """Runs each act in a transaction; what the database's state or another node undid is tried once more.

    An act may have been committed although its answer was lost. All acts stand that: messages have
    a unique key, a turn is fenced, and a journey's results are stored under their own key.
    """

    def __init__(self, engine: Engine, listeners: Listeners, clock: Clock, *, threads: int = 8) -> None:
        self._engine, self._listeners, self._clock = engine, listeners, clock
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="writer")
        self._lost = 0
        event.listen(engine, "connect", self._mark)
        event.listen(engine, "checkout", self._refuse_dead)

    async def do(self, act: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: self.do_now(act, *args, **kwargs))

    async def do_by(self, when: float, act: Callable[..., T], *args: Any) -> T:
        async with asyncio.timeout_at(when):
            return await self.do(act, *args)

    def do_now(self, act: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return self._transaction(act, args, kwargs)
        except Exception as error:
            if not (is_store_trouble(error) or is_lost_race(error)):
                raise
            try:
                return self._transaction(act, args, kwargs)
            except Exception as again:
                if is_store_trouble(again):
                    raise StoreAway(type(again).__name__) from again
                raise

    def later(self, act: Callable[..., Any], *args: Any) -> None:
        def run() -> None:
            try:
                self.do_now(act, *args)
            except Exception as error:  # noqa: BLE001 - bookkeeping; the sweep repeats it
                _log.warning("act %s was not done: %s", act.__name__, type(error).__name__)

        self._pool.submit(run)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _mark(self, _connection: object, record: ConnectionPoolEntry) -> None:
        record.info["lost"] = self._lost

    def _refuse_dead(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Have the pool close a connection of before the server's last going away, and open another."""
        if record.info.get("lost", 0) != self._lost:
            raise DisconnectionError

    def _transaction(self, act: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            work = Work(connection, self._listeners, millis(self._clock.now()))
            driver: Any = connection.connection.driver_connection
            try:
                driver.cursor().close()  # a dead pooled connection shows here, not in the act
                result = act(work, *args, **kwargs)
                work.close(keep=True)
                reach("acted")
                transaction.commit()
                reach("committed")
                return result
            except BaseException as error:
                work.close(keep=False)
                if isinstance(error, Exception) and is_store_trouble(error) and driver.closed:
                    connection.invalidate()
                    self._lost += 1  # the server went away: its other connections are dead too
                raise
