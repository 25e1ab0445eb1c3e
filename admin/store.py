"""Opening the store: folder, lock, secret, schema, writer, reader; for service and command line."""

import logging
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from admin import schema
from admin.backup_keys import BackupFault
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.crypto import Unreadable, Vault, install, secret_from
from bot.db import Reader, postgres_engine, sqlite_engine
from bot.errors import SettingsError
from bot.wechat.media_files import Uploads
from bot.work.keyring import index_key
from bot.work.postgres_writer import PostgresWriter
from bot.work.sqlite_writer import SqliteWriter
from bot.work.unit import Listeners
from bot.work.writer import Writer

_THREADS = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Store:
    """An open store. Attributes: node: this process's name among the nodes of the cell."""

    settings: Settings
    engine: Engine
    writer: Writer
    reader: Reader
    clock: Clock
    node: str
    lock: Any

    @property
    def spool_dir(self) -> Path:
        """This process's own spool: workers that share a data folder must not share its files."""
        root, worker = self.settings.store_dir / "spool", self.node[-2:]
        return root if worker == "00" else root / worker

    @property
    def uploads(self) -> Uploads:
        """The sealed files of residents."""
        return Uploads(self.settings.uploads_dir)

    def close(self) -> None:
        """Finish the acts handed in and let everything go."""
        self.writer.close()
        self.reader.close()
        self.engine.dispose()
        if self.lock is not None:
            self.lock.close()


def open_store(
    settings: Settings,
    *,
    clock: Clock | None = None,
    listeners: Listeners | None = None,
    serve: bool = False,
    worker: int = 0,
    back_up: bool = True,
) -> Store:
    """Open the store, migrating it if needed.

    Args: serve: for the service: on SQLite it locks the data folder; worker: number of this process;
    back_up: before a migration of what is there.
    Raises: SettingsError with what is wrong and what to do.
    """
    clock = clock or SystemClock()
    folder = settings.store_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else on this machine reads it
    except OSError as error:
        raise SettingsError(f"the data folder {folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise SettingsError(f"no right to write in the data folder {folder}")
    with ExitStack() as opened:  # what was opened is closed again when a later step fails
        sqlite = settings.sqlite_path
        lock = opened.enter_context(_lock(settings)) if serve and sqlite is not None else None
        vault = Vault(secret_from(settings.secret_key, folder), settings.secret_key_previous)
        install(vault)
        engine, threads = _engine(settings)
        opened.callback(engine.dispose)
        _upgrade(engine, settings, clock, back_up=back_up)
        writer: Writer = (
            SqliteWriter(engine, listeners or {}, clock)
            if sqlite is not None
            else PostgresWriter(engine, listeners or {}, clock, threads=_THREADS)
        )
        opened.callback(writer.close)
        _make_marks(vault, writer)
        node = _node(settings, worker)
        opened.pop_all()
    return Store(settings, engine, writer, Reader(engine, threads=threads), clock, node, lock)


def _engine(settings: Settings) -> tuple[Engine, int]:
    path = settings.sqlite_path
    if path is None:
        return postgres_engine(settings.database_url, pool=_THREADS + 6), 4
    path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite_engine(path), 0


def _upgrade(engine: Engine, settings: Settings, clock: Clock, *, back_up: bool) -> None:
    def before(at: str) -> None:
        from admin.backup import before_migration  # needed once in a version's life

        path = before_migration(settings, clock, at)
        _log.info("the database as it was is kept in %s", path)

    try:
        schema.upgrade(engine, before if back_up else None)
    except BackupFault as error:
        raise SettingsError(
            f"the database must be migrated, and the backup before it failed: {error}. If you have one of "
            "your own: migrate --no-backup"
        ) from error
    except DBAPIError as error:
        raise SettingsError(
            f"the database cannot be used: {type(error.orig).__name__}: {error.orig}"
        ) from error


def _make_marks(vault: Vault, writer: Writer) -> None:
    try:
        try:
            key = writer.do_now(index_key)
        except IntegrityError:  # another node made it at the same moment
            key = writer.do_now(index_key)
        install(vault.with_index(key))
    except Unreadable as error:
        raise SettingsError(
            "the database was sealed with another secret key: set XIAOSI_SECRET_KEY to the one it was made "
            "with, or the old one as XIAOSI_SECRET_KEY_PREVIOUS"
        ) from error


def _lock(settings: Settings) -> Any:
    import fcntl

    file = (settings.store_dir / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise SettingsError(
            f"another xiaosi already serves from {settings.store_dir}; SQLite takes one process. "
            "Stop it, or use PostgreSQL for several."
        ) from None
    return file


def _node(settings: Settings, worker: int) -> str:
    path = settings.store_dir / "node.id"
    if not path.exists():
        path.write_text(os.urandom(5).hex(), "ascii")
    return f"{path.read_text('ascii').strip()[:12]}{worker:02d}"
