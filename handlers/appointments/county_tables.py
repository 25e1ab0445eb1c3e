"""A county's file as tables, for spreadsheets: one row for each station, service, post, stop, time, closure.

Both forms say the same and are read by the same rules: rows become what YAML would have been, and each
value remembers its table and row, so that a fault is found there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.directory.county_file import WEEKDAYS
from handlers.directory.entries import Faults
from handlers.directory.marked import Marked

_PLACE = ("station", "post", "route", "stop")
TABLES: Mapping[str, tuple[str, ...]] = {
    "county": ("name",),
    "stations": ("id", "name", "town", "address", "phone", "latitude", "longitude"),
    "villages": ("station", "id", "name", "adviser_day"),
    "services": (
        "id", "kind", "name", "form", "minutes", "after", "step", "people", "horizon", "notice", "papers",
    ),
    "posts": ("id", "station", "name", "place", "services", "seats", "people", "guest"),
    "routes": ("id", "name", "services", "seats", "people", "guest"),
    "stops": ("route", "id", "village", "place"),
    "times": (*_PLACE, "week", "day", "date", "hours"),
    "closures": (*_PLACE, "from", "to", "reason"),
}  # fmt: skip
"""Columns by table. Lists of ids have a space between, papers a line each; of a place one column is filled,
of a stop its route too."""
_LISTS: Mapping[tuple[str, str], str | None] = {
    ("services", "papers"): "\n",
    **{(table, name): None for table in ("posts", "routes") for name in ("services", "people")},
}
_BASE = 1_000_000
"""The number of a table in a line: no spreadsheet has more rows."""
_MONTHLY, _DATES, _HOURS, _CLOSED = "monthly", "dates", "hours", "closures"


@dataclass(frozen=True)
class Row:
    """A row of a table. Attributes: number: as the spreadsheet shows it, the heads being row 1."""

    number: int
    cells: Mapping[str, str]


Tables = Mapping[str, Sequence[Row]]


class TableFaults(Faults):
    """Faults that name table and row. Args: path: of the workbook, or of the folder of CSV files."""

    def __init__(self, path: Path, *, folder: bool) -> None:
        super().__init__(path)
        self._folder = folder

    def add(self, line: int, entry: str, field: str, say: str) -> None:
        """As `Faults.add`; line: of table and row, see `line_of`."""
        table, number = divmod(line, _BASE)
        name = list(TABLES)[min(table, len(TABLES) - 1)]
        where = f"{self.path / (name + '.csv')}:{number}" if self._folder else f"{self.path}, {name}:{number}"
        self.found.append(f"{where}: {entry + ': ' if entry else ''}'{field}': {say}")


def line_of(table: str, number: int) -> int:
    """A row of a table as one number."""
    return list(TABLES).index(table) * _BASE + number


# -- from the file to tables ---------------------------------------------------------------------


def tables_of(top: Marked) -> dict[str, list[Row]]:
    """A county's file, read and found good, as tables."""
    found: dict[str, list[dict[str, str]]] = {name: [] for name in TABLES}
    found["county"].append({"name": _said(top, "county")})
    for station in _items(top, "stations"):
        place = {"station": _said(station, "id")}
        at = [str(one.value) for one in _items(station, "location")] or ["", ""]
        found["stations"].append({**_own(station, "stations"), "latitude": at[0], "longitude": at[1]})
        found["villages"] += [{**_own(one, "villages"), **place} for one in _items(station, "villages")]
        _when(found, station, place)
    found["services"] += [_own(one, "services") for one in _items(top, "services")]
    for post in _items(top, "posts"):
        found["posts"].append(_own(post, "posts"))
        _when(found, post, {"post": _said(post, "id")})
    for route in _items(top, "routes"):
        ident = {"route": _said(route, "id")}
        found["routes"].append(_own(route, "routes"))
        _when(found, route, ident)
        for stop in _items(route, "stops"):
            found["stops"].append({**_own(stop, "stops"), **ident})
            _when(found, stop, {**ident, "stop": _said(stop, "id")})
    return {
        name: [Row(number, {column: row.get(column, "") for column in TABLES[name]}) for number, row in rows]
        for name, rows in ((name, enumerate(rows, 2)) for name, rows in found.items())
    }


def _when(found: dict[str, list[dict[str, str]]], one: Marked, place: dict[str, str]) -> None:
    week = one.fields().get(_HOURS)
    for day in WEEKDAYS:
        spans = _items(week, day) if week else []
        found["times"] += [{**place, "day": day, "hours": str(span.value)} for span in spans]
    for name in (_MONTHLY, _DATES):
        for part in _items(one, name):
            own = {key: str(value.value) for key, value in part.fields().items() if key != _HOURS}
            found["times"] += [{**place, **own, "hours": str(span.value)} for span in _items(part, _HOURS)]
    for part in _items(one, _CLOSED):
        found["closures"].append({**place, **{key: str(value.value) for key, value in part.fields().items()}})


def _own(one: Marked, table: str) -> dict[str, str]:
    found = {}
    for name in TABLES[table]:
        given = one.fields().get(name)
        if given is None or given.value is None:
            continue
        if (table, name) in _LISTS:
            found[name] = (_LISTS[table, name] or " ").join(str(item.value) for item in given.items())
        else:
            found[name] = str(given.value)
    return found


def _said(one: Marked, name: str) -> str:
    given = one.fields().get(name)
    return "" if given is None or given.value is None else str(given.value)


def _items(one: Marked, name: str) -> list[Marked]:
    given = one.fields().get(name)
    return given.items() if given is not None else []


# -- from tables to the file ---------------------------------------------------------------------


def marked_of(tables: Tables, faults: Faults) -> Marked:
    """Tables as a county's file would have been read; rows that belong nowhere are faults."""
    lists: dict[str, list[Marked]] = {"stations": [], "services": [], "posts": [], "routes": []}
    places: dict[tuple[str, ...], dict[str, Any]] = {}
    for name in lists:
        for row in tables.get(name, ()):
            one = _entry(name, row)
            lists[name].append(one)
            if name != "services":
                places.setdefault((name[:-1], row.cells.get("id", "")), one.value)
    for row in tables.get("villages", ()):
        _put_under(faults, places, "villages", row, ("station", row.cells.get("station", "")), "station")
    for row in tables.get("stops", ()):
        made = _put_under(faults, places, "stops", row, ("route", row.cells.get("route", "")), "route")
        if made is not None:
            key = ("stop", row.cells.get("route", ""), row.cells.get("id", ""))
            places.setdefault(key, made.value)
    _times(tables.get("times", ()), places, faults)
    _closures(tables.get("closures", ()), places, faults)
    top: dict[str, Marked] = {
        name: Marked(rows, line_of(name, 1)) for name, rows in lists.items() if rows or name == "stations"
    }
    for row in tables.get("county", ())[:1]:
        if row.cells.get("name"):
            top["county"] = Marked(row.cells["name"], line_of("county", row.number))
    return Marked(top, line_of("stations", 1))


def _entry(table: str, row: Row) -> Marked:
    line = line_of(table, row.number)
    fields: dict[str, Marked] = {}
    for name, said in row.cells.items():
        if not said.strip() or name in ("latitude", "longitude") or (table, name) in _OWNERS:
            continue
        if (table, name) in _LISTS:
            parts = said.split(_LISTS[table, name])
            fields[name] = Marked([Marked(part.strip(), line) for part in parts if part.strip()], line)
        else:
            fields[name] = Marked(said.strip(), line)
    at = [row.cells.get(name, "").strip() for name in ("latitude", "longitude")]
    if any(at):
        fields["location"] = Marked([Marked(one, line) for one in at], line)
    return Marked(fields, line)


_OWNERS = frozenset({("villages", "station"), ("stops", "route")})


def _put_under(
    faults: Faults,
    places: Mapping[tuple[str, ...], dict[str, Any]],
    table: str,
    row: Row,
    key: tuple[str, ...],
    owner: str,
) -> Marked | None:
    there, line = places.get(key), line_of(table, row.number)
    if there is None:
        faults.add(line, "", owner, f"{key[-1]!r} is no {owner} of these tables; expected one of its ids")
        return None
    made = _entry(table, row)
    there.setdefault(table, Marked([], line)).value.append(made)
    return made


def _place_of(
    table: str, row: Row, places: Mapping[tuple[str, ...], dict[str, Any]], faults: Faults
) -> dict[str, Any] | None:
    given = {name: row.cells.get(name, "").strip() for name in _PLACE if row.cells.get(name, "").strip()}
    line = line_of(table, row.number)
    if set(given) == {"route", "stop"}:
        key: tuple[str, ...] = ("stop", given["route"], given["stop"])
    elif len(given) == 1 and "stop" not in given:
        key = next(iter(given.items()))
    else:
        faults.add(line, "", "station", "expected one of station, post, route, or route and stop")
        return None
    if key not in places:
        faults.add(line, "", key[0], f"{key[-1]!r} is no {key[0]} of these tables; expected one of its ids")
        return None
    if table == "times" and key[0] == "route":
        faults.add(line, "", "stop", "is missing: a route has times at its stops")
        return None
    return places[key]


def _times(rows: Sequence[Row], places: Mapping[tuple[str, ...], dict[str, Any]], faults: Faults) -> None:
    for row in rows:
        there = _place_of("times", row, places, faults)
        if there is None:
            continue
        line = line_of("times", row.number)
        cells = {name: Marked(said.strip(), line) for name, said in row.cells.items() if said.strip()}
        span = Marked([cells["hours"]] if "hours" in cells else [], line)
        if "date" in cells or "week" in cells:
            own = {name: cells[name] for name in ("week", "day", "date") if name in cells}
            name = _DATES if "date" in cells else _MONTHLY
            there.setdefault(name, Marked([], line)).value.append(Marked({**own, _HOURS: span}, line))
            continue
        day = row.cells.get("day", "").strip()
        if day not in WEEKDAYS or not span.value:
            field = "day" if day not in WEEKDAYS else "hours"
            faults.add(line, "", field, f"expected one of {', '.join(WEEKDAYS)}, and hours HH:MM-HH:MM")
            continue
        week = there.setdefault(_HOURS, Marked({}, line))
        week.value.setdefault(day, Marked([], line)).value.append(span.value[0])


def _closures(rows: Sequence[Row], places: Mapping[tuple[str, ...], dict[str, Any]], faults: Faults) -> None:
    for row in rows:
        there = _place_of("closures", row, places, faults)
        if there is None:
            continue
        line = line_of("closures", row.number)
        own = {
            name: Marked(row.cells[name].strip(), line)
            for name in ("from", "to", "reason")
            if row.cells.get(name, "").strip()
        }
        there.setdefault(_CLOSED, Marked([], line)).value.append(Marked(own, line))


def plain(one: Marked) -> Any:
    """What YAML would write of it."""
    if isinstance(one.value, dict):
        return {name: plain(value) for name, value in one.value.items()}
    if isinstance(one.value, list):
        return [plain(value) for value in one.value]
    return one.value


def count(tables: Tables) -> Iterator[str]:
    """How many rows there are, in words for the operator."""
    for name in TABLES:
        if name != "county":
            yield f"{len(tables.get(name, ()))} {name}"
