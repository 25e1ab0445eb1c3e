"""Who does it, and what is asked: the context that tells a plan from a complaint.

The same words stand in 'how do I forge a payslip' and in 'my boss forged my payslip, what now'. So an act
alone decides nothing. What is weighed:

- a plan: asking how, meaning to, asking leave, asking whether it would be seen,
- against it: somebody else does it, the speaker suffers it, a remedy is asked for, or only what the law says.

An act is the speaker's own wrong when the plan weighs at least 1 and more than what speaks against it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from knowledge.literals import branches, literals
from knowledge.normal import bare

_BEFORE = 16
"""Characters before an act in which its doer is looked for."""
_INTO = 2
"""Characters of the act that may belong to the words that name the speaker (我把...)."""
_MEANT = 1.5
"""The weight of an intention that stands right before the act."""


class Seen(NamedTuple):
    """A wrong that the speaker plans: its kind, and the signs of context; none of its words."""

    kind: str
    context: tuple[str, ...]


@dataclass(frozen=True)
class Sign:
    """One sign of context. Attributes: name: as a curator reads it; weight: above 0 for a plan."""

    name: str
    weight: float
    pattern: re.Pattern[str]


class Stance:
    """Finds wrongs that are planned; immutable after building.

    Args: acts: kind to the patterns of its acts; signs: name to weight and pattern; needs: kind to what
    must be said too; doer: others who may do it; object_marks: characters before such a word that make it
    an object; own: the speaker as the subject; intent: the speaker as one who means to.
    """

    def __init__(
        self,
        acts: Mapping[str, Sequence[str]],
        signs: Mapping[str, tuple[float, str]],
        *,
        needs: Mapping[str, str],
        doer: str,
        object_marks: str,
        own: str,
        intent: str,
    ) -> None:
        self._acts = [
            (kind, re.compile(branch))
            for kind, patterns in acts.items()
            for pattern in patterns
            for branch in branches(pattern)
        ]
        self._needs = {kind: re.compile(pattern) for kind, pattern in needs.items()}
        self._signs = [Sign(name, weight, re.compile(text)) for name, (weight, text) in signs.items()]
        self._doer = re.compile(f"(?<![{object_marks}])(?:{doer})")
        self._own, self._intent = re.compile(own), re.compile(intent)
        self._wakers = ahocorasick.Automaton()
        rows: dict[str, list[int]] = {}
        for number, (_kind, pattern) in enumerate(self._acts):
            for word in literals(pattern.pattern) or {""}:
                rows.setdefault(bare(word), []).append(number)
        self._always = tuple(rows.pop("", ()))
        for word, numbers in rows.items():
            self._wakers.add_word(word, tuple(numbers))
        self._empty = not rows
        if rows:
            self._wakers.make_automaton()

    def planned(self, plain: str) -> Seen | None:
        """The first act, in order, that the speaker plans. Args: a cleaned text without punctuation."""
        woken = set(self._always)
        if not self._empty:
            for _end, numbers in self._wakers.iter(plain):
                woken.update(numbers)
        if not woken:
            return None
        context: list[Sign] | None = None
        for number in sorted(woken):
            kind, pattern = self._acts[number]
            if kind in self._needs and not self._needs[kind].search(plain):
                continue
            for act in pattern.finditer(plain):
                if self._by_another(plain, act.start()):
                    continue
                if context is None:
                    context = [sign for sign in self._signs if sign.pattern.search(plain)]
                plan = sum(s.weight for s in context if s.weight > 0)
                against = -sum(s.weight for s in context if s.weight < 0)
                if plan >= 1 and plan + self._meant(plain, act.start()) > against:
                    return Seen(kind, tuple(s.name for s in context))
        return None

    def leaning(self, plain: str, kind: str) -> Seen | None:
        """A wrong of that kind, unless the context speaks against a plan at least as much as for it."""
        context = [sign for sign in self._signs if sign.pattern.search(plain)]
        total = sum(sign.weight for sign in context)
        if total <= 0 and any(sign.weight < 0 for sign in context):
            return None
        return Seen(kind, tuple(sign.name for sign in context))

    def _meant(self, plain: str, start: int) -> float:
        """What it weighs that the speaker says right before the act that he will do it."""
        meant = self._intent.search(plain, max(0, start - _BEFORE), start + _INTO)
        return _MEANT if meant else 0.0

    def _by_another(self, plain: str, start: int) -> bool:
        first = max(0, start - _BEFORE)
        doers = list(self._doer.finditer(plain, first, start))
        return bool(doers) and self._own.search(plain, doers[-1].end(), start + _INTO) is None
