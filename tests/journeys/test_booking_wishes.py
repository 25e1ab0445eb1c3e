"""A wish for mediation in plain words, and a day or time that was named before it is asked for."""

import pytest

from bot.clock import SetClock
from tests.journeys.booking_desk import SELF, STORY, bookings, desk, neighbour, says_all, shown, takes
from tests.journeys.test_booking import labels
from tests.journeys.test_booking_edges import later
from tests.support.service import Service

__all__ = ["desk"]
MEDIATION = "人民调解不收费，双方自愿。"


@pytest.mark.parametrize(
    "words",
    [
        "我想找人调解一下",
        "想调解",
        "帮我预约调解",
        "请帮忙调解一下",
        "能不能帮我调解",
        "我要找调解员",
        "麻烦你们给调解一下",
        "俺想找人说和说和",
        "我们想申请调解",
        "想请司法所帮忙调解",
        "调解一下吧",
        "找人来调解一下",
    ],
)
async def test_a_wish_for_mediation_without_a_matter_begins_its_booking(desk: Service, words: str) -> None:
    phone = await neighbour(desk)

    assert (await phone.hears(words)).startswith(MEDIATION)


@pytest.mark.parametrize(
    "words",
    [
        "调解书有法律效力吗？",
        "调解协议反悔了怎么办？",
        "离婚必须先调解吗？",
        "人民调解收费吗？",
        "调解不成怎么办？",
        "法院调解和人民调解有什么区别？",
        "人民调解委员会的调解协议怎么申请司法确认？",
        "派出所调解后对方不给钱怎么办？",
        "劳动争议一定要先调解吗？",
        "我不想调解，能直接起诉吗？",
    ],
)
async def test_a_question_about_mediation_is_answered(desk: Service, words: str) -> None:
    phone = await neighbour(desk)

    reply = await phone.hears(words)

    assert not reply.startswith(MEDIATION)
    assert "跟谁、因为什么事？" not in reply
    assert bookings(desk, state="held") == []


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("周三上午想约个调解", "11月25日（周三）8:30"),
        ("想约周四下午的调解", "11月26日（周四）14:00"),
        ("我周四上午有空，想找人调解一下", "11月26日（周四）8:30"),
        ("想明天下午三点去调解", "明天（周二）15:00"),
        ("11月27号上午帮我预约调解", "11月27日（周五）8:30"),
    ],
)
async def test_a_time_in_the_wish_is_offered_without_asking_again(
    desk: Service, words: str, first: str
) -> None:
    phone = await neighbour(desk)
    intro = await phone.hears(words)

    times = await says_all(phone, STORY, "1", SELF)
    end = await says_all(phone, "1", "确认")

    assert intro.startswith(MEDIATION)
    assert "您说的" in times.split("\n")[0]
    assert labels(times)[0] == first
    assert f"人民调解，{first}" in end


async def test_a_time_that_was_named_before_the_wish_is_remembered(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("我周四上午有空")

    times = await says_all(phone, "我要调解", STORY, "1", SELF)

    assert times.startswith("柳河司法所，您说的11月26日上午能约的时间：")
    assert labels(times)[0] == "11月26日（周四）8:30"


async def test_a_time_that_was_named_is_forgotten_after_a_while(desk: Service, clock: SetClock) -> None:
    phone = await neighbour(desk)
    await phone.hears("我周四上午有空")
    await later(desk, clock, minutes=40)

    times = await says_all(phone, "我要调解", STORY, "1", SELF)

    assert times.startswith("柳河司法所，最近能约的时间：")


async def test_a_time_in_the_story_counts_if_it_is_a_wish_and_not_what_happened(desk: Service) -> None:
    first, second = await neighbour(desk), await neighbour(desk, "oTest-resident-2")

    wished = await says_all(first, "我要调解", f"{STORY}，最好周三下午谈", "1", "不留")
    told = await says_all(second, "我要调解", "周三下午邻居把我家菜地的水沟填了", "1", "不留")

    assert wished.startswith("柳河司法所，您说的11月25日下午能约的时间：")
    assert told.startswith("柳河司法所，最近能约的时间：")


async def test_where_the_named_time_is_taken_it_is_said_and_the_same_half_day_comes_first(
    desk: Service,
) -> None:
    phone = await neighbour(desk)
    takes(desk, "2026-11-26 10:00")
    await phone.hears("周四上午10点想约调解")

    times = await says_all(phone, STORY, "1", SELF)

    assert times.startswith("柳河司法所，您说的11月26日 10:00没有空的了。最近能约的时间：")
    assert labels(times)[0] == "11月26日（周四）8:30"


async def test_another_time_can_still_be_chosen(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, "周四上午想约个调解", STORY, "1", SELF)

    await says_all(phone, "别的时间", "明天", "1", "确认")

    assert [shown(at)[:5] for _kind, _post, at in bookings(desk)] == ["11-24"]
