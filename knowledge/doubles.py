"""Wordings of two entries that are nearly the same: residents who say so could mean either."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.entry import Entry
from knowledge.library import Library
from knowledge.ranking import bigrams, shared

LEAST = 0.5
"""Share of common pairs of characters from which two wordings are told; from .6 on `review` finds fault."""
_SHORT = 4
"""Pairs below which a wording is too short to be like another by more than chance."""
_SEEN = 2
"""Pairs that are not common which two wordings share at least."""
_COMMON = 0.03
"""Share of the wordings from which on a pair of characters is too common to look others up by."""


@dataclass(frozen=True)
class Doubles:
    """Two entries with the wordings that are alike, most alike first: own, the other's, share of pairs."""

    entry: Entry
    other: Entry
    wordings: tuple[tuple[str, str, float], ...]


def doubles(library: Library, least: float = LEAST) -> list[Doubles]:
    """The pairs of entries with wordings alike, those with the most and the nearest first."""
    entries = library.entries
    rows = [(n, text, bigrams(text)) for n, entry in enumerate(entries) for text in entry.wordings]
    where = _postings([pairs for _n, _text, pairs in rows])
    found: dict[tuple[int, int], list[tuple[str, str, float]]] = {}
    for place, (n, text, pairs) in enumerate(rows):
        near = Counter(other for pair in pairs for other in where.get(pair, ()) if other < place)
        for other, common in near.items():
            if common < _SEEN:
                continue
            m, other_text, others = rows[other]
            share = shared(pairs, others)
            if m != n and share >= least and min(len(pairs), len(others)) >= _SHORT:
                found.setdefault((m, n), []).append((other_text, text, round(share, 2)))
    told = [
        Doubles(entries[m], entries[n], tuple(sorted(wordings, key=lambda row: (-row[2], row[:2]))))
        for (m, n), wordings in found.items()
    ]
    return sorted(told, key=lambda one: (-len(one.wordings), -one.wordings[0][2], one.entry.id, one.other.id))


def _postings(bags: Sequence[frozenset[str]]) -> Mapping[str, Sequence[int]]:
    """For each pair of characters that is not common the numbers of the wordings that have it."""
    where: dict[str, list[int]] = {}
    for place, pairs in enumerate(bags):
        for pair in pairs:
            where.setdefault(pair, []).append(place)
    most = max(20, len(bags) * _COMMON)
    return {pair: places for pair, places in where.items() if len(places) <= most}
