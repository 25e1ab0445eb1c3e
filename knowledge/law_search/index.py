"""The index of the statutes: articles, and the fields in which they, their chapters and laws are found."""

from collections.abc import Iterable
from typing import Any

import numpy.typing as npt

from knowledge.law_search.corpus import Corpus, in_order
from knowledge.law_search.postings import Arrays, Field, flat, part
from knowledge.law_search.terms import Codes, Terms, joined, pairs
from knowledge.statutes import Article

_FIELDS = ("pairs", "words", "titles", "laws", "chapter_pairs", "chapter_words")


class Index:
    """Immutable.

    Attributes: pairs, words: of the articles; titles: pairs of a chapter's headings and its law's short
    name; laws: pairs of a law's name; chapter_pairs, chapter_words: of all articles of a chapter.
    """

    def __init__(self, corpus: Corpus, fields: dict[str, Field]) -> None:
        self.corpus, self._fields = corpus, fields
        self.pairs, self.words = fields["pairs"], fields["words"]
        self.titles, self.laws = fields["titles"], fields["laws"]
        self.chapter_pairs, self.chapter_words = fields["chapter_pairs"], fields["chapter_words"]

    @classmethod
    def of(cls, articles: Iterable[Article], terms: Terms) -> "Index":
        """Build; takes some ten seconds for the whole law."""
        ordered = in_order(articles)
        corpus = Corpus.of(ordered)
        plain = [terms.plain(one.text) for one in ordered]
        two, words = [pairs(one) for one in plain], [terms.words(one) for one in plain]
        titles = {int(c): a.title_path + a.short for c, a in zip(corpus.chapter, ordered, strict=True)}
        names = {int(n): a.law for n, a in zip(corpus.law, ordered, strict=True)}
        chapters = corpus.chapter.tolist()
        fields = {
            "pairs": Field.of(two, 1.2, 0.5),
            "words": Field.of(words, 1.2, 0.5),
            "titles": Field.of([pairs(terms.plain(titles[n])) for n in range(corpus.chapters)], 0.8, 0.3),
            "laws": Field.of([pairs(terms.plain(names[n])) for n in range(corpus.laws)], 0.8, 0.3),
            "chapter_pairs": Field.of(_together(two, chapters, corpus.chapters), 1.2, 0.5),
            "chapter_words": Field.of(_together(words, chapters, corpus.chapters), 1.2, 0.5),
        }
        return cls(corpus, fields)

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> "Index":
        """The index from its stored form. Raises: KeyError for a part that is missing."""
        corpus = Corpus(part(arrays, "corpus"))
        documents = {"pairs": len(corpus), "words": len(corpus), "laws": corpus.laws}
        fields = {name: Field(part(arrays, name), documents.get(name, corpus.chapters)) for name in _FIELDS}
        return cls(corpus, fields)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The stored form."""
        corpus = {f"corpus.{key}": array for key, array in self.corpus.arrays.items()}
        return corpus | flat(self._fields)


def _together(texts: list[Codes], owners: list[int], count: int) -> list[Codes]:
    held: list[list[Codes]] = [[] for _ in range(count)]
    for text, owner in zip(texts, owners, strict=True):
        held[owner].append(text)
    return [joined(one) for one in held]
