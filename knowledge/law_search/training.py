"""Learning from real questions, with each question asked as if nobody had asked it before.

What was asked of articles is itself evidence, so a question may not meet itself there: questions are dealt
into parts, and those of a part see only what the others asked. In the same way the second ranking learns from
what a first one says of questions that it was not taught. Quality is measured once more outside all
this: a part is put aside, everything is learned from the rest, and the part is ranked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from knowledge.errors import KnowledgeError
from knowledge.law_search.asked import Name, Question, asked
from knowledge.law_search.ground import Ground
from knowledge.law_search.learned import Learned
from knowledge.law_search.learning import Lesson, learned
from knowledge.law_search.measure import Finding, finding
from knowledge.law_search.postings import Ints
from knowledge.law_search.ranking import Ranking, second_look
from knowledge.law_search.signals import Candidates, Signals

PARTS = 5
LEAST = 25
MEMBERS, FEWER_MEMBERS = 6, 2
"""Nets of a ranking, and of those that only help to teach the second one."""


class _Asked(NamedTuple):
    part: int
    signals: Signals
    found: Candidates
    right: Ints


class Training:
    """Args: questions: real ones with the articles that answer them; seed: how they are dealt into parts.

    Raises: KnowledgeError for fewer than `LEAST` whose articles are among the statutes.
    """

    def __init__(self, ground: Ground, questions: Sequence[Question], seed: int = 0) -> None:
        self._ground, self._seed = ground, seed
        self._questions = [one for one in questions if self._places(one.gold)]
        if len(self._questions) < LEAST:
            raise KnowledgeError(f"{len(self._questions)} questions can be used; {LEAST} are needed")

    def learned(self) -> Learned:
        """What is shipped: learned from all questions."""
        return self._learn(self._questions)

    def cross(self, done: Callable[[str], None] = lambda _line: None) -> Finding:
        """How good it is on questions of which it knows nothing. Args: done: told of each part."""
        ranked: list[tuple[list[int], list[int]]] = []
        for mine, others in _dealt(self._questions, self._seed):
            known = self._learn(others)
            ranking = Ranking(self._ground.signals(known.asked), known)
            ranked += [(self._places(one.gold), self._shown(ranking.of(one.text).places)) for one in mine]
            done(str(finding(ranked)))
        return finding(ranked)

    def _shown(self, places: Ints) -> list[int]:
        """As the search shows them: without replaced laws."""
        superseded = self._ground.index.corpus.superseded
        return [place for place in places.tolist() if not superseded[place]]

    def _learn(self, questions: Sequence[Question]) -> Learned:
        cases = list(self._cases(questions))
        first = learned([_lesson(one.found, one.right) for one in cases], MEMBERS)
        again: list[Lesson] = []
        for part in range(PARTS):
            others = [_lesson(one.found, one.right) for one in cases if one.part != part]
            nets = learned(others, FEWER_MEMBERS)
            for one in cases:
                if one.part == part:
                    again.append(_lesson(second_look(one.signals, one.found, nets), one.right))
        return Learned(asked(questions, self._ground.terms), first, learned(again, MEMBERS))

    def _cases(self, questions: Sequence[Question]) -> Iterator[_Asked]:
        for part, (mine, others) in enumerate(_dealt(questions, self._seed + 1)):
            signals = self._ground.signals(asked(others, self._ground.terms))
            for one in mine:
                yield _Asked(part, signals, signals.of(one.text), np.array(self._places(one.gold)))

    def _places(self, gold: Sequence[Name]) -> list[int]:
        found = (self._ground.index.corpus.find(*name) for name in gold)
        return [place for place in found if place is not None]


def _dealt(questions: Sequence[Question], seed: int) -> Iterator[tuple[list[Question], list[Question]]]:
    """Each part, and all but it."""
    part = np.random.default_rng(seed).permutation(len(questions)) % PARTS
    for n in range(PARTS):
        mine = [one for one, its in zip(questions, part, strict=True) if its == n]
        yield mine, [one for one, its in zip(questions, part, strict=True) if its != n]


def _lesson(found: Candidates, right: Ints) -> Lesson:
    places = found.places[: len(found.table)]
    return Lesson(found.table, np.isin(places, right))
