"""Articles in the order in which they probably answer a question."""

from typing import NamedTuple

import numpy as np

from knowledge.law_search.learned import Learned
from knowledge.law_search.net import Nets
from knowledge.law_search.postings import Floats, Ints
from knowledge.law_search.second_look import LOOKED_AT, second_table
from knowledge.law_search.signals import Candidates, Signals


class Ranked(NamedTuple):
    """Numbers of articles, best first, and the share of the second ranking that each has (0 beyond it)."""

    places: Ints
    shares: Floats


class Ranking:
    """Args: learned: the nets; what they know of articles is in the signals already."""

    def __init__(self, signals: Signals, learned: Learned) -> None:
        self._signals, self._learned = signals, learned

    def of(self, question: str) -> Ranked:
        """All candidates in order."""
        looked = second_look(self._signals, self._signals.of(question), self._learned.first)
        if not len(looked.places):
            return Ranked(looked.places, np.zeros(0, np.float32))
        scores = self._learned.second.score(looked.table)
        share = np.exp(scores)
        order = np.argsort(-scores, kind="stable")
        shares = np.zeros(len(looked.places), dtype=np.float32)
        shares[: len(order)] = share[order] / share.sum()
        return Ranked(
            np.concatenate([looked.places[: len(order)][order], looked.places[len(order) :]]), shares
        )


def second_look(signals: Signals, found: Candidates, first: Nets) -> Candidates:
    """All candidates in the order of the first ranking, and the table of the best for the second one."""
    if not len(found.places):
        return found
    scores = first.score(found.table)
    order = np.argsort(-scores, kind="stable")
    best = order[:LOOKED_AT]
    table = second_table(signals.corpus, found.places[best], found.table[best], scores[best])
    return Candidates(found.places[order], table)
