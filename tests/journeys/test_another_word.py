"""In the middle of something: the very name of something else, and giving up in other words."""

import pytest

from tests.journeys.booking_desk import desk, neighbour, says_all
from tests.support.service import Service

__all__ = ["desk"]


async def test_the_name_of_something_else_is_no_story(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("我要调解")  # asks for the story

    reply = await phone.hears("选司法所")

    assert "您平常去哪个司法所？" in reply


async def test_what_was_begun_before_can_be_taken_up_again(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, "我要调解", "选司法所", "1", "是")

    reply = await phone.hears("恢复")

    assert "跟谁、因为什么事？" in reply


@pytest.mark.parametrize("words", ["算了不约了", "不约了", "算了吧"])
async def test_giving_up_in_other_words_ends_a_booking(desk: Service, words: str) -> None:
    phone = await neighbour(desk)
    await phone.hears("预约")

    reply = await phone.hears(words)

    assert "不办了，什么都没留下" in reply
