"""Which topic a question belongs to, by its words alone.

For each topic the base says how much more often a feature (see `vocabulary`) stands in its wordings,
titles, keywords and words of scope than in the whole base:

    r(f, t) = ln((n(f, t) + A p(f)) / (n(t) + A)) - ln p(f)

A question's evidence for a topic is the sum of r over its features, divided by the root of their number,
since neighbouring pairs tell much the same.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.index import Base
from knowledge.segment import Segmenter
from knowledge.vocabulary import Floats, features

_LEAST = 0.25
_SMOOTH = 2000.0
"""A: how many features a topic must show before it is believed against the whole base."""


class TopicModel:
    """Evidence of topics; immutable after building.

    Args:
        topics: ids in the order of the columns; of: the column of each entry.
        said: for each topic further bare texts with their weight.
    """

    def __init__(
        self,
        base: Base,
        topics: Sequence[str],
        of: Sequence[int],
        said: Mapping[str, Iterable[tuple[str, float]]],
        segmenter: Segmenter,
    ) -> None:
        self.topics = tuple(topics)
        words, width = base.vocabulary, len(self.topics)
        numbers = words.numbers
        own = np.zeros((len(numbers), width), dtype=np.float32)
        if base.entries:
            rows = words.rows
            column = np.array(of, dtype=np.intp)[base.owner[rows.places]]
            own.ravel()[:] = np.bincount(rows.ids * width + column, minlength=own.size)
        for column_of, topic in enumerate(self.topics):
            for text, weight in said.get(topic, ()):
                for feature in features(text, segmenter):
                    number = numbers.get(feature)
                    if number is not None:
                        own[number, column_of] += weight
        totals = own.sum(axis=0)
        share = np.maximum(own.sum(axis=1, keepdims=True), _LEAST) / max(1.0, float(totals.sum()))
        own += _SMOOTH * share
        own /= totals + _SMOOTH
        own /= share
        self._table: npt.NDArray[np.float32] = np.log(own, out=own)

    def evidence(self, known: list[int]) -> Floats:
        """For each topic how much the features of a question speak for it, about -3 to 4.

        Args: known: the numbers of the features.
        """
        if not known:
            return np.zeros(len(self.topics))
        sums: Floats = self._table.take(known, axis=0).sum(axis=0, dtype=np.float64)
        return sums * (1 / math.sqrt(len(known)))
