"""Each part of the matcher can be taken out for a measurement, and is back afterwards."""

import pytest

from admin.bench import ladder, parts
from knowledge import index, scorer
from knowledge.evaluation import Label, Question
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher
from knowledge.weights import Weights
from tests.knowledge.pack import matcher_of
from tests.support.service import pack

ASKED = ("老板拖欠工资不发怎么办", "楼上漏水把我家天花板泡了找谁赔", "我要自杀", "gongzi bu fa")


@pytest.mark.parametrize("part", parts.PARTS)
def test_a_matcher_without_a_part_still_decides(part: str, library: Library) -> None:
    hotlines = Hotlines.load()
    with parts.without({part}):
        found = Matcher(
            parts.library(library, {part}), hotlines, pack().danger, triage=parts.triage(hotlines, {part})
        )
        assert all(found.decide(text).text for text in ASKED)


def test_what_was_taken_out_is_back_afterwards(library: Library) -> None:
    before = [matcher_of(library).decide(text).text for text in ASKED]

    with parts.without(parts.PARTS):
        assert (scorer.LIKENED, index.BEST_OF) == (0, 1)

    assert [matcher_of(library).decide(text).text for text in ASKED] == before


def test_nothing_else_can_be_taken_out() -> None:
    with pytest.raises(ValueError, match="no part of the matcher: engine"), parts.without({"engine"}):
        pass


def test_entries_lose_what_is_their_own(library: Library) -> None:
    left = parts.library(library, {"keywords", "sure", "never", "guides"})

    assert [entry.id for entry in left] == [entry.id for entry in library.entries]
    assert not any(entry.keywords or entry.sure or entry.never for entry in left)
    assert parts.size(left, {"text", "sounds"}) < parts.size(library, ())


def test_weights_of_signals_that_are_out_go_to_the_others() -> None:
    whole = Weights.load()

    less = parts.left(whole, {"text", "topic"})

    assert less.signals["text"] == less.signals["topic"] == 0
    assert less.signals["sure"] == whole.signals["sure"]
    assert sum(less.signals.values()) == pytest.approx(sum(whole.signals.values()))
    assert parts.left(whole, ()) == whole


def test_all_questions_of_a_topic_are_held_back_together() -> None:
    asked = [Question(str(n), (topic,)) for n, topic in enumerate("aaaabbbccdd")]

    folds = ladder.by_topic(asked, 3)

    assert sorted(sorted({q.topics[0] for q in fold}) for fold in folds) == [["a"], ["b"], ["c", "d"]]
    assert sum(map(len, folds)) == len(asked)


def test_a_row_tells_of_hits_time_and_room() -> None:
    asked = ladder.Sets((), (Question("老板拖欠工资不发怎么办", (), Label(("labour.wages_owed",))),))

    row = ladder.measured(ladder.Step("as shipped", (), stored=True), asked)

    assert (row.first, row.para_first, row.para_three, row.heard) == (None, 1.0, 1.0, 0.0)
    assert row.p95 >= row.p50 > 0
    assert row.size > 100
    assert set(row.as_json()) >= {"name", "memory", "helped", "error", "start"}


def test_the_ladder_begins_with_the_nearest_wording_and_ends_with_what_is_shipped() -> None:
    first, *steps, last = ladder.steps()

    assert first.off == tuple(parts.PARTS)
    assert [step.off for step in steps] == [tuple(parts.PARTS)[n + 1 :] for n in range(len(parts.PARTS))]
    assert last == ladder.Step("as shipped", (), stored=True)
    assert [step.off for step in ladder.leavings()] == [(), *((name,) for name in parts.PARTS)]
