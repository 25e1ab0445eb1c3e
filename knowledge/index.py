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
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from knowledge.normal import bare
from knowledge.segment import Segmenter
from knowledge.vocabulary import K1, Floats, Ints, Query, Vocabulary, packed, summed

COSINE, COVER = 0.65, 0.35
BEST_OF = 3
SOUND = 0.5
"""What a pair of sounds counts, beside the pair of characters itself."""
NEAREST, TEXT = 0.8, 0.6
"""Shares of the nearest wording and of the entry's text in choosing whom to look at."""


class Near(NamedTuple):
    """The entries that are near, in no order, as columns.

    Attributes:
        entries: their numbers.
        mean, best: of the three nearest wordings, and the nearest one; 0 to 1.
        text: share of the question's weight that the entry's own text answers for.
        clause: the nearest wording for the best single clause of a long question, else 0.
        rows: numbers of the nearest wordings, nearest first; may name rows that an entry has not.
        all: the figures of all entries, where there are such, so that one more costs little.
    """

    entries: Ints
    mean: Floats
    best: Floats
    text: Floats
    clause: Floats
    rows: Ints
    all: tuple[Floats, Floats] | None = None


class Index(Protocol):
    """Finds near entries."""

    base: "Base"

    def near(self, query: Query, clauses: Sequence[Query] = (), *, limit: int,
             bonus: Mapping[int, float] | None = None) -> Near | None:  # fmt: skip
        """The nearest entries, in no order, or None when nothing is known of the question.

        Args: query: see `Vocabulary.query`; clauses: of a long question; limit: how many; bonus: what other
        evidence speaks for an entry when it is chosen whom to look at.
        """

    def one(self, query: Query, entry: int, found: Near) -> Near:
        """How near one more entry is. Args: found: what `near` gave for the question."""


class Base:
    """Wordings and texts as both indexes need them.

    Args: wordings: for each entry its wordings, already cleaned; texts: for each entry the words of its
    own text.
    Attributes:
        wordings: bare and without doubles; entries, rows: how many entries, and wordings at most.
        firsts, counts: for each entry the number of its first wording, and how many it has.
        owner: for each wording its entry; by_root, by_norm: for each wording its part of cosine and cover.
    """

    def __init__(self, wordings: Sequence[Sequence[str]], texts: Sequence[str], segmenter: Segmenter) -> None:
        self.wordings: list[tuple[str, ...]] = [tuple(dict.fromkeys(map(bare, group))) for group in wordings]
        self.entries = len(self.wordings)
        self.rows = max((len(group) for group in self.wordings), default=0)
        self.counts = np.array([len(group) for group in self.wordings], dtype=np.intp)
        self.firsts = self.counts.cumsum() - self.counts
        self.owner = np.arange(self.entries).repeat(self.counts)
        flat = [text for group in self.wordings for text in group]
        self.vocabulary = words = Vocabulary(flat, texts, segmenter)
        norm = np.bincount(words.places, words.square[words.ids], minlength=len(flat))
        self.by_root, self.by_norm = COSINE / np.sqrt(norm), COVER / norm


class GridIndex:
    """Exact. The place of wording j of entry e is j * E + e and its text is the last row, so that the best
    wording of each entry is one maximum along an axis. Immutable after building."""

    def __init__(self, base: Base) -> None:
        self.base = base
        words, entries = base.vocabulary, base.entries
        within = np.arange(len(base.owner)) - base.firsts[base.owner]
        self._cells = within * entries + base.owner
        self._size = (base.rows + 1) * entries
        self._postings = packed(
            np.concatenate([words.ids, words.text_ids]),
            np.concatenate([self._cells[words.places], words.text_places + base.rows * entries]),
            np.concatenate([words.square[words.ids], words.text_impacts]),
            len(words.numbers),
        )
        self._by_root, self._by_norm = self._grid(base.by_root), self._grid(base.by_norm)

    def near(self, query: Query, clauses: Sequence[Query] = (), *, limit: int,
             bonus: Mapping[int, float] | None = None) -> Near | None:  # fmt: skip
        """See `Index.near`."""
        if not self.base.entries or not (query.known or query.heard or bonus):
            return None
        near, text = self._scores(query)
        best = near.max(axis=0)
        worth = NEAREST * best + TEXT * text
        clause = np.zeros(self.base.entries)
        for one in clauses:
            if one.known:
                np.maximum(clause, self._scores(one)[0].max(axis=0), out=clause)
                np.maximum(worth, NEAREST * clause + TEXT * text, out=worth)
        for entry, more in (bonus or {}).items():
            worth[entry] += more
        if limit < self.base.entries:
            chosen = worth.argpartition(self.base.entries - limit)[-limit:]
        else:
            chosen = np.arange(self.base.entries)
        chosen = chosen[worth[chosen] > 0]
        found = columns(chosen, near.take(chosen, axis=1), text.take(chosen), clause.take(chosen))
        return found._replace(all=(near, text))

    def one(self, query: Query, entry: int, found: Near) -> Near:
        """See `Index.one`."""
        near, text = found.all or self._scores(query)
        chosen = np.array([entry])
        return columns(chosen, near.take(chosen, axis=1), text.take(chosen), np.zeros(1))

    def _scores(self, query: Query) -> tuple[Floats, Floats]:
        sums = summed(query.known, self._postings, self._size)
        if query.heard:
            heard = self.base.vocabulary.heard(query, size=len(self.base.owner))
            sums[self._cells] += SOUND * heard
        grid = sums.reshape(self.base.rows + 1, self.base.entries)
        near = self._by_root * (1 / math.sqrt(query.size))
        near += self._by_norm
        near *= grid[:-1]
        return near, grid[-1] * (1 / (query.text_size * (K1 + 1)))

    def _grid(self, values: Floats) -> Floats:
        cells = np.zeros(self.base.rows * self.base.entries)
        cells[self._cells] = values
        return cells.reshape(self.base.rows, self.base.entries)


def columns(entries: Ints, near: Floats, text: Floats, clause: Floats) -> Near:
    """The nearest entries. Args: near: a column for each entry, a row for each wording; gets sorted."""
    rows = near.argsort(axis=0, kind="stable")[-BEST_OF:][::-1]
    near.sort(axis=0)
    best = near[-BEST_OF:]
    return Near(entries, best.sum(axis=0) * (1 / BEST_OF), best[-1], text, clause, rows.T)
