"""Wordings without persons: only words that the shipped pack uses itself are left, all else is masked.

A list of what is personal is never complete; a list of what is not can be: the pack's own vocabulary.
"""

import re
from functools import cached_property
from pathlib import Path

from knowledge.entry import Entry
from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.segment import Segmenter

MASK = "□"
LONGEST, WORDS = 60, 24
"""Characters of a wording that are looked at, its last ones; words that are kept."""
_LEAST, _SHARE = 2, 0.5
"""Words that must be left, and their least share: else the wording says nothing and is not kept."""
_SPREAD = 3
"""Entries that must use a single character for it to be left."""
_NUMERAL = re.compile(
    r"[0-9零〇一二两三四五六七八九十百千万亿几]+(?:多|余|来)?"
    r"(?:[年月日号天岁块元亩里层楼栋室组队届级个万分点斤吨户口条次回人毛]|公里|平米|月份|周岁|年级)?[前后多钱半]*"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵覃武戴莫孔"
)
_LETTERS = re.compile(r"[a-z]")


class Masker:
    """Masks wordings. Args: library: whose vocabulary may be left; cache_dir: for the segmenter."""

    def __init__(self, library: Library, cache_dir: Path | None = None) -> None:
        self._library, self._cache_dir = library, cache_dir

    @cached_property
    def _segmenter(self) -> Segmenter:
        return Segmenter(self._cache_dir)

    @cached_property
    def _known(self) -> frozenset[str]:
        spread: dict[str, int] = {}
        normal = Normal()
        for entry in self._library:
            for word in set(self._segmenter.words(bare(normal.clean("，".join(_texts(entry)))))):
                spread[word] = spread.get(word, 0) + 1
        return frozenset(
            word
            for word, count in spread.items()
            if not _LETTERS.search(word)
            and not _NUMERAL.fullmatch(word)
            and word not in _SURNAMES
            and (len(word) > 1 or count >= _SPREAD)
        )

    def warm(self) -> None:
        """Read the vocabulary now; else the first wording does it, which takes a fifth of a second."""
        len(self._known)

    def masked(self, plain: str) -> str:
        """A wording with its strange words masked; empty when too little is left to say anything.

        Args: plain: cleaned, without punctuation.
        """
        words = self._segmenter.words(plain[-LONGEST:])[:WORDS]
        kept = [word if self._is_known(word) else MASK for word in words]
        left = [word for word in kept if word != MASK]
        if len(left) < _LEAST or len(left) < _SHARE * len(kept):
            return ""
        return re.sub(rf"{MASK}+", MASK, "".join(kept))

    def strange(self, plain: str) -> tuple[str, ...]:
        """The words of a text that no entry uses. Args: plain: cleaned, without punctuation."""
        return tuple(word for word in self._segmenter.words(plain) if not self._says_nothing(word))

    def _says_nothing(self, word: str) -> bool:
        return len(word) < _LEAST or bool(_NUMERAL.fullmatch(word)) or self._is_known(word)

    def _is_known(self, word: str) -> bool:
        """Whether the pack uses a word, or the words of two and more characters that it is made of."""
        if word in self._known:
            return True
        cuts = range(2, len(word) - 1)
        return any(word[:cut] in self._known and self._is_known(word[cut:]) for cut in cuts)


def _texts(entry: Entry) -> tuple[str, ...]:
    forms = (form for keyword in entry.keywords for form in keyword.forms)
    return (entry.title, entry.short, *entry.wordings, *forms)
