"""Two versions of the base on the same questions: whose decision changed, and for better or worse."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.decision import Decision, Outcome
from knowledge.evaluation import Question
from knowledge.matching import Matcher

_DIRECT, _AMONG, _ELSE, _WRONG = 3, 2, 1, 0


@dataclass(frozen=True)
class Changed:
    """A question that the two versions decide differently.

    Attributes:
        before, after: what is shown: the kind of decision, then ids, the first three.
        gain: above 0 for better by the label, below 0 for worse, 0 for as good or no label. A wrong direct
            answer is the worst, then a right entry not among three, among three, answered directly.
    """

    text: str
    before: str
    after: str
    gain: int


def compared(before: Matcher, after: Matcher, questions: Iterable[Question]) -> tuple[list[Changed], int]:
    """The questions whose decision changed, the worst first, and how many were asked."""
    found, asked = list[Changed](), 0
    for one in questions:
        asked += 1
        old, new = before.decide(one.text), after.decide(one.text)
        told = _told(old), _told(new)
        if told[0] != told[1]:
            found.append(Changed(one.text, *told, _worth(one, new) - _worth(one, old)))
    return sorted(found, key=lambda one: one.gain), asked


def summary(changed: Iterable[Changed]) -> Counter[str]:
    """How many got ``better``, ``worse``, or only ``other``."""
    return Counter("better" if one.gain > 0 else "worse" if one.gain < 0 else "other" for one in changed)


def _told(decision: Decision) -> str:
    direct = decision.decision is Outcome.ANSWER
    kind = f"{decision.decision.value}:{decision.kind}" if direct else decision.decision.value
    return " ".join((kind, *_shown(decision)))


def _shown(decision: Decision) -> list[str]:
    first = [decision.entry] if decision.entry else []
    if decision.decision is Outcome.ANSWER and decision.kind == "entry":
        return first
    return [*first, *(entry for entry, _title in decision.options[:3])]


def _worth(question: Question, decision: Decision) -> int:
    label = question.label
    if label is None or not label.entries:
        return _ELSE
    right = any(entry in label.entries for entry in _shown(decision))
    if decision.decision is Outcome.ANSWER and decision.kind == "entry":
        return _DIRECT if right else _WRONG
    return _AMONG if right else _ELSE
