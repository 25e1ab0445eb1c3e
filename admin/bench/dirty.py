"""Dirty twins of clean questions: what phones, keyboards and voice input make of them.

Each kind of dirt is drawn by a seed from the text alone, so that a twin is the same on every machine. The
amounts are those of a careless message: about one slip in twelve characters, one at least.
"""

import random
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from knowledge.pinyin import readings

SEED = 7
_EVERY = 12
"""Characters for which there is one slip."""
_STOPS = re.compile("[，。！？；：、,.!?;:“”\"'（）()]")
_PAUSE = re.compile("[，。！？；,.!?;]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_EMOJI = ("😭", "😡😡", "🙏", "😂", "🙏🏻", "👨‍👩‍👧", "❤️", "[流泪]", "[捂脸]", "[抱拳][抱拳]", "🤷‍♀️")
_ODD = ("。。。", "！！！", "~", " ", "、", "…", "?", ".")
_FILLERS = ("嗯", "那个", "就是说", "然后", "呃", "这个", "就是那个", "啊")
_GREETINGS = (
    "你好，",
    "您好，请问一下，",
    "律师你好！",
    "在吗？",
    "麻烦问一下哈，",
    "老师您好，我想咨询个事，",
    "请问，",
)
_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_COMMON = 0xD8
"""First byte of GB 2312 from which on characters are rare."""

Dirt = Callable[[str, random.Random], str]
MOST = 0.08
"""The share of twins that may be lost among three, beside their clean questions."""
NOTHING = frozenset({"traditional", "emoji"})
"""Kinds that may lose nothing at all."""


def twin(kind: str, text: str, seed: int = SEED) -> str:
    """The dirty twin of a question. Args: kind: one of `KINDS`. Raises: KeyError for another."""
    return KINDS[kind](text, random.Random(f"{seed} {kind} {text}"))  # noqa: S311 - a mixture, no secret


def _traditional(text: str, _draw: random.Random) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def _emoji(text: str, draw: random.Random) -> str:
    """One after a pause or at the end for each forty characters, one at least; now and then within a word."""
    for _ in range(1 + len(text) // 40):
        places = [found.end() for found in _PAUSE.finditer(text)] + [len(text), draw.randint(0, len(text))]
        place = draw.choice(places)
        text = text[:place] + draw.choice(_EMOJI) + text[place:]
    return text


def _unpunctuated(text: str, _draw: random.Random) -> str:
    return _STOPS.sub("", text)


def _punctuated(text: str, draw: random.Random) -> str:
    """Odd signs in place of the right ones, and one where none belongs."""
    text = _STOPS.sub(lambda _found: draw.choice(_ODD), text)
    place = draw.randint(0, len(text))
    return text[:place] + draw.choice(_ODD) + text[place:]


def _homophones(text: str, draw: random.Random) -> str:
    """A common character of the same sound in place of the right one."""
    return _slips(text, draw, lambda c: draw.choice(_alike()[c]), lambda c: c in _alike())


def _dropped(text: str, draw: random.Random) -> str:
    return _slips(text, draw, lambda _c: "", _is_chinese)


def _doubled(text: str, draw: random.Random) -> str:
    return _slips(text, draw, lambda c: c + c, _is_chinese)


def _wide(text: str, _draw: random.Random) -> str:
    return text.translate(_WIDE)


def _spoken(text: str, draw: random.Random) -> str:
    """Voice input: no punctuation, and what people say while they think."""
    pieces = [piece for piece in _STOPS.split(text) if piece]
    return "".join(draw.choice(_FILLERS) * (n == 0 or draw.random() < 0.5) + p for n, p in enumerate(pieces))


def _lines(text: str, draw: random.Random) -> str:
    """A line break for each pause, and one in the midst of a word for each forty characters."""
    text = _PAUSE.sub("\n", text)
    for _ in range(1 + len(text) // 40):
        place = draw.randint(0, len(text))
        text = text[:place] + "\n" + text[place:]
    return text


def _greeted(text: str, draw: random.Random) -> str:
    return draw.choice(_GREETINGS) + text


def _slips(text: str, draw: random.Random, made: Callable[[str], str], fits: Callable[[str], bool]) -> str:
    places = [n for n, c in enumerate(text) if fits(c)]
    chosen = set(draw.sample(places, min(len(places), max(1, len(text) // _EVERY))))
    return "".join(made(c) if n in chosen else c for n, c in enumerate(text))


def _is_chinese(character: str) -> bool:
    return _CHINESE.fullmatch(character) is not None


@cache
def _alike() -> Mapping[str, tuple[str, ...]]:
    """Common characters to others of the same sound."""
    common = {c: sound for c, sound in readings().items() if c.encode("gb2312")[0] < _COMMON}
    by_sound: dict[str, list[str]] = {}
    for character, sound in common.items():
        by_sound.setdefault(sound, []).append(character)
    found = {c: tuple(other for other in by_sound[sound] if other != c) for c, sound in common.items()}
    return {c: others for c, others in found.items() if others}


KINDS: Mapping[str, Dirt] = MappingProxyType({
    "traditional": _traditional,
    "emoji": _emoji,
    "unpunctuated": _unpunctuated,
    "punctuated": _punctuated,
    "homophones": _homophones,
    "dropped": _dropped,
    "doubled": _doubled,
    "wide": _wide,
    "spoken": _spoken,
    "lines": _lines,
    "greeted": _greeted,
})  # fmt: skip
"""Every kind of dirt, by its name."""
