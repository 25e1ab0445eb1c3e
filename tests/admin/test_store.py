"""Opening the store: clear words when something is missing."""

from pathlib import Path

import pytest

from admin.store import open_store
from bot.config import Settings
from bot.errors import SettingsError


def test_sqlite_serves_one_process(tmp_path: Path) -> None:
    first = open_store(Settings(tmp_path), serve=True)

    with pytest.raises(SettingsError, match="another xiaosi already serves"):
        open_store(Settings(tmp_path), serve=True)
    first.close()

    open_store(Settings(tmp_path), serve=True).close()


def test_another_secret_is_named(tmp_path: Path) -> None:
    open_store(Settings(tmp_path, secret_key=b"a" * 32)).close()

    with pytest.raises(SettingsError, match="another secret key"):
        open_store(Settings(tmp_path, secret_key=b"b" * 32))


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(SettingsError, match="cannot be made"):
        open_store(Settings(tmp_path / "data"))


def test_a_database_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "xiaosi.db").write_text("this is no database, " * 100)

    with pytest.raises(SettingsError, match="the database cannot be used"):
        open_store(Settings(tmp_path))
