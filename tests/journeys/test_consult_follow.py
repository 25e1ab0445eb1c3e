"""那要多少钱: short words that lean on the last topic are answered from its entry, or not at all."""

import pytest

from bot.clock import SetClock
from tests.journeys.test_consult import LENT, UNKNOWN, VAGUE, WAGES, choices, decisions
from tests.journeys.test_handoff import later
from tests.support.service import Service, pack

ENTRY = "lending.not_repaid"
HEAD = "接着说“借钱给人不还，怎么要回来？”："


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("那要多少钱", "人民调解不收费"),
        ("收费吗？", "人民调解不收费"),
        ("多久能办完", "3 年内"),
        ("要带什么", "借条或欠条原件"),
        ("需要哪些证据", "转账记录"),
        ("去哪办", "法院"),
        ("找谁啊", "法院"),
        ("那我该怎么办", "一步一步："),
        ("还有呢", "要留心："),
        ("没听懂，说详细点", "一步一步："),
        ("为什么", "写着“"),
        ("不给怎么办", "您还可以："),
        ("那他不来呢", "起诉"),
    ],
)
async def test_it_is_answered_from_the_last_entry(timed: Service, words: str, says: str) -> None:
    phone = timed.phone()
    await phone.says(LENT)

    reply = await phone.says(words)

    assert reply.startswith(HEAD)
    assert says in reply
    assert "核对日期：" in reply
    assert choices(reply) == ["没解决", "找人", "预约"]
    assert decisions(timed)[-1].startswith(f"answer:{ENTRY}:")


async def test_numbers_of_offices_are_told_as_numbers(timed: Service) -> None:
    phone = timed.phone()
    await phone.says("没有预售证就收钱、要团购费，能退吗？")

    reply = await phone.says("去哪办")

    assert "市场监管部门（12315）" in reply


async def test_the_same_question_again_is_answered_whole(timed: Service) -> None:
    phone = timed.phone()
    question = "房东不退押金怎么办"

    replies = [await phone.says(question), await phone.says(question)]

    assert replies[0].startswith(replies[1][:100])
    assert not replies[1].startswith(HEAD[:4])


async def test_a_fact_told_later_selects_its_option(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(LENT)

    reply = await phone.says("那他要是死了呢")

    assert reply.startswith("照您说的情况：借款人去世了。可以向继承人要")


async def test_what_is_not_written_there_is_said_so_and_offers_a_person(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(LENT)

    reply = await phone.says("我妈也行吗")

    assert "这一条里没写到这一点，我不能乱说" in reply
    assert choices(reply) == ["找人", "预约"]
    assert timed.rows("select near, why from unanswered") == [(ENTRY, "unwritten")]


async def test_several_in_a_row_stay_with_the_topic(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(LENT)

    replies = [await phone.says(words) for words in ("那要多少钱", "要带什么", "去哪办")]

    assert [reply.startswith(HEAD) for reply in replies] == [True] * 3


async def test_a_message_with_its_own_matter_is_a_new_question(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(LENT)

    reply = await phone.says("法律援助怎么申请要带什么材料？")

    assert HEAD not in reply
    assert "lending" not in decisions(timed)[-1]


async def test_after_a_picked_title_it_leans_on_that_one(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(VAGUE)
    picked = await phone.says("1")

    reply = await phone.says("要带什么")

    entry = decisions(timed)[-1].split(":")[1]
    assert f"/a/{entry}\n" in picked
    assert pack().library.by_id[entry].title in reply


async def test_after_a_question_that_found_nothing_it_leans_on_nothing(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(LENT)
    await phone.says(UNKNOWN[0])

    reply = await phone.says("那要多少钱")

    assert HEAD not in reply


async def test_with_nothing_before_it_is_asked_what_is_meant(timed: Service) -> None:
    reply = await timed.phone().says("那要多少钱")

    assert reply.startswith("您问的是哪件事？")


async def test_half_an_hour_later_the_topic_is_forgotten(timed: Service, clock: SetClock) -> None:
    phone = timed.phone()
    await phone.says(LENT)
    await later(timed, clock, minutes=31)

    reply = await phone.says("那要多少钱")

    assert HEAD not in reply


async def test_other_words_that_fit_the_topic_but_no_option_are_a_new_question(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(LENT)

    reply = await phone.says("我爸去世了房子怎么继承？")

    assert "借款人去世了" not in reply


async def test_danger_passes_the_last_topic_by(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(WAGES)

    reply = await phone.says("不给我就不想活了")

    assert "您现在安全吗" in reply
