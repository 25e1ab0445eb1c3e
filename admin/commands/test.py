"""Everything that is checked before a change is accepted; continuous integration runs this too."""

import argparse
import os
import subprocess
import time
from collections.abc import Sequence

from admin.commands.check import ROOT, STATIC, Step, report, tool
from bot.config import Settings

HELP = "Everything: what `check` does, the knowledge, and all tests with servers, browser and faults."
KNOWLEDGE = Step("knowledge", tool("admin.cli", "knowledge", "check"))
MOST_WORKERS = 4
"""Each brings up a PostgreSQL, a Redis and a browser of its own: beyond four, memory is what runs out."""
# Half of their time tests wait, for a clock or a process: two at each core get on well.
WORKERS = min(MOST_WORKERS, 2 * (os.cpu_count() or 1))
# A file stays with one worker, which shares its servers and its service among the file's tests; the order
# is that of `tests/conftest.py`, long files first.
_SHARED = ("-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")
_SHOWN = ("-r", "fEs", "--durations", "10")
TESTS = (
    Step("tests", tool("pytest", "-m", "not alone", *_SHOWN, *_SHARED)),
    # Alone: they starve the service while time is measured, which a neighbour would spoil.
    Step("tests of time", tool("pytest", "-m", "alone", *_SHOWN)),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """This command has no words of its own."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run it all. Returns: 0 when all holds, else 1."""
    unsound = report((*STATIC, KNOWLEDGE))
    failed = in_turn(TESTS)
    return 1 if unsound or failed else 0


def in_turn(steps: Sequence[Step]) -> int:
    """Run steps one after another and in sight, for they take minutes, and say at the end how each went.

    A failed one stops none. Returns: 0 when all hold, else 1.
    """
    lines, failed = [], 0
    for step in steps:
        print(f"{step.name} ...", flush=True)
        began = time.monotonic()
        code = subprocess.call(step.argv, cwd=ROOT)  # noqa: S603 - our own words
        failed += code != 0
        lines.append(f"{'FAILED' if code else 'ok':6} {step.name:20} {time.monotonic() - began:10.1f} s")
    print("\n".join(lines), flush=True)
    return 1 if failed else 0
