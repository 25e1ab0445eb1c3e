"""A county in which residents can book in chat: its supply and people, and short ways through the talk."""

from typing import Any

import pytest

from admin.console import people
from bot.clock import in_china, instant
from handlers.appointments import service as appointments
from handlers.appointments import stock
from handlers.appointments.slots import Slot
from tests.handlers.booking import DEMO_STAFF, demo_supply
from tests.handlers.office import ms
from tests.support.service import Phone, Service

STORY = "跟邻居因为宅基地的滴水吵了好几年"
SELF = "王秀英 13800001234"


@pytest.fixture
def desk(timed: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service with supply, under a clock that stands still: so no further piece of a text is awaited."""
    monkeypatch.setattr("bot.dialogue.joining.GAP_MS", 0)
    return opened(timed)


def opened(service: Service) -> Service:
    """The demo county's supply, with its people at work."""
    service.store.writer.do_now(stock.load_supply, demo_supply())
    for login, station in DEMO_STAFF:
        service.store.writer.do_now(people.add, login, login, "no password", station, "clerk")
    service.store.writer.do_now(people.add, "fangze", "方泽", "no password", None, "lawyer")
    return service


def living_at(service: Service, phone: Phone, station: str = "liuhe") -> Phone:
    """The newest resident's home station is set, without the questions for it."""
    with service.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into home_station (resident_id, station_id, chosen_at, times)"
            f" select max(id), '{station}', 0, 1 from resident"
        )
    return phone


async def neighbour(service: Service, who: str = "oTest-resident-1", station: str = "liuhe") -> Phone:
    """A resident of the county, known already."""
    phone = service.phone(who)
    await phone.hears("你好")
    return living_at(service, phone, station)


async def says_all(phone: Phone, *lines: str) -> str:
    """Say line after line; the last reply."""
    reply = ""
    for line in lines:
        reply = await phone.hears(line)
    return reply


async def to_summary(phone: Phone, begin: str = "我要调解", story: str = STORY, pick: str = "1") -> str:
    """Up to the summary, for oneself."""
    return await says_all(phone, begin, story, "给我自己", SELF, pick)


def bookings(service: Service, columns: str = "kind, post_id, begins", state: str = "booked") -> list[Any]:
    """Rows of appointments in a state, by their number."""
    return service.rows(f"select {columns} from appointment where state = :state order by id", state=state)


def held(service: Service) -> list[int]:
    """Numbers of what is held."""
    return [row[0] for row in bookings(service, "id", "held")]


def cells(service: Service) -> int:
    """How many cells of seats are taken."""
    return int(service.rows("select count(*) from seat_cell")[0][0])


def shown(at: int) -> str:
    """An instant in China, as MM-DD HH:MM."""
    return in_china(instant(at)).strftime("%m-%d %H:%M")


def resident(service: Service) -> int:
    """The newest resident's number."""
    return int(service.rows("select max(id) from resident")[0][0])


def takes(service: Service, when: str, post: str = "liuhe-room", service_id: str = "mediation") -> int:
    """Somebody else books a time at the window."""
    slot = Slot(service_id, post, post.split("-")[0], ms(when))
    work = service.store.writer
    by = int(service.rows("select min(id) from staff")[0][0])
    held_now = work.do_now(appointments.hold, None, slot, by=by)
    person = appointments.Person(name=f"别人{when}", other=True)
    return work.do_now(appointments.book, None, held_now.appointment_id, person).appointment_id
