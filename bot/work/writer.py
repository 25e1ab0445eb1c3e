"""Acts are run by a writer: the interface, and what both writers share."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.work.unit import Work

P = ParamSpec("P")
T = TypeVar("T")


class Writer(Protocol):
    """Runs acts. An act is a plain synchronous module-level function that takes `Work` first."""

    async def do(self, act: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an act and return its result after the commit.

        Raises: what the act raised (nothing of it stays); StoreAway when the database does not take it.
        """
        ...

    async def do_by(self, when: float, act: Callable[..., T], *args: Any) -> T:
        """The same, given up at an instant of the loop's clock; the act may still be done after that.

        For the many: the instants of successive calls must rise (see `bot.work.watch`).

        Raises: TimeoutError, and what `do` raises.
        """
        ...

    def do_now(self, act: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for callers without an event loop: command line, start-up."""
        ...

    def later(self, act: Callable[..., Any], *args: Any) -> None:
        """Run an act without waiting; a failure is logged. For bookkeeping that a sweep can repeat."""
        ...

    def close(self) -> None:
        """Finish what was handed in, then stop."""
        ...


def is_lost_race(error: BaseException) -> bool:
    """Whether an error may mean that another node wrote the same row a moment ago.

    Once more tells: the act then finds that row, or it is at fault itself.
    """
    orig = error.orig if isinstance(error, DBAPIError) else error
    return "IntegrityError" in {cls.__name__ for cls in type(orig).__mro__}


def is_store_trouble(error: BaseException) -> bool:
    """Whether an error is the database's state (locked, full, away) and not the act's own fault.

    Integrity errors belong to the act; so do errors in SQL or values, which would fail again for ever.
    """
    import sqlite3

    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, IntegrityError | sqlite3.IntegrityError):
        return False
    if isinstance(error, DBAPIError):
        return (
            isinstance(error, OperationalError)
            or error.connection_invalidated
            or (error.orig is not None and is_store_trouble(error.orig))
        )
    if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError | sqlite3.DataError):
        return False
    if isinstance(error, sqlite3.Error):
        return not (isinstance(error, sqlite3.OperationalError) and "no such" in str(error))
    module = type(error).__module__.partition(".")[0]
    names = {cls.__name__ for cls in type(error).__mro__}
    return module == "psycopg" and bool(names & {"OperationalError", "InternalError"})
