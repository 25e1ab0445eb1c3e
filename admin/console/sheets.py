"""Tables that leave the console as files."""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from aiohttp import web

from bot.clock import in_china

Cell = str | int | float | datetime | None
"""What a cell may hold; an instant is aware, and shown as it is in China."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MINUTE, _AS_SHOWN = "%Y-%m-%d %H:%M", "yyyy-mm-dd hh:mm"
_NARROW, _WIDE = 8, 40
"""Columns are as wide as what they hold, between these."""


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> web.Response:
    """A CSV file for spreadsheets: in UTF-8 with its mark, and no cell begins a formula.

    Args: name: of the file, letters and digits without its ending.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return _file(out.getvalue().encode("utf-8-sig"), f"{name}.csv", "text/csv", charset="utf-8")


async def xlsx_file(
    name: str, title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> web.Response:
    """A workbook of one sheet: numbers are numbers, dates are dates, and no cell is a formula.

    It is written beside the loop: ten thousand rows take a second or so.

    Args: name: of the file, as for `csv_file`; title: of the sheet.
    """
    return _file(await asyncio.to_thread(_workbook, title, heads, rows), f"{name}.xlsx", XLSX)


def _workbook(title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    import xlsxwriter  # most services never write one

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        bold, text = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        date = book.add_format({"num_format": _AS_SHOWN})
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(line, column, in_china(cell).replace(tzinfo=None), date)
                elif isinstance(cell, int | float):
                    sheet.write_number(line, column, cell)
                elif cell:  # whoever edits a cell that is marked as text makes no formula of it
                    sheet.write_string(line, column, cell, text if cell.startswith(_FORMULA) else None)
        for column, width in enumerate(_widths(heads, rows)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
    return out.getvalue()


def _widths(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """A Chinese character is as wide as two digits."""
    found = []
    for column, head in enumerate(heads):
        cells = [head, *(str(_plain(row[column])) for row in rows)]
        longest = max(sum(2 if ord(one) > 0x2000 else 1 for one in cell) for cell in cells)
        found.append(min(max(longest + 2, _NARROW), _WIDE))
    return found


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return in_china(cell).strftime(_MINUTE)
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _file(body: bytes, name: str, mime: str, charset: str | None = None) -> web.Response:
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=mime, charset=charset, headers=told)
