"""Alarming but ordinary lines that may hardly ring, danger told sideways that mostly must.

The ceiling on false alarms is the one that is owed for ordinary and harmless alarming messages; the shares
that ring are what was reached, so that a change of words or weights does not lose it unseen.
"""

import json
from pathlib import Path
from typing import get_args

import pytest
import yaml

from knowledge.danger import Danger, DangerKind
from knowledge.library import Library
from knowledge.signs import Signs
from tests.knowledge.pack import SHARED

LINES = yaml.safe_load((Path(__file__).parent / "danger_sideways.yaml").read_text("utf-8"))
CEILING = 0.03
"""Share of ordinary messages that may ring."""
OF_WORDINGS = 0.013
"""Share of the wordings of the base that may: some of them tell of real danger, and are meant to."""
LEAST = {
    "suicide": 0.84,
    "violence": 0.96,
    "child": 0.95,
    "threat": 0.94,
    "crowd": 0.94,
    "fraud_now": 0.87,
    "accident": 0.95,
}
"""Share of the lines of a kind at which the screen rings, as whichever kind."""


def _rung(danger: Danger, lines: list[str]) -> list[str]:
    return [line for line in lines if danger.screen([line])]


def test_alarming_but_ordinary_lines_hardly_ring(danger: Danger) -> None:
    rung = _rung(danger, LINES["quiet"])

    assert len(LINES["quiet"]) == len(set(LINES["quiet"])) == 200
    assert len(rung) <= CEILING * len(LINES["quiet"]), rung


@pytest.mark.parametrize("kind", get_args(DangerKind))
def test_danger_told_sideways_mostly_rings(danger: Danger, kind: str) -> None:
    lines = LINES["rings"][kind]

    rung = _rung(danger, lines)

    print(f"\n{kind}: rang {len(rung)} of {len(lines)}")
    assert len(rung) / len(lines) >= LEAST[kind], sorted(set(lines) - set(rung))


def test_the_wordings_of_the_entries_hardly_ring(danger: Danger) -> None:
    wordings = [text for entry in Library.load().entries for text in (entry.title, *entry.wordings)]

    rung = _rung(danger, wordings)

    print(f"\nwordings: rang {len(rung)} of {len(wordings)}")
    assert len(rung) <= OF_WORDINGS * len(wordings), rung


def test_real_questions_hardly_ring(danger: Danger) -> None:
    path = SHARED / "questions_pool.jsonl"
    if not path.exists():
        pytest.skip("shared data absent: ../shared/data/questions_pool.jsonl")
    questions = [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines()]

    rung = _rung(danger, questions)

    print(f"\nreal questions: rang {len(rung)} of {len(questions)}")
    assert len(rung) <= CEILING * len(questions)


@pytest.mark.parametrize(
    "text",
    [
        "工友从架子上摔断腿 算不算工伤", "继父被撞死 我和妈有份没", "我手腕骨折工伤 怎么去评残",
        "早上发现他死在值班室了 厂里说是病死的", "借款还到头了 对方还要利息", "老人想再婚 找老伴",
        "他喝农药没了 保险公司说自杀不赔", "坐公交急刹车摔断手", "按的手印算数不", "下一步怎么走",
        "贴的砖不平 业主扣我尾款",
    ],
)  # fmt: skip
def test_a_question_about_an_accident_a_death_or_a_debt_is_no_danger(danger: Danger, text: str) -> None:
    assert danger.screen([text]) is None


def test_one_word_is_not_its_own_company() -> None:
    data = {
        "rings": {"crowd": 1.0}, "hint": 0.5, "reach": 10, "long": 40, "void": "x",
        "words": {"brawl": "砖|砸", "weapon": "砖|棍"}, "kinds": {"crowd": {"brawl & weapon": 1.0}},
    }  # fmt: skip
    signs = Signs(data)

    assert signs.weigh("墙上的砖").score == 0.0
    assert signs.weigh("拿砖砸人").score == 1.0
    assert signs.weigh("拿棍砸人").score == 1.0
