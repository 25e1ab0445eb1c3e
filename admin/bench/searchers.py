"""Searchers over one library: the service's own, and bm25s. Text in, ids of the best entries out."""

from collections.abc import Callable
from typing import Any

from knowledge.entry import Entry
from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.scorer import Scorer
from knowledge.segment import Segmenter
from knowledge.weights import Weights

Searcher = Callable[[str], list[str]]
Builder = Callable[[Library, Normal], Searcher]
_DEEP = 30
"""Texts that bm25s is asked for, so that three entries are among them."""


def ours(library: Library, normal: Normal) -> Searcher:
    """The service's scorer with all its signals: normalising, retrieval, patterns, likeness, order."""
    scorer = Scorer(library, normal, Weights.load())

    def search(text: str) -> list[str]:
        clean = normal.clean(text)
        return [one.entry.id for one in scorer.find(clean, bare(clean)).scored[:3]]

    return search


def bm25s_searchers() -> tuple[tuple[str, Builder], ...]:
    """bm25s over the same texts, best text first, and over one long text for each entry."""
    return (("bm25s, same texts", _bm25s_texts), ("bm25s, joined texts", _bm25s_joined))


def texts_of(entry: Entry) -> list[str]:
    """The texts of an entry that both searchers get."""
    return [*entry.wordings, entry.title, entry.short]


def _bm25s_joined(library: Library, normal: Normal) -> Searcher:
    entries = library.entries
    find = _bm25s([" ".join(texts_of(entry)) for entry in entries], normal)
    return lambda text: [entries[number].id for number in find(text, 3)]


def _bm25s_texts(library: Library, normal: Normal) -> Searcher:
    owners, texts = [], []
    for entry in library.entries:
        for text in texts_of(entry):
            owners.append(entry.id)
            texts.append(text)
    find = _bm25s(texts, normal)
    return lambda text: list(dict.fromkeys(owners[number] for number in find(text, _DEEP)))[:3]


def _bm25s(texts: list[str], normal: Normal) -> Callable[[str, int], list[int]]:
    """With the same normal form and the same segmenter, as fast for the one as for the other."""
    import bm25s

    segmenter = Segmenter()
    retriever: Any = bm25s.BM25(backend="numpy")
    retriever.index([segmenter.words(bare(normal.clean(text))) for text in texts], show_progress=False)

    def find(text: str, k: int) -> list[int]:
        words = segmenter.words(bare(normal.clean(text)))
        numbers, _scores = retriever.retrieve([words], k=min(k, len(texts)), show_progress=False)
        return [int(number) for number in numbers[0]]

    return find
