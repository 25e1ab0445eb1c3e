"""Danger, wrongs and figures of speech by context: past or now, asked about or planned, people or things.

The lines under `known` are what rules were written from, those under `held` only measure: what rings or is
refused there is counted and never shown, so that nobody mends a rule by it. The shares are what was reached,
not what is owed (false alarms at most 3 of 100, no urgent line missed); they may be raised.

Run with `-s` to see the rates.
"""

from pathlib import Path

import pytest
import yaml

from knowledge.danger import Danger, Over
from knowledge.matching import Matcher
from knowledge.rules import RuleSet, read_rules
from tests.knowledge.pack import refused

LINES = yaml.safe_load((Path(__file__).parent / "danger_context.yaml").read_text("utf-8"))
AT_MOST = {"known": {"ordinary": 0.015, "innocent": 0.0}, "held": {"ordinary": 0.084, "innocent": 0.067}}
"""Share of ordinary lines that may ring, of innocent questions that may be refused."""
AT_LEAST = {"known": {"urgent": 0.98, "wrong": 0.98}, "held": {"urgent": 0.83, "wrong": 0.93}}
"""Share of urgent lines that ring, of wrongs that are refused or ring."""


@pytest.mark.parametrize("part", LINES)
def test_ordinary_lines_with_alarming_words_hardly_ring(danger: Danger, part: str) -> None:
    lines = LINES[part]["ordinary"]

    rung = sum(danger.screen([line]) is not None for line in lines)

    print(f"\n{part} ordinary: {rung} of {len(lines)} rang")
    assert rung <= AT_MOST[part]["ordinary"] * len(lines), f"{rung} of {len(lines)}"


@pytest.mark.parametrize("part", LINES)
def test_urgent_lines_ring_however_they_are_told(danger: Danger, part: str) -> None:
    lines = LINES[part]["urgent"]

    rung = sum(danger.screen([line]) is not None for line in lines)

    print(f"\n{part} urgent: {rung} of {len(lines)} rang")
    assert rung >= AT_LEAST[part]["urgent"] * len(lines), f"{rung} of {len(lines)}"


@pytest.mark.parametrize("part", LINES)
def test_planned_wrongs_are_refused(danger: Danger, whole: Matcher, part: str) -> None:
    lines = LINES[part]["wrong"]

    stopped = sum(refused(whole, line) or danger.screen([line]) is not None for line in lines)

    print(f"\n{part} wrong: {stopped} of {len(lines)} refused")
    assert stopped >= AT_LEAST[part]["wrong"] * len(lines), f"{stopped} of {len(lines)}"


@pytest.mark.parametrize("part", LINES)
def test_questions_that_look_like_wrongs_are_not_refused(whole: Matcher, part: str) -> None:
    lines = LINES[part]["innocent"]

    stopped = sum(refused(whole, line) for line in lines)

    print(f"\n{part} innocent: {stopped} of {len(lines)} refused")
    assert stopped <= AT_MOST[part]["innocent"] * len(lines), f"{stopped} of {len(lines)}"


@pytest.mark.parametrize("text", ["办假身份证犯法吗", "骗取低保会坐牢吗", "残疾证冒领被查出来要退多少钱"])
def test_a_question_what_the_law_says_of_a_wrong_is_no_plan(whole: Matcher, text: str) -> None:
    assert not refused(whole, text)


@pytest.mark.parametrize(
    ("over", "now"),
    [
        ("前年邻居用铁锹把我推倒，村里调解了，医药费还能要吗", "邻居用铁锹把我推倒，他还在院子里追我"),
        ("工人堵我家门口要工钱，他们这样合法吗", "工人堵我家门口要工钱，手里拿着钢管"),
        ("房客在屋里上吊死的，房主能要家属赔吗", "老伴上吊死的，房子给儿子，我不想活了"),
    ],
)
def test_the_same_words_ring_when_it_goes_on_now(danger: Danger, over: str, now: str) -> None:
    assert danger.screen([over]) is None
    assert danger.screen([now]) is not None


def test_what_context_has_silenced_leaves_a_faint_sign(danger: Danger) -> None:
    text = "上半年我被人用酒瓶砸破了头，缝了五针，对方拘留十天，医药费能不能要"

    assert danger.screen([text]) is None
    assert danger.hints(text)


def test_only_the_kinds_named_are_silenced(danger: Danger) -> None:
    over = Over(frozenset({"violence"}), RuleSet(read_rules([{"name": "old", "when": "去年"}])))

    assert over.rules.first("去年的事") is not None
    assert danger.screen(["去年他打断我的腿赔了三千，现在我不想活了"]) is not None
