"""The features of texts, what they weigh, and how a question is looked up among them.

A text is a bag of features, a feature being a pair of neighbouring characters: words beside them earned
nothing. Weight of a feature: w(f) = ln(1 + (N - n + 0.5) / (n + 0.5)), where n of N wordings have it (the
idf of BM25). Where two or three neighbouring pairs of a question are unknown to the base, their
sounds are looked up: so many pairs does one wrong character spoil.
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt

from knowledge.normal import bare
from knowledge.pinyin import sounds

K1, B = 0.8, 0.3
SOUND = 0.5
"""What a pair of sounds counts, beside the pair of characters itself."""
STRANGE = 0.25
"""A stranger's word says less than a known one that is missing."""
ENOUGH = 8
"""So many pairs that no wording has weigh as much as a question may weigh itself: who tells a story says much
that is beside the matter, and what he says of it must not count the less for that."""
_WRONG = re.compile(r"(?<!1)(?:^1|1$|11{1,2})(?!1)")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


class Postings(NamedTuple):
    """Where features stand: those of feature f are ``places[starts[f] : starts[f + 1]]``, so the impacts."""

    starts: "array[int]"
    places: Ints
    impacts: Floats


class Rows(NamedTuple):
    """Of what the indexes are built; not needed once they are.

    Attributes: ids, places: each feature of each wording, and the number of the wording; text_ids,
    text_places, text_impacts: each feature of each entry's text, the entry, and what it adds to BM25.
    """

    ids: Ints
    places: Ints
    text_ids: Ints
    text_places: Ints
    text_impacts: Floats


class Query(NamedTuple):
    """A question as the index sees it.

    Attributes: known: numbers of its features; heard: numbers of its sounds; size, text_size: what it weighs
    itself, beside wordings and beside texts, at most what `ENOUGH` says.
    """

    known: list[int]
    heard: list[int]
    size: float
    text_size: float


class Vocabulary:
    """All features of a base. Immutable after building.

    Args: wordings: bare, in the order of their numbers; texts: the words of each entry's own text.
    Attributes:
        numbers: of all features, without gaps from 0 on; weight: of each. by_sound: postings of pairs of
        sounds over wordings. rows: see `Rows`; None once they were let go.
    """

    def __init__(self, wordings: Sequence[str], texts: Sequence[str]) -> None:
        self.numbers: dict[str, int] = {}
        ids, places = self._bags(wordings)
        counted, total = len(self.numbers), len(wordings)
        text_ids, text_places, times = self._texts(texts)
        strangers = len(self.numbers) - counted
        self.unseen = math.log(1 + (total + 0.5) / 0.5)
        idf = _idf(np.bincount(ids, minlength=counted), total)
        self.weight = np.concatenate([idf, np.full(strangers, self.unseen)])
        self.square = np.concatenate([idf * idf, np.full(strangers, self.unseen**2 * STRANGE)])
        self._rows: Rows | None = Rows(ids, places, text_ids, text_places, self.weight[text_ids] * times)
        self._weights, self._squares = array("d", self.weight.tobytes()), array("d", self.square.tobytes())
        self._heard_as: dict[str, int] = {}
        self.by_sound = self._sounds(wordings)

    @property
    def rows(self) -> Rows:
        """What indexes are built of. Raises: LookupError once they were let go."""
        if self._rows is None:
            raise LookupError("the rows were let go")
        return self._rows

    def let_rows_go(self) -> None:
        """Everything is built: the rows take more room than all that is looked up."""
        self._rows = None

    def query(self, plain: str) -> Query:
        """A cleaned question without punctuation, looked up in the vocabulary."""
        numbers = self.numbers
        pairs = pairs_of(plain)
        bag = dict(zip(pairs, map(numbers.get, pairs), strict=True))
        known = [number for number in bag.values() if number is not None]
        strangers = len(bag) - len(known)
        size, text_size = strangers * self.unseen * self.unseen * STRANGE, strangers * self.unseen * STRANGE
        size += sum(map(self._squares.__getitem__, known))
        text_size += sum(map(self._weights.__getitem__, known))
        most = ENOUGH * self.unseen * self.unseen
        if size > most:
            size, text_size = most, text_size * most / size
        strange = ["1" if bag[pair] is None else "0" for pair in pairs] if strangers > 1 else []
        return Query(known, self._heard(plain, strange), size or 1.0, text_size or 1.0)

    def heard(self, query: Query, *, size: int) -> Floats:
        """For each wording what the sounds count that it shares with the question."""
        return summed(query.heard, self.by_sound, size)

    def commonness(self, word: str) -> float:
        """How often a word stands in the wordings, at most, as a share; of one character: often."""
        if len(word) < 2:
            return 0.05
        rarest = 0.0
        for one, other in pairwise(word):
            number = self.numbers.get(one + other)
            rarest = max(rarest, self.unseen if number is None else float(self.weight[number]))
        return math.exp(-rarest)

    def _heard(self, plain: str, strange: Iterable[str]) -> list[int]:
        """Sounds where two or three neighbouring pairs are unknown: so many does a wrong character make.

        Args: strange: ``1`` for each pair that is unknown, else ``0``.
        """
        found: set[int] = set()
        for run in _WRONG.finditer("".join(strange)):
            for one, other in pairwise(sounds(plain[run.start() : run.end() + 1])):
                number = self._heard_as.get(f"{one} {other}")
                if number is not None:
                    found.add(number)
        return sorted(found)

    def _bags(self, wordings: Sequence[str]) -> tuple[Ints, Ints]:
        """Features and numbers of wordings; a wording of one character has the one feature of itself."""
        ids, places = array("q"), array("q")
        numbers = self.numbers
        for place, text in enumerate(wordings):
            bag = set(pairs_of(text)) or {text}
            ids.extend([numbers.setdefault(feature, len(numbers)) for feature in sorted(bag)])
            places.extend([place] * len(bag))
        return np.array(ids, dtype=np.intp), np.array(places, dtype=np.intp)

    def _texts(self, texts: Sequence[str]) -> tuple[Ints, Ints, Floats]:
        """Features, entries and term weights of BM25 (without idf) of the entries' own texts."""
        ids, places, times, lengths = array("q"), array("q"), array("d"), array("d")
        numbers = self.numbers
        for entry, text in enumerate(texts):
            bag = Counter(pairs_of(bare(text)) or [""])
            ids.extend([numbers.setdefault(feature, len(numbers)) for feature in bag])
            places.extend([entry] * len(bag))
            times.extend(bag.values())
            lengths.extend([float(bag.total())] * len(bag))
        counts, length = np.array(times), np.array(lengths)
        mean = float(length.mean()) if len(length) else 1.0
        weights = counts * (K1 + 1) / (counts + K1 * (1 - B + B * length / mean))
        return np.array(ids, dtype=np.intp), np.array(places, dtype=np.intp), weights

    def _sounds(self, wordings: Sequence[str]) -> Postings:
        ids, places = array("q"), array("q")
        numbers = self._heard_as
        for place, text in enumerate(wordings):
            said = {f"{one} {other}" for one, other in pairwise(sounds(text))}
            ids.extend([numbers.setdefault(key, len(numbers)) for key in sorted(said)])
            places.extend([place] * len(said))
        found = np.array(ids, dtype=np.intp)
        squares = _idf(np.bincount(found, minlength=len(numbers)), len(wordings)) ** 2
        return packed(found, np.array(places, dtype=np.intp), SOUND * squares[found], len(numbers))


def pairs_of(plain: str) -> list[str]:
    """The pairs of neighbouring characters of a cleaned text without punctuation, in order."""
    return [plain[i : i + 2] for i in range(len(plain) - 1)]


def _idf(counts: Ints, total: int) -> Floats:
    weights: Floats = np.log(1 + (total - counts + 0.5) / (counts + 0.5))
    return weights


def packed(ids: Ints, places: Ints, impacts: Floats, count: int) -> Postings:
    """Postings of so many features out of rows in any order."""
    order = ids.argsort(kind="stable")
    starts = np.concatenate([[0], np.bincount(ids, minlength=count).cumsum()]).astype(np.int64)
    return Postings(array("q", starts.tobytes()), places[order], impacts[order])


def summed(numbers: Sequence[int], postings: Postings, size: int) -> Floats:
    """The impacts of some features added up for each of so many places."""
    if not numbers:
        return np.zeros(size)
    return cast(Floats, np.bincount(*gathered((numbers, postings)), minlength=size))  # weighted, so of float


def gathered(*asked: tuple[Sequence[int], Postings]) -> tuple[Ints, Floats]:
    """Places and impacts of some features of some postings, one after another."""
    where: list[Ints] = []
    what: list[Floats] = []
    for numbers, (starts, places, impacts) in asked:
        for number in numbers:
            span = slice(starts[number], starts[number + 1])
            where.append(places[span])
            what.append(impacts[span])
    if not where:
        return np.zeros(0, dtype=np.intp), np.zeros(0)
    return np.concatenate(where), np.concatenate(what)
