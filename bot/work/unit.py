"""One unit of work: what an act gets into its hands."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.clock import instant
from bot.work.statements import Statement

Fact = Any
Listener = Callable[["Work", Any], None]
Listeners = Mapping[type, Sequence[Listener]]


class Work:
    """Handed to each act as its first argument; lives for one savepoint.

    Attributes:
        now_ms: the instant at which the act runs, in milliseconds UTC.
        actor: who acts: ``resident``, ``system``, or a staff id.
        once: a key that is the same when the same act is tried again; None outside journeys.
    """

    def __init__(
        self,
        connection: Connection,
        listeners: Listeners,
        now_ms: int,
        *,
        actor: str = "system",
        once: str | None = None,
        resident_id: int | None = None,
        driver: Any = None,
    ) -> None:
        self._connection = connection
        self._listeners = listeners
        self._session: Session | None = None
        self._driver: Any = driver or connection.connection.driver_connection
        self._postgres = connection.dialect.name == "postgresql"
        self.now_ms = now_ms
        self.actor = actor
        self.once = once
        self._resident_id = resident_id

    @property
    def resident_id(self) -> int:
        """The resident for whom a journey acts. Raises: LookupError outside a journey."""
        if self._resident_id is None:
            raise LookupError("this act was not called for a resident")
        return self._resident_id

    @property
    def now(self) -> datetime:
        """The instant of the act, aware, in UTC."""
        return instant(self.now_ms)

    @property
    def db(self) -> Session:
        """The ORM session of this act; flushed by the writer, never committed by the act."""
        if self._session is None:
            self._session = Session(
                bind=self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            )
        return self._session

    def run(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """Run a hot statement and return its rows as tuples."""
        sql = statement.postgres if self._postgres else statement.sqlite
        cursor = self._driver.execute(sql, values)
        if self._postgres and cursor.description is None:  # psycopg refuses to fetch from such a statement
            return []
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def changed(self, statement: Statement, **values: Any) -> int:
        """Run a hot statement and return how many rows it changed."""
        sql = statement.postgres if self._postgres else statement.sqlite
        return int(self._driver.execute(sql, values).rowcount)

    def happened(self, fact: Fact) -> None:
        """Tell the listeners of this kind of fact, in the same savepoint."""
        if self._session is not None:
            self._session.flush()
        for listener in self._listeners.get(type(fact), ()):
            listener(self, fact)

    def for_resident(self, resident_id: int, once: str | None) -> "Work":
        """The same work, for a journey's act: on behalf of a resident, under a key of its own."""
        other = Work(
            self._connection,
            self._listeners,
            self.now_ms,
            actor="resident",
            once=once,
            resident_id=resident_id,
        )
        other._session = self.db
        return other

    def close(self, *, keep: bool) -> None:
        """Keep (or undo) what the ORM did; called by the writer, which ends the savepoint around it."""
        if self._session is None:
            return
        try:
            if keep:
                self._session.commit()
        finally:
            self._session.close()
