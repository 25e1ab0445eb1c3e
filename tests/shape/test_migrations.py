"""Migrations and models agree; a database that is newer than the program is refused."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from admin import schema
from admin.store import open_store
from admin.tables import metadata
from bot.config import Settings
from bot.db import sqlite_engine
from bot.errors import SettingsError


def test_migrations_build_what_the_models_say(template_db: Path) -> None:
    engine = create_engine(f"sqlite:///{template_db}", hide_parameters=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})

        differences = compare_metadata(context, metadata())

    engine.dispose()
    assert differences == []


def test_a_second_upgrade_does_nothing(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "x.db")

    assert [schema.upgrade(engine), schema.upgrade(engine)] == [True, False]
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path, template_db: Path) -> None:
    path = tmp_path / "trial" / "xiaosi.db"
    path.parent.mkdir()
    path.write_bytes(template_db.read_bytes())
    engine = sqlite_engine(path)
    with engine.connect() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '29990101'")
    engine.dispose()

    with pytest.raises(SettingsError, match="newer version"):
        open_store(Settings(tmp_path))
