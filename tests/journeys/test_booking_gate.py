"""What cannot be booked is not booked: the reason, the body and its number, and a person if one is wanted."""

import pytest

from bot.clock import SetClock
from tests.journeys.booking_desk import STORY, bookings, cells, desk, held, neighbour, says_all
from tests.journeys.test_handoff import EVENING, tasks
from tests.support.service import Service

__all__ = ["desk"]


async def test_who_was_sued_is_sent_to_the_court_and_nothing_is_booked(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "借钱的事他把我告了，法院下个月开庭")

    assert told.startswith("法院已经在办的事，不能再约人民调解。")
    assert "12368" in told
    assert told.endswith("1 请工作人员联系我\n2 不用了，我知道了")
    assert (bookings(desk), cells(desk), tasks(desk)) == ([], 0, [])


async def test_a_person_is_asked_with_the_reason(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "县里征地补偿太低，征收决定不服", "1")

    assert told.startswith("好，请工作人员来回您。您的号是 R-0001。")
    assert tasks(desk)[0][:3] == (1, "turned", "liuhe")


async def test_domestic_violence_gets_no_mediation_and_its_task_is_for_named_staff_alone(
    desk: Service,
) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "老公以前动过手，这次想把离婚的事说清")
    asked = await phone.hears("1")

    assert told.startswith("家里人动手、吓人、关人，不用先坐下来调解，先顾安全：")
    assert "有空" not in told
    assert "R-0001" in asked
    assert desk.rows("select kind, secluded from task") == [("turned", "violence")]


async def test_after_violence_legal_aid_is_booked_without_telling_it_again(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, "我要调解", "男人老打我，想离")

    told = await phone.hears("2")

    assert "不看收入" in told
    assert "给谁约？" in told


async def test_who_waves_it_off_after_violence_still_hears_whom_to_call(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "男人老打我，想离", "3")

    assert told == "好。有危险，马上打 110。想找人说，回复“人工”。"


async def test_a_limit_near_goes_to_a_person_at_once_without_a_further_word(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "还有五天就过上诉期了，想跟他再谈谈")

    assert "12348" in told
    assert "您的号是 R-0001。柳河司法所的工作人员今天 11:00 前回您。" in told
    assert tasks(desk)[0][:2] == (1, "deadline")
    assert bookings(desk) == []


async def test_in_the_evening_no_false_presence_and_the_number_that_answers_now(
    desk: Service, clock: SetClock
) -> None:
    clock.at = EVENING
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "明天上诉期就到了，想先调解")

    assert "您也马上打 12348" in told
    assert "现在下班了" in told


async def test_with_a_limit_near_legal_aid_is_booked_and_a_person_looks_today(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "约律师", "判决书收到12天了，不服，不会写上诉状", "1", "不留", "1", "1")

    assert told.startswith("约好了。")
    assert tasks(desk)[0][:2] == (1, "deadline")
    assert len(bookings(desk)) == 1


async def test_a_task_that_waits_already_learns_that_a_limit_is_near(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("人工")

    await says_all(phone, "我要调解", "还有三天就过上诉期了")

    assert [row[:2] for row in tasks(desk)] == [(1, "deadline")]


async def test_who_is_sent_by_the_court_goes_on_and_is_told_what_to_bring(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await says_all(phone, "我要调解", "法院让我们先来司法所调解，借钱的事")

    assert told.startswith("法院、派出所让您来调解的，可以约。")
    assert "给谁约？" in told


async def test_a_story_that_turns_bad_when_it_is_changed_gives_the_time_back(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, "我要调解", STORY, "1", "不留", "1")
    before = held(desk)

    told = await says_all(phone, "改一下", "事情", "他已经起诉了，法院立案了")

    assert len(before) == 1
    assert told.startswith("法院已经在办的事")
    assert (held(desk), cells(desk)) == ([], 0)


@pytest.mark.parametrize("word", ["我要调解", "单位拖欠工资不给怎么办？"])
async def test_under_the_reason_one_goes_on_with_whatever_one_wants(desk: Service, word: str) -> None:
    phone = await neighbour(desk)
    turned = await says_all(phone, "我要调解", "法院已经判了，他不还钱")

    told = await phone.hears(word)

    assert "已经判了、裁了的事" in turned
    assert "已经判了、裁了的事" not in told
    assert "没看懂" not in told


async def test_after_danger_was_heard_no_words_lead_back_to_mediation(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("我要调解")

    rang = await phone.hears("儿媳妇把我关在屋里，不给饭吃，还打我，我想请你们来说说")
    told = await phone.hears("那我咋办")

    assert rang.startswith("您现在安全吗？")
    assert told.startswith("家里人动手、吓人、关人，不用先坐下来调解")
    assert bookings(desk) == []


async def test_danger_heard_at_the_summary_ends_the_booking_and_frees_the_time(desk: Service) -> None:
    phone = await neighbour(desk)
    await says_all(phone, "我要调解", STORY, "1", "不留", "1")
    before = held(desk)

    await phone.hears("老公正在打我，救命")
    told = await phone.hears("确认")

    assert len(before) == 1
    assert "先顾安全" in told
    assert (bookings(desk), held(desk), cells(desk)) == ([], [], 0)
