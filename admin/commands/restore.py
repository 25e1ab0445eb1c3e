"""Restore a backup."""

import argparse
import sys
from pathlib import Path

from admin.backup_keys import BackupFault
from admin.backup_restore import restore
from admin.commands.backup import told
from bot.clock import SystemClock
from bot.config import Settings

HELP = "Restore a backup into an empty data folder (--data DIR); it is checked before and counted after."


def arguments(parser: argparse.ArgumentParser) -> None:
    """``restore FILE [--key-file FILE] [--force]``."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="as `backup --key-file` wrote it")
    parser.add_argument("--force", action="store_true", help="set aside what is there; nothing is deleted")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Restore and say what was restored. Returns: 1 when it could not be done."""
    try:
        done = restore(settings, SystemClock(), args.file, key_file=args.key_file, force=args.force)
    except BackupFault as fault:
        print(f"xiaosi restore: {fault}", file=sys.stderr)
        return 1
    print(f"restored into {done.folder}: {told(args.file, done.manifest)}")
    for name, count in done.manifest.contents.rows.items():
        if count:
            print(f"  {name}: {count}")
    for place in done.aside:
        print(f"what was there before is in {place}")
    if done.wrote_key:
        print(f"the secret key was written to {done.folder / 'secret.key'}")
    print("settings are not part of a backup: see that .env is there, then `doctor` and `run`")
    return 0
