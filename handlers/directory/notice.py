"""The year's notice of holidays (节假日安排): days off and make-up work days, shipped or from a CSV file."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SettingsError

HOLIDAY, WORKDAY = "holiday", "workday"
MONDAY, FRIDAY, SATURDAY = 0, 4, 5
LEAST = 13
"""Days off that every year has: 全国年节及纪念日放假办法 (2024 text), article 2."""
_DECEMBER = 12
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_SHIPPED = Path(__file__).parent / "holidays.yaml"
_COLUMNS = ("date", "kind", "name", "hours_of")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")


@dataclass(frozen=True)
class SpecialDay:
    """A day of the notice.

    Attributes: kind: ``holiday`` or ``workday``; hours_of: the weekday (0 Monday) whose hours a
    make-up work day has, None where the notice does not say.
    """

    day: date
    kind: str
    name: str
    hours_of: int | None = None


def complete_years(days: Iterable[SpecialDay]) -> frozenset[int]:
    """The years of which the whole notice is there."""
    off = [one.day.year for one in days if one.kind == HOLIDAY]
    return frozenset(year for year in set(off) if off.count(year) >= LEAST)


@cache
def shipped() -> tuple[SpecialDay, ...]:
    """The project's own table, from ``holidays.yaml``."""
    years: Mapping[int, Any] = yaml.safe_load(_SHIPPED.read_text("utf-8"))["years"]
    return tuple(one for year in years.values() for one in (*_off(year), *_made_up(year)))


def _off(year: Mapping[str, Any]) -> Iterator[SpecialDay]:
    for row in year["holidays"]:
        for ahead in range((row["to"] - row["from"]).days + 1):
            yield SpecialDay(row["from"] + timedelta(days=ahead), HOLIDAY, row["name"])


def _made_up(year: Mapping[str, Any]) -> Iterator[SpecialDay]:
    for row in year["workdays"]:
        replaced = row.get("hours_of")
        yield SpecialDay(row["date"], WORKDAY, row["name"], _WEEKDAYS.index(replaced) if replaced else None)


def read_csv(path: Path) -> tuple[SpecialDay, ...]:
    """Read a CSV file with the columns date, kind, name and perhaps hours_of.

    Raises: SettingsError with a line for each fault: a bad date or kind, a day that stands there
    twice, a make-up work day that is no weekend, a year of which the notice is not whole.
    """
    rows = csv.reader(io.StringIO(_decoded(path), newline=""))
    head = [cell.strip().lower() for cell in next(rows, [])]
    if head not in (list(_COLUMNS), list(_COLUMNS[:3])):
        raise SettingsError(f"{path}:1: expected the columns date,kind,name or date,kind,name,hours_of")
    faults: list[str] = []
    seen: dict[date, tuple[int, SpecialDay]] = {}
    for cells in rows:
        if any(cell.strip() for cell in cells):
            _take(f"{path}:{rows.line_num}", rows.line_num, cells, seen, faults)
    found = tuple(one for _line, one in seen.values())
    if not faults:
        faults = [f"{path}: {say}" for say in _incomplete(found)]
    if faults:
        raise SettingsError("\n".join(faults))
    return found


def write_csv(days: Sequence[SpecialDay]) -> str:
    """The same days as a CSV file that `read_csv` takes."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for one in sorted(days, key=lambda one: one.day):
        replaced = "" if one.hours_of is None else _WEEKDAYS[one.hours_of]
        rows.writerow([one.day.isoformat(), one.kind, one.name, replaced])
    return out.getvalue()


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: not readable: {error.strerror}") from error
    for code in ("utf-8-sig", "gb18030"):  # spreadsheets in China save CSV in the latter
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    raise SettingsError(f"{path}: expected text in UTF-8 or GB 18030")


def _take(
    place: str,
    line: int,
    cells: Sequence[str],
    seen: dict[date, tuple[int, SpecialDay]],
    faults: list[str],
) -> None:
    try:
        one = _special(cells)
    except ValueError as error:
        faults.append(f"{place}: {error}")
        return
    if one.day in seen:
        earlier, other = seen[one.day]
        both = "twice" if other.kind == one.kind else f"as {other.kind} and as {one.kind}"
        faults.append(f"{place}: {one.day} stands there {both}; first in line {earlier}")
        return
    seen[one.day] = (line, one)


def _special(cells: Sequence[str]) -> SpecialDay:
    """Raises: ValueError that says what is wrong with the row."""
    if len(cells) > len(_COLUMNS):
        raise ValueError(f"{len(cells)} cells; expected date,kind,name and perhaps hours_of")
    said, kind, name, replaced = [*(cell.strip() for cell in cells), "", "", "", ""][: len(_COLUMNS)]
    day = _day(said)
    if kind not in (HOLIDAY, WORKDAY):
        raise ValueError(f"kind {kind!r}; expected holiday or workday")
    if not name or len(name) > 40:
        raise ValueError("name is missing or longer than 40 characters")
    if kind == WORKDAY and day.weekday() < SATURDAY:
        raise ValueError(f"{day} is no Saturday or Sunday; expected a make-up work day to be one")
    if replaced and (kind != WORKDAY or replaced not in _WEEKDAYS):
        raise ValueError(f"hours_of {replaced!r}; expected mon to fri, and only for a workday")
    return SpecialDay(day, kind, name, _WEEKDAYS.index(replaced) if replaced else None)


def _day(said: str) -> date:
    found = _DATE.fullmatch(said)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise ValueError(f"date {said!r}; expected a day that exists, as 2027-01-01")


def strays(days: Iterable[SpecialDay]) -> tuple[SpecialDay, ...]:
    """Days of years that are not whole, but for the last December days that the notice of a whole year
    moves (2018-12-29 was a work day by the notice for 2019)."""
    days = tuple(days)
    whole = complete_years(days)
    return tuple(
        one
        for one in days
        if one.day.year not in whole and not (one.day.month == _DECEMBER and one.day.year + 1 in whole)
    )


def _incomplete(days: Sequence[SpecialDay]) -> Iterator[str]:
    if not days:
        yield "no day in it; expected the notice of a year"
    for year in sorted({one.day.year for one in strays(days)}):
        count = sum(one.kind == HOLIDAY and one.day.year == year for one in days)
        yield f"{year}: {count} holidays; expected the whole notice of the year, at least {LEAST}"
