"""Reading the sheets of an .xlsx workbook as text, with care: such a file is a ZIP of XML from anywhere."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from bot.errors import SettingsError

MOST_BYTES = 20_000_000
"""Size of an unpacked part that is still read; a county's tables need less than one million."""
MOST_ROWS, MOST_COLUMNS = 20_000, 200
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_AT = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
Cells = Mapping[int, Sequence[str]]
"""The cells of a sheet by the number of the row, as the spreadsheet shows it."""


def sheets(path: Path) -> dict[str, Cells]:
    """The sheets by name. Raises: SettingsError for what is no such workbook, or too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            shared = list(_shared(archive))
            targets = dict(_targets(archive))
            book = _part(archive, "xl/workbook.xml")
            return {
                one.get("name", ""): dict(_rows(_part(archive, targets[one.get(_RELATED, "")]), shared))
                for one in book.iter(f"{_MAIN}sheet")
            }
    except (
        zipfile.BadZipFile, KeyError, IndexError, OSError, RuntimeError, NotImplementedError, ValueError,
        ElementTree.ParseError,
    ) as error:  # fmt: skip
        raise SettingsError(f"{path}: no .xlsx workbook that can be read ({error})") from error


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as part:
        raw = part.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError(f"{name} unpacks to more than {MOST_BYTES} bytes")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(f"{name} declares entities or an odd encoding")
    return ElementTree.fromstring(raw)  # noqa: S314  (no document type, bounded size)


def _targets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for one in _part(archive, "xl/_rels/workbook.xml.rels"):
        target = one.get("Target", "")
        yield one.get("Id", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared(archive: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" in archive.namelist():
        for one in _part(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si"):
            yield _text(one)


def _rows(sheet: ElementTree.Element, shared: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter(f"{_MAIN}row"), 1):
        if number > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} rows")
        cells: list[str] = []
        for cell in row.iter(f"{_MAIN}c"):
            at = _AT.fullmatch(cell.get("r", ""))
            column = _column(at[1]) if at else len(cells)
            if column >= MOST_COLUMNS:
                raise ValueError(f"more than {MOST_COLUMNS} columns")
            cells += [""] * (column - len(cells))
            cells.append(_said(cell, shared))
        yield int(row.get("r", number)), cells


def _column(letters: str) -> int:
    found = 0
    for one in letters:
        found = found * 26 + ord(one) - ord("A") + 1
    return found - 1


def _said(cell: ElementTree.Element, shared: Sequence[str]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v", "")
    if kind == "s":
        return shared[int(value)]
    if kind == "inlineStr":
        return _text(cell)
    if kind == "n" and value:
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    return value


def _text(one: ElementTree.Element) -> str:
    """Its words, without those that only tell how a sign is read aloud."""
    aloud = {id(node) for part in one.iter(f"{_MAIN}rPh") for node in part.iter()}
    return "".join(node.text or "" for node in one.iter(f"{_MAIN}t") if id(node) not in aloud)
