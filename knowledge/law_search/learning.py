"""Learning how to rank: nets whose softmax over a question's candidates is to lie on the right ones.

Loss of a question with probabilities p over its candidates: -ln of the sum of p over the right ones. Steps
are Adam's, over a few questions at a time, drawn by a seed, so that learning twice gives the same nets.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.errors import KnowledgeError
from knowledge.law_search.net import Nets
from knowledge.law_search.postings import Floats

HIDDEN = 16
ROUNDS = 20
_BATCH = 32
_STEP, _PULL = 0.02, 0.01
"""Size of a step; how strongly each weight is pulled to nought."""
_SLOW = ((0.6, 0.3), (0.85, 0.1))
"""From which share of the rounds on which part of the step is taken."""


class Lesson(NamedTuple):
    """A question's candidates: their signals, and which are right."""

    table: Floats
    right: npt.NDArray[np.bool_]


def learned(lessons: Sequence[Lesson], members: int, rounds: int = ROUNDS) -> Nets:
    """Nets learned from lessons; those without a right candidate teach nothing and are left out.

    Raises: KnowledgeError when none is left.
    """
    usable = [one for one in lessons if one.right.any()]
    if not usable:
        raise KnowledgeError("no right article is among the candidates of any question")
    found = [_one(usable, seed, rounds) for seed in range(members)]
    enter, shift, leave, straight = (np.stack(parts) for parts in zip(*found, strict=True))
    return Nets(enter, shift, leave, straight)


def _one(lessons: Sequence[Lesson], seed: int, rounds: int) -> list[Floats]:
    rng = np.random.default_rng(seed)
    table, right, there = _padded(lessons)
    width = table.shape[2]
    weights = [
        rng.normal(0, 0.3, (width, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, dtype=np.float32),
        rng.normal(0, 0.3, HIDDEN).astype(np.float32),
        np.zeros(width, dtype=np.float32),
    ]
    first = [np.zeros_like(one) for one in weights]
    second = [np.zeros_like(one) for one in weights]
    order, step = np.arange(len(lessons)), 0
    for turn in range(rounds):
        rng.shuffle(order)
        pace = _STEP * min([1.0, *(part for share, part in _SLOW if turn >= rounds * share)])
        for start in range(0, len(order), _BATCH):
            some = order[start : start + _BATCH]
            slopes = _slopes(weights, table[some], right[some], there[some])
            step += 1
            for n, slope in enumerate(slopes):
                first[n] = 0.9 * first[n] + 0.1 * slope
                second[n] = 0.99 * second[n] + 0.01 * slope**2
                mean, spread = first[n] / (1 - 0.9**step), second[n] / (1 - 0.99**step)
                weights[n] = (weights[n] + pace * mean / (np.sqrt(spread) + 1e-8)).astype(np.float32)
    return weights


def _padded(lessons: Sequence[Lesson]) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Tables of all lessons, as long as the longest; which rows are right, which are there at all."""
    longest = max(len(one.right) for one in lessons)
    table = np.zeros((len(lessons), longest, lessons[0].table.shape[1]), dtype=np.float32)
    right = np.zeros((len(lessons), longest), dtype=np.float32)
    there = np.zeros((len(lessons), longest), dtype=np.bool_)
    for n, one in enumerate(lessons):
        table[n, : len(one.right)] = one.table
        right[n, : len(one.right)] = one.right
        there[n, : len(one.right)] = True
    return table, right, there


def _slopes(
    weights: list[Floats], table: Floats, right: Floats, there: npt.NDArray[np.bool_]
) -> list[Floats]:
    enter, shift, leave, straight = weights
    count, width = len(table), table.shape[2]
    rows = table.reshape(-1, width)
    hidden = np.tanh(rows @ enter + shift)
    scores = np.where(there, (hidden @ leave + rows @ straight).reshape(count, -1), -1e9)
    chance = np.exp(scores - scores.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    good = right * chance
    pull = ((good / good.sum(axis=1, keepdims=True) - chance) / count).ravel()
    inner = pull[:, None] * leave * (1 - hidden * hidden)
    return [
        rows.T @ inner - _PULL * enter,
        inner.sum(axis=0) - _PULL * shift,
        hidden.T @ pull - _PULL * leave,
        rows.T @ pull - _PULL * straight,
    ]
