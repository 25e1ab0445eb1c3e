"""Reading from the county's file what can be booked; each fault with its line, entry, field and reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from handlers.appointments.supply import FORMS, KINDS, LAST, Post, Seat, Service, Supply, Times, weekly
from handlers.directory.county import County, Shift, StationEntry
from handlers.directory.county_file import WEEKDAYS, closures_of, label_of, once, said, shift_of, week_of
from handlers.directory.entries import Entry, Faults
from handlers.directory.marked import Marked, read_marked

GRAIN = 5
"""Minutes: the smallest part of an hour that is told apart."""
_TOP = ("county", "stations", "services", "posts", "routes")
_SERVICE = (
    "id", "kind", "name", "form", "minutes", "after", "step", "people", "horizon", "notice", "papers",
)  # fmt: skip
_WHEN = ("hours", "monthly", "dates")
_POST = ("id", "station", "name", "place", "services", "seats", "people", "guest", *_WHEN, "closures")
_ROUTE = ("id", "name", "services", "seats", "people", "guest", "stops", "closures")
_STOP = ("id", "village", "place", *_WHEN, "closures")
_MOST_SEATS = 30
_MOST_SERVICES = 9


@dataclass
class _Reading:
    """What is known while the file is read. Attributes: offered: services that some post offers."""

    faults: Faults
    services: Mapping[str, Service]
    stations: Mapping[str, StationEntry]
    villages: Mapping[str, StationEntry]
    offered: set[str]


@dataclass(frozen=True)
class _Placed:
    """A post with the entry in which it stands, for faults that two posts have together."""

    post: Post
    entry: Entry
    car: str = ""


def read(path: Path, county: County) -> Supply:
    """Read the services, posts and routes of a county's file. Args: county: what else it says.

    Raises: SettingsError with a line for each fault: what is missing, unknown or impossible, times that
    overlap, somebody who would be in two places, a shift in which nothing fits, a service that nobody
    offers.
    """
    return read_from(Faults(path), read_marked(path), county)


def read_from(faults: Faults, marked: Marked, county: County) -> Supply:
    """The same of what was read already. Raises: SettingsError with a line for each fault."""
    top = Entry(faults, marked, "", _TOP)
    listed = {name: list(top.parts(name)) for name in ("services", "posts", "routes")}
    services = [_service(faults, number, one) for number, one in enumerate(listed["services"], 1)]
    once(faults, "service", "id", listed["services"])
    once(faults, "post", "id", [*listed["posts"], *listed["routes"]])
    reading = _Reading(
        faults,
        {one.id: one for one in services},
        {one.id: one for one in county.stations},
        {village.id: one for one in county.stations for village in one.villages},
        set(),
    )
    placed = [_post(reading, number, one) for number, one in enumerate(listed["posts"], 1)]
    for number, one in enumerate(listed["routes"], 1):
        placed += _route(reading, number, one)
    _apart(placed)
    for number, (service, marked) in enumerate(zip(services, listed["services"], strict=True), 1):
        if service.id not in reading.offered:
            entry = label_of("service", number, marked)
            faults.add(marked.line, entry, "id", "no post and no route offers it; expected one that does")
    faults.raise_if_any()
    return Supply(tuple(services), tuple(one.post for one in placed))


def _service(faults: Faults, number: int, marked: Marked) -> Service:
    entry = Entry(faults, marked, label_of("service", number, marked), _SERVICE)
    minutes = _count(entry, "minutes", 10, 240, grain=GRAIN)
    return Service(
        id=entry.ident(),
        kind=_one_of(entry, "kind", KINDS),
        name=entry.text("name", longest=40),
        form=_one_of(entry, "form", FORMS),
        minutes=minutes,
        after=_count(entry, "after", 0, 240, 0, grain=GRAIN),
        step=_count(entry, "step", GRAIN, 240, minutes, grain=GRAIN),
        people=_count(entry, "people", 1, 3, 1),
        horizon=_count(entry, "horizon", 1, 366, 30),
        notice=_count(entry, "notice", 0, 7 * 24 * 60, 0),
        papers=tuple(_words(entry, "papers", 60)),
    )


def _one_of(entry: Entry, name: str, known: Sequence[str]) -> str:
    found = entry.text(name, longest=20)
    if found and found not in known:
        entry.fault(name, f"{found!r}: expected one of {', '.join(known)}")
    return found


def _count(
    entry: Entry, name: str, least: int, most: int, usual: int | None = None, *, grain: int = 1
) -> int:
    text = entry.text(name, longest=6, needed=usual is None)
    if not text:
        return least if usual is None else usual
    if text.isascii() and text.isdecimal() and least <= int(text) <= most and int(text) % grain == 0:
        return int(text)
    steps = f" in steps of {grain}" if grain > 1 else ""
    entry.fault(name, f"{text!r}: expected a number from {least} to {most}{steps}")
    return least if usual is None else usual


def _words(entry: Entry, name: str, longest: int) -> Iterator[str]:
    for marked in entry.parts(name):
        text = " ".join(str(marked.value).split()) if isinstance(marked.value, str) else ""
        if not text or len(text) > longest:
            entry.faults.add(marked.line, entry.label, name, f"expected text of at most {longest} characters")
        else:
            yield text


def _post(reading: _Reading, number: int, marked: Marked) -> _Placed:
    entry = Entry(reading.faults, marked, label_of("post", number, marked), _POST)
    station = _known(entry, "station", reading.stations)
    ident, services = entry.ident(), _offered(reading, entry, stops=False)
    times = tuple(_times(entry))
    own = any(name in entry.fields for name in _WHEN)
    post = Post(
        id=ident,
        station_id=station.id if station else "",
        village_id=None,
        name=entry.text("name", longest=60),
        place=entry.text("place", longest=120, needed=False),
        guest=entry.text("guest", longest=60, needed=False),
        services=tuple(one.id for one in services),
        seats=_seats(entry, ident, services),
        times=times if own else weekly(station.shifts if station else ()),
        closures=tuple(closures_of(entry)),
    )
    if station is not None:
        _within(entry, station, post)
        _fitting(entry, post, services)
    return _Placed(post, entry)


def _route(reading: _Reading, number: int, marked: Marked) -> list[_Placed]:
    entry = Entry(reading.faults, marked, label_of("route", number, marked), _ROUTE)
    ident, services = entry.ident(), _offered(reading, entry, stops=True)
    seats, name = _seats(entry, ident, services), entry.text("name", longest=60)
    guest, closures = entry.text("guest", longest=60, needed=False), tuple(closures_of(entry))
    listed = list(entry.parts("stops"))
    if not listed:
        entry.fault("stops", "expected a list with at least one stop")
    once(reading.faults, f"{entry.label}, stop", "id", listed)
    found = []
    for stop_number, one in enumerate(listed, 1):
        stop = Entry(reading.faults, one, f"{entry.label}, {label_of('stop', stop_number, one)}", _STOP)
        station = _known(stop, "village", reading.villages)
        post = Post(
            id=f"{ident}.{stop.ident()}",
            station_id=station.id if station else "",
            village_id=stop.text("village", longest=40) or "",
            name=name,
            place=stop.text("place", longest=120),
            guest=guest,
            services=tuple(service.id for service in services),
            seats=seats,
            times=tuple(_times(stop)),
            closures=(*closures, *closures_of(stop)),
        )
        if not post.times:
            stop.fault("hours", "expected hours, monthly or dates: when it stops there")
        _fitting(stop, post, services)
        found.append(_Placed(post, stop, ident))
    return found


def _known(entry: Entry, name: str, known: Mapping[str, StationEntry]) -> StationEntry | None:
    ident = entry.text(name, longest=40)
    if ident and ident not in known:
        entry.fault(name, f"{ident!r} is no {name} of this file; expected one of its ids")
    return known.get(ident)


def _offered(reading: _Reading, entry: Entry, *, stops: bool) -> list[Service]:
    found: list[Service] = []
    for ident in _words(entry, "services", 40):
        service = reading.services.get(ident)
        if service is None:
            entry.fault("services", f"{ident!r} is no service of this file")
        elif (service.form == "stop") != stops:
            where = "a route" if service.form == "stop" else "a post"
            entry.fault("services", f"{ident!r} has the form {service.form!r}; expected it at {where}")
        elif service in found:
            entry.fault("services", f"{ident!r} stands there twice; expected once")
        else:
            found.append(service)
    if not 1 <= len(list(entry.parts("services"))) <= _MOST_SERVICES:
        entry.fault("services", f"expected a list of 1 to {_MOST_SERVICES} ids of services")
    reading.offered.update(one.id for one in found)
    return found


def _seats(entry: Entry, ident: str, services: Sequence[Service]) -> tuple[Seat, ...]:
    people = list(_words(entry, "people", 40))
    if people and "seats" in entry.fields:
        entry.fault("seats", "stands beside people; expected one of the two: each person is a seat")
    if len(set(people)) < len(people):
        entry.fault("people", "somebody stands there twice; expected once")
    count = _count(entry, "seats", 1, _MOST_SEATS, 1)
    seats = [f"@{one}" for one in people] or [f"{ident}#{number}" for number in range(1, count + 1)]
    for service in services:
        if service.people > len(seats):
            entry.fault(
                "seats", f"{service.id!r} takes {service.people}; expected at least as many seats or people"
            )
    return tuple(Seat(key) for key in seats)


def _times(entry: Entry) -> Iterator[Times]:
    found = [*_each_week(entry), *_monthly(entry), *_dates(entry)]
    for one, other in combinations(found, 2):
        if one.may_meet(other) and not (one.weekly and other.weekly):  # those of a week are told apart before
            spans = f"{_named(one)} and {_named(other)}"
            entry.fault(
                "monthly" if one.week or other.week else "dates", f"{spans} overlap; expected times apart"
            )
    yield from found


def _each_week(entry: Entry) -> Iterator[Times]:
    for shift in week_of(entry):
        _grained(entry, "hours", shift)
        yield Times(shift.weekday, shift.opens, shift.closes)


def _monthly(entry: Entry) -> Iterator[Times]:
    for number, marked in enumerate(entry.parts("monthly"), 1):
        one = Entry(entry.faults, marked, f"{entry.label}, monthly {number}", ("day", "week", "hours"))
        day, week = one.text("day", longest=3), one.text("week", longest=4)
        if day and day not in WEEKDAYS:
            one.fault("day", f"{day!r}: expected one of {', '.join(WEEKDAYS)}")
        if week and week not in ("1", "2", "3", "4", "last"):
            one.fault("week", f"{week!r}: expected 1, 2, 3, 4 or last")
        elif day in WEEKDAYS and week:
            for shift in _spans(one, WEEKDAYS.index(day)):
                which = LAST if week == "last" else int(week)
                yield Times(shift.weekday, shift.opens, shift.closes, week=which)


def _dates(entry: Entry) -> Iterator[Times]:
    for number, marked in enumerate(entry.parts("dates"), 1):
        one = Entry(entry.faults, marked, f"{entry.label}, date {number}", ("date", "hours"))
        day = one.day("date")
        for shift in _spans(one, day.weekday() if day else 0):
            if day is not None:
                yield Times(shift.weekday, shift.opens, shift.closes, day=day)


def _spans(entry: Entry, weekday: int) -> Iterator[Shift]:
    listed = list(entry.parts("hours"))
    if not listed:
        entry.fault("hours", "expected a list of HH:MM-HH:MM")
    found: list[Shift] = []
    for marked in listed:
        shift = shift_of(entry, weekday, "hours", marked)
        if shift is None:
            continue
        _grained(entry, "hours", shift)
        if any(shift.opens < other.closes and other.opens < shift.closes for other in found):
            entry.fault("hours", f"{said(shift)} overlaps an earlier one; expected shifts apart")
        found.append(shift)
    yield from found


def _grained(entry: Entry, name: str, shift: Shift) -> None:
    if shift.opens % GRAIN or shift.closes % GRAIN:
        entry.fault(name, f"{said(shift)}: expected minutes in steps of {GRAIN}")


def _within(entry: Entry, station: StationEntry, post: Post) -> None:
    """A post receives while its station is open."""
    for one in post.times:
        if not any(
            shift.weekday == one.weekday and shift.opens <= one.opens and one.closes <= shift.closes
            for shift in station.shifts
        ):
            entry.fault(
                _field(one), f"{_named(one)} is not within the hours of {station.id!r}; expected that it is"
            )
    if not post.times:
        entry.fault("hours", f"is missing, and {station.id!r} has no hours; expected hours, monthly or dates")


def _fitting(entry: Entry, post: Post, services: Iterable[Service]) -> None:
    """In each time some service fits; each service fits into some time."""
    least = min((one.minutes for one in services), default=0)
    for one in post.times:
        if one.closes - one.opens < least:
            entry.fault(
                _field(one), f"{_named(one)} is shorter than {least} minutes; expected that a service fits"
            )
    longest = max((one.closes - one.opens for one in post.times), default=0)
    for service in services:
        if post.times and service.minutes > longest:
            entry.fault(
                "services", f"{service.id!r} takes {service.minutes} minutes and fits into no time here"
            )


def _field(one: Times) -> str:
    if one.day is not None:
        return "dates"
    return "hours" if one.week is None else "monthly"


def _named(one: Times) -> str:
    span = said(Shift(one.weekday, one.opens, one.closes))
    if one.day is not None:
        return f"{one.day} {span}"
    if one.week is None:
        return f"{WEEKDAYS[one.weekday]} {span}"
    which = "last" if one.week == LAST else f"{one.week}."
    return f"{which} {WEEKDAYS[one.weekday]} of the month {span}"


def _apart(placed: Sequence[_Placed]) -> None:
    """A car is at one stop at a time, a person at one station."""
    for one, other in combinations(placed, 2):
        if one.car and one.car == other.car:
            _not_both(one, other, "the car would be at two stops")
        elif one.post.station_id != other.post.station_id or one.post.stop or other.post.stop:
            shared = {seat.login for seat in one.post.seats} & {seat.login for seat in other.post.seats}
            who = sorted(login for login in shared if login)
            if who:
                _not_both(one, other, f"{who[0]!r} would be in two places")


def _not_both(one: _Placed, other: _Placed, why: str) -> None:
    for early in one.post.times:
        for late in other.post.times:
            if early.may_meet(late):
                say = f"{why}: {_named(late)}, and {_named(early)} at {one.post.id!r}; expected times apart"
                other.entry.fault(_field(late), say)
                return
