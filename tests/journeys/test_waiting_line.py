"""排候补 in chat: what was told stays with the place in line, and a full line is said plainly."""

from typing import Any

from bot.clock import SetClock, millis
from handlers.appointments import service as appointments
from handlers.appointments import telling, waiting
from handlers.appointments.models import Appointment, Wait
from handlers.appointments.slots import Shelf
from handlers.appointments.telling import Means
from tests.journeys.booking_desk import SELF, STORY, bookings, desk, neighbour, resident, says_all
from tests.journeys.test_booking import labels
from tests.journeys.test_handoff import later
from tests.support.service import Phone, Service

__all__ = ["desk"]
OTHER = ("替别人约", "李大山 13800005678")


def full(service: Service) -> None:
    """The mediators of the home station have no time left."""
    _run(service, "create table kept_time as select * from post_time where post_id = 'liuhe-room'")
    _run(service, "delete from post_time where post_id = 'liuhe-room'")


def free_again(service: Service) -> None:
    """They have."""
    _run(service, "insert into post_time select * from kept_time")


def _run(service: Service, sql: str) -> None:
    with service.store.engine.begin() as connection:
        connection.exec_driver_sql(sql)
        connection.exec_driver_sql("update revision set count = count + 1")


async def offered(service: Service, clock: SetClock, phone: Phone) -> str:
    """A time became free, and the first in line is told so."""
    await later(service, clock, minutes=1)
    free_again(service)
    for chance in service.store.reader.now(waiting.chances, Shelf(), millis(clock.now())):
        service.store.writer.do_now(telling.offer, chance, Means(push=("oa",)))
    (told,) = await phone.waits_for_push(1)
    clock.move(minutes=1)
    return told


def told_of(service: Service) -> list[tuple[Any, ...]]:
    """Name, phone and matter of what is booked, opened."""
    table = Appointment.__table__
    rows = service.store.reader.now(
        lambda connection: connection.execute(table.select().where(table.c.state == "booked")).all()
    )
    return [(row.name, row.phone, row.matter) for row in rows]


async def test_who_waits_tells_nothing_again_when_a_time_is_taken(desk: Service, clock: SetClock) -> None:
    phone = await neighbour(desk)
    full(desk)
    lined = await says_all(phone, "我要调解", STORY, "1", SELF, "排候补")
    told = await offered(desk, clock, phone)

    end = await phone.hears("要")

    assert lined.startswith("候补排上了，您排在第一位。")
    assert told.startswith("您等的时间有了：")
    assert end.startswith("约好了：人民调解，")
    assert told_of(desk) == [("王秀英", "13800001234", STORY)]


async def test_who_waits_for_another_books_for_that_person(desk: Service, clock: SetClock) -> None:
    phone = await neighbour(desk)
    full(desk)
    lined = await says_all(phone, "我要调解", STORY, *OTHER, "排候补")
    await offered(desk, clock, phone)

    end = await phone.hears("要")
    mine = await phone.hears("我的预约")

    assert "替李大山排的。" in lined
    assert end.startswith("约好了：")
    assert told_of(desk) == [("李大山", "13800005678", STORY)]
    assert "（替李大山约的）" in mine
    (row,) = bookings(desk, "whose, proxy_no")
    assert row[0] != appointments.whose_own(resident(desk))
    assert row[1] == 1


async def test_one_may_wait_for_oneself_and_for_another_but_not_twice_for_one(desk: Service) -> None:
    phone = await neighbour(desk)
    full(desk)
    await says_all(phone, "我要调解", STORY, "1", SELF, "排候补")

    for_other = await says_all(phone, "我要调解", STORY, *OTHER, "排候补")
    again = await says_all(phone, "我要调解", STORY, *OTHER, "排候补")
    mine = await phone.hears("我的预约")

    assert for_other.startswith("候补排上了，前面还有 1 位。")
    assert again.startswith("已经在排候补了")
    assert "候补：人民调解（替李大山排的）" in mine
    assert len(desk.rows("select id from wait")) == 2


async def test_two_places_of_one_resident_are_offered_one_after_the_other(
    desk: Service, clock: SetClock
) -> None:
    phone = await neighbour(desk)
    full(desk)
    await says_all(phone, "我要调解", STORY, "1", SELF, "排候补")
    await says_all(phone, "我要调解", STORY, *OTHER, "排候补")

    await offered(desk, clock, phone)
    while_kept = desk.store.reader.now(waiting.chances, Shelf(), millis(clock.now()))
    await phone.hears("要")
    afterwards = desk.store.reader.now(waiting.chances, Shelf(), millis(clock.now()))

    assert while_kept == []
    assert [one.wait_id for one in afterwards] == [2]


async def test_a_full_line_is_said_plainly_with_what_else_there_is(desk: Service) -> None:
    phone = await neighbour(desk)
    full(desk)
    line(desk, waiting.LINE)
    await says_all(phone, "我要调解", STORY, "1", SELF)

    told = await phone.hears("排候补")
    booked = await says_all(phone, "1", "1", "确认")

    assert told.startswith("候补也排满了，前面已经有 30 位。\n柳河司法所这段时间约满了。还可以去：")
    assert labels(told) == [
        "城东司法所，最早今天 14:00",
        "石桥司法所，最早今天 14:00",
        "都不合适，请工作人员帮我约",
    ]
    assert booked.startswith("约好了。")
    assert len(desk.rows("select id from wait")) == waiting.LINE


def line(service: Service, many: int) -> None:
    """So many others wait at the station."""
    writer = service.store.writer
    with service.store.engine.begin() as connection:
        for n in range(many):
            connection.exec_driver_sql(
                "insert into resident (door, mark, last_seq, fence, lease_until, thread_until, said_until,"
                " said_left, did_until, did_left, first_at, last_at)"
                f" values ('oa', 'waits-{n}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)"
            )
    for (ident,) in service.rows("select id from resident where mark like 'waits-%'"):
        writer.do_now(waiting.wait_for, ident, "mediation", "liuhe")


async def test_what_was_told_is_sealed_while_waiting_and_gone_when_the_place_ends(desk: Service) -> None:
    phone = await neighbour(desk)
    full(desk)
    await says_all(phone, "我要调解", STORY, "1", SELF, "排候补")
    (sealed,) = desk.rows("select matter, name, phone from wait")

    await says_all(phone, "不排了", "2")

    assert all(word.encode() not in bytes(sealed[0]) + bytes(sealed[1]) for word in (STORY, "王秀英"))
    table = Wait.__table__
    (row,) = desk.store.reader.now(lambda connection: connection.execute(table.select()).all())
    assert (row.state, row.name, row.phone, row.matter) == ("left", "", "", "")
