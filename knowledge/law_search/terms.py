"""How texts become terms: numbers for pairs of neighbouring characters, and for words.

A term is kept as a hash of 32 bits: some hundred thousand of them collide a few times, which costs nothing,
and a table of terms is small and holds no text.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from knowledge.normal import Normal, bare
from knowledge.segment import Segmenter

Codes = npt.NDArray[np.uint32]
_CHARACTER = np.uint64(21)
"""Bits of a character."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
NONE: Codes = np.zeros(0, dtype=np.uint32)


class Terms:
    """Cuts texts into terms."""

    def __init__(self, segmenter: Segmenter | None = None) -> None:
        self._normal, self.segmenter = Normal(), segmenter or Segmenter()

    def plain(self, text: str) -> str:
        """A text in one form, without punctuation."""
        return bare(self._normal.clean(text))

    def words(self, plain: str) -> Codes:
        """The words of two or more characters of a plain text, in order."""
        return word_codes(word for word in self.segmenter.words(plain) if len(word) > 1)


def pairs(plain: str) -> Codes:
    """The pairs of neighbouring characters of a plain text, in order."""
    signs = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    return ((((signs[:-1] << _CHARACTER) | signs[1:]) * _SPREAD) >> _HALF).astype(np.uint32)


def word_codes(words: Iterable[str]) -> Codes:
    """The numbers of words."""
    return np.array([_word(word) for word in words], dtype=np.uint32)


def joined(parts: Iterable[Codes]) -> Codes:
    """All terms of several texts."""
    return np.concatenate([NONE, *parts])


@lru_cache(maxsize=1 << 16)
def _word(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "little")
