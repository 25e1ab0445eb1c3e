"""The command line: one word, one module under `admin/commands/`."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.config import read_settings
from bot.errors import SettingsError, StoreAway

COMMANDS = {
    "run": "admin.commands.run",
    "serve": "admin.commands.run",
    "rehearse": "admin.commands.rehearse",
    "test": "admin.commands.test",
    "check": "admin.commands.check",
    "migrate": "admin.commands.migrate",
    "doctor": "admin.commands.doctor",
    "ask": "admin.commands.ask",
    "knowledge": "admin.commands.knowledge",
    "laws": "admin.commands.laws",
    "calendar": "admin.commands.calendar",
    "staff": "admin.commands.staff",
    "keys": "admin.commands.keys",
    "menu": "admin.commands.menu",
    "backup": "admin.commands.backup",
    "restore": "admin.commands.restore",
    "bench": "admin.commands.bench",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args: argv: the words after the program's name. Returns: 0 good, 1 the thing checked does not
    hold, 2 wrong use. A command module offers ``HELP``, ``arguments(parser)`` and
    ``run(args, settings) -> int``; it is imported only when its word is called.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="xiaosi", description="Public legal consultation on WeChat.")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help=", ".join(COMMANDS))
    if not words or words[0] in ("-h", "--help"):
        parser.print_help()
        return 0 if words else 2
    try:
        name = parser.parse_args(words[:1]).command
        module = importlib.import_module(COMMANDS[name])
        # --data goes with each command, before or after a command's own words
        shared = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        shared.add_argument(
            "--data", type=Path, metavar="DIR", help="data folder (default: data/ beside xiaosi)"
        )
        given, rest = shared.parse_known_args(words[1:])
        own = argparse.ArgumentParser(
            prog=f"xiaosi {name}", description=module.HELP, parents=[shared], allow_abbrev=False
        )
        module.arguments(own)
        args = own.parse_args(rest)
        return int(module.run(args, read_settings(os.environ, data_dir=given.data)))
    except SettingsError as error:
        sys.stderr.write(f"xiaosi: {error}\n")
        return 2
    except StoreAway as error:
        sys.stderr.write(
            f"xiaosi: the database takes no writes now ({error}): is it locked, full or out of reach?\n"
        )
        return 1
    except SystemExit as stop:  # argparse has already said what is wrong
        return stop.code if isinstance(stop.code, int) else 2
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
