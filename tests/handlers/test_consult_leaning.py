"""Which short words lean on the last topic, what they ask, and where one question ends."""

import pytest

from handlers.consult.following import ROOM, mentions, told, written
from handlers.consult.leaning import Aspect, Leaning, leaning, leans_alone
from handlers.consult.several import questions_in
from tests.support.service import pack

_ASPECTS = [
    (Aspect.COST, "那要多少钱 收费吗 要交多少钱 免费吗 这个贵不贵"),
    (Aspect.TIME, "多久能办完 那要多久 几天 来得及吗 什么时候能拿到钱"),
    (Aspect.PAPERS, "要带什么 需要准备什么材料 要哪些证据 什么手续"),
    (Aspect.WHERE, "去哪办 找谁 去哪个部门 在哪里申请"),
    (Aspect.PROXY, "我妈也行吗 我老公去可以吗 必须本人去吗 可以委托别人吗 我妈能代办吗"),
    (Aspect.WHY, "为什么 凭什么 法律依据是什么 真的吗"),
    (Aspect.MORE, "还有呢 然后呢 什么意思 能不能说详细点 下一步怎么走"),
    (Aspect.REFUSED, "不给怎么办 那他不来呢 他就是不给呢 对方不认账怎么办 要是他不还呢"),
    (Aspect.STEPS, "怎么申请 流程是什么 那我该怎么办"),
    (Aspect.WHAT_IF, "那他要是死了呢 那欠条丢了呢"),
]


@pytest.mark.parametrize(
    ("aspect", "words"), [(aspect, words) for aspect, said in _ASPECTS for words in said.split()]
)
def test_short_words_lean_on_what_was_said(aspect: Aspect, words: str) -> None:
    found = leaning(words)

    assert found is not None
    assert found.aspect is aspect
    assert found.aspect is Aspect.WHAT_IF or leans_alone(words)


@pytest.mark.parametrize(
    "words",
    [
        *("老板欠工资怎么办", "离婚要多久", "房东不退押金", "他不同意离婚怎么办", "劳动仲裁去哪里申请"),
        *("孩子归谁", "谢谢", "不用", "工伤怎么赔", "利息怎么算"),
    ],
)
def test_words_with_a_matter_of_their_own_do_not(words: str) -> None:
    assert not leans_alone(words)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("工资没发，另外房东也不退押金", ("工资没发", "房东也不退押金")),
        ("1、老板不给工资怎么办 2、房东不退押金怎么办", ("老板不给工资怎么办", "房东不退押金怎么办")),
        ("问两个事：一、工伤怎么认定；二、能不能要双倍工资", ("工伤怎么认定", "能不能要双倍工资")),
        ("①工资没发②房东不退押金", ("工资没发", "房东不退押金")),
        ("第一，婚前买的房子怎么分？第二，孩子归谁", ("婚前买的房子怎么分", "孩子归谁")),
        ("老板拖欠工资怎么办？离婚孩子归谁？", ("老板拖欠工资怎么办？", "离婚孩子归谁？")),
    ],
)
def test_questions_are_parted_at_lists_words_and_marks(text: str, parts: tuple[str, ...]) -> None:
    assert questions_in(text).texts == parts


@pytest.mark.parametrize(
    "text",
    [
        "欠了1.5万怎么办，欠了2.5万呢",
        "他2024年1月借了3万，2月又借2万",
        "第一次开庭没判离，第二次开庭要多久",
        "老板欠我工资还有加班费",
        "丢了七千现金，还有身份证银行卡",
        "在吗？",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert questions_in(text).texts == (text,)


def test_every_entry_answers_for_steps_and_basis_and_nothing_is_longer_than_its_room() -> None:
    for entry in pack().library:
        texts = {aspect: written(entry, Leaning(aspect, "", led=True)) for aspect in Aspect}

        assert max(map(len, texts.values())) <= ROOM + 10, entry.id
        assert texts[Aspect.STEPS], entry.id
        assert texts[Aspect.WHY], entry.id


def test_a_matter_must_be_spoken_of_in_the_entry() -> None:
    entry = pack().library.by_id["lending.not_repaid"]

    assert mentions(entry, "借条 利息")
    assert not mentions(entry, "离婚")


def test_a_told_fact_names_question_and_option_and_two_name_none() -> None:
    entry = pack().library.by_id["lending.not_repaid"]

    assert told(entry, "借款人去世了") == (0, 3)
    assert told(entry, "判了以后他去世了") is None


@pytest.mark.parametrize(
    ("words", "gone", "left"),
    [
        ("王芳借了我三万块钱不还她住在柳河镇建设路12号", "王芳 三万 柳河 建设 12", "借了我 不还"),
        ("我叫李明电话13812345678想离婚", "李 明 138", "离婚"),
        ("豫a12345撞了我的车", "豫 a 12345", "撞了我的车"),
        ("我儿子在朝阳实验小学三年级二班被打", "朝阳 三年级 二班", "我儿子 被打"),
        ("四十二岁怎么交社保", "四十二", "怎么交社保"),
        ("陈建国是红旗村支书他把我打了", "陈 建国 红旗", "把我打了"),
        ("二零二三年五月六号离婚的孩子归谁", "二零二三 五月 六号", "孩子归谁"),
    ],
)
def test_only_words_of_the_pack_are_left(words: str, gone: str, left: str) -> None:
    masked = pack().masker.masked(words)

    assert [part for part in gone.split() if part in masked] == []
    assert [part for part in left.split() if part not in masked] == []


@pytest.mark.parametrize("words", ["王芳李明", "130412199001011234", "abc", ""])
def test_what_says_nothing_without_its_strange_words_is_not_kept(words: str) -> None:
    assert pack().masker.masked(words) == ""
