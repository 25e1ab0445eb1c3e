"""Measure a part of the service beside a bare yardstick."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.config import Settings

HELP = "Measure a part of the service beside a bare yardstick; the last line is JSON."
_NAMES = ("webhook", "matcher", "console", "slots")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("name", choices=_NAMES, help="what is measured")
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument(
        "--seconds",
        type=float,
        default=12.0,
        metavar="S",
        help="webhook: of full load for each server (default: 12)",
    )
    parser.add_argument(
        "--entries",
        type=int,
        metavar="N",
        help="matcher: entries (default: 10000); webhook: take only so many of the shipped ones",
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="matcher: rounds (default: 5)")
    parser.add_argument(
        "--questions", type=int, default=1_000, metavar="N", help="matcher: questions a round (default: 1000)"
    )
    for name, count, what in (
        ("messages", 1_000_000, "console: messages in the store"),
        ("threads", 100_000, "console: residents with a task"),
        ("open", 10_000, "console: tasks that are open"),
        ("requests", 200, "console, slots: times that the list is asked for"),
        ("stations", 100, "slots: stations, each with a post"),
        ("ahead", 50, "slots: appointments ahead at each"),
        ("past", 2_000, "slots: appointments at each that are over"),
    ):
        parser.add_argument(
            f"--{name}", type=int, default=count, metavar="N", help=f"{what} (default: {count})"
        )
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="console: a PostgreSQL whose account may create databases, instead of SQLite",
    )
    parser.add_argument(
        "--keep",
        default="",
        metavar="FOLDER",
        help="console: keep what was filled, there and in the database, for the next time",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Measure and print. Returns: 1 when a server gave a wrong answer or none."""
    if args.name == "console":
        return _console(args, settings)
    if args.name == "slots":
        return _slots(args)
    return _matcher(args) if args.name == "matcher" else _webhook(args, settings)


def _webhook(args: argparse.Namespace, settings: Settings) -> int:
    from admin.bench.load import NoAnswer
    from admin.bench.rivals import NotStarted
    from admin.bench.webhook import measure

    if not 0.1 <= args.seconds <= 3600 or (args.entries is not None and args.entries < 1):
        print("xiaosi bench: expected --seconds between 0.1 and 3600, --entries above 0", file=sys.stderr)
        return 2
    progress = _quiet if args.json else _loud
    try:
        found = measure(settings.data_dir, seconds=args.seconds, entries=args.entries, say=progress).as_json()
    except (NotStarted, NoAnswer) as error:
        print(f"xiaosi bench: {error}", file=sys.stderr)
        return 1
    if not args.json:
        _table(found)
    print(json.dumps(found))
    return 1 if found["bad"] else 0


def _matcher(args: argparse.Namespace) -> int:
    from admin.bench.matcher import measure

    entries = 10_000 if args.entries is None else args.entries
    if not (1 <= args.rounds <= 1000 and 1 <= args.questions <= entries <= 200_000):
        print("xiaosi bench: expected rounds, and at least as many entries as questions", file=sys.stderr)
        return 2
    progress = _quiet if args.json else _loud
    try:
        found = measure(entries=entries, rounds=args.rounds, questions=args.questions, say=progress).as_json()
    except ModuleNotFoundError as error:
        print(f"xiaosi bench: {error.name} is missing: it comes with ./xiaosi test", file=sys.stderr)
        return 1
    if not args.json:
        _table_of_searchers(found)
    print(json.dumps(found))
    return 0


def _console(args: argparse.Namespace, settings: Settings) -> int:
    from admin.bench.console import measure
    from admin.bench.filled import Amount
    from admin.bench.kept import Keep

    if not 1 <= args.open < args.threads <= args.messages or args.requests < 40:
        print(
            "xiaosi bench: expected --open below --threads, --messages the most, --requests 40 up",
            file=sys.stderr,
        )
        return 2
    progress = _quiet if args.json else _loud
    amount = Amount(1, args.threads, args.open, args.messages)
    with tempfile.TemporaryDirectory(prefix="xiaosi-bench-") as folder:
        keep = Keep(settings, Path(args.keep or folder), args.database, bool(args.keep))
        try:
            found = measure(keep, amount, args.requests, progress).as_json()
        except ValueError as error:
            print(f"xiaosi bench: {error}", file=sys.stderr)
            return 1
    if not args.json:
        print(
            f"list p95 {found['p95_ms']} ms (goal <= {found['goal_ms']:.0f}), bare select of 50 rows p95 "
            f"{found['rival_p95_ms']} ms, {found['growth']} times the list with a tenth of the closed tasks"
        )
    print(json.dumps(found))
    return 1 if found["bad"] else 0


def _slots(args: argparse.Namespace) -> int:
    from admin.bench.slots import Size, measure

    if not (1 <= args.stations <= 1000 and 1 <= args.ahead <= 200 and args.past >= 1 and args.requests >= 2):
        print(
            "xiaosi bench: expected --stations to 1000, --ahead to 200, --past 1 up, --requests 2 up",
            file=sys.stderr,
        )
        return 2
    progress = _quiet if args.json else _loud
    with tempfile.TemporaryDirectory(prefix="xiaosi-bench-") as folder:
        size = Size(args.stations, args.ahead, args.past)
        found = measure(Path(folder), size, args.requests, progress)
    if not args.json:
        print(
            f"{found['free']} free times of a year listed, p95 {found['p95_ms']} ms (goal <= "
            f"{found['goal_ms']:.0f}), {found['ratio']} times a bare select of what is booked ahead, "
            f"{found['growth']} times the listing with a tenth of the past"
        )
    print(json.dumps(found))
    return 1 if found["bad"] else 0


def _quiet(_line: str) -> None:
    """Programs read the last line."""


def _loud(line: str) -> None:
    print(line, file=sys.stderr)


def _table(found: dict[str, object]) -> None:
    print(f"{'':34}{'answers/s':>10}{'of echo':>9}{'goal':>8}")
    rows = (
        ("bare aiohttp + wechatpy echo", "echo_per_s", "", ""),
        ("service, constant for the matcher", "path_per_s", found["ratio_path"], ">= 0.40"),
        ("service", "service_per_s", found["ratio"], ">= 0.25"),
    )
    for name, rate, ratio, goal in rows:
        print(f"{name:34}{found[rate]:>10}{ratio:>9}{goal:>8}")
    print(
        f"at {found['half_per_s']} messages/s: p50 {found['p50_ms_at_half']} ms, "
        f"p99 {found['p99_ms_at_half']} ms (goal < 150)"
    )


def _table_of_searchers(found: dict[str, Any]) -> None:
    print(f"{found['entries']} entries, {found['texts']} texts, {found['questions']} questions a round")
    print(f"{'':22}{'questions/s':>12}{'right first':>13}{'among three':>13}{'load s':>9}")
    for name, row in found["searchers"].items():
        print(f"{name:22}{row['per_s']:>12}{row['first']:>13.1%}{row['three']:>13.1%}{row['load_s']:>9}")
    print(
        f"ratio {found['ratio']} (rounds: {found['ratio_low']} to {found['ratio_high']}), "
        f"over joined texts {found['ratio_joined']}; goal: faster than bm25s on the same texts, hits no worse"
    )
