"""The danger screen: what rings, what must not, and what is said then."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
import yaml

from knowledge.danger import FIXED, Danger, DangerKind
from knowledge.hotlines import Hotlines
from tests.knowledge.pack import SHARED

_EXAMPLES = yaml.safe_load((Path(__file__).parent / "danger_examples.yaml").read_text("utf-8"))
QUIET = _EXAMPLES.pop("quiet")
RINGS = _EXAMPLES


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in RINGS.items() for t in texts])
def test_danger_is_seen(danger: Danger, kind: str, text: str) -> None:
    alarm = danger.screen([text])

    assert alarm is not None
    assert alarm.kind == kind


@pytest.mark.parametrize("text", QUIET)
def test_figures_of_speech_and_plain_questions_do_not_ring(danger: Danger, text: str) -> None:
    assert danger.screen([text]) is None


def test_danger_in_pieces_is_seen_when_they_are_joined(danger: Danger) -> None:
    assert danger.screen(["我不想"]) is None

    alarm = danger.screen(["我不想", "活了"])

    assert alarm is not None
    assert alarm.kind == "suicide"


def test_an_empty_message_is_no_danger(danger: Danger) -> None:
    assert danger.screen([]) is None
    assert danger.screen(["", "  ", "👍"]) is None


@pytest.mark.parametrize("kind", get_args(DangerKind))
def test_a_safety_text_has_numbers_and_promises_nobody(danger: Danger, hotlines: Hotlines, kind: str) -> None:
    text = danger.texts[kind]

    assert "现在可能没有人在看这里" in text
    assert hotlines.number("police") in text
    assert "{tel:" not in text
    assert len(text.encode()) < 1000
    assert not re.search(r"马上(?:有人)?联系您|工作人员(?:会|马上)|已经通知|想开|加油|坚强|为什么不", text)


def test_the_text_on_violence_never_proposes_mediation(danger: Danger, hotlines: Hotlines) -> None:
    text = danger.texts["violence"]

    assert not re.search("调解|谈谈|沟通|原谅|忍", text)
    for needed in ("保护令", hotlines.number("sms_police"), hotlines.number("women"), "不是您的错"):
        assert needed in text


def test_the_text_on_suicide_asks_for_safety_and_names_no_method(danger: Danger, hotlines: Hotlines) -> None:
    text = danger.texts["suicide"]

    assert "您现在安全吗" in text
    for key in ("mental", "ambulance", "police"):
        assert hotlines.number(key) in text
    assert not re.search("药|跳|割|绳|楼|法", text)


@pytest.mark.parametrize("key", FIXED)
def test_fixed_texts_are_there_with_their_numbers(danger: Danger, key: str) -> None:
    assert danger.fixed[key]
    assert "{tel:" not in danger.fixed[key]


def test_the_shared_examples_ring_or_stay_quiet(danger: Danger) -> None:
    path = SHARED / "safety_examples.jsonl"
    if not path.exists():
        pytest.skip("shared data absent: ../shared/data/safety_examples.jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    wrong = [
        row["text"]
        for row in rows
        if (danger.screen([row["text"]]) is not None) != (row["must"] == "escalate_urgent")
    ]

    assert wrong == []


def test_a_question_that_is_asked_again_is_no_new_sign(danger: Danger) -> None:
    question = "邻居家的树压到我家房顶怎么办？"

    assert danger.screen([question, "人工", question]) is None
    assert danger.screen([question, question]) is None
