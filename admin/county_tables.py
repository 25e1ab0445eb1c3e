"""Taking a county's file out as tables, and tables in as the county's file; what is wrong stops all of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from admin import county_sheets
from admin.store import Store
from bot.errors import SettingsError
from bot.work.unit import Work
from handlers.appointments import county_file as supply_file
from handlers.appointments import stock
from handlers.appointments.county_tables import TableFaults, Tables, marked_of, plain, tables_of
from handlers.appointments.supply import Supply
from handlers.directory import county_file, stations
from handlers.directory.county import County
from handlers.directory.marked import read_marked

_HEAD = "# Written from tables by `calendar import`; `calendar export` writes tables from it.\n"


@dataclass(frozen=True)
class Read:
    """What tables say. Attributes: text: the same as a county's file."""

    county: County
    supply: Supply
    tables: Tables
    text: str


def take_out(source: Path, path: Path) -> Tables:
    """Write a county's file as tables. Raises: SettingsError for faults of the file, or of the place."""
    county = stations.read_county(source)
    supply = supply_file.read(source, county)
    tables = tables_of(read_marked(source))
    faults = TableFaults(path, folder=not county_sheets.is_workbook(path))
    marked = marked_of(tables, faults)
    again = county_file.read_from(faults, marked)
    if (again, supply_file.read_from(faults, marked, again)) != (county, supply):
        raise SettingsError(f"{source}: cannot be told in tables without a loss, so nothing was written")
    county_sheets.write(path, tables)
    return tables


def read(path: Path) -> Read:
    """Read tables by the rules of the county's file.

    Raises: SettingsError with a line for each fault: table, row, field and reason.
    """
    faults = TableFaults(path, folder=not county_sheets.is_workbook(path))
    tables = county_sheets.read(path, faults)
    marked = marked_of(tables, faults)
    faults.raise_if_any()
    county = county_file.read_from(faults, marked)
    supply = supply_file.read_from(faults, marked, county)
    text = _HEAD + yaml.safe_dump(plain(marked), allow_unicode=True, sort_keys=False, width=110)
    return Read(county, supply, tables, text)


def bring_in(store: Store, found: Read) -> None:
    """Make what was read the county's file, which each start reads, and load it; nodes see it at once.

    The file as it was is kept beside it, ending in ``.before``.
    """
    target = store.settings.data_dir / "county.yaml"
    fresh = target.with_name("county.yaml.new")
    fresh.write_text(found.text, "utf-8")
    county = stations.read_county(fresh)
    if (county, supply_file.read(fresh, county)) != (found.county, found.supply):
        raise SettingsError(f"{fresh}: does not say what the tables say, so nothing was imported")
    store.writer.do_now(_load, county, found.supply)
    if target.exists():
        shutil.copy2(target, target.with_name("county.yaml.before"))
    fresh.replace(target)


def _load(work: Work, county: County, supply: Supply) -> None:
    stations.load_county(work, county.stations)
    stock.load_supply(work, supply)
