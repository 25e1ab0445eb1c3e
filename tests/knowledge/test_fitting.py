"""Learning from the base itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.evaluation import Label
from knowledge.fitting import Judged, Labelled, Lesson, judged
from knowledge.library import Library
from knowledge.normal import Normal
from knowledge.topic_model import NONE, TopicModel
from knowledge.weights import BY_HAND, SIGNALS, Weights

REAL = [
    Judged("老板不给工钱", ("labour.wages_owed",), "labour"),
    Judged("加班没工资", ("labour.overtime",), "labour"),
    Judged("天花板滴水", ("neighbour.leak",), "neighbour"),
    Judged("火星上种菜", (), "other"),
]


@pytest.fixture(scope="module")
def lesson(library: Library) -> Lesson:
    return Lesson(library, Normal(), BY_HAND)


def test_no_learned_signal_weighs_less_than_nothing(lesson: Lesson) -> None:
    learned = lesson.learned()

    assert set(learned.signals) == set(SIGNALS)
    assert min(learned.signals.values()) >= 0
    assert all(value >= 0 for name, value in learned.confidence.items() if name != "base")


def test_learning_twice_gives_the_same(lesson: Lesson, library: Library) -> None:
    again = Lesson(library, Normal(), BY_HAND)

    assert again.learned(REAL) == lesson.learned(REAL)


def test_topics_and_confidence_are_learned_from_real_questions_only(lesson: Lesson) -> None:
    assert (lesson.learned().topic, lesson.learned().confidence) == (BY_HAND.topic, BY_HAND.confidence)
    assert lesson.learned(REAL).topic != BY_HAND.topic
    assert lesson.learned(REAL).confidence != BY_HAND.confidence


def test_the_words_of_real_questions_tell_their_topic(lesson: Lesson) -> None:
    odd = [Labelled("驴踢坏了收割机", "neighbour"), Labelled("收割机让驴给踢了", "neighbour")]

    before, after = (TopicModel(["neighbour"], lesson.topic_table(real)) for real in ((), odd))

    assert after.evidence("驴踢收割机")[0] > before.evidence("驴踢收割机")[0] + 1


def test_what_a_reader_said_tells_the_topic(library: Library) -> None:
    entry = library.entries[0]

    assert judged("问", Label(entries=(entry.id,)), library).topic == entry.topic
    assert judged("问", Label(entries=(entry.id,), guide="family"), library).topic == "family"
    assert judged("问", Label(out=True, guide="family"), library).topic == NONE


def test_the_report_asks_each_wording_once(lesson: Lesson, library: Library) -> None:
    found = lesson.report(BY_HAND)

    assert found.asked == sum(len(entry.wordings) for entry in library.entries)
    assert 0 <= found.first <= found.three <= 1


def test_a_base_without_entries_keeps_the_weights_by_hand() -> None:
    nothing = Lesson(Library.of([]), Normal(), BY_HAND)

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
