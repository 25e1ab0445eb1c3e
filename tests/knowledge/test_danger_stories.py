"""Long messages: an ordinary story hardly rings by the words it holds by chance, danger at length does."""

from pathlib import Path

import pytest
import yaml

from knowledge.danger import Danger
from knowledge.rules import RuleSet, read_rules
from knowledge.signs import Signs

STORIES = yaml.safe_load((Path(__file__).parent / "danger_stories.yaml").read_text("utf-8"))
CEILING = 0.03
"""Share of the ordinary stories that may ring."""


def test_ordinary_stories_hardly_ring(danger: Danger) -> None:
    rung = [text for text in STORIES["quiet"] if danger.screen([text])]

    assert len(STORIES["quiet"]) == len(set(STORIES["quiet"])) == 180
    assert len(rung) <= CEILING * len(STORIES["quiet"]), rung


@pytest.mark.parametrize("text", STORIES["rings"] + STORIES["short"]["rings"])
def test_danger_told_at_length_or_in_a_few_plain_words_rings(danger: Danger, text: str) -> None:
    assert danger.screen([text]) is not None


@pytest.mark.parametrize("text", STORIES["short"]["quiet"])
def test_a_word_inside_another_is_no_danger(danger: Danger, text: str) -> None:
    assert danger.screen([text]) is None


def _signs() -> Signs:
    return Signs({
        "rings": {"violence": 1.0}, "hint": 0.5, "reach": 30, "long": 90, "void": "x",
        "story": 40, "near": 10, "single": 0.5, "colour": "now",
        "words": {"hurt": "流血", "hide": "躲着", "now": "现在"},
        "kinds": {"violence": {"hurt": 0.8, "hurt & now": 0.4, "hurt & hide": 0.8}},
    })  # fmt: skip


def test_what_lies_far_apart_belongs_together_in_a_few_words_and_not_in_a_story() -> None:
    apart = "流血" + "说" * 15 + "躲着"

    assert _signs().weigh(apart).score == 1.6
    assert _signs().weigh(apart + "说" * 40).score == 0.4


def test_one_word_and_its_colour_count_less_in_a_story() -> None:
    assert _signs().weigh("现在流血").score == 1.2
    assert _signs().weigh("现在流血" + "说" * 40).score == 0.6
    assert _signs().weigh("现在流血躲着" + "说" * 40).score == 2.0


def test_the_patterns_of_a_rule_may_be_held_to_lie_near_each_other() -> None:
    rules = RuleSet(read_rules([{"name": "lost", "when": "不见", "all": ["孩子", "不见", "刚才"]}]))
    near = "刚才孩子不见了" + "说" * 30
    apart = "孩子" + "说" * 30 + "刚才手机不见了"

    assert rules.among(rules.woken(near), near, within=20) is not None
    assert rules.among(rules.woken(apart), apart, within=20) is None
    assert rules.among(rules.woken(apart), apart) is not None
