"""Holidays, and a county's stations and times as tables: bring them in, show or take them out."""

import argparse
import sys
from pathlib import Path

from admin import county_tables
from admin.commands.ask import as_utf8
from admin.store import Store, open_store
from bot.config import Settings
from bot.errors import SettingsError
from handlers.appointments.county_tables import count
from handlers.directory import holidays
from handlers.directory.notice import HOLIDAY, SpecialDay, read_csv, shipped, write_csv

HELP = "Holidays of a year, and the county's tables: import, show, export as CSV or XLSX."

DEMO = Path(__file__).resolve().parents[1] / "demo" / "county.yaml"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    words = parser.add_subparsers(dest="word", required=True, metavar="import|show|export")
    load = words.add_parser(
        "import",
        help="a CSV file: the holidays of its years, date,kind,name[,hours_of]; a folder of CSV files or a"
        " workbook: stations, services, posts, routes, times and closures",
    )
    load.add_argument("path", type=Path, metavar="FILE.csv|FOLDER|FILE.xlsx")
    load.add_argument("--check", action="store_true", help="say what is wrong and import nothing")
    show = words.add_parser("show", help="print the days as CSV, to be edited and imported again")
    show.add_argument("--year", type=int, metavar="YEAR", help="only this year")
    take = words.add_parser("export", help="write the county's tables, to be edited and imported again")
    take.add_argument("path", type=Path, metavar="FOLDER|FILE.xlsx")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Import or show."""
    as_utf8()
    if args.word == "export":
        return _export(args.path, settings)
    if args.word == "import" and args.path.suffix.lower() != ".csv":
        return _import_county(args.path, settings, check=args.check)
    if args.word == "import":
        return _import(args.path, settings, check=args.check)
    store = open_store(settings)
    try:
        store.writer.do_now(holidays.seed, shipped())
        return _show(store, args.year)
    finally:
        store.close()


def _export(path: Path, settings: Settings) -> int:
    source = DEMO if settings.trial else settings.data_dir / "county.yaml"
    if not source.exists():
        print(f"xiaosi calendar export: there is no {source}", file=sys.stderr)
        return 1
    tables = county_tables.take_out(source, path)
    print(f"{path}: {', '.join(count(tables))}")
    return 0


def _import_county(path: Path, settings: Settings, *, check: bool) -> int:
    try:
        found = county_tables.read(path)
    except SettingsError as error:
        print(f"xiaosi calendar import: nothing was imported\n{error}", file=sys.stderr)
        return 1
    said = ", ".join(count(found.tables))
    if check:
        print(f"{path}: nothing is wrong; {said}")
        return 0
    if settings.trial:
        print("xiaosi calendar import: trial mode keeps to the demo county; --check works", file=sys.stderr)
        return 1
    store = open_store(settings)
    try:
        county_tables.bring_in(store, found)
    finally:
        store.close()
    print(f"{settings.data_dir / 'county.yaml'}: {said}")
    return 0


def _import(path: Path, settings: Settings, *, check: bool) -> int:
    try:
        days = read_csv(path)
    except SettingsError as error:
        print(f"xiaosi calendar import: nothing was imported\n{error}", file=sys.stderr)
        return 1
    if check:
        print(f"{path}: nothing is wrong; {len(days)} days")
        return 0
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
