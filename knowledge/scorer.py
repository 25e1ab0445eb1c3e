"""One score for each entry, out of all signals; and how probable each topic is."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz

from knowledge.entry import Entry
from knowledge.index import Base, Close, GridIndex, Index, Near
from knowledge.library import Library
from knowledge.normal import Normal, bare, matter
from knowledge.staged import StagedIndex
from knowledge.topic_model import TopicModel
from knowledge.vocabulary import Floats, Query
from knowledge.wakers import Wakers, Woken
from knowledge.weights import SIGNALS, Weights

CANDIDATES = 16
"""Entries that are looked at closely."""
FEW = 5
"""Entries that are scored to the end; more when patterns forbid most of them."""
LIKENED = 3
"""Entries whose wordings are compared letter by letter."""
MANY = 1500
"""Entries from which the index looks closely at a few only."""
_OFFERED = 3
_LIKELY = 4
"""Topics that are told with their probability."""
_INSTEAD = 0.05
"""What it is worth that another entry's forbidding pattern names this one."""
_MAYBE = 0.14
"""The least score of an entry that is offered beside a guide only because it is of the guide's topic."""
_SHORT = 30
"""Characters from which on a pattern proves the less, the longer the message: its words meet by chance."""
_KEYWORD_BONUS, _SURE_BONUS = 0.10, 0.20
_NO_WORDS = frozenset[str]()
_LIKENESS, _NEVER = SIGNALS.index("likeness"), SIGNALS.index("never")


class Scored(NamedTuple):
    """An entry with its score and how the score came about.

    Attributes:
        number: of the entry.
        mean, text: see `Close`; likeness: edit similarity to its nearest wordings.
        said, of_topic: see ``keyword`` and ``topic`` in `weights`.
        sure: number of the ``sure`` list that holds, or None.
        forbids: number of the forbidding pattern that holds, or None.
        proof: what a pattern counts in a message of this length, see ``sure`` in `weights`.
        rows: numbers of its nearest wordings.
    """

    entry: Entry
    number: int
    score: float
    mean: float
    text: float
    likeness: float
    said: float
    of_topic: float
    sure: int | None
    forbids: int | None
    proof: float
    keywords: frozenset[str]
    rows: tuple[int, ...]

    @property
    def signals(self) -> tuple[float, ...]:
        """The values of `SIGNALS`, in order."""
        return (self.mean, self.text, self.likeness, self.said, self.proof * (self.sure is not None),
                self.proof * (self.forbids is not None), self.of_topic)  # fmt: skip


class _Asked(NamedTuple):
    clean: str
    plain: str
    query: Query
    woken: Woken
    shares: list[float]
    near: Near
    proof: float


_Guess = tuple[float, int, int | None, float, float, Close]
"""Score (minus), entry, ``sure`` list, keywords, its topic's share, and how near it is."""


class TopicScore(NamedTuple):
    """A topic with its probability and whether one of its own words was said."""

    topic: str
    probability: float
    scoped: bool


class Found(NamedTuple):
    """What the scorer found.

    Attributes: scored: entries, best first; evidence: of the topics, by words alone, in their order;
    scope: words of the guides' scope by topic; asked: for `Scorer.within`.
    """

    scored: list[Scored]
    evidence: list[float]
    scope: Mapping[str, int]
    asked: _Asked | None = None


class Scorer:
    """Scores the entries of a library against a question."""

    def __init__(self, library: Library, normal: Normal, weights: Weights) -> None:
        self.entries = library.entries
        self.weights = weights
        self._number = {entry.id: n for n, entry in enumerate(self.entries)}
        self._factors = _factors(weights)
        self.base = Base(
            [[normal.clean(w) for w in (*e.wordings, e.title)] for e in self.entries],
            [normal.clean(_text(e)) for e in self.entries],
        )
        self.words = self.base.vocabulary
        self.index: Index = GridIndex(self.base) if self.base.entries <= MANY else StagedIndex(self.base)
        guides = library.guides
        self.wakers = Wakers(self.entries, guides.values(), normal, self.words.commonness, library.words)
        names = sorted({entry.topic for entry in library})
        self._column = {topic: column for column, topic in enumerate(names)}
        self._column_of = [self._column[entry.topic] for entry in self.entries]
        self._of_topic = {
            topic: [number for number, one in enumerate(self._column_of) if one == column]
            for topic, column in self._column.items()
        }
        self.topics = TopicModel(names)
        self.words.let_rows_go()

    def find(self, clean: str, plain: str) -> Found:
        """The entries that are worth a look, best first. Args: the question with and without punctuation."""
        told = matter(clean)
        if told != clean:
            clean, plain = told, bare(told)
        query = self.words.query(plain)
        woken = self.wakers.find(clean, plain)
        evidence = self.topics.evidence(plain)
        bonus = dict.fromkeys(woken.keywords, _KEYWORD_BONUS)
        for number in woken.sure:
            bonus[number] = bonus.get(number, 0.0) + _SURE_BONUS
        near = self.index.near(query, limit=CANDIDATES, bonus=bonus)
        if near is None:
            return Found([], evidence, woken.scope)
        proof = min(1.0, _SHORT / max(1, len(plain)))
        asked = _Asked(clean, plain, query, woken, _softmax(evidence), near, proof)
        scored: list[Scored] = []
        meant, open_ones = set[int](), 0
        for guess in self._guessed(near.closest, asked):
            if len(scored) >= FEW and open_ones >= _OFFERED:
                break
            one = self._closely(guess, asked, likened=len(scored) < LIKENED)
            scored.append(one)
            if one.forbids is None:
                open_ones += 1
            else:
                meant.add(self._number.get(self.wakers.never[one.forbids][1], -1))
        meant.discard(-1)
        for number in sorted(meant - {one.number for one in scored}):
            also = self.index.some(query, [number], near)
            scored += [self._closely(g, asked) for g in self._guessed(also, asked)]
        if meant:
            scored = [
                one._replace(score=one.score + _INSTEAD * proof)
                if one.number in meant and one.forbids is None
                else one
                for one in scored
            ]
        return Found(ordered(scored), evidence, woken.scope, asked)

    def within(self, topic: str, found: Found, count: int) -> list[Entry]:
        """The entries of one topic that may be meant, best first: those found, and the next of the topic."""
        scored = [one for one in found.scored if one.entry.topic == topic]
        asked = found.asked
        if asked is not None and len(scored) < count:
            known = {one.number for one in scored}
            numbers = [n for n in self._of_topic[topic] if n not in known]
            if asked.near.worth is not None and len(numbers) > count:
                numbers = sorted(numbers, key=asked.near.worth.item, reverse=True)[:count]
            if numbers:
                guessed = self._guessed(self.index.some(asked.query, numbers, asked.near), asked)
                likely = [self._closely(guess, asked, likened=False) for guess in guessed[:count]]
                scored += [one for one in likely if one.score >= _MAYBE]
        return [one.entry for one in ordered(scored)[:count]]

    def probable(self, found: Found) -> list[TopicScore]:
        """Topics by probability, best first; what is missing to 1 is 'none of them'."""
        if not self._column:
            return []
        weigh = self.weights.topic
        words = weigh["words"]
        *powers, none = [words * one for one in found.evidence]
        seen = set[int]()
        for one in found.scored:  # best first: only a topic's first entry counts
            column = self._column_of[one.number]
            if one.forbids is None and column not in seen:
                seen.add(column)
                powers[column] += weigh["entry"] * one.score
        for topic, count in found.scope.items():
            powers[self._column[topic]] += weigh["scope"] * max(-3, min(3, count)) + weigh["scoped"] * (
                count > 0
            )
        top = max(powers)
        values = [math.exp(power - top) for power in powers]
        total = math.exp(none + weigh["none"] - top) + sum(values)
        names = self.topics.topics
        likely = sorted(zip(powers, range(len(powers)), strict=True), reverse=True)[:_LIKELY]
        return [
            TopicScore(names[c], values[c] / total, found.scope.get(names[c], 0) > 0) for _power, c in likely
        ]

    def topic_signals(self, found: Found) -> Floats:
        """A row for each topic and one for none: best entry, words, words of scope, whether there are any.

        What they weigh is in `weights`.
        """
        table = np.zeros((len(self.topics.topics) + 1, 4))
        table[:, 1] = found.evidence
        for one in found.scored:
            column = self._column_of[one.number]
            if one.forbids is None and one.score > table[column, 0]:
                table[column, 0] = one.score
        for topic, count in found.scope.items():
            table[self._column[topic], 2:] = max(-3, min(3, count)), count > 0
        return table

    def entry(self, entry_id: str) -> Entry | None:
        """The entry of an id among those that are scored."""
        number = self._number.get(entry_id)
        return None if number is None else self.entries[number]

    def shares(self, one: Scored) -> list[tuple[str, float]]:
        """What each signal brought to a score, those that brought something, the heaviest first."""
        rows = [
            (name, factor * value)
            for name, factor, value in zip(SIGNALS, self._factors, one.signals, strict=True)
        ]
        return sorted(((n, v) for n, v in rows if abs(v) >= 0.005), key=lambda row: -abs(row[1]))

    def nearest(self, one: Scored, plain: str) -> str:
        """The wording that is nearest to the question, for the trace."""
        group = self.base.wordings[one.number]
        return max([group[row] for row in one.rows], key=lambda w: fuzz.ratio(plain, w), default="")

    def _guessed(self, closest: Sequence[Close], asked: _Asked) -> list[_Guess]:
        """The entries in the order of a score that knows all but likeness and forbidding patterns."""
        wordings, text, _likeness, keyword, sure, _never, topic = self._factors
        sure *= asked.proof
        woken, shares, found = asked.woken, asked.shares, list[_Guess]()
        for one in closest:
            number, mean, _best, words_in_text, _rows = one
            share = shares[self._column_of[number]]
            holds = woken.sure.get(number)
            if holds is None and number in self.wakers.asleep:
                holds = self.wakers.sure_of(number, asked.clean)
            words = woken.keywords.get(number)
            said = min(1.0, 0.6 * len(words)) if words else 0.0
            score = wordings * mean + text * words_in_text + topic * share + keyword * said
            score += sure if holds is not None else 0.0
            found.append((-score, number, holds, said, share, one))
        found.sort()  # no two have the same number: what stands behind it is never compared
        return found

    def _closely(self, guess: _Guess, asked: _Asked, *, likened: bool = True) -> Scored:
        minus, number, sure, said, share, (_number, mean, _best, text, near_rows) = guess
        group = self.base.wordings[number]
        rows = tuple([row for row in near_rows if row < len(group)])
        likeness = 0.0
        for row in rows if likened else ():
            likeness = fuzz.ratio(asked.plain, group[row], score_cutoff=likeness) or likeness
        likeness /= 100
        forbids = self.wakers.forbids(number, asked.woken, asked.clean)
        score = self._factors[_LIKENESS] * likeness - minus
        if forbids is not None:
            score += self._factors[_NEVER] * asked.proof
        return Scored(
            self.entries[number], number, max(0.0, score), mean, text, likeness, said, share,
            sure, forbids, asked.proof, frozenset(asked.woken.keywords[number]) if said else _NO_WORDS, rows,
        )  # fmt: skip


def ordered(scored: list[Scored]) -> list[Scored]:
    """Best first; of equals in the order of their ids."""
    return sorted(scored, key=_worst_last)


def lead(scored: Sequence[Scored]) -> float:
    """How far the first entry is before the second."""
    return scored[0].score - (scored[1].score if len(scored) > 1 else 0.0)


def _factors(weights: Weights) -> tuple[float, ...]:
    return tuple(-weights.signals[name] if name == "never" else weights.signals[name] for name in SIGNALS)


def _softmax(evidence: Sequence[float]) -> list[float]:
    if not evidence:
        return []
    top = max(evidence)
    powers = [math.exp(one - top) for one in evidence]
    total = sum(powers)
    return [power / total for power in powers]


def _worst_last(one: Scored) -> tuple[float, str]:
    return (-one.score, one.entry.id)


def _text(entry: Entry) -> str:
    full = entry.full
    words = [form for word in entry.keywords for form in word.forms]
    asked = [label for ask in entry.ask for label in (ask.question, *(o.label for o in ask.options))]
    parts = (entry.title, entry.short, entry.assumes, *words, *asked, *full.steps, *full.papers, *full.where,
             *full.traps)  # fmt: skip
    return " ".join(parts)
