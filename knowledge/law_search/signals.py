"""What speaks for an article as the answer to a question: the first choice of candidates, and their signals.

Each field is scored over all its documents (see `postings`) and divided by its best, so that most signals
lie between 0 and 1. A weighted sum, set by hand, chooses the candidates; what is learned only orders these.
"""

from typing import NamedTuple

import numpy as np

from knowledge.law_search.corpus import LEVELS, Corpus
from knowledge.law_search.experience import Experience, Usual
from knowledge.law_search.index import Index
from knowledge.law_search.lay import LayWords
from knowledge.law_search.postings import Floats, Ints
from knowledge.law_search.terms import Codes, Terms, joined, pairs

CANDIDATES = 500
FIRST = {
    "pair": 0.6, "telling_pair": 0.4, "word": 0.4, "telling_word": 0.3, "lay_pair": 0.25, "lay_word": 0.1,
    "asked_pair": 0.5, "own_pair": 0.3, "title": 0.3,
}  # fmt: skip
"""Weights of the sum that chooses candidates."""
_LEVEL_BONUS = np.array([0.25, 0.12, 0.0, 0.0], dtype=np.float32)
_PRIOR_BONUS, _SUPERSEDED = 0.05, 0.3
_VOTERS = 60
"""Of the first choice, how many speak for their law and chapter."""
_OWN_SHARE = 0.3
"""What a citation by an entry counts in a prior, beside a question of a resident."""
_REACH, _FADING = 3, 0.6
"""How far an article's questions shine on its neighbours, and what is left of them at each step."""


class Asking(NamedTuple):
    """A question as terms: its own, and those of the law's words that it means."""

    pairs: Codes
    words: Codes
    lay_pairs: Codes
    lay_words: Codes


class Candidates(NamedTuple):
    """Numbers of articles, and for each of them a row of signals."""

    places: Ints
    table: Floats


class _Views(NamedTuple):
    """Scores by name of all articles, chapters and laws."""

    articles: dict[str, Floats]
    chapters: dict[str, Floats]
    laws: dict[str, Floats]


class Signals:
    """Immutable.

    Args: usual: how telling terms are; own: what the wordings of entries ask; real: what residents asked;
    cited: for each article, how many entries rest on it.
    """

    def __init__(
        self, index: Index, terms: Terms, usual: Usual, own: Experience, real: Experience, cited: Floats
    ) -> None:
        self._index, self.corpus = index, index.corpus
        self._terms, self._lay = terms, LayWords.load()
        self._usual, self._own, self._real = usual, own, real
        self._standing = _standing(self.corpus, real.times, cited)
        self._head_start = _LEVEL_BONUS[np.minimum(self.corpus.level, 3)]
        self._head_start += _PRIOR_BONUS * self._standing[:, 0]
        self._head_start[self.corpus.superseded] -= _SUPERSEDED

    def of(self, question: str) -> Candidates:
        """The likeliest articles with their signals, in no order; none that has nothing of the question."""
        asking = self._asking(question)
        views = self._views(asking)
        first = self._first(views)
        count = min(CANDIDATES, len(first))
        places = np.argpartition(-first, count - 1)[:count] if count else np.zeros(0, np.intp)
        places = places[first[places] > self._head_start[places]]
        return Candidates(places, self._table(asking, views, first, places))

    def _asking(self, question: str) -> Asking:
        plain = self._terms.plain(question)
        meant = self._lay.of(plain)
        lay_words = joined(map(self._terms.words, meant))
        return Asking(pairs(plain), self._terms.words(plain), joined(map(pairs, meant)), lay_words)

    def _views(self, asking: Asking) -> _Views:
        index, own, real = self._index, self._own, self._real
        two, words = asking.pairs, asking.words
        pair, word = (
            index.pairs.closely(two, self._usual.pairs),
            index.words.closely(words, self._usual.words),
        )
        title = index.titles.closely(two)
        asked_pair, own_pair = real.of_articles(real.pairs, two), own.of_articles(own.pairs, two)
        articles = {
            "pair": _share(pair.score), "word": _share(word.score),
            "pair_cover": pair.cover, "word_cover": word.cover,
            "telling_pair": _share(pair.telling), "telling_word": _share(word.telling),
            "lay_pair": _share(index.pairs.look(asking.lay_pairs)),
            "lay_word": _share(index.words.look(asking.lay_words)),
            "asked_pair": _share(asked_pair), "asked_much": np.log1p(asked_pair),
            "asked_word": _share(real.of_articles(real.words, words)),
            "own_pair": _share(own_pair), "own_much": np.log1p(own_pair),
            "own_word": _share(own.of_articles(own.words, words)),
        }  # fmt: skip
        chapter_pair, chapter_word = real.chapter_pairs.look(two), real.chapter_words.look(words)
        chapters = {
            "title": _share(title.score), "title_cover": title.cover,
            "chapter_pair": _share(index.chapter_pairs.look(two)),
            "chapter_word": _share(index.chapter_words.look(words)),
            "chapter_asked_pair": _share(chapter_pair), "chapter_asked_word": _share(chapter_word),
            "chapter_asked_much": np.log1p(chapter_pair), "chapter_words_much": np.log1p(chapter_word),
            "chapter_own_word": _share(own.chapter_words.look(words)),
        }  # fmt: skip
        laws = {
            "law_name": _share(index.laws.look(two)),
            "law_asked_pair": _share(real.law_pairs.look(two)),
            "law_asked_word": _share(real.law_words.look(words)),
            "law_own_word": _share(own.law_words.look(words)),
        }
        return _Views(articles, chapters, laws)

    def _first(self, views: _Views) -> Floats:
        total = self._head_start.copy()
        for name, weight in FIRST.items():
            view = views.articles.get(name)
            total += weight * (views.chapters[name][self.corpus.chapter] if view is None else view)
        return total

    def _table(self, asking: Asking, views: _Views, first: Floats, places: Ints) -> Floats:
        chapter, law = self.corpus.chapter, self.corpus.law
        ours = {name: scores[places] for name, scores in views.articles.items()}
        best = places[np.argsort(-first[places], kind="stable")[:_VOTERS]]
        columns = [
            *ours.values(),
            *(scores[chapter[places]] for scores in views.chapters.values()),
            *(scores[law[places]] for scores in views.laws.values()),
            _votes(law, best, first)[law[places]],
            _votes(chapter, best, first)[chapter[places]],
            _beside(views.articles["pair"], places), _beside(views.articles["word"], places),
            _around(first, places, law, 1),
            _around(views.articles["asked_pair"], places, law, _REACH),
            _around(views.articles["asked_word"], places, law, _REACH),
            ours["pair"] * ours["word"],
            first[places],
            np.full(len(places), len(asking.pairs) / 30, dtype=np.float32),
        ]  # fmt: skip
        return np.concatenate([np.stack(columns, axis=1).astype(np.float32), self._standing[places]], axis=1)


def _standing(corpus: Corpus, times: Floats, cited: Floats) -> Floats:
    """What an article is, whatever is asked: for each a row, the prior of its law first."""
    weight = times + _OWN_SHARE * cited
    often: Floats = (np.minimum(times, 3) / 3).astype(np.float32)
    everywhere: Ints = np.arange(len(corpus))
    columns = [
        _prior(weight, corpus.law, corpus.law_sizes),
        _prior(weight, corpus.chapter, corpus.chapter_sizes),
        np.log1p(cited),
        _around(often, everywhere, corpus.law, _REACH),
        corpus.length - 4.5,
        *(corpus.level == n for n in range(len(LEVELS))),
        corpus.superseded,
        np.log(corpus.law_sizes[corpus.law]) / 7,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _prior(weight: Floats, owner: Ints, sizes: Ints) -> Floats:
    """How often the owner (law, chapter) of each article was right, against the root of its size."""
    found: Floats = np.log1p(5 * np.bincount(owner, weight, len(sizes)) / np.sqrt(sizes))[owner]
    return found


def _share(scores: Floats) -> Floats:
    best = scores.max(initial=0.0)
    found: Floats = scores / best if best else scores
    return found


def _votes(owner: Ints, best: Ints, first: Floats) -> Floats:
    votes = np.bincount(owner[best], first[best] ** 2, int(owner.max(initial=0)) + 1)
    return _share(votes.astype(np.float32))


def _beside(scores: Floats, places: Ints) -> Floats:
    """The mean of the two neighbours' scores; none beyond the ends."""
    last = len(scores) - 1
    before, after = np.maximum(places - 1, 0), np.minimum(places + 1, last)
    both = scores[before] * (places > 0) + scores[after] * (places < last)
    found: Floats = (both / 2).astype(np.float32)
    return found


def _around(scores: Floats, places: Ints, law: Ints, reach: int) -> Floats:
    """The best score among the neighbours of the same law, fading with distance beyond the first."""
    found = np.zeros(len(places), dtype=np.float32)
    for step in range(1, reach + 1):
        for other in (places - step, places + step):
            there = np.clip(other, 0, len(scores) - 1)
            fits = (there == other) & (law[there] == law[places])
            np.maximum(found, np.where(fits, scores[there] * _FADING ** (step - 1), 0), out=found)
    return found
