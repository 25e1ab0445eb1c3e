"""All words that the entries know, found in one pass: keywords, words of scope, words that wake patterns.

A pattern is tried only when a word that it cannot do without was said (`literals`); a ``sure`` list when
its two rarest patterns both have one. So a message costs a few microseconds however many patterns there are.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import ahocorasick

from knowledge.entry import Entry
from knowledge.literals import Wakes, lowered, wakes
from knowledge.normal import Normal, bare


class Woken(NamedTuple):
    """What was found in a text.

    Attributes:
        keywords: entry number to its keywords that were said.
        sure: numbers of entries of which a ``sure`` list holds, with the number of that list.
        never: a bit for each forbidding pattern that may hold.
        scope: topic to the number of its guide's words that were said, less those of other topics.
    """

    keywords: dict[int, set[str]]
    sure: dict[int, int]
    never: int
    scope: dict[str, int]


class _Row(NamedTuple):
    """What one word wakes: keywords, ``sure`` lists by their rarest and second pattern, and so on."""

    said: list[tuple[int, str]]
    first: list[int]
    second: list[int]
    forbids: list[int]
    scoped: list[tuple[str, int]]


class Lazy:
    """A pattern that is compiled when it is first tried: most never are, and a start is quick."""

    __slots__ = ("_found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: re.Pattern[str] | None = None

    def search(self, text: str) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        if self._found is None:
            self._found = re.compile(lowered(self.text))
        return self._found.search(text)


class Wakers:
    """The automaton over the words of entries and guides; immutable but for patterns compiled on first use.

    Args: rarity: how often a word stands in the base, for choosing which pattern wakes a list;
    known: the words of patterns that were read before.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        guides: Iterable[Entry],
        normal: Normal,
        rarity: Callable[[str], float],
        known: Mapping[str, Wakes] = MappingProxyType({}),
    ) -> None:
        self._rows: dict[str, _Row] = {}
        self._normal, self._rarity, self._known = normal, rarity, known
        self._lists: list[tuple[int, int, tuple[Lazy, ...]]] = []
        self.asleep: dict[int, list[int]] = {}
        self.never: list[tuple[Lazy, str]] = []
        self.never_of: list[tuple[int, range]] = []
        self._always, self._alone = 0, 0
        shared: dict[str, Lazy] = {}
        for number, entry in enumerate(entries):
            self._keywords(number, entry)
            for place, group in enumerate(entry.sure):
                patterns = tuple(shared.setdefault(p, Lazy(p)) for p in group)
                self._sure(number, place, patterns)
            first = len(self.never)
            for pattern in entry.never:
                self._forbidding(shared.setdefault(pattern.pattern, Lazy(pattern.pattern)), pattern.instead)
            mine = range(first, len(self.never))
            self.never_of.append((sum(1 << one for one in mine), mine))
        for guide in guides:
            for sign, words in ((1, guide.scope), (-1, guide.not_scope)):
                for word in words:
                    self._row(bare(normal.clean(word))).scoped.append((guide.topic, sign))
        self._automaton = _built(self._rows)
        self._rows = {}

    def find(self, clean: str, plain: str) -> Woken:
        """What the text holds. Args: the cleaned question with and without punctuation."""
        keywords: dict[int, set[str]] = {}
        firsts, seconds, never, scope = 0, self._alone, self._always, set[tuple[str, int, int]]()
        if self._automaton is not None:
            for end, (said, first, second, forbids, scoped) in self._automaton.iter(plain):
                for number, say in said:
                    keywords.setdefault(number, set()).add(say)
                firsts |= first
                seconds |= second
                never |= forbids
                for topic, sign in scoped:
                    scope.add((topic, sign, end))
        holds: dict[int, int] = {}
        for one in _bits(firsts & seconds):
            number, place, patterns = self._lists[one]
            if number not in holds and _hold(patterns, clean):
                holds[number] = place
        counts: dict[str, int] = {}
        for topic, sign, _end in scope:
            counts[topic] = counts.get(topic, 0) + sign
        return Woken(keywords, holds, never, counts)

    def forbids(self, number: int, woken: Woken, clean: str) -> int | None:
        """The number of the first forbidding pattern of an entry that holds, or None."""
        mask, mine = self.never_of[number]
        if not mask & woken.never:
            return None
        for one in mine:
            if woken.never >> one & 1 and self.never[one][0].search(clean):
                return one
        return None

    def sure_of(self, number: int, clean: str) -> int | None:
        """The first ``sure`` list of an entry that holds among those that no word wakes."""
        for one in self.asleep.get(number, ()):
            _number, place, patterns = self._lists[one]
            if _hold(patterns, clean):
                return place
        return None

    def _keywords(self, number: int, entry: Entry) -> None:
        for word in entry.keywords:
            for form in word.forms:
                plain = bare(self._normal.clean(form))
                if plain:
                    self._row(plain).said.append((number, word.say))

    def _sure(self, number: int, place: int, patterns: tuple[Lazy, ...]) -> None:
        one = len(self._lists)
        self._lists.append((number, place, patterns))
        words = [w for w in (self._words(p.text) for p in patterns) if w]
        words.sort(key=lambda found: (sum(map(self._rarity, found)), found))
        if not words:
            self.asleep.setdefault(number, []).append(one)
            return
        for word in words[0]:
            self._row(word).first.append(one)
        if len(words) == 1:
            self._alone |= 1 << one
        for word in words[1] if len(words) > 1 else ():
            self._row(word).second.append(one)

    def _forbidding(self, pattern: Lazy, instead: str) -> None:
        one = len(self.never)
        self.never.append((pattern, instead))
        words = self._words(pattern.text)
        if not words:
            self._always |= 1 << one
        for word in words:
            self._row(word).forbids.append(one)

    def _words(self, pattern: str) -> Wakes:
        known = self._known.get(pattern)
        return wakes(pattern) if known is None else known

    def _row(self, word: str) -> _Row:
        row = self._rows.get(word)
        if row is None:
            row = self._rows[word] = _Row([], [], [], [], [])
        return row


def _hold(patterns: tuple[Lazy, ...], clean: str) -> bool:
    for pattern in patterns:  # noqa: SIM110 - a generator costs more than most of the searches
        if not pattern.search(clean):
            return False
    return True


def _built(rows: dict[str, _Row]) -> Any:
    rows.pop("", None)
    if not rows:
        return None
    automaton = ahocorasick.Automaton()
    for word, row in rows.items():
        masks = (_mask(row.first), _mask(row.second), _mask(row.forbids))
        automaton.add_word(word, (tuple(dict.fromkeys(row.said)), *masks, tuple(dict.fromkeys(row.scoped))))
    automaton.make_automaton()
    return automaton


def _mask(numbers: Iterable[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def _bits(mask: int) -> list[int]:
    found: list[int] = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
