"""One score for each entry, out of retrieval, likeness, keywords and patterns."""

import math
import re
from typing import NamedTuple

import ahocorasick

from knowledge.entry import Entry
from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.ranking import Index, Near
from knowledge.segment import Segmenter

CANDIDATES = 8
"""Entries that are looked at more closely; patterns and likeness are too slow for all."""

WEIGHT = {"wordings": 0.50, "nearest": 0.15, "likeness": 0.15, "keyword": 0.10, "sure": 0.20, "never": -0.40}
_SHARPNESS = 20.0
_SCOPE = 0.08


class Scored(NamedTuple):
    """An entry with its score and how the score came about."""

    entry: Entry
    score: float
    likeness: float
    sure: bool
    forbidden: bool
    keywords: tuple[str, ...]
    near: Near | None

    @property
    def confidence(self) -> float:
        """The score on a scale of 0 to 1, by a fixed curve with its middle at 0.38."""
        return round(1 / (1 + math.exp(-9 * (self.score - 0.38))), 3)

    @property
    def explained(self) -> str:
        """The signals in one line."""
        mean = f"{self.near.mean:.2f}" if self.near else "0"
        parts = [f"wordings {mean}", f"likeness {self.likeness:.2f}"]
        parts += [f"keywords {'、'.join(self.keywords)}"] if self.keywords else []
        parts += ["a sure pattern holds"] if self.sure else []
        parts += ["a pattern forbids it"] if self.forbidden else []
        return f"{self.entry.id}: " + ", ".join(parts)


class TopicScore(NamedTuple):
    """A topic with its probability and whether one of its own words was said."""

    topic: str
    probability: float
    scoped: bool


class Scorer:
    """Scores the entries of a library against a question."""

    def __init__(self, library: Library, segmenter: Segmenter, normal: Normal) -> None:
        self._entries = library.entries
        self._number = {entry.id: n for n, entry in enumerate(self._entries)}
        self._index = Index(
            [[normal.clean(w) for w in (*e.wordings, e.title)] for e in self._entries], segmenter
        )
        self._sure = [[[re.compile(p) for p in group] for group in e.sure] for e in self._entries]
        self._never = [[(re.compile(p.pattern), p.instead) for p in e.never] for e in self._entries]
        self._keywords = _automaton(
            (bare(normal.clean(form)), number, word.say)
            for number, entry in enumerate(self._entries)
            for word in entry.keywords
            for form in word.forms
        )
        guides = library.guides.values()
        self._scope = _automaton(
            (bare(normal.clean(word)), sign, guide.topic)
            for guide in guides
            for sign, words in ((1, guide.scope), (-1, guide.not_scope))
            for word in words
        )
        self._guided = {guide.topic for guide in guides}

    def score(self, clean: str, plain: str) -> list[Scored]:
        """The entries that are worth a look, best first. Args: the question with and without punctuation."""
        words: dict[int, set[str]] = {}
        for number, say in _found(self._keywords, plain):
            words.setdefault(number, set()).add(say)
        near = {n.entry: n for n in self._index.near(plain, limit=3 * CANDIDATES)}
        first = sorted(near, key=lambda n: -(near[n].mean + 0.1 * bool(words.get(n))))[:CANDIDATES]
        chosen = list(dict.fromkeys([*first, *sorted(words)[:4]]))
        meant: set[int] = set()
        scored = [self._one(n, near.get(n), words.get(n, set()), clean, plain, meant) for n in chosen]
        scored += [
            self._one(n, near.get(n), words.get(n, set()), clean, plain, set())
            for n in meant
            if n not in chosen
        ]
        return sorted(scored, key=lambda s: (-s.score, s.entry.id))

    def topics(self, plain: str, scored: list[Scored]) -> list[TopicScore]:
        """Topics by probability, best first: the best entry of each, and the words of the guides' scope."""
        evidence: dict[str, float] = {}
        for one in scored:
            if not one.forbidden:
                evidence[one.entry.topic] = max(evidence.get(one.entry.topic, 0.0), one.score)
        scoped: dict[str, int] = {}
        for sign, topic in set(_found(self._scope, plain)):
            scoped[topic] = scoped.get(topic, 0) + sign
        for topic, count in scoped.items():
            evidence[topic] = (
                evidence.get(topic, 0.0) + _SCOPE * max(-3, min(3, count)) + _SCOPE * (count > 0)
            )
        base = math.exp(_SHARPNESS * 0.08)
        powers = {topic: math.exp(_SHARPNESS * value) for topic, value in evidence.items()}
        total = sum(powers.values()) + base
        ranked = sorted(powers, key=lambda t: (-powers[t], t))
        return [TopicScore(t, powers[t] / total, scoped.get(t, 0) > 0) for t in ranked]

    def _one(self, number: int, near: Near | None, words: set[str], clean: str, plain: str,
             meant: set[int]) -> Scored:  # fmt: skip
        likeness = self._index.fuzzy(plain, near) if near else 0.0
        sure = any(all(p.search(clean) for p in group) for group in self._sure[number])
        hits = [instead for pattern, instead in self._never[number] if pattern.search(clean)]
        meant.update(self._number[i] for i in hits if i in self._number)
        score = WEIGHT["likeness"] * likeness + WEIGHT["keyword"] * min(1.0, 0.6 * len(words))
        if near:
            score += WEIGHT["wordings"] * near.mean + WEIGHT["nearest"] * near.best
        if sure:
            score += WEIGHT["sure"]
        if hits:
            score += WEIGHT["never"]
        return Scored(
            self._entries[number], max(0.0, score), likeness, sure, bool(hits), tuple(sorted(words)), near
        )


def _automaton(rows: object) -> "ahocorasick.Automaton | None":
    by_word: dict[str, list[tuple[int, str]]] = {}
    for word, number, tag in rows:  # type: ignore[attr-defined]
        if word:
            by_word.setdefault(word, []).append((number, tag))
    if not by_word:
        return None
    automaton = ahocorasick.Automaton()
    for word, tags in by_word.items():
        automaton.add_word(word, tuple(dict.fromkeys(tags)))
    automaton.make_automaton()
    return automaton


def _found(automaton: "ahocorasick.Automaton | None", plain: str) -> list[tuple[int, str]]:
    if automaton is None:
        return []
    return [tag for _end, tags in automaton.iter(plain) for tag in tags]
