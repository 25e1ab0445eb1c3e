"""A second look at the best: what the first ranking says of an article's law, chapter and neighbours.

With p the share of an article in the softmax of the first ranking, over the articles looked at.
"""

import numpy as np

from knowledge.law_search.corpus import Corpus
from knowledge.law_search.postings import Floats, Ints

LOOKED_AT = 100
_LEAST = 1e-4
"""Added before a logarithm."""


def second_table(corpus: Corpus, places: Ints, table: Floats, scores: Floats) -> Floats:
    """Signals for a second ranking. Args: places, table, scores: of the articles looked at, best first."""
    share = np.exp(scores - scores.max())
    share /= share.sum()
    chapter = _summed(corpus.chapter[places], share)
    columns = [
        np.log(share + _LEAST / 100) / 5,
        np.log(_summed(corpus.law[places], share) + _LEAST) / 4,
        np.log(chapter + _LEAST) / 4,
        np.log(np.maximum(chapter - share, 0) + _LEAST) / 4,
        np.log(_neighbours(places, share, 1) + _LEAST) / 4,
        np.log(_neighbours(places, share, 2) + _LEAST) / 4,
        np.log1p(np.arange(len(places))) / 4,
    ]
    return np.concatenate([table, np.stack(columns, axis=1).astype(np.float32)], axis=1)


def _summed(owners: Ints, share: Floats) -> Floats:
    _found, numbers = np.unique(owners, return_inverse=True)
    sums: Floats = np.bincount(numbers, share)[numbers].astype(np.float32)
    return sums


def _neighbours(places: Ints, share: Floats, distance: int) -> Floats:
    order = np.argsort(places)
    ordered = places[order]
    best = np.zeros(len(places), dtype=np.float32)
    for other in (places - distance, places + distance):
        at = np.minimum(np.searchsorted(ordered, other), len(places) - 1)
        np.maximum(best, np.where(ordered[at] == other, share[order[at]], 0), out=best)
    return best
