"""The door of the search in statutes."""

from dataclasses import dataclass

from knowledge.law_search.ground import Ground
from knowledge.law_search.learned import Learned
from knowledge.law_search.ranking import Ranking
from knowledge.statutes import Article


@dataclass(frozen=True)
class Hit:
    """An article that was found; its score is the share, of 100, that the ranking gives it."""

    article: Article
    score: float


class StatuteSearch:
    """Finds articles for a question in some milliseconds. Args: learned: in place of what is shipped."""

    def __init__(self, ground: Ground, learned: Learned | None = None) -> None:
        known = learned or Learned.load()
        self._corpus = ground.index.corpus
        self._ranking = Ranking(ground.signals(known.asked), known)

    def find(self, query: str, k: int = 10) -> list[Hit]:
        """The best articles in force, as far as is known, best first."""
        ranked = self._ranking.of(query)
        hits: list[Hit] = []
        for place, share in zip(ranked.places.tolist(), ranked.shares.tolist(), strict=True):
            if len(hits) == k:
                break
            if not self._corpus.superseded[place]:
                hits.append(Hit(self._corpus.article(place), round(share * 100, 4)))
        return hits
