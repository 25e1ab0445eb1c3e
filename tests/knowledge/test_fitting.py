"""Learning from the base itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.fitting import Labelled, Lesson
from knowledge.library import Library
from knowledge.normal import Normal
from knowledge.segment import Segmenter
from knowledge.weights import BY_HAND, SIGNALS, Weights

REAL = [
    Labelled("老板不给工钱", "labour"),
    Labelled("加班没工资", "labour"),
    Labelled("天花板滴水", "neighbour"),
    Labelled("火星上种菜", "other"),
]


@pytest.fixture(scope="module")
def lesson(library: Library) -> Lesson:
    return Lesson(library, Segmenter(), Normal(), BY_HAND)


def test_no_learned_signal_weighs_less_than_nothing(lesson: Lesson) -> None:
    learned = lesson.learned()

    assert set(learned.signals) == set(SIGNALS)
    assert min(learned.signals.values()) >= 0
    assert all(value >= 0 for name, value in learned.confidence.items() if name != "base")


def test_learning_twice_gives_the_same(lesson: Lesson, library: Library) -> None:
    again = Lesson(library, Segmenter(), Normal(), BY_HAND)

    assert again.learned(REAL) == lesson.learned(REAL)


def test_topics_are_learned_from_real_questions_only(lesson: Lesson) -> None:
    assert lesson.learned().topic == BY_HAND.topic
    assert lesson.learned(REAL).topic != BY_HAND.topic


def test_the_report_asks_each_wording_once(lesson: Lesson, library: Library) -> None:
    found = lesson.report(BY_HAND)

    assert found.asked == sum(len(entry.wordings) for entry in library.entries)
    assert 0 <= found.first <= found.three <= 1


def test_a_base_without_entries_keeps_the_weights_by_hand() -> None:
    nothing = Lesson(Library.of([]), Segmenter(), Normal(), BY_HAND)

    assert nothing.learned() == BY_HAND


def test_stored_weights_come_back_as_they_were() -> None:
    assert Weights.of(BY_HAND.as_json()) == BY_HAND
    assert Weights.load().signals.keys() == BY_HAND.signals.keys()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {**BY_HAND.as_json(), "signals": {"wordings": 1.0}},
        replace(BY_HAND, signals={**BY_HAND.signals, "sure": -0.1}).as_json(),
    ],
)
def test_weights_of_a_wrong_form_are_refused(data: dict[str, dict[str, float]]) -> None:
    with pytest.raises(KnowledgeError):
        Weights.of(data)


def test_a_missing_file_of_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"gone\.json"):
        Weights.load(tmp_path / "gone.json")
