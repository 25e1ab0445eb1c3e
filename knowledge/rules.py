"""Hand-written rules: a plain word wakes a rule, patterns confirm or forbid it.

Waking by Aho-Corasick keeps a message that holds none of the words at a few microseconds, however
many rules there are.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ahocorasick

from knowledge.errors import KnowledgeError
from knowledge.literals import wakes


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: for traces.
        when: plain words; one of them must stand in the text.
        needs: patterns, each of which must be found.
        never: patterns, none of which may be found.
        text: what is said, or empty.
        kind: the group it belongs to, or empty.
    """

    name: str
    when: tuple[str, ...]
    needs: tuple[re.Pattern[str], ...] = ()
    never: tuple[re.Pattern[str], ...] = ()
    text: str = ""
    kind: str = ""

    def confirmed(self, text: str, within: int = 0) -> bool:
        """Whether the patterns hold for a text that has one of the words.

        Args: within: the most characters that the places of the patterns may lie apart; 0 is anywhere.
        """
        if not all(p.search(text) for p in self.needs) or any(p.search(text) for p in self.never):
            return False
        return not within or len(text) <= within or len(self.needs) < 2 or self._together(text, within)

    def _together(self, text: str, within: int) -> bool:
        first, *others = [[found.span() for found in p.finditer(text)] for p in self.needs]
        return any(
            all(any(b - within <= c and d <= a + within for c, d in places) for places in others)
            for a, b in first
        )


@dataclass(frozen=True)
class Fired:
    """A rule that holds for a text, and the word that woke it."""

    rule: Rule
    word: str


class RuleSet:
    """Rules in order; the first that holds wins."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        by_word: dict[str, list[int]] = {}
        for number, rule in enumerate(self.rules):
            for word in rule.when:
                by_word.setdefault(word, []).append(number)
        self._words = ahocorasick.Automaton()
        for word, numbers in by_word.items():
            self._words.add_word(word, (word, tuple(numbers)))
        self._empty = not by_word
        if by_word:
            self._words.make_automaton()

    def woken(self, text: str) -> dict[int, str]:
        """The numbers of the rules with a word in the text, each with that word."""
        found: dict[int, str] = {}
        if not self._empty:
            for _end, (word, numbers) in self._words.iter(text):
                for number in numbers:
                    found.setdefault(number, word)
        return found

    def first(self, text: str) -> Fired | None:
        """The first rule, in order, that holds for the text."""
        return self.among(self.woken(text), text)

    def among(
        self, woken: Mapping[int, str], text: str, within: int = 0, but: frozenset[str] = frozenset()
    ) -> Fired | None:
        """The first rule that holds for the text of those that its words wake, its patterns so near.

        Args: but: kinds of rules that are left out.
        """
        for number in sorted(woken):
            if self.rules[number].kind not in but and self.rules[number].confirmed(text, within):
                return Fired(self.rules[number], woken[number])
        return None


class Mask:
    """Patterns that are taken out of texts; a text without the words they need is not searched for them."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._all = _any(patterns)
        found = {pattern: wakes(pattern) for pattern in patterns}
        self._always = _any([pattern for pattern, words in found.items() if not words])
        self._words = ahocorasick.Automaton()
        for word in set().union(*found.values()):
            self._words.add_word(word, None)
        if len(self._words):
            self._words.make_automaton()

    def over(self, plain: str) -> str:
        """A cleaned text without punctuation, with a mark in the place of what is masked."""
        if not self._holds_words(plain) and self._always.search(plain) is None:
            return plain
        return self._all.sub("。", plain)

    def _holds_words(self, plain: str) -> bool:
        return bool(len(self._words)) and next(self._words.iter(plain), None) is not None


def read_rules(rows: Iterable[Any], *, kind: str = "", file: str = "") -> tuple[Rule, ...]:
    """Rules from their YAML form.

    Args: rows: mappings with ``name``, ``when`` and maybe ``all``, ``not``, ``text``.
    Raises: KnowledgeError naming file and rule.
    """
    return tuple(_rule(row, kind, file) for row in rows)


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    """One pattern for all of them, which finds nothing where there are none."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)")


def _rule(row: Any, kind: str, file: str) -> Rule:
    if not isinstance(row, Mapping) or not row.get("name") or not row.get("when"):
        raise KnowledgeError(f"{file}: a rule needs name and when")
    unknown = set(row) - {"name", "when", "all", "not", "text"}
    if unknown:
        raise KnowledgeError(f"{file}, rule {row['name']}: unknown field {sorted(unknown)[0]}")
    try:
        needs = tuple(re.compile(p) for p in row.get("all") or ())
        never = tuple(re.compile(p) for p in row.get("not") or ())
    except (re.error, TypeError) as error:
        raise KnowledgeError(f"{file}, rule {row['name']}: {error}") from error
    words = tuple(dict.fromkeys(w for w in str(row["when"]).split("|") if w))
    return Rule(str(row["name"]), words, needs, never, str(row.get("text") or "").strip(), kind)
