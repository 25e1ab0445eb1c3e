"""Learning what texts are made of that sound like danger, or like the plan of a wrong; not by chance."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.normal import Normal, bare
from knowledge.tone import DANGER, WRONG, ToneTable, features

_STEPS, _STRIDE, _PULL = 300, 0.05, 8e-6
_SELDOM, _COMMON = 2, 8
"""A feature is kept that some line of a tone has and stands in two texts, or that stands in eight."""
_FIGURE = re.compile(r"\d")
Floats = npt.NDArray[np.float64]


class Lines(NamedTuple):
    """What is learned from. Attributes: danger: urgent lines, by kind where it is known, else under ``""``;
    wrong: plans of a wrong; like: ordinary lines that look like either; common: what people ask.
    """

    danger: Mapping[str, Sequence[str]]
    wrong: Sequence[str]
    like: Sequence[str]
    common: Sequence[str]


def learned(lines: Lines) -> ToneTable:
    """The table that tells these lines apart best."""
    urgent = [(text, kind) for kind, texts in lines.danger.items() for text in texts]
    texts = [text for text, _ in urgent] + [*lines.wrong, *lines.like, *lines.common]
    normal = Normal()
    bags = [features(bare(normal.clean(text))) for text in texts]
    many, wrong = len(urgent), len(lines.wrong)
    counts = Counter(f for bag in bags for f in bag)
    telling = set().union(*bags[: many + wrong])
    known = sorted(
        f for f, count in counts.items()
        if (count >= _COMMON or (count >= _SELDOM and f in telling)) and not _FIGURE.search(f)
    )  # fmt: skip
    table = _Table(bags, {f: number for number, f in enumerate(known)})
    is_danger, is_wrong = np.zeros(len(texts)), np.zeros(len(texts))
    is_danger[:many], is_wrong[many : many + wrong] = 1, 1
    like = slice(many, many + wrong + len(lines.like))
    shares = np.ones(len(texts))
    shares[: many + wrong + len(lines.like)] = 3
    columns = [table.fitted(is_danger, shares)]
    shares = np.ones(len(texts))
    shares[like] = 4
    shares[many : many + wrong] = 6
    columns.append(table.fitted(is_wrong, shares))
    kinds = sorted(kind for kind in lines.danger if kind)
    among = np.zeros(len(texts))
    among[:many] = [1.0 if kind else 0.0 for _, kind in urgent]
    for kind in kinds:
        right = np.zeros(len(texts))
        right[:many] = [float(one == kind) for _, one in urgent]
        columns.append(table.fitted(right, among))
    weights = np.array([weights for weights, _ in columns]).T
    step = float(np.abs(weights).max()) / 127
    steps = np.rint(weights / step).astype(np.int8)
    used: npt.NDArray[np.bool_] = np.asarray(steps.any(axis=1))
    return ToneTable(
        (DANGER, WRONG, *kinds), tuple(f for f, keep in zip(known, used.tolist(), strict=True) if keep),
        steps[used], step, np.array([bias for _, bias in columns]),
    )  # fmt: skip


class _Table:
    """Which features stand in which texts."""

    def __init__(self, bags: Sequence[set[str]], number: Mapping[str, int]) -> None:
        found = [[number[f] for f in sorted(bag) if f in number] for bag in bags]
        self._rows = np.repeat(np.arange(len(bags)), [len(row) for row in found])
        self._columns = np.array([f for row in found for f in row], dtype=np.intp)
        self._values = np.repeat([max(1, len(bag)) ** -0.5 for bag in bags], [len(row) for row in found])
        self._many, self._texts = len(number), len(bags)

    def fitted(self, right: Floats, shares: Floats) -> tuple[Floats, float]:
        """Weights and bias by gradient descent with moments."""
        shares = shares / shares.sum()
        point = np.zeros(self._many + 1)
        point[-1] = -3.0
        first, second = np.zeros_like(point), np.zeros_like(point)
        for step in range(1, _STEPS + 1):
            scores = np.bincount(self._rows, point[self._columns] * self._values, self._texts) + point[-1]
            wrong = (1 / (1 + np.exp(-scores)) - right) * shares
            slope = np.append(
                np.bincount(self._columns, wrong[self._rows] * self._values, self._many), wrong.sum()
            )
            slope[:-1] += _PULL * point[:-1]
            first = 0.9 * first + 0.1 * slope
            second = 0.999 * second + 0.001 * slope * slope
            point -= _STRIDE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        return point[:-1], float(point[-1])
