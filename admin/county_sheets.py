"""A county's tables as files: a folder of CSV, or an .xlsx workbook with a sheet for each table."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from admin import xlsx
from bot.errors import SettingsError
from handlers.appointments.county_tables import TABLES, Row, TableFaults, Tables, line_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DATES = ("date", "from", "to")
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of spreadsheets, which count days."""
_WIDE = 40


def is_workbook(path: Path) -> bool:
    """Whether a path means a workbook; else it means a folder."""
    return path.suffix.lower() == ".xlsx"


def write(path: Path, tables: Tables) -> None:
    """Write all tables; no cell begins a formula. Raises: SettingsError when it cannot be written."""
    try:
        if is_workbook(path):
            _write_workbook(path, tables)
        else:
            path.mkdir(parents=True, exist_ok=True)
            for name, columns in TABLES.items():
                (path / f"{name}.csv").write_bytes(_csv(columns, tables.get(name, ())))
    except OSError as error:
        raise SettingsError(f"{path}: not written: {error.strerror}") from error


def read(path: Path, faults: TableFaults) -> Tables:
    """Read all tables; heads that are not known, and rows longer than their heads, are faults.

    Raises: SettingsError for what cannot be read at all.
    """
    found: dict[str, list[Row]] = {}
    for name, rows in _sheets(path).items():
        if name not in TABLES:
            raise SettingsError(f"{path}: unknown table {name!r}; expected {', '.join(TABLES)}")
        found[name] = list(_named(name, rows, faults))
    if "stations" not in found:
        raise SettingsError(f"{path}: no table 'stations'; expected {', '.join(TABLES)}")
    return found


def _sheets(path: Path) -> Mapping[str, xlsx.Cells]:
    if is_workbook(path):
        return xlsx.sheets(path)
    if not path.is_dir():
        raise SettingsError(f"{path}: expected a folder of CSV files, or a workbook that ends in .xlsx")
    return {one.stem: dict(enumerate(_lines(one), 1)) for one in sorted(path.glob("*.csv"))}


def _lines(path: Path) -> list[list[str]]:
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise SettingsError(f"{path}: neither UTF-8 nor GB 18030") from error
    except OSError as error:
        raise SettingsError(f"{path}: not readable: {error.strerror}") from error
    try:
        return list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise SettingsError(f"{path}: not readable as CSV: {error}") from error


def _named(table: str, rows: xlsx.Cells, faults: TableFaults) -> Iterator[Row]:
    heads = [one.strip() for one in rows.get(1, ())]
    while heads and not heads[-1]:
        heads.pop()
    for head in heads:
        if head not in TABLES[table] or heads.count(head) > 1:
            faults.add(line_of(table, 1), "", head, f"expected each of {', '.join(TABLES[table])} once")
    for number, cells in rows.items():
        if number == 1 or not any(one.strip() for one in cells):
            continue
        if any(one.strip() for one in cells[len(heads) :]):
            faults.add(line_of(table, number), "", "row", "has more cells than there are heads")
        said = {head: _read_cell(head, one) for head, one in zip(heads, cells, strict=False)}
        yield Row(number, said)


def _read_cell(head: str, said: str) -> str:
    if head in _DATES and said.isascii() and said.isdecimal() and len(said) == 5:
        return (_FIRST_DAY + timedelta(days=int(said))).isoformat()
    if head in _DATES:
        return said.strip().replace("/", "-")
    return said[1:] if said[:1] == "'" and said[1:].startswith(_FORMULA) else said


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_plain(row.cells.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(said: str) -> str:
    return f"'{said}" if said.startswith(_FORMULA) else said


def _write_workbook(path: Path, tables: Tables) -> None:
    import xlsxwriter  # most services never write one

    with xlsxwriter.Workbook(str(path)) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@", "text_wrap": True})
        for name, columns in TABLES.items():
            sheet, rows = book.add_worksheet(name), tables.get(name, ())
            for column, head in enumerate(columns):
                sheet.write_string(0, column, head, bold)
                longest = max([len(head), *(len(row.cells.get(head, "")) for row in rows)])
                sheet.set_column(column, column, min(longest * 1.6 + 2, _WIDE), text)
            for line, row in enumerate(rows, 1):
                for column, head in enumerate(columns):
                    if row.cells.get(head):
                        sheet.write_string(line, column, row.cells[head], text)
            sheet.freeze_panes(1, 0)
