"""What became of a list of questions: rates, precision, recall, calibration, latency, by topic."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from knowledge.decision import Decision, Outcome
from knowledge.matching import Matcher

BINS = 15
"""Of equally many questions, over which the error of confidence is taken."""


@dataclass(frozen=True)
class Label:
    """What a careful reader says of a question.

    Attributes: entries: those that answer it, best first; guide: the topic whose guide leads right, where
    that is enough; out: no office of ours answers such a thing; person: it needs a person.
    """

    entries: tuple[str, ...] = ()
    guide: str = ""
    out: bool = False
    person: bool = False


@dataclass(frozen=True)
class Question:
    """A question with what is known of it: its topics, and what a reader says of it."""

    text: str
    topics: tuple[str, ...] = ()
    label: Label | None = None


@dataclass
class Tally:
    """Counts over some questions.

    Attributes:
        found: anything but 'nothing found'; on_topic, placed: answers within the labelled topics, and
        answers to questions with a topic.
        direct, right: direct answers to labelled questions, and those whose label names the entry.
        labelled: questions whose label names entries; first, three: those of which one was answered or
        shown first, or among the first three.
        scope: labelled questions that an office answers; helped: those that ended well: answered by a right
        entry, a right title among the first three, a guide where that is enough, a person where one is
        needed; direct_in_scope: answered directly; needless: of those that need nobody, sent to a person.
        guesses: confidence in the first entry, and whether it was right, of every labelled question.
    """

    questions: int = 0
    found: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    labelled: int = 0
    direct: int = 0
    right: int = 0
    first: int = 0
    three: int = 0
    placed: int = 0
    on_topic: int = 0
    scope: int = 0
    helped: int = 0
    direct_in_scope: int = 0
    unneeded: int = 0
    needless: int = 0
    guesses: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, question: Question, decision: Decision, topic: str | None) -> None:
        """Count one question. Args: topic: that of the entry that answered."""
        self.questions += 1
        self.found += decision.found
        answered = decision.decision is Outcome.ANSWER
        self.outcomes[f"answer:{decision.kind}" if answered else decision.decision.value] += 1
        if answered and question.topics:
            self.placed += 1
            self.on_topic += topic in question.topics
        if question.label is not None:
            self._label(question.label, decision, topic)

    def _label(self, label: Label, decision: Decision, topic: str | None) -> None:
        direct = decision.decision is Outcome.ANSWER and decision.kind == "entry"
        shown = [decision.entry] if direct else [entry for entry, _title in decision.options]
        three = any(entry in label.entries for entry in shown[:3])
        if label.entries:
            self.labelled += 1
            self.first += bool(shown) and shown[0] in label.entries
            self.three += three
        if direct:
            self.direct += 1
            self.right += decision.entry in label.entries
        if shown and (direct or decision.decision is Outcome.CLARIFY):
            self.guesses.append((decision.confidence, shown[0] in label.entries))
        if label.out:
            return
        to_person = decision.decision in (Outcome.ESCALATE, Outcome.URGENT)
        guided = not direct and bool(label.guide) and topic == label.guide
        self.scope += 1
        self.direct_in_scope += direct
        self.helped += three or guided or (label.person and to_person)
        self.unneeded += not label.person
        self.needless += to_person and not label.person

    def as_json(self) -> dict[str, Any]:
        """Rates, each None where nothing was counted."""
        return {
            "questions": self.questions,
            "coverage": _rate(self.found, self.questions),
            "decisions": {name: _rate(n, self.questions) for name, n in sorted(self.outcomes.items())},
            "on_topic": _rate(self.on_topic, self.placed),
            "labelled": self.labelled,
            "precision": _rate(self.right, self.direct),
            "recall_at_1": _rate(self.first, self.labelled),
            "recall_at_3": _rate(self.three, self.labelled),
            "in_scope": self.scope,
            "helped": _rate(self.helped, self.scope),
            "direct_share": _rate(self.direct_in_scope, self.scope),
            "needless_escalation": _rate(self.needless, self.unneeded),
            "calibration_error": calibration_error(self.guesses),
        }


@dataclass(frozen=True)
class Evaluation:
    """The result: over all, by topic, and milliseconds a question."""

    all: Tally
    topics: Mapping[str, Tally]
    p50: float
    p95: float

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form."""
        return {
            **self.all.as_json(),
            "ms_p50": round(self.p50, 3),
            "ms_p95": round(self.p95, 3),
            "topics": {topic: tally.as_json() for topic, tally in sorted(self.topics.items())},
        }


def question(
    row: Mapping[str, Any], text: str, labels: Mapping[str, Label] = MappingProxyType({})
) -> Question:
    """A question from its JSON form: ``topic``, ``topics_also``, ``entries`` are used where present.

    Args: labels: by the question's ``id``, where they are kept apart from the texts.
    """
    topics = [row.get("topic"), *(row.get("topics_also") or [])]
    own = label(row) if row.get("entries") else None
    return Question(text, tuple(str(t) for t in topics if t), labels.get(str(row.get("id")), own))


def label(row: Mapping[str, Any]) -> Label:
    """A label from its JSON form: ``entries``, ``guide``, ``out``, ``person``, each where present."""
    entries = tuple(map(str, row.get("entries") or []))
    return Label(entries, str(row.get("guide") or ""), bool(row.get("out")), bool(row.get("person")))


def calibration_error(guesses: Sequence[tuple[float, bool]]) -> float | None:
    """By how much confidence and rate of success differ, over bins of equally many; None for too few."""
    if len(guesses) < 2 * BINS:
        return None
    rows = sorted(guesses, key=lambda guess: guess[0])
    bins = [rows[len(rows) * n // BINS : len(rows) * (n + 1) // BINS] for n in range(BINS)]
    off = sum(abs(sum(sure for sure, _right in one) - sum(right for _sure, right in one)) for one in bins)
    return round(off / len(rows), 4)


def evaluate(matcher: Matcher, questions: Iterable[Question]) -> Evaluation:
    """Decide about each question and count."""
    everything, topics, times = Tally(), dict[str, Tally](), list[float]()
    matcher.decide("您好")  # the first one loads what is loaded late
    for one in questions:
        start = time.perf_counter()
        decision = matcher.decide(one.text)
        times.append((time.perf_counter() - start) * 1000)
        topic = decision.source.topic if decision.source else None
        everything.add(one, decision, topic)
        if one.topics:
            topics.setdefault(one.topics[0], Tally()).add(one, decision, topic)
    times.sort()
    return Evaluation(everything, topics, _at(times, 0.50), _at(times, 0.95))


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _at(times: Sequence[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0
