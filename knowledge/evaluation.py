"""What became of a list of questions: rates, precision, recall, latency, by topic."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.decision import Decision, Outcome
from knowledge.matching import Matcher


@dataclass(frozen=True)
class Question:
    """A question with what is known of it: its topics, and the entries that would be right."""

    text: str
    topics: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass
class Tally:
    """Counts over some questions.

    Attributes:
        found: anything but 'nothing found'; direct, right: direct answers and those that a label calls
        right; labelled: questions with entry labels; first, three: whose label was answered or shown
        first, or among the first three; on_topic, placed: answers within the labelled topics, and answers
        to questions with a topic.
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

    def add(self, question: Question, decision: Decision, topic: str | None) -> None:
        """Count one question. Args: topic: that of the entry that answered."""
        self.questions += 1
        self.found += decision.found
        answered = decision.decision is Outcome.ANSWER
        self.outcomes[f"answer:{decision.kind}" if answered else decision.decision.value] += 1
        if answered and question.topics:
            self.placed += 1
            self.on_topic += topic in question.topics
        if question.entries:
            self._label(question, decision)

    def _label(self, question: Question, decision: Decision) -> None:
        shown = [decision.entry] if decision.decision is Outcome.ANSWER else []
        shown += [entry for entry, _title in decision.options]
        self.labelled += 1
        self.first += bool(shown) and shown[0] in question.entries
        self.three += any(entry in question.entries for entry in shown[:3])
        if decision.decision is Outcome.ANSWER and decision.kind == "entry":
            self.direct += 1
            self.right += decision.entry in question.entries

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


def question(row: Mapping[str, Any], text: str) -> Question:
    """A question from its JSON form: ``topic``, ``topics_also``, ``entries`` are used where present."""
    topics = [row.get("topic"), *(row.get("topics_also") or [])]
    entries = row.get("entries") or []
    return Question(text, tuple(str(t) for t in topics if t), tuple(map(str, entries)))


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
