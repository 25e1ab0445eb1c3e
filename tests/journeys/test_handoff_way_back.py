"""人工 from the resident's side: place in line, who comes, the way back and its one question."""

import asyncio

from bot.clock import SetClock, millis
from handlers.handoff import absence, baton, ladder
from handlers.handoff import service as handoff
from handlers.handoff.sentences import back_words, closed_words
from tests.journeys.test_handoff import EVENING, LAW, answered, at_home, later, replies, staffed, with_home
from tests.support.service import Phone, Service

WAGES = "单位拖欠工资不给怎么办？"
QUESTION = "这次帮到您了吗？回个数字就行，不回也没关系：\n1 帮到了\n2 帮到一些\n3 没帮到"


async def handed_back(service: Service) -> Phone:
    """The phone of a resident whose thread was given back."""
    phone = await answered(service, staffed(service))
    service.store.writer.do_now(handoff.hand_back, 1, back_words())
    await phone.waits_for_push(2)
    return phone


async def test_the_place_in_line_is_told(timed: Service) -> None:
    staffed(timed)
    for name in ("a", "b", "c"):
        phone = timed.phone(f"oTest-{name}")
        await phone.says("你好")
        at_home(timed)
        told = await phone.says("人工")

    assert told.startswith(
        "好，请工作人员来回您。您的号是 R-0003，前面还有 2 位。柳河司法所的工作人员今天 11:00 前回您。"
    )


async def test_out_of_hours_a_visit_and_the_hotline_are_offered(timed: Service, clock: SetClock) -> None:
    clock.at = EVENING
    staffed(timed)
    phone = await with_home(timed)

    told = await phone.says("人工")

    assert "现在下班了。" in told
    assert "回复“预约”" in told
    assert LAW in told
    assert "R-0001" in told


async def test_when_everybody_is_away_the_time_moves_and_it_is_said_why(timed: Service) -> None:
    clerk = staffed(timed)
    now = millis(timed.store.clock.now())
    timed.store.writer.do_now(absence.away, clerk, clerk, now - 1, now + 30 * 60_000)
    phone = await with_home(timed)

    told = await phone.says("人工")

    assert "柳河司法所的人这会儿都不在，今天 11:30 前回您。" in told


async def test_who_takes_it_is_named_and_the_bot_is_silent(timed: Service) -> None:
    clerk = staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")

    timed.store.writer.do_now(baton.take, clerk, 1)
    pushed = await phone.waits_for_push(1)

    assert pushed == ["陈敏（柳河司法所）来回您了（R-0001）。"]
    assert (await phone.says(WAGES)).startswith("收到了，陈敏看得到。")


async def test_given_back_the_question_is_asked_and_a_number_answers_it(timed: Service) -> None:
    phone = await handed_back(timed)

    thanks = await phone.says("1")

    assert phone.pushed()[-1] == f"{back_words()}\n{QUESTION}"
    assert thanks == "谢谢您，记下了。有别的事，直接说就行。"
    assert timed.rows("select verdict from task_rating") == [("helped",)]


async def test_a_bad_rating_shows_the_way_to_a_person(service: Service) -> None:
    phone = await handed_back(service)

    assert "请回复“人工”" in await phone.says("3")
    assert service.rows("select verdict from task_rating") == [("not",)]


async def test_who_does_not_rate_is_answered_as_always(timed: Service) -> None:
    phone = await handed_back(timed)

    answer = await phone.says(WAGES)
    first = await phone.says("1")

    assert "依据" in answer
    assert "记下了。有别的事" not in first  # the number means the list that was shown last
    assert timed.rows("select verdict from task_rating") == [(None,)]


async def test_the_question_is_asked_once_a_matter(timed: Service) -> None:
    phone = await handed_back(timed)
    replies(timed, 1, "还有一句。", once="b")
    timed.store.writer.do_now(handoff.close, 1, 1, "answered", closed_words(1))
    pushed = await phone.waits_for_push(4)

    assert [QUESTION in one for one in pushed] == [False, True, False, False]


async def test_a_day_later_a_number_is_no_rating(timed: Service, clock: SetClock) -> None:
    phone = await handed_back(timed)
    await later(timed, clock, hours=25)

    await phone.says("1")

    assert timed.rows("select verdict from task_rating") == [(None,)]


async def test_the_new_time_reaches_the_phone(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    staffed(timed, "t002", "shiqiao", "赵琴")
    phone = await with_home(timed)
    await phone.says("人工")
    for minutes in (15, 45):
        await later(timed, clock, minutes=minutes)
        while timed.store.writer.do_now(ladder.climb):
            pass

    pushed = await phone.waits_for_push(1)

    assert pushed == ["对不起，R-0001 这件事还没人回您。已经转给石桥司法所，今天 12:00 前回您。"]


async def test_the_service_climbs_by_itself(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")
    await later(timed, clock, minutes=15)

    for _step in range(300):
        if timed.rows("select rung from task") == [(1,)]:
            break
        await asyncio.sleep(0.1)

    assert timed.rows("select rung from task") == [(1,)]


async def test_closed_while_one_still_waits_it_is_said(timed: Service) -> None:
    clerk = staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")

    timed.store.writer.do_now(handoff.close, clerk, 1, "visit", closed_words(1))

    assert await phone.waits_for_push(1) == [closed_words(1)]
