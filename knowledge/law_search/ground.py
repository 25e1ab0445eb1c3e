"""What a ranking stands on: the index of the statutes, and what the entries say of articles."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.entry import Entry
from knowledge.law_search.asked import Asked, Name, asked, citing, of_entry
from knowledge.law_search.experience import Experience, Usual
from knowledge.law_search.index import Index
from knowledge.law_search.postings import Arrays, Floats, part
from knowledge.law_search.signals import Signals
from knowledge.law_search.terms import Terms, pairs


class Ground:
    """Immutable. Args: arrays: what the entries say, in its stored form (see `arrays`)."""

    def __init__(self, index: Index, terms: Terms, arrays: Arrays) -> None:
        self.index, self.terms = index, terms
        self._own = Experience(index.corpus, part(arrays, "own"))
        self._usual = Usual(part(arrays, "usual"))
        self._cited: Floats = arrays["cited"]

    @classmethod
    def of(cls, index: Index, entries: Iterable[Entry], terms: Terms) -> "Ground":
        """Build; takes a second. Args: entries: whose wordings, titles and citations speak for articles."""
        entries = list(entries)
        questions = [one for entry in entries for one in of_entry(entry)]
        own = Experience.of(index.corpus, asked(questions, terms), 1.5, 0.6)
        plain = [terms.plain(one.text) for one in questions]
        usual = Usual.of(index, map(pairs, plain), map(terms.words, plain))
        cited = np.zeros(len(index.corpus), dtype=np.float32)
        for name, times in citing(entries).items():
            place = index.corpus.find(*name)
            if place is not None:
                cited[place] += times
        return cls(
            index, terms, {**_under("own", own.arrays), **_under("usual", usual.arrays), "cited": cited}
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The stored form of what the entries say."""
        own, usual = _under("own", self._own.arrays), _under("usual", self._usual.arrays)
        return {**own, **usual, "cited": self._cited}

    def signals(self, real: Mapping[Name, Asked]) -> Signals:
        """Signals with what residents asked of each article."""
        experience = Experience.of(self.index.corpus, real, 1.2, 0.3)
        return Signals(self.index, self.terms, self._usual, self._own, experience, self._cited)


def _under(name: str, arrays: Arrays) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}.{key}": array for key, array in arrays.items()}
