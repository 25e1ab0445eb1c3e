"""Bringing the database to the schema of this program, and refusing one that is newer."""

import logging
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bot.errors import SettingsError

_log = logging.getLogger(__name__)
_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x78696173  # one number for all nodes of a cell
_HEAD_FILE = "HEAD"


def head() -> str:
    """The newest migration: the file ``HEAD`` names it, so that a quick start need not load Alembic."""
    return (_FOLDER / "versions" / _HEAD_FILE).read_text("ascii").strip()


def current(connection: Connection) -> str | None:
    """The migration that a database stands at, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar()


def knows(migration: str) -> bool:
    """Whether this program can work on, or migrate, a database that stands there."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return migration in {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}


def upgrade(engine: Engine, before: Callable[[str], object] | None = None) -> bool:
    """Migrate if needed; nodes that start together take turns.

    Args: before: called with the migration at which a database that holds something stands, before
    it is changed. Returns: whether something was done. Raises: SettingsError for a database newer than
    this program; what ``before`` raises, and then nothing was changed.
    """
    with engine.connect() as connection:
        if current(connection) == head():
            return False
    with engine.connect() as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            connection.execute(text("set statement_timeout = 0"))
            connection.execute(text("set lock_timeout = 0"))
            connection.execute(text(f"select pg_advisory_lock({_LOCK})"))
            connection.commit()
        try:
            _run(connection, before)
            connection.commit()
        finally:
            if postgres:
                connection.rollback()
                connection.execute(text(f"select pg_advisory_unlock({_LOCK})"))
                connection.commit()
                connection.invalidate()  # its timeouts were lifted
    return True


def revision(engine: Engine, message: str, ident: str) -> None:
    """Write a new migration from the difference between models and database (for developers)."""
    from alembic import command

    with engine.connect() as connection:
        config = _config(connection)
        command.revision(config, message, autogenerate=True, rev_id=ident)
    (_FOLDER / "versions" / _HEAD_FILE).write_text(f"{ident}\n", "ascii")


def _run(connection: Connection, before: Callable[[str], object] | None) -> None:
    from alembic import command

    at = current(connection)
    if at is not None and at != head() and not knows(at):
        raise SettingsError(
            f"the database stands at migration {at}, which this program does not know: it was used by a "
            "newer version. Start that version, or restore the backup made before its first start."
        )
    if before is not None and at not in (None, head()):
        connection.rollback()  # a server ends sessions that idle inside a transaction
        before(str(at))
        connection.begin()
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
    command.upgrade(_config(connection), "head")
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("COMMIT")  # type: ignore[union-attr]
    _log.info("the database was brought to migration %s", head())


def _config(connection: Connection):  # type: ignore[no-untyped-def]
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config
