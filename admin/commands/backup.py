"""Back up while the service runs, and check a backup."""

import argparse
import sys
from pathlib import Path

from admin import backup, backup_keys
from admin.backup_keys import BackupFault
from admin.backup_manifest import Manifest
from bot.clock import SystemClock
from bot.config import Settings

HELP = "Back up database, spool, uploads and the county's files while the service runs; or check a backup."


def arguments(parser: argparse.ArgumentParser) -> None:
    """``backup [--to DIR|FILE] [--key-file FILE]`` and ``backup --verify FILE``."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--to", type=Path, metavar="DIR|FILE.tar", help="where to (default: backups/ in the data folder)"
    )
    what.add_argument(
        "--verify", type=Path, metavar="FILE|DIR", help="check a backup, or the newest one of a folder"
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="write the secret key there, apart from the backup; with --verify: the key to check with",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Make or check. Returns: 1 when the backup does not hold or could not be made."""
    try:
        return _verify(args, settings) if args.verify else _make(args, settings)
    except BackupFault as fault:
        print(f"xiaosi backup: {fault}", file=sys.stderr)
        return 1


def _make(args: argparse.Namespace, settings: Settings) -> int:
    made = backup.make(settings, SystemClock(), args.to)
    print(f"backed up to {made.path}: {told(made.path, made.manifest)}")
    if args.key_file:
        backup_keys.write(args.key_file, made.keys)
        print(f"the secret key is in {args.key_file}: keep it apart from the backup")
        if args.key_file.absolute().parent == made.path.absolute().parent:
            print(
                "xiaosi backup: key and backup lie in one folder: who takes both reads all", file=sys.stderr
            )
    else:
        print("the secret key is not in it: without the key nobody can read it")
    return 0


def _verify(args: argparse.Namespace, settings: Settings) -> int:
    path = backup.newest(args.verify)
    if args.key_file:
        keys = backup_keys.read(args.key_file)
    else:
        found = backup_keys.at_hand(settings, settings.store_dir)
        if found is None:
            raise BackupFault(
                f"no key to check {path} with: {settings.store_dir} has no secret.key, and XIAOSI_SECRET_KEY "
                "is not set. Name one with --key-file."
            )
        keys = found
    print(f"{path} holds: {told(path, backup.verify(path, keys))}; the key opens it")
    return 0


def told(path: Path, manifest: Manifest) -> str:
    """A backup in one line."""
    return (
        f"{path.stat().st_size / 1e6:.1f} MB of {manifest.made_at}, {manifest.engine}, migration "
        f"{manifest.contents.migration}, {manifest.total} rows in {len(manifest.contents.rows)} tables, "
        f"{len(manifest.files) - 1} files beside the database"
    )
