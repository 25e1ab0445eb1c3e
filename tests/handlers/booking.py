"""A county in which something can be booked: its supply, and short ways to hold, book and look."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.clock import in_china, instant
from bot.errors import Refused
from handlers.appointments import county_file, service, stock
from handlers.appointments.service import Booked, Held
from handlers.appointments.slots import Board, Place, Shelf, Slot, places
from handlers.appointments.supply import Supply
from handlers.directory import stations
from tests.handlers.office import Office, ms
from tests.support.service import COUNTY

DEMO_STAFF = (("chenmin", "liuhe"), ("zhouhai", "chengdong"), ("zhaoqin", "shiqiao"))


@dataclass
class Bookings:
    """An office with a supply; ``shelf``: a node's almanac."""

    office: Office
    shelf: Shelf = field(default_factory=Shelf)

    def board(self) -> Board:
        """What is free now."""
        found: Board = self.office.store.reader.now(self.shelf.board, self.office.now_ms)
        return found

    def places(self, kind: str, home: str | None = "liuhe", **more: Any) -> list[Place]:
        """Where a kind can be booked."""
        return places(self.board(), kind, home, **more)

    def free(self, service_id: str, post: str, day: str) -> list[str]:
        """The free times of a day, as HH:MM in China."""
        board = self.board()
        supply = board.almanac.supply
        since, until = ms(f"{day} 00:00"), ms(f"{day} 23:59")
        found = board.begins(supply.by_service[service_id], supply.by_post[post], since, until)
        return [shown(at)[11:] for at in found]

    def slot(self, when: str, post: str = "liuhe-room", service_id: str = "mediation") -> Slot:
        """A time in China at a post."""
        return Slot(service_id, post, post.split("-")[0], ms(when))

    def holds(self, resident: int | None, when: str | Slot, **more: Any) -> Held:
        """Somebody chooses a time."""
        slot = when if isinstance(when, Slot) else self.slot(when)
        held: Held = self.office.does(service.hold, resident, slot, **more)
        return held

    def books(self, resident: int | None, when: str | Slot, **more: Any) -> Booked:
        """Somebody chooses a time and confirms it."""
        held = self.holds(resident, when)
        booked: Booked = self.office.does(service.book, resident, held.appointment_id, **more)
        return booked

    def refusal(self, act: Any, *args: Any, **more: Any) -> str:
        """The code with which an act refuses, or nothing."""
        try:
            self.office.does(act, *args, **more)
        except Refused as refused:
            return refused.code
        return ""

    def cells(self) -> list[tuple[str, int, int]]:
        """What is taken, as the guard has it: seat, cell, appointment."""
        rows = self.office.rows("select seat, cell, appointment_id from seat_cell order by 1, 2")
        return [(row[0], row[1], row[2]) for row in rows]

    def whole(self) -> None:
        """The guard and the appointments say the same, and nothing that ended keeps a seat."""
        open_rows = self.office.rows("select id, seats, since, until from appointment where ended_at is null")
        due = [
            (seat, cell, ident)
            for ident, seats, since, until in open_rows
            for seat in seats.split()
            for cell in range(since, until)
        ]
        assert sorted(due) == self.cells()


def shown(at: int) -> str:
    """An instant in China, as YYYY-MM-DD HH:MM."""
    return in_china(instant(at)).strftime("%Y-%m-%d %H:%M")


@cache
def demo_supply() -> Supply:
    """The supply of the demo county."""
    return county_file.read(COUNTY, stations.read_county(COUNTY))


def supply_of(folder: Path, text: str) -> Supply:
    """The supply of a file with this text."""
    path = folder / "county.yaml"
    path.write_text(text, "utf-8")
    return county_file.read(path, stations.read_county(path))


def with_supply(office: Office) -> Bookings:
    """The demo county's supply, with its people at work."""
    office.does(stock.load_supply, demo_supply())
    for login, station in DEMO_STAFF:
        office.works(login, station)
    office.works("fangze", None, "lawyer")
    return Bookings(office)
