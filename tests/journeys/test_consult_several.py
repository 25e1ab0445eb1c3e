"""Two questions in one message: each is answered or offered, and none is dropped."""

import pytest

from tests.journeys.test_consult import choices
from tests.support.service import Service

WAGES, FEES = "老板拖欠工资不给怎么办", "物业服务差可以不交物业费吗"


@pytest.mark.parametrize(
    "words",
    [
        f"1、{WAGES} 2、{FEES}",
        f"一、{WAGES}\n二、{FEES}",
        f"①{WAGES}②{FEES}",
        f"{WAGES}，另外{FEES}",
        f"{WAGES}。还想问一下，{FEES}",
        f"{WAGES}？{FEES}？",
    ],
)
async def test_both_are_answered_under_their_titles(timed: Service, words: str) -> None:
    reply = await timed.phone().says(words)

    assert reply.startswith("您问了 2 件事，我一件一件说。")
    assert "【单位、老板欠工资不给，怎么要？】" in reply
    assert "【物业服务差，可以不交物业费吗？】" in reply
    assert reply.count("核对日期：") == 2
    assert choices(reply)[2:] == ["没解决", "找人", "预约"]
    assert len(reply.encode()) <= 2048


async def test_each_can_be_opened_with_its_own_question(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(f"{WAGES}，另外{FEES}")

    reply = await phone.says("2")

    assert "/a/property_mgmt." in reply
    assert choices(reply)[-3:] == ["没解决", "找人", "预约"]


async def test_one_that_is_not_clear_is_offered_after_the_first_answer(timed: Service) -> None:
    phone = timed.phone()

    reply = await phone.says(f"{WAGES}，另外签了字能反悔吗？")
    other = await phone.says("1")

    assert "劳动保障监察" in reply
    assert "您还问了别的，接着看请回复数字。" in reply
    assert choices(reply)[0] == "接着问：签了字能反悔吗？"
    assert choices(other)[-1] == "都不是"


async def test_one_that_nobody_can_answer_is_said_so(timed: Service) -> None:
    reply = await timed.phone().says(f"{WAGES}，另外咕噜咕噜呱呱？")

    assert "劳动保障监察" in reply
    assert "这件，我还没有现成的答案" in reply


async def test_danger_in_either_part_decides(timed: Service) -> None:
    reply = await timed.phone().says(f"{WAGES}，另外我不想活了")

    assert "您现在安全吗" in reply
    assert "劳动保障监察" not in reply


async def test_two_marks_over_one_matter_stay_one_question(timed: Service) -> None:
    reply = await timed.phone().says("老板拖欠工资怎么办？能不能去劳动局投诉拖欠工资？")

    assert "件事，我一件一件说" not in reply
