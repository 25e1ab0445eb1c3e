"""One field of the index: for each term the documents that hold it, and how much each of them shows it.

Score of a document d for the terms t of a question (BM25, with the field's own constants k1 and b):

    sum over t of  idf(t) * tf(t, d) * (k1 + 1) / (tf(t, d) + k1 * (1 - b + b * |d| / mean |d|))

The second factor, at most k1 + 1, is kept in one byte.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.law_search.terms import Codes, joined

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]
Arrays = Mapping[str, npt.NDArray[Any]]
COMMON = 0.25
"""Terms of more than this share of the documents say nothing and are passed over; see `_FEW`."""
_FEW = 2000
"""In a field of fewer documents no term is passed over."""


class Looked(NamedTuple):
    """What a field says of a question, for each document.

    Attributes: score: see above; cover: share of the question's terms that it holds, weighed by idf;
    telling: the score with each term weighed as the caller said.
    """

    score: Floats
    cover: Floats
    telling: Floats


class Field:
    """Postings over `documents`; `arrays` is what is stored of them."""

    def __init__(self, arrays: Arrays, documents: int) -> None:
        self.arrays, self.documents = arrays, documents
        self._codes, self._starts = arrays["codes"], arrays["starts"]
        self._docs, self._shown, self._idf = arrays["docs"], arrays["shown"], arrays["idf"]
        self._step = float(arrays["step"][0])
        self._most = documents if documents < _FEW else int(documents * COMMON)

    @classmethod
    def of(cls, texts: Sequence[Codes], k1: float, b: float) -> "Field":
        """Build from the terms of each document."""
        count = max(1, len(texts))
        lengths = np.array([len(one) for one in texts], dtype=np.int64)
        mean = max(1.0, float(lengths.mean())) if len(texts) else 1.0
        codes, numbers = np.unique(joined(texts), return_inverse=True)
        owner = np.repeat(np.arange(len(texts)), lengths)
        keys, times = np.unique(numbers.astype(np.int64) * count + owner, return_counts=True)
        terms, docs = keys // count, keys % count
        holders = np.bincount(terms, minlength=len(codes))
        shown = times * (k1 + 1) / (times + k1 * (1 - b + b * lengths[docs] / mean))
        return cls(
            {
                "codes": codes,
                "starts": np.concatenate([[0], holders.cumsum()]).astype(np.uint32),
                "docs": docs.astype(np.uint16 if count <= 1 << 16 else np.uint32),
                "shown": np.clip(np.rint(shown * 255 / (k1 + 1)), 1, 255).astype(np.uint8),
                "idf": np.log1p((count - holders + 0.5) / (holders + 0.5)).astype(np.float32),
                "step": np.array([(k1 + 1) / 255], dtype=np.float32),
            },
            len(texts),
        )

    @property
    def codes(self) -> Codes:
        """All terms, in order."""
        codes: Codes = self._codes
        return codes

    def look(self, codes: Codes) -> Floats:
        """The score of each document. Args: codes: the question's terms."""
        found = self._found(codes)
        return self._summed(found.docs, found.shown * np.repeat(found.weights * self._step, found.lengths))

    def closely(self, codes: Codes, worth: Floats | None = None) -> Looked:
        """Score, cover and telling score. Args: worth: a factor for each of `self.codes`."""
        found = self._found(codes)
        shown = found.shown * np.repeat(found.weights * self._step, found.lengths)
        score = self._summed(found.docs, shown)
        cover = self._summed(
            found.docs, np.repeat(found.weights / (found.weights.sum() or 1.0), found.lengths)
        )
        if worth is None:
            return Looked(score, cover, score)
        telling = self._summed(found.docs, shown * np.repeat(worth[found.terms], found.lengths))
        return Looked(score, cover, telling)

    def _found(self, codes: Codes) -> "_Found":
        terms = self._known(codes)
        starts, ends = self._starts[terms].astype(np.intp), self._starts[terms + 1].astype(np.intp)
        rare = ends - starts <= self._most
        terms, starts, ends = terms[rare], starts[rare], ends[rare]
        spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
        return _Found(
            terms,
            self._idf[terms].astype(np.float64),
            ends - starts,
            np.concatenate([self._docs[:0], *(self._docs[start:end] for start, end in spans)]).astype(
                np.intp
            ),
            np.concatenate([self._shown[:0], *(self._shown[start:end] for start, end in spans)]).astype(
                float
            ),
        )

    def _known(self, codes: Codes) -> Ints:
        """Places of the terms that the field has."""
        wanted = np.unique(codes)
        if not len(self._codes):
            return np.zeros(0, dtype=np.intp)
        places = np.minimum(np.searchsorted(self._codes, wanted), len(self._codes) - 1)
        known: Ints = places[self._codes[places] == wanted]
        return known

    def _summed(self, docs: Ints, weights: npt.NDArray[np.float64]) -> Floats:
        return np.bincount(docs, weights, self.documents).astype(np.float32)


def flat(parts: Mapping[str, Field]) -> dict[str, npt.NDArray[Any]]:
    """The arrays of several fields under one roof, as ``field.array``."""
    return {f"{name}.{key}": array for name, field in parts.items() for key, array in field.arrays.items()}


def part(arrays: Arrays, name: str) -> Arrays:
    """The reverse for one of them; empty where it is missing."""
    return {key.partition(".")[2]: array for key, array in arrays.items() if key.partition(".")[0] == name}


class _Found(NamedTuple):
    """Attributes: terms, weights, lengths: of each term; docs, shown: of all terms, one after another."""

    terms: Ints
    weights: npt.NDArray[np.float64]
    lengths: Ints
    docs: Ints
    shown: npt.NDArray[np.float64]
