"""What is said once a fact was told, and sides that are answered alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.decision import Outcome
from knowledge.entry import Ask, Option
from knowledge.errors import ReadingError
from knowledge.hotlines import Hotlines
from knowledge.law_changes import LawChanges
from knowledge.library import Library
from knowledge.review import check
from knowledge.sides import told_text
from tests.knowledge.pack import LEAK, WAGES, matcher_of, write_pack

TOLD, TAKEN = "照您说的情况：", "如果是这种情况："
SIDE = "您是商家的：先和顾客把货验清，能修就修，修不好就换或退，来往都留下字据，别删聊天记录。"


def _with(library: Library, *options: Option) -> Library:
    leak = replace(library.by_id["neighbour.leak"], ask=(Ask("您是哪一边？", options),))
    return Library({**library.by_id, leak.id: leak})


def test_the_told_facts_text_stands_before_the_general_one(library: Library) -> None:
    leak = library.by_id["neighbour.leak"]

    text = told_text(leak, Option("租客忘关水", then="由租客赔。"), TOLD)

    assert text == f"{TOLD}租客忘关水。由租客赔。\n{leak.short}"


def test_the_general_text_gives_way_sentence_by_sentence(library: Library) -> None:
    long = replace(library.by_id["neighbour.leak"], short="先拍照，请物业到场看原因并写下来。" * 14)

    text = told_text(long, Option("租客忘关水", then="字" * 100 + "。"), TOLD)

    assert 250 < len(text) <= 300
    assert text.endswith("写下来。")


def test_a_side_is_said_alone(library: Library) -> None:
    leak = library.by_id["neighbour.leak"]

    text = told_text(leak, Option("我是商家", then=SIDE, side=True), TOLD)

    assert text == f"{TOLD}我是商家。{SIDE}"


def test_a_side_that_was_told_answers_the_question_alone(library: Library) -> None:
    options = (Option("顾客"), Option("我是商家", ("我(?:是|家是)?.{0,4}(?:开店|商家)",), SIDE, side=True))
    matcher = matcher_of(_with(library, *options))

    found = matcher.decide("楼上漏水泡了我家，找谁赔？我是开店的")

    assert found.entry == "neighbour.leak"
    assert found.text == f"{TAKEN}我是商家。{SIDE}"


def test_words_that_fit_both_sides_are_not_answered_at_once(library: Library) -> None:
    buyer, seller = Option("顾客", ("顾客",)), Option("我是商家", ("开店",), SIDE, side=True)
    matcher = matcher_of(_with(library, buyer, seller))

    found = matcher.decide("楼上漏水泡了我家，找谁赔？顾客在我开店的屋里也淋了")

    assert (found.decision, found.kind) != (Outcome.ANSWER, "entry")
    assert "哪一方" in [step.title for step in found.trace]


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ((Option("甲", then="先谈。"), Option("乙", then="labour.wages", side=True)), "not another entry"),
        ((Option("甲", then="先谈。"), Option("乙", then="先谈。", side=True)), "said alone, at least 30"),
        ((Option("甲", then=SIDE, side=True), Option("乙", then=SIDE, side=True)), "all options are sides"),
        ((Option("甲", then="先谈。"), Option("乙", then=SIDE * 6, side=True)), "at most 240"),
    ],
)
def test_a_side_that_cannot_stand_alone_is_a_fault(
    library: Library, hotlines: Hotlines, options: tuple[Option, ...], what: str
) -> None:
    found = check(_with(library, *options), hotlines, LawChanges(()), date(2026, 11, 22), None)

    assert [one.what for one in found.faults if one.field == "ask" and what in one.what]


def test_the_mark_is_read_from_the_file_and_must_be_true_or_false(tmp_path: Path) -> None:
    marked = WAGES.replace("{label: ", "{side: true, label: ", 1)
    wrong = WAGES.replace("{label: ", "{side: buyer, label: ", 1)
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()

    found = Library.load(write_pack(tmp_path / "good", labour=marked, neighbour=LEAK))

    assert [option.side for option in found.by_id["labour.wages"].ask[0].options] == [True, False]
    with pytest.raises(ReadingError, match="expected true or false"):
        Library.load(write_pack(tmp_path / "bad", labour=wrong, neighbour=LEAK))
