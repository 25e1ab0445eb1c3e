"""Plain search in statutes: BM25 over words.

Score of an article d for a query q, with the usual constants k1 = 1.5 and b = 0.75:

    sum over f in q of  idf(f) * tf(f, d) * (k1 + 1) / (tf(f, d) + k1 * (1 - b + b * |d| / mean |d|))
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.normal import Normal, bare
from knowledge.segment import Segmenter
from knowledge.statutes import Article

K1, B = 1.5, 0.75


@dataclass(frozen=True)
class Hit:
    """An article that was found, and its score."""

    article: Article
    score: float


class StatuteSearch:
    """An index in memory; building takes seconds for the whole law, a query some tens of milliseconds."""

    def __init__(self, articles: Iterable[Article], segmenter: Segmenter | None = None) -> None:
        self._segmenter = segmenter or Segmenter()
        self._normal = Normal()
        self._articles = [a for a in articles if not a.superseded_by]
        self._lengths: list[int] = []
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for number, article in enumerate(self._articles):
            bag = Counter(self._terms(f"{article.short} {article.title_path} {article.text}"))
            self._lengths.append(sum(bag.values()))
            for term, times in bag.items():
                self._postings.setdefault(term, []).append((number, times))
        self._mean = sum(self._lengths) / len(self._lengths) if self._lengths else 1.0

    def find(self, query: str, k: int = 10) -> list[Hit]:
        """The best articles for a question, best first."""
        scores: dict[int, float] = {}
        total = len(self._articles)
        for term in set(self._terms(query)):
            posting = self._postings.get(term, ())
            if not posting or len(posting) > total // 5 + 50:
                continue
            idf = math.log(1 + (total - len(posting) + 0.5) / (len(posting) + 0.5))
            for number, times in posting:
                norm = times + K1 * (1 - B + B * self._lengths[number] / self._mean)
                scores[number] = scores.get(number, 0.0) + idf * times * (K1 + 1) / norm
        best = heapq.nsmallest(k, scores, key=lambda n: (-scores[n], n))
        return [Hit(self._articles[n], round(scores[n], 4)) for n in best]

    def _terms(self, text: str) -> list[str]:
        return [w for w in self._segmenter.words(bare(self._normal.clean(text))) if len(w) > 1]
