"""When staff cannot answer messages: they receive somebody, or are on a route. The promises ask for it."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from sqlalchemy import Connection, select

from handlers.appointments.almanac import midnight
from handlers.appointments.attendance import attendance
from handlers.appointments.cells import DAY_CELLS, start_of
from handlers.appointments.models import Appointment
from handlers.appointments.slots import Shelf
from handlers.handoff import staff
from handlers.handoff.engaged import Span

DAYS = 8
"""Days from today on: no promise reaches further but over holidays, and then it is computed again."""


def engaged(connection: Connection, shelf: Shelf, now_ms: int) -> set[Span]:
    """Who is engaged from today on: at all stops in villages, and in all that is booked."""
    almanac = shelf.almanac(connection, now_ms)
    first = midnight(almanac.first)
    last = first + DAYS * DAY_CELLS
    there = attendance(connection, now_ms)
    ids = {login: ident for ident, login, *_rest in staff.at_work(connection)}
    found: dict[int, list[tuple[int, int]]] = {}
    for post in almanac.supply.posts:
        logins = [seat.login for seat in post.seats if seat.login in ids]
        if not post.stop or not logins:
            continue
        for window in almanac.windows(post):
            if window[0] >= last:
                break
            for login in logins:
                found.setdefault(ids[login or ""], []).extend(_without(window, there.shut(post)))
    booked = select(Appointment.seats, Appointment.since, Appointment.until).where(
        Appointment.state == "booked",
        Appointment.ended_at.is_(None),
        Appointment.until > first,
        Appointment.since < last,
    )
    for seats, since, until in connection.execute(booked):
        for key in seats.split():
            if key.startswith("@") and key[1:] in ids:
                found.setdefault(ids[key[1:]], []).append((since, until))
    return {
        (ident, start_of(since), start_of(until))
        for ident, spans in found.items()
        for since, until in _merged(spans)
    }


def _without(window: tuple[int, int], shut: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What closings leave of a window."""
    opens, closes = window
    edges = {opens, closes} | {at for span in shut for at in span if opens < at < closes}
    for begin, end in pairwise(sorted(edges)):
        if not any(since <= begin < until for since, until in shut):
            yield begin, end


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin = end = -1
    for since, until in sorted(spans):
        if since > end:
            if end > begin:
                yield begin, end
            begin, end = since, until
        end = max(end, until)
    if end > begin:
        yield begin, end
