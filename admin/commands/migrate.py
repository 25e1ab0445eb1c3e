"""Bring the database to this program's schema."""

import argparse

from admin.store import open_store
from bot.config import Settings

HELP = "Bring the database to this program's schema; `run` does it by itself."


def arguments(_parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(_args: argparse.Namespace, settings: Settings) -> int:
    """Migrate and say where the database stands. Raises: SettingsError."""
    from admin import schema

    store = open_store(settings)
    try:
        print(f"the database stands at migration {store.reader.now(schema.current)}")
    finally:
        store.close()
    return 0
