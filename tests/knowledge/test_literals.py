"""The words that a pattern cannot do without."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library import Library
from knowledge.literals import literals, lowered


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("停水|断电", {"停水", "断电"}),
        ("工资.{0,4}(没|不)发", {"工资"}),
        ("没(有)?打条", {"没打条", "没有打条"}),
        ("(上|下)班路上", {"上班路上", "下班路上"}),
        ("^(?!.*租客).*(欠租|转租)", {"欠租", "转租"}),
        ("(?<!把)同学.{0,4}打", {"同学"}),
        ("[五六]级", {"五级", "六级"}),
        ("赔{2,3}了吗", {"了吗"}),
        ("N加1", {"n加1"}),
    ],
)
def test_the_words_of_a_pattern_are_read(pattern: str, words: set[str]) -> None:
    assert literals(pattern) == words


@pytest.mark.parametrize("pattern", [".*", "(?P<a>工)(?P=a)", "工?资?", r"(工)\1", "(没完"])
def test_what_is_not_understood_gives_no_words(pattern: str) -> None:
    assert literals(pattern) == frozenset()


def test_no_shipped_pattern_matches_a_wording_without_one_of_its_words() -> None:
    entries = Library.load().entries
    wordings = [wording.lower() for entry in entries for wording in entry.wordings][::3]
    patterns = {p for entry in entries for group in entry.sure for p in group}
    patterns |= {p.pattern for entry in entries for p in entry.never}

    wrong = [
        (pattern, wording)
        for pattern in sorted(patterns)[::5]
        if (words := literals(pattern))
        for wording in wordings
        if not any(word in wording for word in words) and re.search(lowered(pattern), wording)
    ]

    assert wrong == []


def test_a_pattern_is_made_for_small_letters() -> None:
    assert lowered(r"QQ|N加\d\D") == r"qq|n加\d\D"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab工资|()[]?*+.{}0123,^$\\", max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(literals(text), frozenset)
