"""Bring the database to this program's schema."""

import argparse

from admin.store import open_store
from bot.config import Settings

HELP = "Bring the database to this program's schema; `run` does it by itself."


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--no-backup`` for whoever made one."""
    parser.add_argument("--no-backup", action="store_true", help="do not keep the database as it was")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Migrate and say where the database stands. Raises: SettingsError."""
    from admin import schema

    store = open_store(settings, back_up=not args.no_backup)
    try:
        print(f"the database stands at migration {store.reader.now(schema.current)}")
    finally:
        store.close()
    return 0
