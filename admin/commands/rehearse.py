"""Rehearse: a console for practising, with made-up residents, apart from all that is real."""

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from admin import logs
from admin.commands import run as serving
from bot.config import Settings, checked_address
from bot.errors import SettingsError

if TYPE_CHECKING:  # the sandbox is loaded only where it plays
    from admin.sandbox.trial import Trial

HELP = "A console for practising: made-up residents, in a folder of its own, anew at each start."
LISTEN = "127.0.0.1:8090"
FOLDER = "rehearsal"
_LINES = Path(__file__).resolve().parents[1] / "demo" / "rehearsal.yaml"


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--listen``."""
    parser.add_argument("--listen", metavar="HOST:PORT", default=LISTEN, help=f"address (default: {LISTEN})")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Begin anew and serve until SIGINT or SIGTERM. Raises: SettingsError."""
    logs.set_up()
    settings = apart(settings, checked_address("--listen", args.listen))
    _clear(settings.data_dir)
    host, port = settings.address
    serving.serve(settings, serving.listening(host, port), filled=fill)
    return 0


def apart(settings: Settings, listen: str) -> Settings:
    """Settings that share nothing with the real service: no account, database, key or outside service."""
    return Settings(settings.data_dir / FOLDER, listen=listen, trusted_proxies=settings.trusted_proxies)


async def fill(trial: "Trial") -> None:
    """Let the made-up residents write."""
    residents = yaml.safe_load(_LINES.read_text("utf-8"))
    for number, lines in enumerate(residents, 1):
        for words in lines:
            await trial.says(f"oRehearsal-resident-{number}", words)
    sys.stdout.write(f"{len(residents)} made-up residents wrote. Stop and start again to begin anew.\n")
    sys.stdout.flush()


def _clear(folder: Path) -> None:
    """Remove what an earlier rehearsal left. Raises: SettingsError while one still runs."""
    import fcntl  # Windows has none; there a running rehearsal keeps its files from being removed

    lock = folder / "trial" / "lock"
    if lock.exists():
        with lock.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise SettingsError(f"a rehearsal already runs in {folder}: stop it first") from None
    shutil.rmtree(folder, ignore_errors=True)
