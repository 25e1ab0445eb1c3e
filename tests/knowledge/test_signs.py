"""The weighed signs: how a score comes about, and how many lines of the rounds ring."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.danger import Danger
from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher, Outcome
from knowledge.signs import Signs

_ROUNDS = yaml.safe_load((Path(__file__).parent / "danger_rounds.yaml").read_text("utf-8"))
_LEAST = {"round_1": 0.95, "round_2": 0.92, "round_3": 0.9, "round_4": 0.77, "round_5": 0.85, "round_6": 0.9}
"""The share of each round that rings, by what was reached: a change of weights must not lose it unseen."""


def _signs(kinds: dict[str, Any], **more: Any) -> Signs:
    data = {
        "rings": dict.fromkeys(kinds, 1.0),
        "hint": 0.5,
        "reach": 10,
        "long": 40,
        "void": "打电话|河南",
        "words": {"n": "一|二", "place": "桥|河", "hit": "打|掐", "me": "我", "dose": "{n}片", "law": "赔偿"},
        "kinds": kinds,
    }
    return Signs(data | more)


def test_weights_of_signs_are_added_and_named() -> None:
    weighed = _signs({"violence": {"hit": 0.4, "hit > me": 0.7}}).weigh("他打我")

    assert weighed.kind == "violence"
    assert weighed.score == pytest.approx(1.1)
    assert weighed.signs == ("hit > me", "hit")


def test_order_and_distance_count_in_a_sign_with_an_arrow() -> None:
    signs = _signs({"violence": {"hit > 3 me": 1.0}})

    assert signs.weigh("打了我").score == 1.0
    assert signs.weigh("我打了").score == 0.0
    assert signs.weigh("打坏了墙和门我").score == 0.0


def test_near_each_other_means_any_order_within_reach() -> None:
    signs = _signs({"suicide": {"place & me": 1.0}})

    assert signs.weigh("我在桥").score == 1.0
    assert signs.weigh("桥上的我").score == 1.0
    assert signs.weigh("桥" + "上" * 12 + "我").score == 0.0


def test_a_longer_ordinary_word_blanks_what_it_covers() -> None:
    signs = _signs({"violence": {"hit": 1.0}, "suicide": {"place": 1.0}})

    assert signs.weigh("打电话到河南").score == 0.0
    assert signs.weigh("打").score == 1.0


def test_further_places_of_a_lexicon_add_half_each_up_to_twice() -> None:
    signs = _signs({"suicide": {"place": 0.4}})

    assert signs.weigh("桥上看河").score == pytest.approx(0.6)
    assert signs.weigh("桥河桥河桥").score == pytest.approx(0.8)


def test_a_guard_takes_away_and_a_word_may_hold_another_lexicon() -> None:
    signs = _signs({"suicide": {"dose": 1.0, "law": -0.5}})

    assert signs.weigh("二片").score == 1.0
    assert signs.weigh("二片赔偿").score == 0.5


def test_a_long_story_weighs_less() -> None:
    signs = _signs({"violence": {"hit": 1.0}})

    assert signs.weigh("打" + "啊" * 159).score == 0.5


def test_each_kind_rings_at_its_own_sum() -> None:
    assert _signs({"violence": {"hit": 0.8}}, rings={"violence": 0.8}).weigh("打").score == 1.0


def test_a_sign_without_its_lexicon_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="names no lexicon"):
        _signs({"violence": {"hit > nobody": 1.0}})


@pytest.mark.parametrize("name", _ROUNDS)
def test_of_each_round_most_lines_ring(danger: Danger, name: str) -> None:
    lines = [text for kind, texts in _ROUNDS[name].items() if kind != "quiet" for text in texts]

    rung = [text for text in lines if danger.screen([text])]

    assert len(rung) / len(lines) >= _LEAST[name], sorted(set(lines) - set(rung))


def test_ordinary_lines_of_the_rounds_hardly_ring(danger: Danger) -> None:
    lines = [text for parts in _ROUNDS.values() for text in parts["quiet"]]

    rung = [text for text in lines if danger.screen([text])]

    assert len(rung) <= len(lines) * 0.015, rung


@pytest.mark.parametrize("joke", ["开玩笑的啦", "哈哈逗你玩的，别当真", "没事，我就随口说说"])
def test_a_joke_after_a_plan_does_not_clear_it(danger: Danger, joke: str) -> None:
    assert danger.screen([f"今晚我就从桥上跳下去，{joke}"]) is not None
    assert danger.screen(["煤炭都买回来了，窗户也封了，今晚就不冷了", joke]) is not None


def test_signs_in_pieces_are_weighed_together(danger: Danger) -> None:
    pieces = ["我站在江堤上", "撑不住了", "水挺大的"]

    assert danger.screen(pieces[:1]) is None

    alarm = danger.screen(pieces)
    assert alarm is not None
    assert alarm.kind == "suicide"
    assert " by " in alarm.rule


@pytest.fixture(scope="module")
def shipped(hotlines: Hotlines) -> Matcher:
    return Matcher(Library.load(), hotlines, Danger.load(hotlines))


def test_a_refusal_to_somebody_who_despairs_ends_with_a_quiet_line(
    shipped: Matcher, hotlines: Hotlines
) -> None:
    plain = shipped.decide("找人打他一顿行不")
    sad = shipped.decide("找人打他一顿行不，日子没盼头了")

    assert plain.decision is sad.decision is Outcome.REFUSE
    assert sad.text.startswith(plain.text)
    assert hotlines.number("mental") in sad.text.removeprefix(plain.text)
    assert hotlines.number("police") in sad.text.removeprefix(plain.text)


@pytest.mark.parametrize("text", ["撑不住了，怎么申请劳动仲裁", "我心累，想问点别的"])
def test_answers_and_choices_carry_no_quiet_line(shipped: Matcher, hotlines: Hotlines, text: str) -> None:
    decision = shipped.decide(text)

    assert decision.decision in (Outcome.ANSWER, Outcome.CLARIFY)
    assert hotlines.number("mental") not in decision.text
