"""One form for what people type: width, script, emoji, repeats and common slips."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

LONGEST = 2000
"""Characters of a message that are looked at; a longer one is cut."""
_OPEN = 512
"""Texts that are kept clean: of a message, from the door to the end of its turn, beside those of others."""

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_EMOJI = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff\U0001fb00-\U0001fbff]+"
)
_EASY = re.compile("[0-9a-z\u4e00-\u9fff，。？！、,.?!\n ]{0,400}")
_BRACKETED = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,4}\]")
_RUN = re.compile(r"([^\d\s])\1{2,}")
_SPACE = re.compile(r"\s+")
_OPENING = re.compile(
    "(?:[你您]好[啊呀]?|(?:律师|老师|同志|师傅)(?=[,，!！。. ]|[你您]好)|在吗|在不在|麻烦(?:问|请教)一下"
    "|请问(?:一下)?|我?想?(?:咨询|请教|问)(?:您|你)?(?:一下|[一个]个?事情?)|打扰了?"
    "|[嗯呃额哈啊,，.。!！?？、~… ])+"
)
_LEAST = 6
"""Words that must be left for an opening to be nothing but one."""
_NOT_WORD = re.compile(r"[^0-9a-z\u3400-\u9fff\U00020000-\U0003134f]+")


class Normal:
    """Brings texts into one form.

    Args: slips: wrong writings and what is meant.
    """

    def __init__(self, slips: Mapping[str, str] | None = None) -> None:
        self._slips = dict(slips or {})
        longest_first = sorted(self._slips, key=len, reverse=True)
        self._slip = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._cleaned = lru_cache(maxsize=_OPEN)(self._clean)

    def clean(self, text: str) -> str:
        """The text in half width, Simplified script and small letters, without emoji and hidden signs.

        Punctuation stays; runs of three or more equal signs become two; slips are mended.
        """
        return self._cleaned(text)  # one message is cleaned for joining, for leaning and for the decision

    def _clean(self, text: str) -> str:
        text = _one_form(text)
        if self._slip is not None:
            text = self._slip.sub(lambda found: self._slips[found.group()], text)
        return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=_OPEN)  # danger knows no slips, the matcher does
def _one_form(text: str) -> str:
    if _EASY.fullmatch(text):  # nothing hidden, no letter form, no emoji: most messages
        text = simplified(text.replace("，", ",").replace("？", "?").replace("！", "!"))
        return _RUN.sub(r"\1\1", text)
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text[:LONGEST]))
    if not text.isascii():
        text = simplified(_EMOJI.sub(" ", text))
    text = _BRACKETED.sub(" ", _CONTROL.sub(" ", text.lower()))
    return _RUN.sub(r"\1\1", text)


def bare(text: str) -> str:
    """A cleaned text without punctuation and spaces."""
    return _NOT_WORD.sub("", text)


def matter(clean: str) -> str:
    """A cleaned text without the greeting before it, which has words of many entries and says nothing."""
    found = _OPENING.match(clean)
    if found is None or len(bare(clean[found.end() :])) < _LEAST:
        return clean
    return clean[found.end() :]


def simplified(text: str) -> str:
    """The text in Simplified script.

    What fits into GB 2312 holds no Traditional character, so that most messages never load the converter.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter().convert(text))
    return text


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
