"""Real questions of residents, where they are at hand, go through the webhook signed and sealed."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from handlers.consult.service import Desk, consult
from knowledge.matching import Matcher
from tests.support.service import Service, pack

QUESTIONS = Path(__file__).resolve().parents[3] / "shared" / "data" / "questions_dev.jsonl"


@pytest.mark.faults
@pytest.mark.alone
async def test_every_question_gets_the_very_answer_of_the_matcher(service: Service) -> None:
    if not QUESTIONS.exists():
        pytest.skip("shared data absent: ../shared/data/questions_dev.jsonl")
    asked = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    loaded = pack()
    desk = Desk(Matcher(loaded.library, loaded.hotlines, loaded.danger), "https://example.test")
    gate = asyncio.Semaphore(20)

    async def ask(number: int, words: str) -> str:
        async with gate:
            return await service.phone(f"oReal-{number}").says(words)

    replies = await asyncio.gather(*(ask(number, words) for number, words in enumerate(asked)))

    same = Counter[str]()
    for words, reply in zip(asked, replies, strict=True):
        expected = consult(desk, words)
        heard_out = not expected.decision.found and "听" in reply
        assert heard_out or reply.startswith(expected.decision.text[:40]), expected.decision.decision
        same["listened" if heard_out else expected.decision.decision] += 1
    assert sum(same.values()) == len(asked)
    states = {row[0] for row in service.rows("select state from inbox")}
    assert states == {"done"}
    assert len(service.rows("select id from inbox where channel <> 'response'")) == 0
