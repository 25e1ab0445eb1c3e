"""Questions written to one entry each by somebody who saw no more of it than title and short answer.

Nobody who writes wordings, keywords or patterns should read them: they only measure.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from admin.bench.dirty import KINDS
from admin.bench.ladder import paraphrases
from admin.bench.twins import Loss, losses
from knowledge.evaluation import evaluate
from knowledge.library import Library
from knowledge.matching import Matcher
from tests.support.service import pack

FILE = Path(__file__).with_name("paraphrases.jsonl")
ROWS = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def shipped() -> Matcher:
    """The matcher over all shipped entries."""
    loaded = pack()
    return Matcher(loaded.library, loaded.hotlines, loaded.danger)


@pytest.fixture(scope="module")
def lost(shipped: Matcher) -> Sequence[Loss]:
    """What is lost of their dirty twins."""
    return losses(shipped, paraphrases(FILE))


def test_a_short_one_and_a_story_stand_for_each_of_many_entries() -> None:
    library = Library.load()
    asked = Counter(row["entry"] for row in ROWS)

    assert len(ROWS) >= 300
    assert len(asked) >= 150
    assert [entry for entry in asked if library.get(entry) is None] == []
    assert set(asked.values()) == {2}
    assert len({row["id"] for row in ROWS}) == len({row["question"] for row in ROWS}) == len(ROWS)


def test_none_is_a_wording_of_the_base() -> None:
    wordings = {text for entry in Library.load() for text in (*entry.wordings, entry.title)}

    assert [row["id"] for row in ROWS if row["question"] in wordings] == []


def test_most_find_their_entry(shipped: Matcher) -> None:
    found = evaluate(shipped, paraphrases(FILE)).all.as_json()

    assert found["recall_at_1"] >= 0.66  # a floor under what was reached, 0.70; the aim is 0.80
    assert found["recall_at_3"] >= 0.76  # reached 0.80, 0.88 by the scorer alone; the aim is 0.93
    assert found["precision"] >= 0.88  # reached 0.92


@pytest.mark.parametrize("kind", KINDS)
def test_dirt_costs_little(lost: Sequence[Loss], kind: str) -> None:
    loss = next(row for row in lost if row.kind == kind)

    assert loss.good, loss
