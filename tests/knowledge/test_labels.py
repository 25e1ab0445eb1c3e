"""Real questions that careful readers labelled: their ids and labels are here, their texts are looked up."""

import json
from pathlib import Path

import pytest

from knowledge.evaluation import evaluate, label, question
from knowledge.library import Library
from knowledge.matching import Matcher
from knowledge.topics import TOPICS
from tests.support.service import pack

LABELS = Path(__file__).with_name("labels.jsonl")
POOL = Path(__file__).resolve().parents[3] / "shared" / "data" / "questions_pool.jsonl"
ROWS = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]


def test_labels_name_entries_and_topics_that_are_there() -> None:
    library = Library.load()
    named = {entry for row in ROWS for entry in row.get("entries", ())}

    assert {entry for entry in named if library.get(entry) is None} == set()
    assert {row["guide"] for row in ROWS if "guide" in row} <= set(TOPICS)
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 600


def test_most_that_an_office_answers_ends_well() -> None:
    if not POOL.exists():
        pytest.skip("shared data absent: ../shared/data/questions_pool.jsonl")
    known = {str(row["id"]): label(row) for row in ROWS}
    rows = [json.loads(line) for line in POOL.read_text("utf-8").splitlines()]
    loaded = pack()
    matcher = Matcher(loaded.library, loaded.hotlines, loaded.danger)

    found = evaluate(matcher, [question(row, row["question"], known) for row in rows if row["id"] in known])

    reached = found.all.as_json()
    assert reached["questions"] == len(known)
    assert reached["helped"] >= 0.70  # a floor under what was reached, 0.73; the aim is 0.70
    assert reached["precision"] >= 0.87  # reached 0.91; the aim is 0.95
    assert reached["direct_share"] >= 0.22  # reached 0.25, which is the aim
    assert reached["needless_escalation"] <= 0.02
    assert reached["calibration_error"] <= 0.08
