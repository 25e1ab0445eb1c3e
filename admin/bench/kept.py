"""Stores that a bench fills: on either engine, thrown away afterwards or kept for the next time."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import text

from admin.bench.filled import Amount
from admin.slices import listeners
from admin.store import Store, open_store
from bot.config import Settings
from bot.db import postgres_engine

_MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
_MARKER = "filled.json"
_FORM = 2
"""Counted up when other rows are written: what was kept before is filled anew."""


@dataclass(frozen=True)
class Keep:
    """Where stores stand.

    Attributes: folder: of their data folders; database_url: of a PostgreSQL with an account that may
    create databases, or empty for SQLite; kept: whether they stay.
    """

    settings: Settings
    folder: Path
    database_url: str = ""
    kept: bool = False

    @contextmanager
    def opened(self, name: str, amount: Amount, fill: Callable[[Store], None]) -> Iterator[Store]:
        """A store with so much in it, filled unless it was kept. Raises: SettingsError."""
        place, url = self.folder / self._name(name, amount), self._url(name, amount)
        marker = place / _MARKER
        found = marker.exists() and marker.read_text("utf-8") == _told(amount, url)
        if not found:
            self._empty(place, url)
        settings = replace(self.settings, data_dir=place, database_url=url, secret_key=None)
        store = open_store(settings, listeners=listeners(), serve=True, back_up=False)
        try:
            if not found:
                fill(store)
                marker.write_text(_told(amount, url), "utf-8")
            yield store
        finally:
            store.close()

    def done(self, name: str, amount: Amount) -> None:
        """Throw a store away, unless it is to be kept."""
        if not self.kept:
            self._empty(self.folder / self._name(name, amount), self._url(name, amount), make=False)

    def _name(self, name: str, amount: Amount) -> str:
        engine = "postgresql" if self.database_url else "sqlite"
        own = "" if self.kept else f"_{os.getpid()}"
        return f"xiaosi_bench_{engine}_{amount.messages}_{amount.threads}_{amount.open}_{name}{own}"

    def _url(self, name: str, amount: Amount) -> str:
        if not self.database_url:
            return ""
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{self._name(name, amount)}"))

    def _empty(self, place: Path, url: str, *, make: bool = True) -> None:
        shutil.rmtree(place, ignore_errors=True)
        if make:
            place.mkdir(parents=True)
        if not url:
            return
        engine = postgres_engine(self.database_url, pool=1)
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("set statement_timeout = 0"))
                connection.execute(text(f'drop database if exists "{place.name}"'))
                if make:
                    connection.execute(text(f'create database "{place.name}" template template0'))
        finally:
            engine.dispose()


def _told(amount: Amount, url: str) -> str:
    steps = b"".join(one.read_bytes() for one in sorted(_MIGRATIONS.glob("*.py")))
    tables = hashlib.sha256(steps).hexdigest()
    return json.dumps({"form": _FORM, "tables": tables, "database": url, **asdict(amount)})
