"""Measure a part of the service beside a bare yardstick."""

import argparse
import json
import sys

from bot.config import Settings

HELP = "Measure a part of the service beside a bare yardstick; the last line is JSON."
_NAMES = ("webhook",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("name", choices=_NAMES, help="what is measured")
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument(
        "--seconds", type=float, default=12.0, metavar="S", help="of full load for each server (default: 12)"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Measure and print. Returns: 1 when a server gave a wrong answer or none."""
    from admin.bench.load import NoAnswer
    from admin.bench.rivals import NotStarted
    from admin.bench.webhook import measure

    if not 0.1 <= args.seconds <= 3600:
        print("xiaosi bench: --seconds must be between 0.1 and 3600", file=sys.stderr)
        return 2
    progress = _quiet if args.json else _loud
    try:
        found = measure(settings.data_dir, seconds=args.seconds, say=progress).as_json()
    except (NotStarted, NoAnswer) as error:
        print(f"xiaosi bench: {error}", file=sys.stderr)
        return 1
    if not args.json:
        _table(found)
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
