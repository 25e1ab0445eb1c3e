"""What to run before each commit: format, lint, types, contracts and the quick tests."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings

HELP = "Format, lint, types, import contracts and the quick tests on SQLite: about a minute."
ROOT = Path(__file__).resolve().parent.parent.parent
# Most tests wait for a clock rather than for the processor: more of them than cores get on well.
SHARED = ("-n", "3", "--dist", "worksteal")
QUICK = "not servers and not browser and not faults"


@dataclass(frozen=True)
class Step:
    """One thing that is checked: its name and the command that checks it."""

    name: str
    argv: tuple[str, ...]


def tool(module: str, *words: str) -> tuple[str, ...]:
    """The command that runs a module of this environment."""
    return (sys.executable, "-m", module, *words)


# The package has no `python -m`, and its script's first line may name an interpreter that moved.
_CONTRACTS = "from importlinter.cli import lint_imports_command as command; command()"
STATIC = (
    Step("types", tool("mypy", "--no-error-summary")),
    Step("format", tool("ruff", "format", "--check", "--output-format", "concise", ".")),
    Step("lint", tool("ruff", "check", "--output-format", "concise", ".")),
    Step("contracts", (sys.executable, "-c", _CONTRACTS, "--no-logo")),
)
TESTS = Step(
    "quick tests", tool("pytest", "-m", QUICK, "-r", "fEs", "-o", "faulthandler_timeout=60", *SHARED)
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """This command has no words of its own."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the steps, two at a time. Returns: 0 when all hold, else 1."""
    return report((TESTS, *STATIC))


def report(steps: Sequence[Step]) -> int:
    """Run steps side by side and say of each how it went; what a failed one wrote comes below it.

    Two at a time, the longest first: more would only get in each other's way on a small machine.
    Returns: 0 when all hold, else 1.
    """
    began = time.monotonic()
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for step in as_completed([pool.submit(_try, step) for step in steps]):
            good, line = step.result()
            failed += not good
            print(line, flush=True)
    print(f"{'FAILED' if failed else 'good':6} {len(steps)} steps {time.monotonic() - began:23.1f} s")
    return 1 if failed else 0


def _try(step: Step) -> tuple[bool, str]:
    began = time.monotonic()
    done = subprocess.run(step.argv, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")  # noqa: S603 - our own words
    good = done.returncode == 0
    line = f"{'ok' if good else 'FAILED':6} {step.name:20} {time.monotonic() - began:10.1f} s"
    return good, line if good else f"{line}\n{done.stdout}{done.stderr}"
