"""What was asked, as fields to search in: by article, and by the chapters and laws of the articles."""

from collections.abc import Iterable, Mapping

import numpy as np

from knowledge.law_search.asked import Asked, Name
from knowledge.law_search.corpus import Corpus
from knowledge.law_search.index import Index
from knowledge.law_search.postings import Arrays, Field, Floats, Ints, flat, part
from knowledge.law_search.terms import NONE, Codes, joined


class Experience:
    """Immutable; `arrays` is what is stored of it.

    Attributes:
        pairs, words: fields over `places`, the articles of which something was asked.
        chapter_pairs, chapter_words, law_pairs, law_words: fields over all chapters, all laws.
        times: by how many questions each article was asked for.
    """

    def __init__(self, corpus: Corpus, arrays: Arrays) -> None:
        self.arrays, self._size = arrays, len(corpus)
        self.places: Ints = arrays["places"].astype(np.intp)
        self.times: Floats = np.zeros(len(corpus), dtype=np.float32)
        self.times[self.places] = arrays["times"]
        self.pairs, self.words = (Field(part(arrays, name), len(self.places)) for name in ("pairs", "words"))
        self.chapter_pairs = Field(part(arrays, "chapter_pairs"), corpus.chapters)
        self.chapter_words = Field(part(arrays, "chapter_words"), corpus.chapters)
        self.law_pairs = Field(part(arrays, "law_pairs"), corpus.laws)
        self.law_words = Field(part(arrays, "law_words"), corpus.laws)

    @classmethod
    def of(cls, corpus: Corpus, known: Mapping[Name, Asked], k1: float, b: float) -> "Experience":
        """Build; names of articles that are not in the corpus are passed over."""
        found: dict[int, Asked] = {}
        for (law, article), one in known.items():
            place = corpus.find(law, article)
            if place is not None:
                found[place] = _both(found[place], one) if place in found else one
        places = np.array(sorted(found), dtype=np.intp)
        held = [found[place] for place in places.tolist()]
        chapters, laws = corpus.chapter[places].tolist(), corpus.law[places].tolist()
        fields = dict[str, Field]()
        for name, texts in (("pairs", [one.pairs for one in held]), ("words", [one.words for one in held])):
            fields[name] = Field.of(texts, k1, b)
            fields[f"chapter_{name}"] = _wider(texts, chapters, corpus.chapters, k1, b)
            fields[f"law_{name}"] = _wider(texts, laws, corpus.laws, k1, b)
        arrays = {"places": places.astype(np.uint32)}
        times = np.array([one.times for one in held], dtype=np.float32)
        return cls(corpus, {**arrays, "times": times, **flat(fields)})

    def of_articles(self, field: Field, codes: Codes) -> Floats:
        """The score of each article of the corpus in `pairs` or `words`."""
        scores = np.zeros(self._size, dtype=np.float32)
        scores[self.places] = field.look(codes)
        return scores


def _both(one: Asked, other: Asked) -> Asked:
    """Of an article whose law was named long and short."""
    two, words = joined([one.pairs, other.pairs]), joined([one.words, other.words])
    return Asked(two, words, one.times + other.times)


def _wider(texts: Iterable[Codes], owners: list[int], count: int, k1: float, b: float) -> Field:
    held: dict[int, list[Codes]] = {}
    for text, owner in zip(texts, owners, strict=True):
        held.setdefault(owner, []).append(text)
    return Field.of([joined(held[n]) if n in held else NONE for n in range(count)], k1, b)


class Usual:
    """How telling terms are among questions: 1 for a term that no wording holds, 0 for one that all hold.

    Attributes: pairs, words: for each term of the index.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.pairs: Floats = arrays["pairs"]
        self.words: Floats = arrays["words"]

    @classmethod
    def of(cls, index: Index, pairs: Iterable[Codes], words: Iterable[Codes]) -> "Usual":
        """Args: pairs, words: the terms of each wording."""
        return cls({
            "pairs": _rarity(index.pairs.codes, list(pairs)),
            "words": _rarity(index.words.codes, list(words)),
        })  # fmt: skip


def _rarity(codes: Codes, texts: list[Codes]) -> Floats:
    """Squared, so that what is said in a tenth of the wordings weighs little."""
    seen, held = np.unique(joined(map(np.unique, texts)), return_counts=True)
    times = np.zeros(len(codes))
    if len(seen):
        places = np.minimum(np.searchsorted(seen, codes), len(seen) - 1)
        times = np.where(seen[places] == codes, held[places], 0)
    found: Floats = ((1 - np.log1p(times) / np.log(len(texts) + 2.0)) ** 2).astype(np.float32)
    return found
