"""Sounds of characters, and words typed in Latin letters."""

import pytest

from knowledge.pinyin import Speller, fold, readings, sounds
from knowledge.segment import Segmenter

WORDINGS = ["老板拖欠工资不发怎么办", "工资拖欠找谁", "离婚孩子归谁", "老板不给工资", "我要离婚"]


@pytest.fixture(scope="module")
def speller() -> Speller:
    cut = Segmenter().words
    return Speller(cut(text) for text in WORDINGS)


def test_every_common_character_has_a_reading() -> None:
    table = readings()

    assert len(table) == 6763
    assert (table["伤"], table["率"], table["赡"]) == ("shang", "lv", "shan")


@pytest.mark.parametrize(
    ("one", "other"), [("zhong", "zong"), ("shang", "san"), ("ning", "lin"), ("cheng", "cen")]
)
def test_sounds_that_many_do_not_tell_apart_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_homophones_sound_alike() -> None:
    assert sounds("工伤仲裁") == sounds("公商种才")
    assert sounds("a①") == ["?", "?"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("laoban bu fa gongzi zenmeban", "老板不发工资怎么办"),
        ("wo yao lihun", "我要离婚"),
        ("老板拖欠gongzi", "老板拖欠工资"),
        ("去ktv被打", "去ktv被打"),
        ("app 扣钱", "app 扣钱"),
        ("windows", "windows"),
    ],
)
def test_words_in_letters_become_words_of_the_base(speller: Speller, typed: str, meant: str) -> None:
    assert speller.mended(typed) == meant
