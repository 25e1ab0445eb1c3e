"""A reply that is not ready after 4.5 seconds: acknowledged, and shown once all the same."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from admin.sandbox import messages
from admin.sandbox.account import draw_credentials
from admin.slices import SLICES
from bot.dialogue.reply import Reply
from bot.dialogue.router import Visit
from bot.slice import Slice
from tests.support.node import fixed_texts
from tests.support.service import Phone, Service, serving

pytestmark = [pytest.mark.faults, pytest.mark.alone]

SLOW, ANSWER = "慢慢想想怎么办？", "想好了，先把欠条收好。"
SECONDS = 5.5


async def ponder(visit: Visit) -> Reply | None:
    """A taker that needs longer than the platform waits."""
    if visit.said.text != SLOW:
        return None
    await asyncio.sleep(SECONDS)
    return Reply(ANSWER, decision="pondered")


@pytest.fixture
def _pondering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("admin.app.SLICES", (*SLICES, Slice("ponder", holders=(ponder,))))


@pytest.fixture
async def slow(_pondering: None, tmp_path: Path, template_db: Path) -> AsyncIterator[Service]:
    """A service whose account may push."""
    async with serving(tmp_path / "data", template=template_db) as running:
        yield running


@pytest.fixture
async def slow_and_mute(_pondering: None, tmp_path: Path, template_db: Path) -> AsyncIterator[Service]:
    """A service whose account may not push: it has no secret."""
    drawn = draw_credentials()
    mute = replace(drawn, oa=replace(drawn.oa, app_secret=""))
    async with serving(tmp_path / "data", template=template_db, credentials=mute) as running:
        yield running


async def test_a_slow_reply_is_acknowledged_in_time_and_pushed_once(slow: Service) -> None:
    phone = slow.phone()

    delivery = await phone.sends("text", SLOW)

    assert delivery.text == ""
    assert [one.status for one in delivery.tries] == [200], "in time: the platform waits five seconds"
    assert delivery.tries[0].seconds > 4.3
    assert await phone.waits_for_push() == [ANSWER]
    await asyncio.sleep(1.5)
    assert phone.pushed() == [ANSWER]


async def test_tries_during_a_slow_turn_all_get_the_same_and_one_reply_is_pushed(slow: Service) -> None:
    phone = slow.phone()
    push = messages.text(slow.lines.next(phone.who), SLOW)
    slow.sandbox.platform.acted("oa", push)
    door = slow.sandbox.pushers["oa"]

    async def after(seconds: float) -> str:
        await asyncio.sleep(seconds)
        made = await door.deliver(push, tries=1)
        return made.text if made.tries[-1].answer else made.why

    answers = await asyncio.gather(after(0), after(0), after(1.5), after(4.6), after(7.0))

    assert list(answers) == ["", "", "", "", ""]
    assert await phone.waits_for_push() == [ANSWER]
    await asyncio.sleep(1.5)
    assert phone.pushed() == [ANSWER]
    assert slow.rows("select state, channel from inbox") == [("done", "push")]


async def test_where_nothing_may_be_pushed_the_reply_comes_with_the_next_word(slow_and_mute: Service) -> None:
    phone = slow_and_mute.phone()

    asked = await phone.says(SLOW)
    await asyncio.sleep(SECONDS - 4.0)
    following = await phone.says("菜单")

    assert asked == fixed_texts()["send_any_word"]
    assert following.startswith(f"上次的回复：\n{ANSWER}\n\n")
    assert phone.pushed() == []
    assert ANSWER not in await phone.says("菜单")


async def test_a_try_after_the_slow_turn_still_gets_the_fixed_text(slow_and_mute: Service) -> None:
    phone = slow_and_mute.phone()

    delivery = await _twice(slow_and_mute, phone, SECONDS)

    assert delivery == [fixed_texts()["send_any_word"]] * 2


async def _twice(service: Service, phone: Phone, pause: float) -> list[str]:
    push = messages.text(service.lines.next(phone.who), SLOW)
    door = service.sandbox.pushers["oa"]
    first = await door.deliver(push, tries=1)
    await asyncio.sleep(pause)
    return [first.text, (await door.deliver(push, tries=1)).text]
