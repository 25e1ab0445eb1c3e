"""Which entries are near to a question: words and character bigrams over the wordings.

A wording is a bag of features, a feature being a word of two or more characters or a pair of neighbouring
characters. Weight of a feature: w(f) = ln(1 + (N - n + 0.5) / (n + 0.5)), where n of N wordings have it (the
idf of BM25). For a question q and a wording d, with s the sum of w² over what they share:

    cosine = s / sqrt(|q|² |d|²)      cover = s / |d|²      near = 0.65 cosine + 0.35 cover

so that a long story that contains the whole of a short wording is not held against it. An entry's score
is the mean of its three nearest wordings, which serves better than the single nearest one.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from knowledge.normal import bare
from knowledge.segment import Segmenter

COSINE, COVER = 0.65, 0.35
BEST_OF = 3


class Near(NamedTuple):
    """How near an entry is: mean of the best wordings, the best one, and which wordings these are."""

    entry: int
    mean: float
    best: float
    wordings: tuple[int, ...]


class Index:
    """Posting lists over the wordings of all entries. Immutable after building.

    Args: texts: for each entry its wordings, already cleaned.
    """

    def __init__(self, texts: Sequence[Sequence[str]], segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self.wordings: list[str] = []
        self.owner: list[int] = []
        for number, group in enumerate(texts):
            for text in dict.fromkeys(bare(t) for t in group):
                self.wordings.append(text)
                self.owner.append(number)
        bags = [features(text, segmenter) for text in self.wordings]
        counts: dict[str, int] = {}
        for bag in bags:
            for feature in bag:
                counts[feature] = counts.get(feature, 0) + 1
        total = len(bags)
        self._weight = {f: math.log(1 + (total - n + 0.5) / (n + 0.5)) ** 2 for f, n in counts.items()}
        self._unseen = math.log(1 + (total + 0.5) / 0.5) ** 2
        self._postings: dict[str, list[int]] = {}
        for number, bag in enumerate(bags):
            for feature in bag:
                self._postings.setdefault(feature, []).append(number)
        self._norm = [sum(self._weight[f] for f in bag) or 1.0 for bag in bags]
        self._root = [math.sqrt(norm) for norm in self._norm]

    def near(self, plain: str, *, limit: int) -> list[Near]:
        """The nearest entries, best first.

        Args: plain: the cleaned question without punctuation; limit: how many at most.
        """
        shared, size = self._shared(plain)
        if not shared:
            return []
        root = math.sqrt(size)
        groups: dict[int, list[tuple[float, int]]] = {}
        norm, owner, root_of = self._norm, self.owner, self._root
        for number, total in shared.items():
            score = total * (COSINE / (root * root_of[number]) + COVER / norm[number])
            group = groups.get(owner[number])
            if group is None:
                groups[owner[number]] = [(score, number)]
            else:
                group.append((score, number))
        best = sorted(((_mean(group), -entry) for entry, group in groups.items()), reverse=True)[:limit]
        return [_near(-minus, groups[-minus]) for _score, minus in best]

    def fuzzy(self, plain: str, near: Near) -> float:
        """Edit similarity, 0 to 1, of the question to the nearest wordings of an entry."""
        return max([fuzz.ratio(plain, self.wordings[n]) for n in near.wordings], default=0.0) / 100

    def _shared(self, plain: str) -> tuple[dict[int, float], float]:
        shared: dict[int, float] = {}
        size = 0.0
        for feature in features(plain, self._segmenter):
            posting = self._postings.get(feature)
            if posting is None:
                size += self._unseen * 0.25  # a stranger's word says less than a known one that is missing
                continue
            weight = self._weight[feature]
            size += weight
            for number in posting:
                shared[number] = shared.get(number, 0.0) + weight
        return shared, size or 1.0


def features(plain: str, segmenter: Segmenter) -> set[str]:
    """Words of two or more characters and character bigrams of a cleaned text without punctuation."""
    bag = {plain[i : i + 2] for i in range(len(plain) - 1)}
    bag.update(word for word in segmenter.words(plain) if len(word) > 2)
    return bag


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, punctuation aside."""
    plain = bare(text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller set that the other has too, 0 to 1."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _mean(scored: list[tuple[float, int]]) -> float:
    if len(scored) > BEST_OF:
        scored.sort(reverse=True)
        del scored[BEST_OF:]
    total = 0.0
    for score, _number in scored:
        total += score
    return total / BEST_OF


def _near(entry: int, scored: list[tuple[float, int]]) -> Near:
    scored.sort(reverse=True)
    return Near(entry, _mean(scored), scored[0][0], tuple([number for _score, number in scored]))
