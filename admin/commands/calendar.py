"""Holidays and make-up work days: bring a year's notice in, print what is known."""

import argparse
import sys
from pathlib import Path

from admin.commands.ask import as_utf8
from admin.store import Store, open_store
from bot.config import Settings
from bot.errors import SettingsError
from handlers.directory import holidays
from handlers.directory.notice import HOLIDAY, SpecialDay, read_csv, shipped, write_csv

HELP = "Holidays and make-up work days: import a year's notice from CSV, show what is known as CSV."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    words = parser.add_subparsers(dest="word", required=True, metavar="import|show")
    load = words.add_parser(
        "import", help="replace the years that a CSV file holds: date,kind,name[,hours_of]"
    )
    load.add_argument("path", type=Path, metavar="FILE.csv")
    show = words.add_parser("show", help="print the days as CSV, to be edited and imported again")
    show.add_argument("--year", type=int, metavar="YEAR", help="only this year")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Import or show."""
    as_utf8()
    if args.word == "import":
        return _import(args.path, settings)
    store = open_store(settings)
    try:
        store.writer.do_now(holidays.seed, shipped())
        return _show(store, args.year)
    finally:
        store.close()


def _import(path: Path, settings: Settings) -> int:
    try:
        days = read_csv(path)
    except SettingsError as error:
        print(f"xiaosi calendar import: nothing was imported\n{error}", file=sys.stderr)
        return 1
    store = open_store(settings)
    try:
        store.writer.do_now(holidays.seed, shipped())
        changed = store.writer.do_now(holidays.import_days, days)
        store.writer.do_now(holidays.warn_missing_year)
    finally:
        store.close()
    for year in sorted({one.day.year for one in days}):
        print(_said(year, days, changed=year in changed))
    return 0


def _said(year: int, days: tuple[SpecialDay, ...], *, changed: bool) -> str:
    kinds = [one.kind == HOLIDAY for one in days if one.day.year == year]
    what = f"{sum(kinds)} holidays and {len(kinds) - sum(kinds)} make-up work days"
    return f"{year}: {what} {'imported' if changed else 'were there already'}"


def _show(store: Store, year: int | None) -> int:
    days = store.reader.now(holidays.all_days)
    wanted = [one for day, one in days.items() if year in (None, day.year)]
    if not wanted:
        print(f"xiaosi calendar show: no holidays of {year} are known", file=sys.stderr)
        return 1
    print(write_csv(wanted), end="")
    return 0
