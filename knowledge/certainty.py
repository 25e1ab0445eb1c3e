"""How probable it is that the first entry is the right one.

A logistic curve over what the scores, the topic and the patterns say together. Its weights are learned from
real questions that careful readers labelled (see `fitting`), since own wordings look too easy.
"""

import math
from collections.abc import Sequence

from knowledge.scorer import Scored, TopicScore, lead
from knowledge.weights import CONFIDENCE, Weights

_FIELD = 4
"""The entry whose distance is that of the rest."""


def confidence(
    scored: Sequence[Scored], topics: Sequence[TopicScore], length: int, weights: Weights
) -> float:
    """Probability that the first entry is right, 0 to 1. Args: length: of the question in characters."""
    if not scored:
        return 0.0
    said = certain(scored, topics, length)
    power = sum(weights.confidence[name] * value for name, value in zip(CONFIDENCE, said, strict=True))
    return round(1 / (1 + math.exp(-max(-30.0, power))), 3)


def certain(scored: Sequence[Scored], topics: Sequence[TopicScore], length: int) -> tuple[float, ...]:
    """The values of `CONFIDENCE`, in order, each about 0 to 1."""
    best = scored[0]
    rest = scored[_FIELD - 1].score if len(scored) >= _FIELD else 0.0
    home = next((one.probability for one in topics if one.topic == best.entry.topic), 0.0)
    alone = not any(one.sure is not None for one in scored[1:])
    return (
        1.0, best.score, lead(scored), best.score - rest, best.likeness, home,
        float(best.sure is not None), float(alone), math.log1p(length) / 4,
    )  # fmt: skip
