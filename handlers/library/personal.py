"""Signs of a person in a text that everybody will read: numbers surely, names as far as they show."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from handlers.library.signs import SURNAMES

MASK = "□"
_NUMBERS = re.compile(
    r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|\d{17}[\dXx]|\d{15,19}|\d{7,14})(?!\d)"
    r"|[\u4eac\u6d25\u6caa\u6e1d\u5180\u8c6b\u4e91\u8fbd\u9ed1\u6e58\u7696\u9c81\u65b0\u82cf\u6d59\u8d63\u9102"
    r"\u6842\u7518\u664b\u8499\u9655\u5409\u95fd\u8d35\u7ca4\u9752\u85cf\u5ddd\u5b81\u743c][A-Z][A-Z0-9]{5,6}"
    r"|(?:微信|QQ|wx)号?[:：]?\s*[A-Za-z0-9_-]{5,}|[\w.+-]+@[\w-]+\.\w+"
)
_TITLES = "先生|女士|小姐|师傅|大爷|大妈|大叔|大姐|大哥|大娘|阿姨|老师|主任|所长|律师|法官|某某|某"
_GIVEN = "[\\u4e00-\\u9fff]"
_LIKE_NAMES = (
    "(?:{s})(?:{t})|(?:{s}){g}{{1,2}}(?:先生|女士|小姐|师傅|某)"
    "|(?:我叫|名叫|叫做|姓名[:：]?|我是)(?:{s}){g}{{1,2}}|(?:老|小)(?:{s})(?!{g})"
)
_NAMES = re.compile(_LIKE_NAMES.format(s=SURNAMES, t=_TITLES, g=_GIVEN))
_PLACES = re.compile(r"\d+\s*(?:号楼|栋|单元|室|弄|组)\b|[\u4e00-\u9fff]{1,6}(?:村|镇|乡|街|路|巷)\d+号")
_CLAUSE = re.compile(r"[，。！？；：、,.!?;:\s（）()“”「」《》]+")
_HOTLINE = re.compile(r"\{tel:[a-z_]+\}")
_MOST = 12


@dataclass(frozen=True)
class Signs:
    """What was found. Attributes: numbers: must go; names: look like names or homes; strange: words that
    no entry uses, among which a name may hide."""

    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything must be looked at by a person."""
        return bool(self.numbers or self.names or self.strange)


def signs(text: str, strange: Callable[[str], tuple[str, ...]] | None = None) -> Signs:
    """Look for persons in a text. Args: strange: gives the words of a clause that no entry uses."""
    plain = _HOTLINE.sub("", text)
    numbers = tuple(dict.fromkeys(found.group() for found in _NUMBERS.finditer(plain)))
    named = [found.group() for pattern in (_NAMES, _PLACES) for found in pattern.finditer(plain)]
    unknown = [word for clause in _CLAUSE.split(plain) if clause and strange for word in strange(clause)]
    kept = [word for word in dict.fromkeys(unknown) if not any(word in one for one in (*named, *numbers))]
    return Signs(numbers, tuple(dict.fromkeys(named)), tuple(kept[:_MOST]))


def without(text: str) -> str:
    """A text with the numbers and the names that show covered."""
    for pattern in (_NUMBERS, _NAMES, _PLACES):
        text = pattern.sub(MASK, text)
    return text
