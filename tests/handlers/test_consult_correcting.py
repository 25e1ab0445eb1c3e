"""不是我，是我姐: what is put right, and the question as it should have read."""

import pytest

from handlers.consult.correcting import Correction, correction, is_speaker, put_right, to_them


@pytest.mark.parametrize(
    ("words", "wrong", "right", "person"),
    [
        ("不是我,是我姐", "我", "我姐", True),
        ("不是我 是我姐", "我", "我姐", True),
        ("不是我是我姐", "我", "我姐", True),
        ("不是,是我爱人", "", "我爱人", True),
        ("说错了,是我侄子", "", "我侄子", True),
        ("我说错了,应该是我妈的事", "", "我妈", True),
        ("是我姐不是我爸", "我爸", "我姐", True),
        ("不是我哥,是我姐夫。", "我哥", "我姐夫", True),
        ("不对,不是老公,是我爸", "老公", "我爸", True),
        ("我帮邻居问的", "我", "邻居", True),
        ("替我妈问一下", "我", "我妈", True),
        ("这是我姐的事", "我", "我姐", True),
        ("不是老板,是包工头", "老板", "包工头", False),
        ("不是借条而是欠条", "借条", "欠条", False),
        ("不是我欠,是别人欠我的", "我欠", "别人欠我的", False),
    ],
)
def test_what_is_put_right_is_understood(words: str, wrong: str, right: str, person: bool) -> None:
    assert correction(words) == Correction(wrong, right, person)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "不是这个",
            "不是这个意思",
            "不对",
            "不是我问的,是这个",
            "是我姐",
            "老板欠钱不还",
            "是不是要本人去",
        ),
        *("不是本地户口是不是就不能申请", "不是正式工,是不是没有补偿?", "不是亲生的是领养的能分吗"),
        *("我姐不是不想要是要不回来怎么办", "不是" + "很长" * 15 + "是我"),
    ],
)
def test_other_words_put_nothing_right(words: str) -> None:
    assert correction(words) is None


@pytest.mark.parametrize(
    ("said", "words", "meant"),
    [
        ("我被公司辞退了没赔偿", "不是我,是我姐", "我姐被公司辞退了没赔偿"),
        ("老板打我,我受伤了", "不是我,是我姐", "老板打我,我姐受伤了"),
        ("我儿子在学校被打了", "说错了,是我侄子", "我侄子在学校被打了"),
        ("我哥借了我朋友的钱不还", "不是我哥,是我姐夫", "我姐夫借了我朋友的钱不还"),
        ("老板不发工资", "不是老板,是包工头", "包工头不发工资"),
        ("上班受伤了单位不管", "不是,是我爱人", "我爱人，上班受伤了单位不管"),
        ("我欠别人钱还不上", "不是我欠,是别人欠我的", "别人欠我的，别人钱还不上"),
    ],
)
def test_the_question_reads_as_it_should_have(said: str, words: str, meant: str) -> None:
    found = correction(words)

    assert found is not None
    assert put_right(said, found) == meant


def test_whether_it_was_thought_to_be_the_speaker() -> None:
    speaker, other, thing = (
        Correction(wrong, right, person)
        for wrong, right, person in (
            ("我", "我姐", True),
            ("我哥", "我姐夫", True),
            ("老板", "包工头", False),
        )
    )

    assert (is_speaker(speaker), is_speaker(other), is_speaker(thing)) == (True, False, False)


def test_their_own_words_are_said_back_to_them() -> None:
    assert [to_them(words) for words in ("我姐", "别人欠我的", "包工头")] == ["您姐", "别人欠您的", "包工头"]
