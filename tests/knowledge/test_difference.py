"""Differences that a person without training can read."""

from dataclasses import replace

import pytest

from knowledge.difference import Piece, differences, pieces
from knowledge.entry import Citation
from knowledge.grouping import grouped
from knowledge.library import Library


@pytest.fixture(scope="module")
def library() -> Library:
    """The shipped pack."""
    return Library.load()


def shown(found: tuple[Piece, ...]) -> str:
    marks = {"same": "{}", "del": "[-{}-]", "ins": "[+{}+]", "gap": "…"}
    return "".join(marks[one.kind].format(one.text) for one in found)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("两年内投诉。", "两年内投诉。", ""),
        ("离开后一年内申请。", "离开后两年内申请。", "离开后[-一-][+两+]年内申请。"),
        (
            "最后一次发工资后 1 年内。",
            "离开后 1 年内；还在干活，没有期限。",
            "[-最后一次发工资-][+离开+]后 1 年内[+；还在干活，没有期限+]。",
        ),
        ("打 12333。", "打 12345。", "打 [-12333-][+12345+]。"),
        ("甲" * 60 + "。旧", "甲" * 60 + "。新", "…" + "甲" * 13 + "。[-旧-][+新+]"),
    ],
)
def test_what_went_is_struck_out_and_what_came_is_marked(old: str, new: str, expected: str) -> None:
    assert shown(pieces(old, new)) == expected


@pytest.mark.parametrize(("old", "new"), [("甲乙丙丁戊己", "甲丙乙丁己戊"), ("", "全新"), ("全没了", "")])
def test_both_texts_can_be_read_out_of_the_difference(old: str, new: str) -> None:
    found = pieces(old, new)

    assert "".join(one.text for one in found if one.kind != "ins") == old
    assert "".join(one.text for one in found if one.kind != "del") == new


def test_every_changed_field_is_named_and_no_other(library: Library) -> None:
    old = library.by_id["labour.wages_owed"]
    new = replace(
        old,
        short=old.short + "没有期限。",
        wordings=(*old.wordings, "工钱没给怎么弄"),
        citations=(*old.citations, Citation("劳动合同法", 30, "2012-12-28", "按照劳动合同约定")),
        review=replace(old.review, reviewer="周岚"),
    )

    changes = differences(old, new)

    assert [one.field for one in changes] == ["short", "citations", "wordings"]
    assert shown(changes[2].pieces) == "[+工钱没给怎么弄+]"
    assert differences(old, old) == ()


def test_a_line_that_was_reworded_is_one_change(library: Library) -> None:
    old = library.by_id["labour.wages_owed"]
    first, *rest = old.full.steps
    new = replace(old, full=replace(old.full, steps=(first + "，要回执", *rest[1:])))

    changes = differences(old, new)

    assert [one.field for one in changes] == ["full.steps", "full.steps"]
    assert shown(changes[0].pieces).endswith("[+，要回执+]")
    assert changes[1].pieces == (Piece("del", rest[0]),)


def test_wordings_of_one_matter_come_together() -> None:
    wordings = [("老板不给工资", "a"), ("会不会唱戏", "b"), ("老板不给我工资", "a"), ("工资老板没发", "a")]

    assert grouped(wordings) == [[0, 2, 3], [1]]


def test_wordings_with_little_in_common_stay_apart() -> None:
    assert grouped([("老板不给工资", ""), ("邻居漏水", ""), ("", "")]) == [[0], [1], [2]]
