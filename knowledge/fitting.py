"""Learning what signals are worth, from the base itself: each wording in turn plays the question.

The wordings that ask are left out of the base, a sixth of them at a time. Keywords and patterns were
written in the same sitting and would look perfect, so each of them is hidden for half of the questions; even
so patterns would weigh too much, and keep the weight set by hand.
Weights are pulled to those set by hand and never negative. Topics and confidence are learned from real
questions: own wordings say little about what strangers ask. Nothing is drawn by chance.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from knowledge.certainty import certain
from knowledge.evaluation import Label
from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.scorer import Scored, Scorer, ordered
from knowledge.topic_learning import REAL, Told, learned, told
from knowledge.topic_model import NONE, TopicTable
from knowledge.topics import TOPICS
from knowledge.weights import BY_HAND, CONFIDENCE, SIGNALS, TOPIC, Weights

Floats = npt.NDArray[np.float64]
SHARPNESS = 18.0
PULL = 6.0
"""How strongly a weight is held to the one set by hand, beside the mean over all questions."""
FOLDS = 6
_STEPS = 400
_KEYWORD, _SURE, _NEVER = (SIGNALS.index(name) for name in ("keyword", "sure", "never"))


@dataclass(frozen=True)
class Labelled:
    """A real question with its topic; ``other`` for none of ours."""

    text: str
    topic: str


class Judged(NamedTuple):
    """A real question with the entries that answer it, of which there may be none, and its topic.

    The topic is `NONE` for what no office answers, and empty where it is not known.
    """

    text: str
    entries: Collection[str]
    topic: str = ""


class Confidence(NamedTuple):
    """Weights of confidence; and for each question what others' weights said, and whether that was right."""

    weights: dict[str, float]
    guesses: list[tuple[float, bool]]


class Report(NamedTuple):
    """How good weights are on wordings left out: right first, and among three.

    Attributes: asked: wordings; missed: of these the right entry was not even looked at.
    """

    asked: int
    missed: int
    first: float
    three: float


class _Case(NamedTuple):
    right: int
    number: int
    scored: list[Scored]


class Lesson:
    """The base as questions. Args: weights: with which candidates are chosen."""

    def __init__(self, library: Library, normal: Normal, weights: Weights) -> None:
        self._library, self._normal = library, normal
        self._weights = weights

    def learned(self, judged: Sequence[Judged] = ()) -> Weights:
        """Weights of signals learned from the base; of topics and of confidence from real questions.

        Without these the two stay as they were given.
        """
        weights = replace(self._weights, signals=self._signals())
        if judged:
            weights = replace(weights, topic=self.topics(weights, judged))
            weights = replace(weights, confidence=self.confidence(weights, judged).weights)
        return weights

    def report(self, weights: Weights) -> Report:
        """How good weights are on the wordings left out, with the same evidence hidden as in learning."""
        first = three = missed = 0
        for case, scored in self._hidden(weights):
            places = [n for n, one in enumerate(scored) if one.number == case.right]
            missed += not places
            first += places[:1] == [0]
            three += bool(places) and places[0] < 3
        asked = max(1, len(self._cases))
        return Report(len(self._cases), missed, first / asked, three / asked)

    @cached_property
    def _cases(self) -> list[_Case]:
        return list(self._asked())

    def _asked(self) -> Iterator[_Case]:
        number = 0
        for fold in range(FOLDS):
            scorer = Scorer(_without(self._library, fold), self._normal, self._weights)
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
            weights[[_SURE, _NEVER]] = hand[[_SURE, _NEVER]]  # own wordings say too much, or nothing, of them
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

    def confidence(self, weights: Weights, judged: Sequence[Judged]) -> Confidence:
        """Weights of confidence learned from questions whose right entries are known.

        Each topic's questions are also asked with the weights that the other topics' questions give: these
        are the guesses, by which confidence can be judged.
        """
        scorer = Scorer(self._library, self._normal, weights)
        rows: list[tuple[float, ...]] = []
        right: list[bool] = []
        topics: list[str] = []
        for one in judged:
            clean, plain = self._cleaned(one.text)
            found = scorer.find(clean, plain)
            if found.scored:
                first = found.scored[0].entry
                rows.append(certain(found.scored, scorer.probable(found), len(plain)))
                right.append(first.id in one.entries)
                topics.append(first.topic)
        table, hits = np.array(rows).reshape(len(rows), len(CONFIDENCE)), np.array(right, dtype=float)
        names = sorted(set(topics))
        folds = np.array([names.index(topic) % FOLDS for topic in topics], dtype=np.intp)
        guesses: list[tuple[float, bool]] = []
        for fold in range(FOLDS):
            others = _logistic(table[folds != fold], hits[folds != fold])
            said = _curve(table[folds == fold], others)
            guesses += zip(said.tolist(), (hits[folds == fold] > 0).tolist(), strict=True)
        fitted = _logistic(table, hits) if rows else np.array([BY_HAND.confidence[n] for n in CONFIDENCE])
        return Confidence(dict(zip(CONFIDENCE, fitted.tolist(), strict=True)), guesses)

    def topics(self, weights: Weights, judged: Sequence[Judged]) -> dict[str, float]:
        """Weights of the evidence for topics, learned from questions whose topic a reader named."""
        scorer = Scorer(self._library, self._normal, weights)
        names = (*scorer.topics.topics, NONE)
        known = [one for one in judged if one.topic in names]
        hand = np.array([BY_HAND.topic[name] for name in TOPIC])
        if not known:
            return dict(weights.topic)
        tables = np.stack([scorer.topic_signals(scorer.find(*self._cleaned(one.text))) for one in known])
        none = np.zeros((*tables.shape[:2], 1))
        none[:, -1] = 1.0
        rights = np.array([names.index(one.topic) for one in known])
        fitted = _told_apart(np.concatenate([tables, none], axis=2), rights, hand)
        return dict(zip(TOPIC, fitted.tolist(), strict=True))

    def topic_table(self, questions: Iterable[Labelled]) -> TopicTable:
        """What the base and these real questions tell of topics; those with another topic are left out."""
        known = (*TOPICS, NONE)
        real = [Told(self._cleaned(one.text)[1], one.topic, REAL) for one in questions if one.topic in known]
        return learned([*told(self._library, self._normal), *real])

    def _cleaned(self, text: str) -> tuple[str, str]:
        clean = self._normal.clean(text)
        return clean, bare(clean)


def judged(text: str, label: Label, library: Library) -> Judged:
    """A question with what a reader said of it: its topic is that of the guide, else of the first entry."""
    first = library.get(label.entries[0]) if label.entries else None
    topic = NONE if label.out else label.guide or (first.topic if first else "")
    return Judged(text, label.entries, topic)


def _without(library: Library, fold: int) -> Library:
    """The library without every sixth wording of each entry, from the given one on."""
    return Library({
        key: replace(e, wordings=tuple(w for n, w in enumerate(e.wordings) if n % FOLDS != fold))
        for key, e in library.by_id.items()
    })  # fmt: skip


def _factors(weights: Weights) -> Floats:
    return np.array([-weights.signals[n] if n == "never" else weights.signals[n] for n in SIGNALS])


def _signals(case: _Case) -> Floats:
    rows = np.array([one.signals for one in case.scored]).reshape(len(case.scored), len(SIGNALS))
    if case.number % 2:
        rows[:, _KEYWORD] = 0.0
    if case.number // 2 % 2:
        rows[:, _SURE] = 0.0
    return rows


def _told_apart(tables: Floats, right: npt.NDArray[np.intp], start: Floats) -> Floats:
    """Weights that put the right row first: Newton's steps on the loss of a softmax, short enough to help.

    Args: tables: for each question a row for each choice; right: which; start: weights that are held to.
    """
    at = np.arange(len(tables))

    def shares_and_loss(weights: Floats) -> tuple[Floats, float]:
        powers = tables @ weights
        powers -= powers.max(axis=1, keepdims=True)
        shares = np.exp(powers)
        total = shares.sum(axis=1, keepdims=True)
        held = 0.5 * float(((weights - start) ** 2).sum())
        return shares / total, float((np.log(total[:, 0]) - powers[at, right]).sum()) + held

    weights = start
    shares, loss = shares_and_loss(weights)
    for _ in range(40):
        means = np.einsum("qt,qts->qs", shares, tables)
        slope = (means - tables[at, right]).sum(axis=0) + weights - start
        curve = np.einsum("qt,qts,qtu->su", shares, tables, tables, optimize=True) - means.T @ means
        step = np.linalg.solve(curve + np.eye(len(weights)), slope)
        for length in 0.5 ** np.arange(12):
            further = np.maximum(weights - length * step, 0.0)
            shares_there, loss_there = shares_and_loss(further)
            if loss_there < loss:
                break
        else:
            break
        weights, shares, loss = further, shares_there, loss_there
    return weights


def _logistic(rows: Floats, right: Floats) -> Floats:
    """Newton's steps on the logistic loss; what comes out negative, but the base, is left out."""
    used = np.arange(rows.shape[1])
    while True:
        some = rows[:, used]
        held = np.where(used == 0, 0.0, 1.0)
        weights = np.zeros(len(used))
        for _ in range(30):
            sure = _curve(some, weights)
            slope = some.T @ (sure - right) + held * weights
            curve = (some * (sure * (1 - sure))[:, None]).T @ some + np.diag(held + 1e-6)
            weights -= np.linalg.solve(curve, slope)
        wrong = [n for n, weight in zip(used, weights, strict=True) if n and weight < 0]
        if not wrong:
            break
        used = np.array([n for n in used if n not in wrong])
    found = np.zeros(rows.shape[1])
    found[used] = weights
    return found


def _curve(rows: Floats, weights: Floats) -> Floats:
    powers: Floats = rows @ weights
    return 1 / (1 + np.exp(-powers))
