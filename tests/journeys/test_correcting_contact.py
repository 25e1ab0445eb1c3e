"""Name and number written once more after a booking: they correct it, after a yes."""

import pytest

from handlers.appointments.models import Appointment
from handlers.appointments.service import Person
from tests.journeys.booking_desk import bookings, desk, neighbour, says_all
from tests.journeys.test_my_bookings import books
from tests.support.service import Service

__all__ = ["desk"]
ASKED = "留的名字、电话改成“王秀兰，138****8000”，对吗？"


def left(service: Service) -> list[tuple[str, str]]:
    """Name and phone of what is booked, opened, by their number."""
    found = service.store.reader.now(
        lambda connection: connection.execute(
            Appointment.__table__.select().where(Appointment.state == "booked").order_by(Appointment.id)
        ).all()
    )
    return [(row.name, row.phone) for row in found]


@pytest.mark.parametrize(
    "words",
    [
        "王秀兰 138-0013-8000",
        "王秀兰，13800138000",
        "我叫王秀兰，电话138 0013 8000",
        "电话写错了，王秀兰 13800138000",
        "更正一下：王秀兰 一三八零零一三八零零零",
    ],
)
async def test_name_and_number_once_more_correct_the_booking_after_a_yes(desk: Service, words: str) -> None:
    phone = await neighbour(desk)
    books(desk, person=Person("王秀英", "13800001234"))

    asks = await phone.hears(words)
    before = left(desk)
    told = await phone.hears("对")

    assert ASKED in asks
    assert before == [("王秀英", "13800001234")]
    assert told == "改好了：王秀兰，138****8000。时间、地点没变。"
    assert left(desk) == [("王秀兰", "13800138000")]


async def test_a_number_alone_keeps_the_name(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, person=Person("王秀英", "13800001234"))

    await says_all(phone, "13800138000", "1")

    assert left(desk) == [("王秀英", "13800138000")]


async def test_a_name_that_was_wrong_keeps_the_number(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, person=Person("王秀英", "13800001234"))

    await says_all(phone, "名字写错了，叫王秀兰", "是")

    assert left(desk) == [("王秀兰", "13800001234")]


async def test_it_is_the_newest_booking_that_is_corrected(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, person=Person("王秀英", "13800001234"))
    books(desk, "2026-11-26 14:00", person=Person("李大爷", "13900001111", True))

    await says_all(phone, "李大爷 13900002222", "对")

    assert left(desk) == [("王秀英", "13800001234"), ("李大爷", "13900002222")]
    own, other = (row[0] for row in bookings(desk, "whose"))
    assert own != other


async def test_a_no_leaves_it_as_it_is(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, person=Person("王秀英", "13800001234"))

    told = await says_all(phone, "王秀兰 13800138000", "不改")

    assert told.startswith("好，没改。")
    assert left(desk) == [("王秀英", "13800001234")]


async def test_what_is_there_already_is_not_asked_about(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, person=Person("王秀英", "13800001234"))

    assert await phone.hears("王秀英 13800001234") == "记的就是这个，不用改。"


async def test_nobody_is_given_the_booking_of_somebody_who_has_one(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, "2026-11-24 14:00", person=Person("赵小花", "13900003333", True))
    books(desk, "2026-11-26 14:00", person=Person("李大爷", "13900001111", True))

    told = await says_all(phone, "赵小花 13900003333", "对")

    assert told.startswith("这个人的这一种已经约过一次了")
    assert left(desk)[1] == ("李大爷", "13900001111")


@pytest.mark.parametrize("words", ["王秀兰", "我叫王秀兰", "老板叫王秀兰，欠我工资怎么办？"])
async def test_a_name_alone_or_a_question_corrects_nothing(desk: Service, words: str) -> None:
    phone = await neighbour(desk)
    books(desk, person=Person("王秀英", "13800001234"))

    assert "留的名字、电话改成" not in await phone.hears(words)


async def test_who_has_booked_nothing_is_not_asked(desk: Service) -> None:
    phone = await neighbour(desk)

    assert "留的名字、电话改成" not in await phone.hears("王秀兰 138-0013-8000")
