"""不是我，是我姐: words that put right what was said before, and the question as it should have read."""

import re
from typing import NamedTuple

from knowledge.patterns import filled

_WRONG = (
    r"(?:(?:不对|不是的?|不不|错了|说错了?|我?(?:刚才)?(?:说|讲|打|写|搞|弄|记)错了?|更正一?下)"
    r"[呀啊哦的,，。.!！ ]*)"
)
_PERSON = (
    r"妈妈?|爸爸?|爹|娘|父亲|母亲|父母|老公|老婆|丈夫|妻子|爱人|对象|媳妇|儿媳妇?|儿子|女儿|闺女|姑娘|孩子|娃|小孩"
    r"|哥哥?|大哥|二哥"
    r"|姐姐?|大姐|弟弟?|妹妹?|姐夫|妹夫|嫂子|弟媳|爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|岳父|岳母|丈人|丈母娘|叔叔?|伯伯|大伯|舅舅?"
    r"|姑姑?|姨妈?|姑父|姨夫|侄子|侄女|外甥女?|孙子|孙女|女婿|亲戚|朋友|同事|工友|邻居|同学|老乡|前夫|前妻|男朋友|女朋友"
)
_END = r"(?:的事情?|这事)?[呢啊呀哦哈吧。.!！ ]*"
_DOER = "对方|他们?|她|人家|老板|单位|公司|我们?|俺"


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = {"WRONG": _WRONG, "PERSON": _PERSON, "END": _END, "DOER": _DOER}
    return re.compile(filled(pattern, parts))


_KIN = _compiled(r"(?:我|俺|咱)?(?:们)?(?:家)?的?(?:<PERSON>)")
_SELF = re.compile(r"我自己|我本人|本人|自己|我|俺")
_SPEAKER = _compiled(r"(?<![给跟和对被让把向帮替找骗打欠])(?:我|俺)(?!们|家|的|俺|爱人|(?:<PERSON>))")
_ANY_SPEAKER = _compiled(r"(?:我|俺)(?!们|家|的|(?:<PERSON>))")
_NOT_BUT = _compiled(
    r"<WRONG>?(?:我说的|这)?不是(?P<x>[^，,。 ]{1,9}?)[，,。、 ]*"
    r"(?:而是|应该是|(?<!不)是)(?P<y>[^，,。？?]{1,10}?)<END>"
)
_BUT_NOT = _compiled(
    r"<WRONG>?(?:应该)?是(?P<y>[^，,。？?不]{1,8}?)[，,。、 ]*"
    r"(?:而|并)?不是(?P<x>[^，,。？?]{1,8}?)<END>"
)
_ONLY = _compiled(r"<WRONG>(?:我?(?:想|要)?(?:说|问)的)?(?:应该)?是(?P<y>[^，,。？?]{1,10}?)<END>")
_FOR = _compiled(
    r"(?:这事?|我)?(?:是)?(?:我)?(?:帮|替|给|代)(?P<y>(?:我|俺)?(?:家)?的?(?:<PERSON>))(?:来)?(?:问|咨询|打听)(?:一?下|的|问)?<END>"
    r"|(?:这)?是(?P<z>(?:我|俺)(?:家)?的?(?:<PERSON>))(?:的事情?|遇到的|这事)<END>"
)
_MAY = re.compile("不|错|更正|[帮替给代].{1,5}[问咨打]|是[我俺].{1,6}的事")
_ASKS = re.compile(r"[？?]|[吗呢么]|怎么|咋|能不能|是不是|会不会|多少|多久")
_COMMA = "，"
LONGEST = 30
"""Characters of words that only put something right."""
_WORD = 4
"""Characters up to which what is put right is a word, and stands where the wrong one stood."""


class Correction(NamedTuple):
    """What was put right.

    Attributes: wrong: what does not hold, empty when it was not named; right: what holds instead;
    person: whether it is about who somebody is.
    """

    wrong: str
    right: str
    person: bool


def correction(clean: str) -> Correction | None:
    """What words put right; None when they put nothing right. Args: clean: with punctuation."""
    if len(clean) > LONGEST or not _MAY.search(clean) or _ASKS.search(clean):
        return None
    found = _NOT_BUT.fullmatch(clean) or _BUT_NOT.fullmatch(clean)
    if found:
        return _made(found["x"], found["y"])
    found = _ONLY.fullmatch(clean)
    if found:
        return _made("", found["y"])
    found = _FOR.fullmatch(clean)
    return _made("我", found["y"] or found["z"]) if found else None


def put_right(said: str, one: Correction) -> str:
    """The question as it should have read. Args: said: the words that were answered."""
    if one.wrong and one.wrong in said and not _SELF.fullmatch(one.wrong):
        if len(one.right) <= _WORD:
            return said.replace(one.wrong, one.right)
        return _COMMA.join((one.right, said.replace(one.wrong, "")))
    if not one.wrong:
        changed = _other_doer(said, one.right)
        if changed != said:
            return changed
    if one.person:
        if not _SELF.fullmatch(one.wrong):
            changed = _KIN.sub(one.right, said, count=1)
            if changed != said:
                return changed
        for speaker in (_SPEAKER, _ANY_SPEAKER):
            changed = speaker.sub(one.right, said, count=1)
            if changed != said:
                return changed
    return _COMMA.join((one.right, said))


def _other_doer(said: str, right: str) -> str:
    """The words with another doer of the same thing: 是我全责 after 对方全责."""
    for cut in range(1, len(right) - 1):
        what = right[cut:]
        if what in said:
            doing = _compiled(r"(?:<DOER>)(?:的|是|负)?").pattern + re.escape(what)
            return re.sub(doing, right, said, count=1)
    return said


def is_speaker(one: Correction) -> bool:
    """Whether it was thought to be about the speaker, and is about somebody else."""
    return one.person and (not one.wrong or _SELF.fullmatch(one.wrong) is not None)


def to_them(words: str) -> str:
    """A resident's own words as they are said back: 我姐 is 您姐."""
    return re.sub("[我俺]们?", "您", words)


def _made(wrong: str, right: str) -> Correction | None:
    wrong, right = wrong.strip(), right.strip()
    if (
        not right
        or right in ("这样", "这个", "的", "我问的", "这个意思")
        or wrong in ("这个", "这个意思", "我问的")
    ):
        return None
    person = bool(_KIN.fullmatch(right) or _SELF.fullmatch(right))
    return Correction(wrong, right, person)
