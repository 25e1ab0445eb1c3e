"""取消 with several appointments: which one, in a number or in words, or all of them after one yes."""

import pytest

from handlers.appointments.service import Person
from tests.journeys.booking_desk import STORY, bookings, cells, desk, neighbour, resident, says_all
from tests.journeys.test_my_bookings import begins, books
from tests.support.service import Phone, Service

__all__ = ["desk"]
BOTH = ["11-24 08:30", "11-26 14:00"]


async def with_two(service: Service) -> Phone:
    """Mediation tomorrow morning, and legal aid on Thursday afternoon."""
    phone = await neighbour(service)
    books(service)
    books(service, "2026-11-26 14:00", service_id="legal_aid")
    return phone


async def test_with_two_it_is_asked_which_one_and_nothing_is_cancelled_yet(desk: Service) -> None:
    phone = await with_two(desk)

    which = await phone.hears("取消预约")

    assert which.startswith("要取消哪一个？")
    assert which.endswith("3 都不用动\n4 都取消")
    assert begins(desk) == BOTH


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("2", BOTH[:1]),
        ("第二个", BOTH[:1]),
        ("法律援助那个", BOTH[:1]),
        ("调解的", BOTH[1:]),
        ("明天那个", BOTH[1:]),
        ("周四下午的", BOTH[:1]),
        ("把法援那个取消了", BOTH[:1]),
        ("都不用动", BOTH),
    ],
)
async def test_one_of_two_is_named_by_number_kind_or_time(desk: Service, words: str, left: list[str]) -> None:
    phone = await with_two(desk)

    await says_all(phone, "取消预约", words)

    assert begins(desk) == left


async def test_the_person_for_whom_it_is_tells_which(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)
    books(desk, "2026-11-26 14:00", person=Person("李大爷", "13900001111", True))

    told = await says_all(phone, "取消预约", "李大爷的")

    assert told.startswith("取消了：人民调解，11月26日")
    assert begins(desk) == BOTH[:1]


async def test_words_that_fit_both_cancel_neither_and_it_is_asked_again(desk: Service) -> None:
    phone = await with_two(desk)

    again = await says_all(phone, "取消预约", "柳河那个")
    await phone.hears("2")

    assert again.startswith("没看出是哪一个，请回复数字。\n要取消哪一个？")
    assert begins(desk) == BOTH[:1]


@pytest.mark.parametrize("words", ["都取消", "全部取消", "全都取消了吧", "两个都取消", "取消全部预约"])
async def test_all_are_cancelled_after_one_yes(desk: Service, words: str) -> None:
    phone = await with_two(desk)

    asks = await phone.hears(words)
    before = begins(desk)
    told = await phone.hears("是")

    assert asks.startswith("您约的是：\n· 人民调解，明天（周二）8:30")
    assert "都要取消吗？" in asks
    assert before == BOTH
    assert told.startswith("都取消了。")
    assert (begins(desk), cells(desk)) == ([], 0)


async def test_all_may_be_said_to_the_list_too(desk: Service) -> None:
    phone = await with_two(desk)

    asks = await says_all(phone, "取消预约", "都取消")
    told = await phone.hears("1")

    assert "都要取消吗？" in asks
    assert told.startswith("都取消了。")
    assert begins(desk) == []


async def test_who_thinks_better_of_all_keeps_all(desk: Service) -> None:
    phone = await with_two(desk)

    told = await says_all(phone, "都取消", "不取消")

    assert told.startswith("好，都没动")
    assert begins(desk) == BOTH


async def test_all_with_one_booking_asks_for_that_one(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)

    asks = await phone.hears("都取消")
    await phone.hears("是的")

    assert "都要取消吗？" in asks or "要取消吗？" in asks
    assert begins(desk) == []


async def test_all_outside_with_bookings_is_not_about_goods(desk: Service) -> None:
    phone = await with_two(desk)

    asks = await phone.hears("都退了吧")

    assert "都要取消吗？" in asks


@pytest.mark.parametrize("words", ["都取消", "全部取消", "取消预约", "取消全部预约"])
async def test_who_has_nothing_is_told_so(desk: Service, words: str) -> None:
    phone = await neighbour(desk)

    assert (await phone.hears(words)).startswith("您现在没有约好的时间。")


async def test_all_in_the_middle_of_a_booking_drops_what_is_being_booked_alone(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, "2026-11-26 14:00", service_id="legal_aid")
    await says_all(phone, "我要调解", STORY)

    told = await phone.hears("都取消")

    assert told.startswith("好，正在约的这个不办了")
    assert begins(desk) == BOTH[1:]
    assert [row[0] for row in bookings(desk, "resident_id")] == [resident(desk)]
