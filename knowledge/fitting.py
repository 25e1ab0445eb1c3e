"""Learning what signals are worth, from the base itself: each wording in turn plays the question.

The wordings that ask are left out of the base, a sixth of them at a time. Keywords and patterns were
written in the same sitting and would look perfect, so each of them is hidden for half of the questions.
Weights are pulled to those set by hand and never negative. For confidence each question is asked twice:
as it is, and as if the base had no entry for it, since real residents ask what nobody has written about.
Nothing is drawn by chance.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.scorer import Scored, Scorer, certain, confidence, ordered
from knowledge.segment import Segmenter
from knowledge.weights import BY_HAND, CONFIDENCE, SIGNALS, TOPIC, Weights

Floats = npt.NDArray[np.float64]
SHARPNESS = 18.0
PULL = 6.0
"""How strongly a weight is held to the one set by hand, beside the mean over all questions."""
ABSENT = 0.4
"""Share of residents' questions for which no entry exists yet (a judgement: 14 to 35 of 100 in trials)."""
FOLDS = 6
_STEPS = 400
_KEYWORD, _SURE, _NEVER = (SIGNALS.index(name) for name in ("keyword", "sure", "never"))


@dataclass(frozen=True)
class Labelled:
    """A real question with its topic; ``other`` for none of ours."""

    text: str
    topic: str


class Report(NamedTuple):
    """How good weights are on wordings left out: right first, among three, and confidence's error.

    Attributes: asked: wordings; missed: of these the right entry was not even looked at.
    """

    asked: int
    missed: int
    first: float
    three: float
    error: float


class _Case(NamedTuple):
    right: int
    number: int
    scored: list[Scored]


class Lesson:
    """The base as questions. Args: weights: with which candidates are chosen."""

    def __init__(self, library: Library, segmenter: Segmenter, normal: Normal, weights: Weights) -> None:
        self._library, self._segmenter, self._normal = library, segmenter, normal
        self._weights = weights
        self._cases = list(self._asked())

    def learned(self, labelled: Iterable[Labelled] = ()) -> Weights:
        """Weights learned from the base, and those of topics from real questions where some are given."""
        weights = self._weights
        weights = replace(weights, signals=self._signals())
        weights = replace(weights, confidence=self._confidence(weights))
        questions = list(labelled)
        return replace(weights, topic=self._topic(weights, questions)) if questions else weights

    def report(self, weights: Weights) -> Report:
        """How good weights are on the wordings left out, with the same evidence hidden as in learning."""
        first = three = missed = 0
        bins: dict[int, list[tuple[float, float]]] = {}
        for case, scored in self._hidden(weights):
            places = [n for n, one in enumerate(scored) if one.number == case.right]
            missed += not places
            first += places[:1] == [0]
            three += bool(places) and places[0] < 3
            for left, share in _present_and_absent(case, scored):
                said = confidence(left, weights)
                off = share * (said - (left[0].number == case.right))
                bins.setdefault(min(9, int(said * 10)), []).append((off, share))
        asked = max(1, len(self._cases))
        total = sum(share for rows in bins.values() for _off, share in rows) or 1.0
        error = sum(abs(sum(off for off, _share in rows)) for rows in bins.values()) / total
        return Report(len(self._cases), missed, first / asked, three / asked, error)

    def _asked(self) -> Iterator[_Case]:
        number = 0
        for fold in range(FOLDS):
            scorer = Scorer(_without(self._library, fold), self._segmenter, self._normal, self._weights)
            for place, entry in enumerate(self._library.entries):
                for wording in entry.wordings[fold::FOLDS]:
                    clean = self._normal.clean(wording)
                    yield _Case(place, number, scorer.find(clean, bare(clean)).scored)
                    number += 1

    def _hidden(self, weights: Weights) -> Iterator[tuple[_Case, list[Scored]]]:
        factors = _factors(weights)
        for case in self._cases:
            rows = _signals(case)
            scores = rows @ factors
            yield case, ordered([
                one._replace(score=float(score), sure=None if row[_SURE] == 0 else one.sure)
                for one, row, score in zip(case.scored, rows, scores, strict=True)
            ])  # fmt: skip

    def _signals(self) -> dict[str, float]:
        hand = _factors(BY_HAND)
        weights = hand.copy()
        rows, right = self._table()
        if not len(rows):
            return dict(BY_HAND.signals)
        step = 0.02
        for _ in range(_STEPS):
            powers = np.where(np.isnan(rows[:, :, 0]), -np.inf, SHARPNESS * np.nan_to_num(rows) @ weights)
            shares = np.exp(powers - powers.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            shares[np.arange(len(rows)), right] -= 1
            slope = SHARPNESS * np.einsum("qc,qcs->s", shares, np.nan_to_num(rows)) / len(rows)
            weights -= step * (slope + PULL * (weights - hand))
            weights = np.maximum(weights, 0.0)
            weights[_NEVER] = hand[
                _NEVER
            ]  # written against sisters: wordings of their own say nothing about it
        return {
            name: float(-w if n == _NEVER else w)
            for n, (name, w) in enumerate(zip(SIGNALS, weights, strict=True))
        }

    def _table(self) -> tuple[Floats, npt.NDArray[np.intp]]:
        usable = [c for c in self._cases if any(one.number == c.right for one in c.scored)]
        width = max((len(c.scored) for c in usable), default=0)
        rows = np.full((len(usable), width, len(SIGNALS)), np.nan)
        right = np.zeros(len(usable), dtype=np.intp)
        for n, case in enumerate(usable):
            rows[n, : len(case.scored)] = _signals(case)
            right[n] = next(p for p, one in enumerate(case.scored) if one.number == case.right)
        return rows, right

    def _confidence(self, weights: Weights) -> dict[str, float]:
        rows: list[tuple[float, ...]] = []
        right: list[bool] = []
        shares: list[float] = []
        for case, scored in self._hidden(weights):
            for left, share in _present_and_absent(case, scored):
                rows.append((1.0, *certain(left)))
                right.append(left[0].number == case.right)
                shares.append(share)
        if not rows:
            return dict(BY_HAND.confidence)
        fitted = _logistic(np.array(rows), np.array(right, dtype=float), np.array(shares))
        return dict(zip(CONFIDENCE, fitted.tolist(), strict=True))

    def _topic(self, weights: Weights, questions: Sequence[Labelled]) -> dict[str, float]:
        scorer = Scorer(self._library, self._segmenter, self._normal, weights)
        cases: list[tuple[Floats, int]] = []
        for question in questions:
            clean = self._normal.clean(question.text)
            table = scorer.topic_signals(scorer.find(clean, bare(clean)))
            right = (
                scorer.topics.topics.index(question.topic) if question.topic in scorer.topics.topics else -1
            )
            if right >= 0 or question.topic == "other":
                cases.append((table, right))
        if not cases:
            return dict(weights.topic)
        hand = np.array([BY_HAND.topic[name] for name in TOPIC])
        fitted, step = hand.copy(), 0.05
        scale = np.array([400.0, 1.0, 4.0, 4.0, 4.0])
        tables = np.stack([table for table, _right in cases])
        rights = np.array([right for _table, right in cases])
        at = np.arange(len(cases))
        for _ in range(_STEPS * 2):
            powers = np.concatenate([tables @ fitted[:4], np.full((len(cases), 1), fitted[4])], axis=1)
            shares = np.exp(powers - powers.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            shares[at, rights] -= 1
            slope = np.append(np.einsum("qt,qts->s", shares[:, :-1], tables), shares[:, -1].sum()) / len(
                cases
            )
            fitted -= step * scale * (slope + 0.1 * (fitted - hand) / scale)
            fitted[:4] = np.maximum(fitted[:4], 0.0)
        return dict(zip(TOPIC, fitted.tolist(), strict=True))


def _without(library: Library, fold: int) -> Library:
    """The library without every sixth wording of each entry, from the given one on."""
    return Library({
        key: replace(e, wordings=tuple(w for n, w in enumerate(e.wordings) if n % FOLDS != fold))
        for key, e in library.by_id.items()
    })  # fmt: skip


def _present_and_absent(case: _Case, scored: list[Scored]) -> Iterator[tuple[list[Scored], float]]:
    for left, share in (
        (scored, 1 - ABSENT),
        ([one for one in scored if one.number != case.right], ABSENT),
    ):
        if left:
            yield left, share


def _factors(weights: Weights) -> Floats:
    return np.array([-weights.signals[n] if n == "never" else weights.signals[n] for n in SIGNALS])


def _signals(case: _Case) -> Floats:
    rows = np.array([one.signals for one in case.scored]).reshape(len(case.scored), len(SIGNALS))
    if case.number % 2:
        rows[:, _KEYWORD] = 0.0
    if case.number // 2 % 2:
        rows[:, _SURE] = 0.0
    return rows


def _logistic(rows: Floats, right: Floats, shares: Floats) -> Floats:
    """Newton's steps on the logistic loss; what comes out negative, but the base, is left out."""
    used = np.arange(rows.shape[1])
    while True:
        some = rows[:, used]
        weights = np.zeros(len(used))
        for _ in range(30):
            sure = 1 / (1 + np.exp(-some @ weights))
            slope = some.T @ (shares * (sure - right)) + 0.01 * weights
            curve = (some * (shares * sure * (1 - sure))[:, None]).T @ some + 0.01 * np.eye(len(used))
            weights -= np.linalg.solve(curve, slope)
        wrong = [n for n, weight in zip(used, weights, strict=True) if n and weight < 0]
        if not wrong:
            break
        used = np.array([n for n in used if n not in wrong])
    found = np.zeros(rows.shape[1])
    found[used] = weights
    return found
