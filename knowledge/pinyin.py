"""Readings of characters, for slips of voice input, homophones, and words typed in Latin letters.

The table holds one usual reading, without tones, for each of the 6,763 characters of GB 2312 (readings of
the Unicode Han database). Readings that many speakers do not tell apart are folded into one: zh and z, ch
and c, sh and s, n and l before a vowel, -ng and -n after a, e and i.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from knowledge.library import CONTENT

_LATIN = re.compile(r"[a-z]+(?:[ '][a-z]+)*")
_LEAST = 5
"""Letters of a run below which it is left alone: ktv, app, p2p."""
_LONGEST_WORD = 4
_LONGEST_SYLLABLE = 6


@cache
def readings() -> dict[str, str]:
    """Character to syllable, as written."""
    table: dict[str, str] = {}
    for line in (CONTENT / "pinyin.txt").read_text("utf-8").splitlines():
        syllable, _space, characters = line.partition(" ")
        table.update(dict.fromkeys(characters, syllable))
    return table


@lru_cache(maxsize=1024)
def fold(syllable: str) -> str:
    """A syllable with those sounds made one that many speakers do not tell apart."""
    if syllable[1:2] == "h" and syllable[0] in "zcs":
        syllable = syllable[0] + syllable[2:]
    if syllable[0] == "n" and len(syllable) > 1:
        syllable = "l" + syllable[1:]
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


@cache
def _folded() -> dict[str, str]:
    return {character: fold(syllable) for character, syllable in readings().items()}


def sounds(text: str) -> list[str]:
    """The folded syllable of each character, ``?`` for one without a reading."""
    known = _folded()
    return [known.get(character, "?") for character in text]


class Speller:
    """Turns words typed in Latin letters into the words of the base: ``gongzi`` into 工资.

    Args: words: lists of the words of each wording, from which the likeliest for a sound is taken.
    """

    def __init__(self, words: Iterable[Sequence[str]]) -> None:
        table = readings()
        counts: dict[tuple[str, ...], Counter[str]] = {}
        for line in words:
            for word in (*line, *"".join(line)):
                if len(word) <= _LONGEST_WORD and all(c in table for c in word):
                    key = tuple(fold(table[c]) for c in word)
                    counts.setdefault(key, Counter())[word] += 1
        self._words = {key: min(found, key=lambda w: (-found[w], w)) for key, found in counts.items()}
        self._syllables = frozenset(table.values())

    def mended(self, clean: str) -> str:
        """A cleaned text with what was typed in letters put into words; the rest stays."""
        return _LATIN.sub(lambda found: self._spelled(found.group()), clean)

    def _spelled(self, typed: str) -> str:
        syllables: list[str] = []
        for run in re.split("[ ']", typed):
            parts = _cut(run, self._syllables)
            if parts is None:
                return typed
            syllables += parts
        if len(syllables) < 2 or sum(map(len, syllables)) < _LEAST:
            return typed
        return self._in_words([fold(s) for s in syllables], syllables)

    def _in_words(self, folded: Sequence[str], syllables: Sequence[str]) -> str:
        found: list[str] = []
        at = 0
        while at < len(folded):
            for length in range(min(_LONGEST_WORD, len(folded) - at), 0, -1):
                word = self._words.get(tuple(folded[at : at + length]))
                if word is not None:
                    found.append(word)
                    at += length
                    break
            else:
                found.append(f" {syllables[at]} ")
                at += 1
        return "".join(found)


def _cut(run: str, syllables: frozenset[str]) -> list[str] | None:
    """The run as the fewest syllables, or None when it is no pinyin."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(run) + 1):
        ways = [
            [*before, run[start:end]]
            for start in range(max(0, end - _LONGEST_SYLLABLE), end)
            if (before := best[start]) is not None and run[start:end] in syllables
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1]
