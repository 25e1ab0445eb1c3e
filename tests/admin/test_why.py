"""The reason beside the demo phone: what was recorded, and the steps of the matcher."""

import asyncio
from pathlib import Path

import pytest

from admin.app import DESK
from admin.sandbox.pushing import Delivery
from admin.why import Why, reason
from bot.wechat.codec import message_key
from handlers.consult.service import Desk
from knowledge.matching import Matcher
from tests.support.service import Phone, Service, pack, serving


def _why(service: Service) -> Why:
    return Why(service.store.reader, service.app[DESK].current, service.sandbox.credentials.oa.original_id)


async def _soon(phone: Phone, words: str) -> Delivery:
    await asyncio.sleep(0.3)
    return await phone.sends("text", words)


async def test_an_answer_is_told_with_its_steps_and_its_basis(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        delivery = await service.phone().sends("text", "老板拖欠工资怎么办")

        told = await _why(service)("oTest-resident-1", str(delivery.push.fields["MsgId"]))

    assert told is not None
    assert told.said == "老板拖欠工资怎么办"
    assert told.outcome == "直接回答"
    assert not told.context
    assert [step.name for step in told.steps][:2] == ["normalise", "danger"]
    assert told.likely[0].share == 100
    assert any("劳动" in article for article, _version in told.basis)


async def test_pieces_that_were_read_together_are_told_together(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        phone = service.phone()
        both = await asyncio.gather(phone.sends("text", "老板"), _soon(phone, "拖欠我三个月"))
        numbers = [str(one.push.fields["MsgId"]) for one in both]

        told = [await _why(service)("oTest-resident-1", number) for number in numbers]

    assert [one and one.said for one in told] == ["老板\n拖欠我三个月"] * 2


async def test_a_choice_is_told_as_hanging_on_what_was_shown(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        phone = service.phone()
        await phone.says("老板拖欠工资怎么办")
        delivery = await phone.sends("text", "1")

        told = await _why(service)("oTest-resident-1", str(delivery.push.fields["MsgId"]))

    assert told is not None
    assert told.context
    assert told.likely == ()


@pytest.mark.parametrize("number", ["", "17", "x"])
async def test_what_never_came_has_no_reason(tmp_path: Path, number: str) -> None:
    async with serving(tmp_path) as service:
        assert await _why(service)("oTest-resident-1", number) is None


def test_each_kind_of_decision_has_words() -> None:
    desk = Desk(Matcher(pack().library, pack().hotlines, pack().danger), "http://x")

    said = {
        word: reason(desk, "谢谢", word).outcome
        for word in ("smalltalk", "urgent:suicide", "unsolved:1", "x")
    }

    assert said == {
        "smalltalk": "寒暄",
        "urgent:suicide": "有危险，先给电话",
        "unsolved:1": "再问一句",
        "x": "按步骤办",
    }


def test_the_key_of_a_message_is_the_doors() -> None:
    assert message_key("gh_1", "oA", "7") == "gh_1|oA|m7"
