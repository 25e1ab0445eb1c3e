"""Dirty twins are the same on every machine, and are what phones and voices make of a question."""

import pytest

from admin.bench.dirty import KINDS, twin
from admin.bench.twins import losses
from knowledge.evaluation import Label, Question
from knowledge.library import Library
from tests.knowledge.pack import matcher_of

CLEAN = "老板拖欠我3个月工资，总说没钱，我该找谁？"


@pytest.mark.parametrize(
    ("kind", "dirty"),
    [
        ("traditional", "老闆拖欠我3個月工資，總說沒錢，我該找誰？"),
        ("unpunctuated", "老板拖欠我3个月工资总说没钱我该找谁"),
        ("wide", "老板拖欠我３个月工资，总说没钱，我该找谁？"),
    ],
)
def test_some_dirt_leaves_nothing_to_chance(kind: str, dirty: str) -> None:
    assert twin(kind, CLEAN) == dirty


@pytest.mark.parametrize("kind", KINDS)
def test_a_twin_is_another_text_and_the_same_each_time(kind: str) -> None:
    assert CLEAN != twin(kind, CLEAN) == twin(kind, CLEAN)


@pytest.mark.parametrize(("kind", "more"), [("homophones", 0), ("dropped", -1), ("doubled", 1)])
def test_there_is_a_slip_in_twelve_characters(kind: str, more: int) -> None:
    dirty = twin(kind, CLEAN)

    assert len(dirty) - len(CLEAN) == more * (len(CLEAN) // 12)


def test_what_is_lost_is_counted_beside_the_clean_questions(library: Library) -> None:
    asked = [Question(CLEAN, (), Label(("labour.wages",))), Question("楼上漏水", (), Label(("no.such",)))]

    clean, *dirty = losses(matcher_of(library), asked)

    assert (clean.kind, clean.three, clean.points, clean.lost) == ("clean", 0.5, 0.0, 0)
    assert [row.kind for row in dirty] == list(KINDS)
    assert all(row.good for row in dirty if row.kind in ("traditional", "wide"))
