"""How much two wordings have in common, for those who check the entries."""

from knowledge.normal import bare


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, punctuation aside."""
    plain = bare(text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller set that the other has too, 0 to 1."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
