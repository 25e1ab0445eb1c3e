"""A year of free times at a hundred stations, beside a bare select of what is booked there.

Each station has a room with a person of its own, split shifts, and a horizon of a year. What is booked
ahead and what is over stands in the store as acts leave it. In turn with the listing of every free time of
every station the rows of what is booked ahead are read through the same engine: what no listing can do
without. The same is done in a store with a tenth of what is over: what grows with the past shows there.
"""

import gc
import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from admin.bench.filled import BATCH, Say, analyse
from admin.store import Store, open_store
from admin.tables import metadata
from bot.clock import millis
from bot.config import Settings
from handlers.appointments import stock
from handlers.appointments.cells import DAY_CELLS, cells_in, places_in, start_of
from handlers.appointments.slots import Board, Shelf
from handlers.appointments.supply import Post, Seat, Service, Supply, weekly
from handlers.directory import holidays, stations
from handlers.directory.county import Shift, StationEntry
from handlers.directory.notice import HOLIDAY, WORKDAY, SpecialDay, shipped
from handlers.handoff import staff

GOAL_MS = 30.0
"""The whole year of all stations at the 95th percentile, at most."""
AHEAD_DAYS = 60
"""What is booked ahead lies within so many days."""
_WARM = 3
_SERVICE = Service("talk", "lawyer", "咨询", "office", minutes=60, after=30, step=30, horizon=366)
_SHIFTS = tuple(
    Shift(day, opens, closes)
    for day in range(5)
    for opens, closes in ((8 * 60 + 30, 12 * 60), (14 * 60, 1050))
)


@dataclass(frozen=True)
class Size:
    """How much there is. Attributes: ahead, past: appointments of each station."""

    stations: int
    ahead: int
    past: int

    @property
    def tenth(self) -> "Size":
        """The same with a tenth of the past."""
        return Size(self.stations, self.ahead, self.past // 10)


@dataclass
class Times:
    """Milliseconds of each listing in one store. near: of the next three at one station and neighbours."""

    listed: list[float] = field(default_factory=list)
    rival: list[float] = field(default_factory=list)
    near: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    free: int = 0


def measure(folder: Path, size: Size, rounds: int, say: Say) -> dict[str, Any]:
    """Fill two stores and list in turn. Returns: the stable form of the last line."""
    times = {name: Times() for name in ("full", "tenth")}
    secret = secrets.token_bytes(32)  # one for both: a process has one vault
    stores = {
        name: _filled(Settings(folder / name, secret_key=secret), holds, say)
        for name, holds in (("full", size), ("tenth", size.tenth))
    }
    spared = gc.get_threshold()
    gc.collect()
    gc.freeze()  # as the service does when it starts
    gc.set_threshold(200_000, 50, 50)
    try:
        shelves = {name: Shelf() for name in stores}
        for turn in range(rounds + _WARM):
            for name, store in stores.items():
                _timed(store, shelves[name], times[name], keep=turn >= _WARM)
    finally:
        gc.set_threshold(*spared)
        gc.unfreeze()
        for store in stores.values():
            store.close()
    return _told(size, times["full"], times["tenth"])


def _told(size: Size, full: Times, tenth: Times) -> dict[str, Any]:
    found = _p95(full.listed)
    return {
        "bench": "slots",
        "ratio": round(statistics.median(full.listed) / statistics.median(full.rival), 2),
        "growth": round(statistics.median(full.listed) / statistics.median(tenth.listed), 2),
        "stations": size.stations,
        "ahead": size.stations * size.ahead,
        "past": size.stations * size.past,
        "free": full.free,
        "p50_ms": round(statistics.median(full.listed), 2),
        "p95_ms": round(found, 2),
        "processor_ms": round(statistics.median(full.processor), 2),
        "tenth_processor_ms": round(statistics.median(tenth.processor), 2),
        "rival_p50_ms": round(statistics.median(full.rival), 2),
        "near_p95_ms": round(_p95(full.near), 2),
        "goal_ms": GOAL_MS,
        "bad": found > GOAL_MS,
    }


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _timed(store: Store, shelf: Shelf, times: Times, *, keep: bool) -> None:
    now = millis(store.clock.now())
    began, used = time.perf_counter(), time.process_time()
    board = store.reader.now(shelf.board, now)
    free = sum(len(one) for one in _year(board))
    listed, used = time.perf_counter(), time.process_time() - used
    store.reader.now(_bare)
    bare = time.perf_counter()
    near = store.reader.now(shelf.board, now, "s0")
    post = near.almanac.supply.posts[0]
    near.next_begins(_SERVICE, post, 3)
    ended = time.perf_counter()
    if keep:
        times.listed.append((listed - began) * 1000)
        times.processor.append(used * 1000)
        times.rival.append((bare - listed) * 1000)
        times.near.append((ended - bare) * 1000)
        times.free = free


def _year(board: Board) -> Iterator[list[int]]:
    """The cells of every free time at every post."""
    for post in board.almanac.supply.posts:
        yield places_in(board.free(_SERVICE, post), board.almanac.base)


def _bare(connection: Connection) -> int:
    table = metadata().tables["appointment"]
    wanted = select(table.c.seats, table.c.since, table.c.until).where(table.c.ended_at.is_(None))
    return len(connection.execute(wanted).all())


def _filled(settings: Settings, size: Size, say: Say) -> Store:
    store = open_store(settings, back_up=False)
    names = [f"s{n}" for n in range(size.stations)]
    entries = [StationEntry(one, one, one, "", shifts=_SHIFTS) for one in names]
    posts = tuple(
        Post(one, one, None, one, "", "", (_SERVICE.id,), (Seat(f"@{one}x"),), weekly(_SHIFTS))
        for one in names
    )
    store.writer.do_now(stations.load_county, entries)
    store.writer.do_now(holidays.import_days, _next_years(store))
    for one in names:
        store.writer.do_now(staff.add, f"{one}x", "张三", "-", one, "clerk")
    store.writer.do_now(stock.load_supply, Supply((_SERVICE,), posts))
    board = store.reader.now(Shelf().board, millis(store.clock.now()))
    table, rows = metadata().tables["appointment"], list(_rows(store, board, size))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("begin")
        for at in range(0, len(rows), BATCH):
            connection.execute(insert(table), rows[at : at + BATCH])
        connection.exec_driver_sql("commit")
    say(f"{settings.data_dir.name}: {len(rows)} appointments at {size.stations} stations")
    analyse(store)
    return store


def _next_years(store: Store) -> list[SpecialDay]:
    """This year's notice once more for this year and the next, so that a whole year ahead is known."""
    this = store.clock.now().year
    days = [one for one in shipped() if one.day.year == max(one.day.year for one in shipped())]
    off = [one for one in days if one.kind != WORKDAY and (one.day.month, one.day.day) != (2, 29)]
    return [
        SpecialDay(one.day.replace(year=year), HOLIDAY, one.name) for year in (this, this + 1) for one in off
    ]


def _rows(store: Store, board: Board, size: Size) -> Iterator[dict[str, Any]]:
    """Appointments as acts leave them: ahead at free times that do not overlap, past ones day by day."""
    now, whole = millis(store.clock.now()), cells_in(_SERVICE.minutes + _SERVICE.after)
    empty = dict.fromkeys(("name", "phone", "matter", "address"), "")
    soon = timedelta(days=AHEAD_DAYS) // timedelta(minutes=5)
    for post in board.almanac.supply.posts:
        free = places_in(board.free(_SERVICE, post), board.almanac.base)
        apart: list[int] = []
        for cell in free:
            if cell < board.almanac.base + soon and (not apart or cell >= apart[-1] + whole):
                apart.append(cell)
        every = max(1, len(apart) // max(1, size.ahead))
        ahead = apart[::every][: size.ahead]
        past = [board.almanac.base - (n + 1) * DAY_CELLS + 102 for n in range(size.past)]
        for cell, state in [*((one, "booked") for one in ahead), *((one, "done") for one in past)]:
            yield {
                "state": state,
                "kind": _SERVICE.kind,
                "service_id": _SERVICE.id,
                "post_id": post.id,
                "station_id": post.station_id,
                "begins": start_of(cell),
                "ends": start_of(cell) + _SERVICE.minutes * 60_000,
                "since": cell,
                "until": cell + whole,
                "seats": post.seats[0].key,
                "whose": f"{post.id}|{cell}",
                "held_until": 0,
                "extended": False,
                "moves": 0,
                "made_at": now,
                "booked_at": now,
                "ended_at": None if state == "booked" else start_of(cell),
                **empty,
            }
