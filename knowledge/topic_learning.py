"""Learning which characters and pairs tell a topic: softmax regression on wordings and real questions."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import filterfalse
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.topic_model import NONE, TopicTable, features
from knowledge.topics import TOPICS
from knowledge.vocabulary import Floats, Ints

REAL = 2.0
"""A real question counts as so many wordings."""
PULL = 1e-4
"""How strongly each cell is held to nothing."""
SELDOM = 2
"""A feature that stands in fewer texts is left out."""
_FIGURE = re.compile(r"\d")
"""Dates and sums tell no topic."""
_STEPS, _STRIDE = 150, 0.05


class Told(NamedTuple):
    """A text whose topic is known, and how much it counts."""

    plain: str
    topic: str
    share: float = 1.0


def told(library: Library, normal: Normal) -> list[Told]:
    """The wordings and titles of a library with their topics."""
    return [
        Told(bare(normal.clean(text)), entry.topic)
        for entry in library.entries
        for text in (*entry.wordings, entry.title)
    ]


def learned(texts: Iterable[Told]) -> TopicTable:
    """The table that tells these texts' topics best. Nothing is drawn by chance."""
    rows = list(texts)
    topics = (*TOPICS, NONE)
    bags = [sorted(filterfalse(_FIGURE.search, features(one.plain))) for one in rows]
    counts = Counter(feature for bag in bags for feature in bag)
    known = sorted((f for f, count in counts.items() if count >= SELDOM), key=lambda f: (len(f), f))
    number = {feature: n for n, feature in enumerate(known)}
    idf = np.array([math.log(1 + (len(rows) - counts[f] + 0.5) / (counts[f] + 0.5)) for f in known])
    table = _Table([[number[f] for f in bag if f in number] for bag in bags], idf)
    right = np.array([topics.index(one.topic) for one in rows], dtype=np.intp)
    shares = np.array([one.share for one in rows])
    weights, bias = _descended(table, right, shares / shares.sum(), len(topics))
    cells = weights * idf[:, None]
    step = float(np.abs(cells).max(initial=1e-9)) / 127
    return TopicTable(topics, tuple(known), idf * idf, np.rint(cells / step).astype(np.int8), step, bias)


class _Table:
    """The features of texts as rows of one length 1, readable by text and by feature."""

    def __init__(self, bags: Sequence[Sequence[int]], idf: Floats) -> None:
        lengths = np.array([len(bag) for bag in bags])
        self.texts, self.features = len(bags), len(idf)
        self._ids = np.array([n for bag in bags for n in bag], dtype=np.intp)
        self._rows = np.arange(self.texts).repeat(lengths)
        values = idf[self._ids]
        sizes = np.sqrt(np.bincount(self._rows, values * values, minlength=self.texts))
        self._values = (values / sizes[self._rows]).astype(np.float32)
        order = self._ids.argsort(kind="stable")
        self._by_feature = (self._rows[order], self._values[order])
        self._text_at = _starts(lengths)
        self._feature_at = _starts(np.bincount(self._ids, minlength=self.features))

    def forward(self, weights: npt.NDArray[np.float32]) -> Floats:
        """What the weights say of each text."""
        return _summed(weights[self._ids] * self._values[:, None], self._text_at, self.texts)

    def backward(self, off: Floats) -> Floats:
        """How far each weight is off. Args: off: the same of each text."""
        rows, values = self._by_feature
        return _summed(off.astype(np.float32)[rows] * values[:, None], self._feature_at, self.features)


def _starts(lengths: Ints) -> tuple[Ints, Ints]:
    """Where each group that is not empty begins, and the numbers of these groups."""
    there = np.flatnonzero(lengths)
    return (lengths.cumsum() - lengths)[there], there


def _summed(cells: npt.NDArray[np.float32], at: tuple[Ints, Ints], count: int) -> Floats:
    starts, there = at
    sums = np.zeros((count, cells.shape[1]))
    if len(starts):
        sums[there] = np.add.reduceat(cells, starts, axis=0)
    return sums


def _descended(table: _Table, right: Ints, shares: Floats, width: int) -> tuple[Floats, Floats]:
    """Adam's steps down the loss; the last ones are shorter."""
    weights, bias = np.zeros((table.features, width)), np.zeros(width)
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    at = np.arange(table.texts)
    for step in range(1, _STEPS + 1):
        powers = table.forward(weights.astype(np.float32)) + bias
        off = np.exp(powers - powers.max(axis=1, keepdims=True))
        off /= off.sum(axis=1, keepdims=True)
        off[at, right] -= 1
        off *= shares[:, None]
        slope = table.backward(off) + PULL * weights
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope * slope
        stride = _STRIDE * (1 if step < 0.6 * _STEPS else 0.2)
        weights -= stride * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-9)
        bias -= off.sum(axis=0)
    return weights, bias
