"""Answers to a booking's questions in a resident's own words: neither a number nor a line as it stands."""

import pytest

from tests.journeys.booking_desk import SELF, STORY, bookings, desk, neighbour, says_all, shown
from tests.support.service import Service

__all__ = ["desk"]
ASKED = ("我要调解", STORY)


async def test_for_my_mother_is_told_what_it_takes_and_her_consent_goes_on(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "给我妈")
    agreed = await phone.hears("她同意了")

    assert told.startswith("替别人约，要他本人同意。")
    assert "给谁约？" in told
    assert agreed.startswith("他叫什么名字？")


async def test_a_refusal_of_the_other_is_no_consent(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我妈还没同意")

    assert told.startswith("替别人约，要他本人同意。")


@pytest.mark.parametrize(
    ("words", "at"),
    [("最早的", 0), ("随便", 0), ("下午有没有", 0), ("明天上午", 1), ("明天下午", 2)],
)
async def test_a_time_in_words_picks_the_line_that_suits(desk: Service, words: str, at: int) -> None:
    phone = await neighbour(desk)
    offered = await says_all(phone, *ASKED, "给我自己", SELF)

    told = await phone.hears(words)

    line = next(one for one in offered.splitlines() if one.startswith(f"{at + 1} "))
    assert f"时间：{line[2:]}" in told


async def test_a_day_that_is_not_listed_leads_to_its_times(desk: Service) -> None:
    phone = await neighbour(desk)

    times = await says_all(phone, *ASKED, "我", SELF, "就周四上午")
    told = await says_all(phone, "上午", "中")

    assert times.startswith("柳河司法所，您说的11月26日上午能约的时间：")
    assert told.startswith("约好了。")
    assert shown(bookings(desk)[0][2]).startswith("11-26 ")


async def test_a_time_among_the_days_leads_to_its_times_too(desk: Service) -> None:
    phone = await neighbour(desk)

    times = await says_all(phone, *ASKED, "我", SELF, "别的时间", "周四下午三点")

    assert times.startswith("柳河司法所，您说的11月26日 15:00能约的时间：\n1 11月26日（周四）15:00\n")


async def test_a_day_without_a_free_time_is_said_so(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我", SELF, "别的时间", "星期天")

    assert told.startswith("柳河司法所，您说的11月29日没有空的了。最近能约的时间：")


async def test_a_time_named_while_the_place_is_asked_is_kept(desk: Service) -> None:
    phone = desk.phone()

    first = await says_all(phone, *ASKED, "我", SELF, "周四上午行不行")
    times = await phone.hears("柳河")

    assert first.startswith("先选地方，接着就挑时间。")
    assert times.startswith("柳河司法所，您说的11月26日上午能约的时间：")


async def test_name_and_number_once_more_are_written_down_while_booking(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我", SELF, "2", "王秀兰 138-0013-8000")
    end = await phone.hears("确认")

    assert told.startswith("记下了：王秀兰，138****8000。\n请看对不对：")
    assert "给谁：您自己（王秀兰，138****8000）" in told
    assert end.startswith("约好了。")


@pytest.mark.parametrize("words", ["柳河", "柳河镇", "城东司法所"])
async def test_a_place_is_nobodys_name(desk: Service, words: str) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我", words)

    assert told.startswith("地方下一步再选。")
    assert "怎么称呼您？" in told


async def test_a_yes_to_a_list_of_times_picks_none_and_starts_no_answer(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我", SELF, "确认")

    assert told.startswith("先回复数字挑一个，再确认。")
    assert bookings(desk, state="held") == []


async def test_a_yes_to_the_one_time_that_was_named_takes_it(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我", SELF, "明天下午三点", "好的")

    assert "时间：明天（周二）15:00" in told


async def test_no_thanks_to_the_times_drops_what_is_being_booked(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我", SELF, "不用了")

    assert told.startswith("好，正在约的这个不办了")


async def test_a_time_in_words_moves_a_booking_too(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, *ASKED, "我", SELF, "2", "确认")

    told = await says_all(phone, "改时间", "明天下午")
    days = await says_all(phone, "改时间", "周四上午")

    assert told.startswith("改好了：人民调解，明天（周二）14:00")
    assert "想哪一天？" in days


async def test_a_phone_is_read_as_it_is_said_and_a_missing_digit_is_told(desk: Service) -> None:
    phone = await neighbour(desk)

    short = await says_all(phone, *ASKED, "我", "王秀英 1380000123")
    spelled = await phone.hears("王秀英 一三八 零零零零 幺二三四")

    assert short.startswith("手机号是 11 位")
    assert "最近能约的时间" in spelled


@pytest.mark.parametrize("words", ["都行", "好的", "柳河村", "随便"])
async def test_such_words_are_nobodys_name(desk: Service, words: str) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, *ASKED, "我", words)

    assert "怎么称呼您？" in told


async def test_vague_words_in_a_booking_are_never_answered_with_a_guess(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, *ASKED)

    replies = [await phone.hears(words) for words in ("是的", "哎呀不知道", "咋弄呀这个", "唉")]

    assert all(reply.startswith("没看懂您选的是哪一项") for reply in replies)


@pytest.mark.parametrize("story", ["邻居的墙倒了砸俺家", "楼上掉下花盆砸了我", "老李砍了俺家树"])
async def test_what_falls_or_is_cut_is_neither_violence_nor_crime(desk: Service, story: str) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调节", story)

    assert told.startswith("给谁约？")


async def test_who_is_in_court_already_is_told_so_and_a_bare_yes_asks_for_a_person(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "已经在法院打官司了，借钱不还")
    asked = await phone.hears("是的")

    assert told.startswith("法院已经在办的事，不能再约人民调解。")
    assert asked.startswith("好，请工作人员来回您。")


async def test_a_bare_yes_cancels_when_asked_whether_to(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, *ASKED, "我", SELF, "1", "确认", "取消预约")

    told = await phone.hears("中")

    assert told.startswith("取消了：")
    assert bookings(desk) == []


async def test_a_bare_yes_under_ones_own_booking_changes_nothing(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, *ASKED, "我", SELF, "1", "确认", "我的预约")
    before = bookings(desk)

    await phone.hears("是的")

    assert bookings(desk) == before
