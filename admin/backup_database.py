"""A consistent copy of the database while the service runs, and what such a copy holds."""

import base64
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import (
    Connection,
    LargeBinary,
    String,
    column,
    create_engine,
    func,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from admin import schema
from admin.backup_keys import BackupFault
from admin.backup_manifest import Contents
from admin.tables import places

_PAGES = 2000  # of 4 KiB: 8 MB a step
_PAUSE_S = 0.002


def copy_sqlite(source: Path, target: Path) -> Contents:
    """Copy a SQLite database that may be in use. Raises: BackupFault."""
    if not source.exists():
        raise BackupFault(f"there is no database at {source}: nothing to back up")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=10)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.isolation_level = copy.isolation_level = None
            # without a read transaction each commit of the service would begin the copy anew
            live.execute("BEGIN")
            live.execute("select count(*) from sqlite_master").fetchone()
            live.backup(copy, pages=_PAGES, progress=lambda *_left: time.sleep(_PAUSE_S))
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return look_sqlite(target)
    except sqlite3.Error as error:
        raise BackupFault(f"the database {source} cannot be copied: {error}") from error


def look_sqlite(path: Path) -> Contents:
    """What a SQLite file holds. Raises: BackupFault when it is not sound."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            sound = connection.execute(text("PRAGMA quick_check")).scalar()
            if sound != "ok":
                raise BackupFault(f"the database copied to {path.name} is not sound: {sound}")
            return _contents(connection)
    except DBAPIError as error:
        raise BackupFault(f"{path.name} is no sound database: {error.orig}") from error


def dump_postgres(url: str, target: Path) -> Contents:
    """Dump a PostgreSQL database; the counts are of the same snapshot. Raises: BackupFault."""
    program = _program("pg_dump")
    with _postgres(url) as connection:
        snapshot = connection.execute(text("select pg_export_snapshot()")).scalar()
        options = ["--format=custom", "--no-owner", "--no-privileges", "--schema=public"]
        _call([program, *options, f"--snapshot={snapshot}", f"--file={target}"], url, target.parent)
        return _contents(connection)


def restore_postgres(url: str, source: Path, aside: str | None, check: Callable[[Contents], None]) -> None:
    """Fill a database from a dump. Args: aside: a name for what was there before, if anything was.

    Raises: BackupFault, also from ``check``; then what was there before is in its place again.
    """
    program = _program("pg_restore")
    if aside is not None:
        _statements(url, f'alter schema public rename to "{aside}"', "create schema public")
    options = ["--no-owner", "--no-privileges", "--schema=public", "--exit-on-error", "--single-transaction"]
    try:
        _call([program, *options], url, source.parent, str(source))
        with _postgres(url) as connection:
            check(_contents(connection))
    except BackupFault:
        if aside is not None:
            _statements(url, "drop schema public cascade", f'alter schema "{aside}" rename to public')
        raise


def _statements(url: str, *statements: str) -> None:
    with _postgres(url) as connection:
        for one in statements:
            connection.execute(text(one))
        connection.commit()


def clients(url: str) -> int:
    """How many others are connected to a PostgreSQL database. Raises: BackupFault."""
    with _postgres(url) as connection:
        others = text(
            "select count(*) from pg_stat_activity where datname = current_database() "
            "and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )
        return int(connection.execute(others).scalar_one())


def is_empty(url: str) -> bool:
    """Whether a PostgreSQL database has no tables yet. Raises: BackupFault."""
    with _postgres(url) as connection:
        return not inspect(connection).get_table_names()


def _contents(connection: Connection) -> Contents:
    tables = inspect(connection).get_table_names()
    at = schema.current(connection)
    if at is None or "keyring" not in tables:
        raise BackupFault("the database is empty: nothing to back up")
    rows = {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in sorted(tables)}  # fmt: skip
    keyring = select(column("name", String), column("value", LargeBinary)).select_from(table("keyring"))
    sealed = {name: base64.b64encode(value).decode() for name, value in connection.execute(keyring)}
    return Contents(at, rows, tuple(sorted(_key_ids(connection, set(tables)))), sealed)


def _key_ids(connection: Connection, tables: set[str]) -> set[str]:
    """Ids of all keys that sealed anything; the database may be older than the program's tables."""
    found: set[str] = set()
    for place in places():
        there = inspect(connection).get_columns(place.table) if place.table in tables else []
        if place.column not in {one["name"] for one in there}:
            continue
        sealed = column(place.column, LargeBinary)
        look = select(func.substr(sealed, 2, 4, type_=LargeBinary)).select_from(table(place.table))
        ids = connection.execute(look.where(sealed.is_not(None)).distinct()).scalars()
        found |= {bytes(one).hex() for one in ids}
    return found


@contextmanager
def _postgres(url: str) -> Iterator[Connection]:
    """A connection without time limits, with one snapshot for all that is read."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": 5},
    )
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise BackupFault(f"the database cannot be used: {str(error.orig).splitlines()[0]}") from error


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFault(
            f"{name} is not on PATH: install PostgreSQL's client programs, of the server's version or newer"
        )
    return found


def _call(command: list[str], url: str, folder: Path, *last: str) -> None:
    """Run a client program; the password goes through a file, where no list of processes shows it."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    given = conninfo_to_dict(url)
    secret = given.pop("password", None)
    passfile = folder / "pgpass"
    if secret is not None:
        escaped = str(secret).replace("\\", "\\\\").replace(":", "\\:")
        passfile.touch(mode=0o600)
        passfile.write_text(f"*:*:*:*:{escaped}\n")
        given["passfile"] = str(passfile)
    try:
        done = subprocess.run(  # noqa: S603 - a program on PATH, with arguments of our own
            [*command, f"--dbname={make_conninfo('', **given)}", *last], capture_output=True, text=True
        )
    finally:
        passfile.unlink(missing_ok=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise BackupFault(f"{Path(command[0]).name} failed: {said[0][:300] if said else 'no word why'}")
