"""Which entries are near to a question.

For a question q and a wording d, with s the sum of w² over the features that they share (see `vocabulary`):

    cosine = s / sqrt(|q|² |d|²)      cover = s / |d|²      near = 0.65 cosine + 0.35 cover

so that a long story that contains the whole of a short wording is not held against it. An entry's score
is the mean of its three nearest wordings, which serves better than the single nearest one. The text of an
entry (title, keywords, answers) is one more document, scored by BM25 as a share of the most that the
question could get.

`GridIndex` computes this for all wordings: exact, and quickest for up to some thousand entries.
`StagedIndex` (in `staged`) looks closely at a few only.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, cast

import numpy as np

from knowledge.normal import bare
from knowledge.vocabulary import K1, Floats, Ints, Query, Vocabulary, gathered, packed

COSINE, COVER = 0.65, 0.35
BEST_OF = 3
NEAREST, TEXT = 0.8, 0.6
"""Shares of the nearest wording and of the entry's text in choosing whom to look at."""


class Close(NamedTuple):
    """How near one entry is.

    Attributes:
        entry: its number.
        mean, best: of the three nearest wordings, and the nearest one; 0 to 1.
        text: share of the question's weight that the entry's own text answers for, at most 1.
        rows: numbers of the nearest wordings, nearest first; may name rows that the entry has not.
    """

    entry: int
    mean: float
    best: float
    text: float
    rows: list[int]


class Near(NamedTuple):
    """The entries that are near, in no order.

    Attributes: all: the figures of all entries, where there are such, so that one more costs little; worth:
    by which it was chosen whom to look at, likewise.
    """

    closest: list[Close]
    all: tuple[Floats, Floats] | None = None
    worth: Floats | None = None


class Index(Protocol):
    """Finds near entries."""

    base: "Base"

    def near(self, query: Query, *, limit: int, bonus: Mapping[int, float] | None = None) -> Near | None:
        """The nearest entries, in no order, or None when nothing is known of the question.

        Args: query: see `Vocabulary.query`; limit: how many; bonus: what other evidence speaks for an entry
        when it is chosen whom to look at.
        """

    def some(self, query: Query, entries: Sequence[int], found: Near) -> list[Close]:
        """How near further entries are. Args: found: what `near` gave for the question."""


class Base:
    """Wordings and texts as both indexes need them.

    Args: wordings: for each entry its wordings, already cleaned; texts: for each entry the words of its
    own text.
    Attributes:
        wordings: bare and without doubles; entries, rows: how many entries, and wordings at most.
        firsts, counts: for each entry the number of its first wording, and how many it has.
        owner: for each wording its entry; by_root, by_norm: for each wording its part of cosine and cover.
    """

    def __init__(self, wordings: Sequence[Sequence[str]], texts: Sequence[str]) -> None:
        self.wordings: list[tuple[str, ...]] = [tuple(dict.fromkeys(map(bare, group))) for group in wordings]
        self.entries = len(self.wordings)
        self.rows = max((len(group) for group in self.wordings), default=0)
        self.counts = np.array([len(group) for group in self.wordings], dtype=np.intp)
        self.firsts = self.counts.cumsum() - self.counts
        self.owner = np.arange(self.entries).repeat(self.counts)
        flat = [text for group in self.wordings for text in group]
        self.vocabulary = words = Vocabulary(flat, texts)
        rows = words.rows
        norm = np.bincount(rows.places, words.square[rows.ids], minlength=len(flat))
        self.by_root, self.by_norm = COSINE / np.sqrt(norm), COVER / norm


class GridIndex:
    """Exact: every wording is compared. Immutable after building.

    Places: the wordings one after another, one that is always zero, the texts. An entry's places, filled up
    with the zero one, make a row of a table, so that all figures of a few entries are one look-up. A question
    shares features with few of the wordings: only these are gone through for the nearest one of each entry.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        words, rows, total = base.vocabulary, base.vocabulary.rows, len(base.owner)
        self._zero, self._size = total, total + 1 + base.entries
        self._postings = packed(
            np.concatenate([rows.ids, rows.text_ids]),
            np.concatenate([rows.places, rows.text_places + total + 1]),
            np.concatenate([words.square[rows.ids], rows.text_impacts]),
            len(words.numbers),
        )
        beside = np.zeros(1 + base.entries)
        self._by_root, self._by_norm = np.append(base.by_root, beside), np.append(base.by_norm, beside)
        self._owner = np.concatenate([base.owner, [0], np.arange(base.entries)])
        self._places = np.full((base.entries, max(base.rows, BEST_OF)), total, dtype=np.intp)
        self._places[base.owner, np.arange(total) - base.firsts[base.owner]] = np.arange(total)

    def near(self, query: Query, *, limit: int, bonus: Mapping[int, float] | None = None) -> Near | None:
        """See `Index.near`."""
        if not self.base.entries or not (query.known or query.heard or bonus):
            return None
        near, text, worth = self._scores(query)
        worth *= NEAREST
        worth += TEXT * text
        for entry, more in (bonus or {}).items():
            worth[entry] += more
        chosen = _best(worth, limit)
        return Near(self._close(chosen, near, text), (near, text), worth)

    def some(self, query: Query, entries: Sequence[int], found: Near) -> list[Close]:
        """See `Index.some`."""
        near, text = found.all or self._scores(query)[:2]
        return self._close(np.array(entries, dtype=np.intp), near, text)

    def _close(self, chosen: Ints, near: Floats, text: Floats) -> list[Close]:
        table = near.take(self._places.take(chosen, axis=0))
        return closest(chosen.tolist(), table, text.take(chosen).tolist())

    def _scores(self, query: Query) -> tuple[Floats, Floats, Floats]:
        """How near each wording is, what each entry's text holds, and the nearest wording of each entry."""
        where, what = gathered((query.known, self._postings), (query.heard, self.base.vocabulary.by_sound))
        sums = np.bincount(where, what, minlength=self._size)
        near = self._by_root * (1 / math.sqrt(query.size))
        near += self._by_norm
        near *= sums
        best = np.zeros(self.base.entries)
        np.maximum.at(best, self._owner.take(where), near.take(where))
        text = cast(Floats, sums[self._zero + 1 :] * (1 / (query.text_size * (K1 + 1))))
        return near, text, best


def closest(entries: Iterable[int], near: Floats, text: Iterable[float]) -> list[Close]:
    """How near entries are. Args: near: a row for each entry, of at least three wordings; gets sorted."""
    np.minimum(near, 1.0, out=near)  # a long wording that a long question holds comes out above it
    rows = near.argsort(axis=1, kind="stable")[:, : -BEST_OF - 1 : -1].tolist()
    near.sort(axis=1)
    best = near[:, -BEST_OF:].tolist()
    return [
        Close(entry, sum(top) * (1 / BEST_OF), top[-1], min(words, 1.0), row)
        for entry, top, words, row in zip(entries, best, text, rows, strict=True)
    ]


def _best(worth: Floats, limit: int) -> Ints:
    """The places of the highest values above nothing, in no order."""
    if limit >= len(worth):
        return cast(Ints, np.flatnonzero(worth > 0))
    places: Ints = worth.argpartition(len(worth) - limit)[-limit:]
    return places[worth.take(places) > 0]
