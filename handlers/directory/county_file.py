"""Reading a county's file: every fault with its line, entry and field, and what is expected."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from handlers.directory.county import Closure, County, Shift, StationEntry, Village
from handlers.directory.entries import Entry, Faults
from handlers.directory.marked import Marked, read_marked

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TOP = ("county", "stations", "services", "posts", "routes")
"""The last three tell what can be booked; `handlers.appointments.county_file` reads them."""
_STATION = ("id", "name", "town", "address", "phone", "location", "hours", "villages", "closures")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{1,24}")
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_SPAN_SAID = "expected HH:MM-HH:MM such as 08:30-12:00, at most 24:00, the later time second"


def read(path: Path) -> County:
    """Read a county's YAML file. Raises: SettingsError with a line for each fault."""
    return read_from(Faults(path), read_marked(path))


def read_from(faults: Faults, marked: Marked) -> County:
    """The same of what was read already. Raises: SettingsError with a line for each fault."""
    top = Entry(faults, marked, "", _TOP)
    name = top.text("county", longest=60, needed=False)
    listed = list(top.parts("stations"))
    stations = [_station(faults, number, one) for number, one in enumerate(listed, 1)]
    if not stations:
        top.fault("stations", "expected a list with at least one station")
    once(faults, "station", "id", listed)
    once(faults, "station", "name", listed)
    once(faults, "village", "id", [village for one in listed for village in _list(one, "villages")])
    faults.raise_if_any()
    return County(name, tuple(stations))


def once(faults: Faults, what: str, name: str, entries: Sequence[Marked]) -> None:
    """A value stands once in the county."""
    seen: dict[str, int] = {}
    for field in (one.fields().get(name) for one in entries):
        value = str(field.value) if field and field.value else ""
        if field and value in seen:
            say = f"{value!r} stands in line {seen[value]} already; expected once in the county"
            faults.add(field.line, what, name, say)
        elif field and value:
            seen[value] = field.line


def _list(marked: Marked, name: str) -> list[Marked]:
    field = marked.fields().get(name)
    return field.items() if field else []


def _station(faults: Faults, number: int, marked: Marked) -> StationEntry:
    entry = Entry(faults, marked, label_of("station", number, marked), _STATION)
    latitude, longitude = _location(entry)
    return StationEntry(
        id=entry.ident(),
        name=entry.text("name", longest=60),
        town=entry.text("town", longest=60),
        address=entry.text("address", longest=120, needed=False),
        phone=_phone(entry),
        latitude=latitude,
        longitude=longitude,
        shifts=tuple(week_of(entry)),
        closures=tuple(closures_of(entry)),
        villages=tuple(_villages(entry)),
    )


def label_of(kind: str, number: int, marked: Marked) -> str:
    """An entry as it is called in a fault: its kind, its place in the list, its id."""
    given = marked.fields().get("id")
    return f"{kind} {number} ({given.value})" if given and given.value else f"{kind} {number}"


def _phone(entry: Entry) -> str:
    phone = entry.text("phone", longest=26, needed=False)
    if phone and not _PHONE.fullmatch(phone):
        entry.fault("phone", f"{phone!r}: expected digits, spaces and hyphens")
    return phone


def _location(entry: Entry) -> tuple[float | None, float | None]:
    given = list(entry.parts("location"))
    if not given:
        return None, None
    try:
        latitude, longitude = (float(one.value) for one in given)
    except (TypeError, ValueError):
        entry.fault("location", "expected [latitude, longitude] in degrees, such as [34.0151, 112.4412]")
        return None, None
    # a pair in the wrong order is the usual mistake: no place in China has a latitude above 54
    if not (3 <= latitude <= 54 and 73 <= longitude <= 136):
        entry.fault(
            "location", f"{latitude}, {longitude}: expected latitude 3 to 54, then longitude 73 to 136"
        )
    return latitude, longitude


def week_of(entry: Entry) -> Iterator[Shift]:
    """The field ``hours``: shifts by weekday."""
    given = entry.fields.get("hours")
    if given is None or given.value is None:
        return
    week = Entry(entry.faults, given, f"{entry.label}, hours", WEEKDAYS)
    for weekday, name in enumerate(WEEKDAYS):
        shifts = [shift_of(week, weekday, name, one) for one in week.parts(name)]
        yield from _in_order(week, name, [one for one in shifts if one is not None])


def shift_of(week: Entry, weekday: int, name: str, marked: Marked) -> Shift | None:
    """One ``HH:MM-HH:MM``. Args: name: of the field in which it stands."""
    found = _SPAN.fullmatch(str(marked.value).strip())
    if found:
        hour, minute, to_hour, to_minute = (int(part) for part in found.groups())
        opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
        if minute < 60 and to_minute < 60 and opens < closes <= 24 * 60:
            return Shift(weekday, opens, closes)
    shown = marked.value if isinstance(marked.value, str) else "this"
    week.faults.add(marked.line, week.label, name, f"{shown!r}: {_SPAN_SAID}")
    return None


def _in_order(week: Entry, name: str, shifts: list[Shift]) -> list[Shift]:
    shifts.sort(key=lambda one: one.opens)
    for before, after in pairwise(shifts):
        if after.opens < before.closes:
            week.fault(name, f"{said(before)} and {said(after)} overlap; expected shifts apart")
    return shifts


def said(shift: Shift) -> str:
    """A shift as the file writes it."""
    opens, closes = divmod(shift.opens, 60), divmod(shift.closes, 60)
    return f"{opens[0]:02}:{opens[1]:02}-{closes[0]:02}:{closes[1]:02}"


def closures_of(entry: Entry) -> Iterator[Closure]:
    """The field ``closures``."""
    before: list[Closure] = []
    for number, marked in enumerate(entry.parts("closures"), 1):
        one = Entry(entry.faults, marked, f"{entry.label}, closure {number}", ("from", "to", "reason"))
        first = one.day("from")
        last = one.day("to") if "to" in one.fields else first
        reason = one.text("reason", longest=60)
        if first is None or last is None:
            continue
        if last < first:
            one.fault("to", f"{last} is before {first}; expected the same day or a later one")
        if any(first <= other.last and other.first <= last for other in before):
            one.fault("from", "overlaps an earlier closure; expected each day once")
        before.append(Closure(first, last, reason))
    yield from before


def _villages(entry: Entry) -> Iterator[Village]:
    for number, marked in enumerate(entry.parts("villages"), 1):
        label = f"{entry.label}, {label_of('village', number, marked)}"
        one = Entry(entry.faults, marked, label, ("id", "name", "adviser_day"))
        yield Village(
            one.ident(), one.text("name", longest=40), one.text("adviser_day", longest=60, needed=False)
        )
