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
        all: the figures of all entries, where there are such, so that one more costs little; worth: by which
        it was chosen whom to look at, likewise.
    """

    entries: Ints
    mean: Floats
    best: Floats
    text: Floats
    clause: Floats
    rows: Ints
    all: tuple[Floats, Floats] | None = None
    worth: Floats | None = None


class Index(Protocol):
    """Finds near entries."""

    base: "Base"

    def near(self, query: Query, clauses: Sequence[Query] = (), *, limit: int,
             bonus: Mapping[int, float] | None = None) -> Near | None:  # fmt: skip
        """The nearest entries, in no order, or None when nothing is known of the question.

        Args: query: see `Vocabulary.query`; clauses: of a long question; limit: how many; bonus: what other
        evidence speaks for an entry when it is chosen whom to look at.
        """

    def some(self, query: Query, entries: Ints, found: Near) -> Near:
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

    def __init__(self, wordings: Sequence[Sequence[str]], texts: Sequence[str], segmenter: Segmenter) -> None:
        self.wordings: list[tuple[str, ...]] = [tuple(dict.fromkeys(map(bare, group))) for group in wordings]
        self.entries = len(self.wordings)
        self.rows = max((len(group) for group in self.wordings), default=0)
        self.counts = np.array([len(group) for group in self.wordings], dtype=np.intp)
        self.firsts = self.counts.cumsum() - self.counts
        self.owner = np.arange(self.entries).repeat(self.counts)
        flat = [text for group in self.wordings for text in group]
        self.vocabulary = words = Vocabulary(flat, texts, segmenter)
        rows = words.rows
        norm = np.bincount(rows.places, words.square[rows.ids], minlength=len(flat))
        self.by_root, self.by_norm = COSINE / np.sqrt(norm), COVER / norm


class GridIndex:
    """Exact: every wording is compared. Immutable after building.

    Places: the wordings one after another, one that is always zero, the texts. An entry's places, filled up
    with the zero one, make a row of a table, so that all figures of a few entries are one look-up.
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
        self._by_root, self._by_norm = np.append(base.by_root, 0.0), np.append(base.by_norm, 0.0)
        self._places = np.full((base.entries, base.rows), total, dtype=np.intp)
        self._places[base.owner, np.arange(total) - base.firsts[base.owner]] = np.arange(total)
        self._without = np.flatnonzero(base.counts == 0)

    def near(self, query: Query, clauses: Sequence[Query] = (), *, limit: int,
             bonus: Mapping[int, float] | None = None) -> Near | None:  # fmt: skip
        """See `Index.near`."""
        if not self.base.entries or not (query.known or query.heard or bonus):
            return None
        near, text = self._scores(query)
        worth = NEAREST * self._best(near)
        worth += TEXT * text
        clause = np.zeros(self.base.entries)
        for one in clauses:
            if one.known:
                np.maximum(clause, self._best(self._scores(one)[0]), out=clause)
                np.maximum(worth, NEAREST * clause + TEXT * text, out=worth)
        for entry, more in (bonus or {}).items():
            worth[entry] += more
        if limit < self.base.entries:
            chosen = worth.argpartition(self.base.entries - limit)[-limit:]
        else:
            chosen = np.arange(self.base.entries)
        chosen = chosen[worth[chosen] > 0]
        return self._columns(chosen, near, text, clause.take(chosen))._replace(worth=worth)

    def some(self, query: Query, entries: Ints, found: Near) -> Near:
        """See `Index.some`."""
        near, text = found.all or self._scores(query)
        return self._columns(entries, near, text, np.zeros(len(entries)))

    def _columns(self, chosen: Ints, near: Floats, text: Floats, clause: Floats) -> Near:
        table = np.ascontiguousarray(near.take(self._places.take(chosen, axis=0)).T)
        return columns(chosen, table, text.take(chosen), clause)._replace(all=(near, text))

    def _best(self, near: Floats) -> Floats:
        """The nearest wording of each entry."""
        best: Floats = np.maximum.reduceat(near, self.base.firsts)
        best[self._without] = 0.0
        return best

    def _scores(self, query: Query) -> tuple[Floats, Floats]:
        sums = summed(query.known, self._postings, self._size)
        if query.heard:
            heard = self.base.vocabulary.heard(query, size=self._zero)
            heard *= SOUND
            sums[: self._zero] += heard
        near = self._by_root * (1 / math.sqrt(query.size))
        near += self._by_norm
        near *= sums[: self._zero + 1]
        return near, sums[self._zero + 1 :] * (1 / (query.text_size * (K1 + 1)))


def columns(entries: Ints, near: Floats, text: Floats, clause: Floats) -> Near:
    """The nearest entries. Args: near: a column for each entry, a row for each wording; gets sorted."""
    rows = near.argsort(axis=0, kind="stable")[-BEST_OF:][::-1]
    near.sort(axis=0)
    best = near[-BEST_OF:]
    return Near(entries, best.sum(axis=0) * (1 / BEST_OF), best[-1], text, clause, rows.T)
