"""Everything that is checked before a change is accepted; continuous integration runs this too."""

import argparse
import subprocess
import time

from admin.commands.check import ROOT, STATIC, Step, report, tool
from bot.config import Settings

HELP = "Everything: what `check` does, the knowledge, and all tests with servers, browser and faults."
KNOWLEDGE = Step("knowledge", tool("admin.cli", "knowledge", "check"))
ALL_TESTS = tool("pytest", "-r", "fEs", "--durations", "10")


def arguments(parser: argparse.ArgumentParser) -> None:
    """This command has no words of its own."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run it all. Returns: 0 when all holds, else 1."""
    unsound = report((*STATIC, KNOWLEDGE))
    # Alone and in sight: some of the tests measure time, and the whole takes minutes.
    began = time.monotonic()
    failed = subprocess.call(ALL_TESTS, cwd=ROOT)  # noqa: S603 - our own words
    print(f"{'FAILED' if failed else 'ok':6} {'all tests':20} {time.monotonic() - began:10.1f} s")
    return 1 if unsound or failed else 0
