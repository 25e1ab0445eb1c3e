"""An index for thousands of entries: a rough score for all, an exact one for the best of them.

First every entry gets a rough score by postings over entries, the rarest features first and at most
`BUDGET` postings; then wordings and text are compared exactly for the best `LOOKED_AT`. What is lost: an
entry that comes only after these in the first step is never compared. Within those that are compared the
figures are those of `GridIndex`.
"""

import math
import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import numpy as np

from knowledge.index import BEST_OF, TEXT, Base, Close, Near, closest
from knowledge.vocabulary import K1, Floats, Ints, Postings, Query, packed, summed

LOOKED_AT = 16
"""Entries whose wordings are compared one by one."""
BUDGET = 3000
"""Postings that the first step goes through."""
_FEW = 5
"""Features that the first step uses in any case."""
_HOPE = 0.35
"""Share of the best value below which nothing is looked at."""
_HELD = 0.5
"""Share of the wordings together in the rough score."""


class _Laid(NamedTuple):
    """Wordings and texts of some entries side by side.

    Attributes: ids, factors: their features, and what each counts beside its weight; starts: where each
    wording or text begins; rows: their numbers; cells: where a wording is put; texts: which of them are
    texts.
    """

    entries: Ints
    ids: Ints
    factors: Floats
    starts: Ints
    rows: Ints
    cells: Ints
    texts: Ints


class StagedIndex:
    """See above. Immutable after building, save for an array that each thread has for itself.

    Wordings and text of an entry stand side by side as its rows, the text last.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        words = base.vocabulary
        self._numbers = base.counts + 1
        self._width = max(base.rows + 1, BEST_OF)
        self._firsts = self._numbers.cumsum() - self._numbers
        wording_rows = np.arange(len(base.owner)) + base.owner
        text_rows = self._firsts + base.counts
        own = words.rows
        rows = np.concatenate([wording_rows[own.places], text_rows[own.text_places]])
        order = rows.argsort(kind="stable")
        self._ids = np.concatenate([own.ids, own.text_ids])[order]
        weight_in_text = own.text_impacts / words.square[own.text_ids]
        self._factors = np.concatenate([np.ones(len(own.ids)), weight_in_text])[order]
        total = len(base.owner) + base.entries
        self._lengths = np.bincount(rows, minlength=total)
        self._begins = np.concatenate([[0], self._lengths.cumsum()])[np.append(self._firsts, total)].tolist()
        self._by_root, self._by_norm = np.zeros(total), np.zeros(total)
        self._by_root[wording_rows], self._by_norm[wording_rows] = base.by_root, base.by_norm
        self._wording_of = np.zeros(total, dtype=np.intp)
        self._wording_of[wording_rows] = np.arange(len(base.owner))
        self._rough = self._roughly_packed()
        self._reach: list[int] = np.diff(self._rough.starts).tolist()
        self._scratch = threading.local()

    def near(self, query: Query, *, limit: int,  # noqa: ARG002 - all that were compared
             bonus: Mapping[int, float] | None = None) -> Near | None:  # fmt: skip
        """See `Index.near`; the limit is that of the second step."""
        if not self.base.entries or not (query.known or query.heard or bonus):
            return None
        worth = self._roughly(query)
        for entry, more in (bonus or {}).items():
            worth[entry] += more * query.text_size
        laid = self._laid(_best(worth, LOOKED_AT))
        if not len(laid.entries):
            return None
        near, text = self._exactly(query, laid)
        return Near(closest(laid.entries.tolist(), near, text.tolist()))

    def some(self, query: Query, entries: Sequence[int], found: Near) -> list[Close]:  # noqa: ARG002 - nothing of it helps
        """See `Index.some`."""
        laid = self._laid(np.array(entries, dtype=np.intp))
        near, text = self._exactly(query, laid)
        return closest(entries, near, text.tolist())

    def _roughly_packed(self) -> Postings:
        """Postings over entries: what a feature adds to the rough score of each entry that says it."""
        base, words, own = self.base, self.base.vocabulary, self.base.vocabulary.rows
        pairs = np.unique(own.ids * base.entries + base.owner[own.places])
        said = pairs // max(1, base.entries)
        return packed(
            np.concatenate([said, own.text_ids]),
            np.concatenate([pairs - said * base.entries, own.text_places]),
            np.concatenate([_HELD * words.weight[said], TEXT / (K1 + 1) * own.text_impacts]),
            len(words.numbers),
        )

    def _roughly(self, query: Query) -> Floats:
        """A rough score of every entry: the weight of what its wordings or its text say."""
        reach, left, chosen = self._reach, BUDGET, list[int]()
        for number in sorted(query.known, key=reach.__getitem__):
            left -= reach[number]
            if left < 0 and len(chosen) >= _FEW:
                break
            chosen.append(number)
        sums = summed(chosen, self._rough, self.base.entries)
        if query.heard:
            heard = self.base.vocabulary.heard(query, size=len(self.base.owner))
            share = _HELD * query.text_size / query.size
            sums += np.bincount(self.base.owner, heard, minlength=len(sums)) * share
        return sums

    def _laid(self, entries: Ints) -> _Laid:
        begins = self._begins
        spans = [slice(begins[e], begins[e + 1]) for e in entries.tolist()]
        numbers = self._numbers.take(entries)
        ends = numbers.cumsum()
        place = np.arange(len(entries)).repeat(numbers)
        within = np.arange(len(place)) - (ends - numbers).take(place)
        rows = self._firsts.take(entries).take(place) + within
        lengths = self._lengths.take(rows)
        ids, factors = self._ids, self._factors
        return _Laid(
            entries,
            np.concatenate([ids[span] for span in spans]) if spans else ids[:0],
            np.concatenate([factors[span] for span in spans]) if spans else factors[:0],
            lengths.cumsum() - lengths,
            rows,
            within + place * self._width,
            ends - 1,
        )

    def _exactly(self, query: Query, laid: _Laid) -> tuple[Floats, Floats]:
        """How near each wording is, a row for each entry; and the share that each entry's text holds."""
        weights = self._weights(query)
        said = weights.take(laid.ids)
        weights[query.known] = 0.0
        said *= laid.factors
        sums = cast(Floats, np.add.reduceat(said, laid.starts))
        text = sums.take(laid.texts) * (1 / (query.text_size * (K1 + 1)))
        if query.heard:
            heard = self.base.vocabulary.heard(query, size=len(self.base.owner))
            sums += heard.take(self._wording_of.take(laid.rows))
        factors = self._by_root.take(laid.rows)
        factors *= 1 / math.sqrt(query.size)
        factors += self._by_norm.take(laid.rows)
        grid = np.zeros(self._width * len(laid.entries))
        grid[laid.cells] = sums * factors
        return grid.reshape(len(laid.entries), self._width), text

    def _weights(self, query: Query) -> Floats:
        """A weight for each feature, nothing for those not asked; to be emptied after use."""
        found: Floats | None = getattr(self._scratch, "weights", None)
        if found is None:
            found = self._scratch.weights = np.zeros(len(self.base.vocabulary.numbers))
        found[query.known] = self.base.vocabulary.square.take(query.known)
        return found


def _best(worth: Floats, limit: int) -> Ints:
    """The places of the highest values above nothing, in no order."""
    if limit >= len(worth):
        return cast(Ints, np.flatnonzero(worth > 0))
    places = np.flatnonzero(worth > _HOPE * worth.max())  # a few hundred: what follows is then quick
    if len(places) > limit:
        places = places[worth[places].argpartition(len(places) - limit)[-limit:]]
    return cast(Ints, places)
