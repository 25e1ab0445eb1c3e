"""Wordings that mean one thing, put together for whoever writes an entry for them."""

from collections.abc import Sequence

from knowledge.ranking import bigrams, shared

ALIKE = 0.5
"""Share of common pairs of characters from which two wordings are taken for one matter."""
ALIKE_NEAR = 0.25
"""The same for two wordings that lie nearest to the same entry."""


def grouped(wordings: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Group wordings; each goes to the first group that has one like it.

    Args: wordings: words and the id of the nearest entry (empty for none), the most important first.
    Returns: the places of the wordings in each group, groups in the order of their first wording.
    """
    groups: list[list[int]] = []
    pairs = [bigrams(words) for words, _near in wordings]
    for n, (_words, near) in enumerate(wordings):
        for group in groups:
            if any(_alike(shared(pairs[n], pairs[m]), near, wordings[m][1]) for m in group):
                group.append(n)
                break
        else:
            groups.append([n])
    return groups


def _alike(common: float, near: str, other: str) -> bool:
    return common >= (ALIKE_NEAR if near and near == other else ALIKE)
