"""How many questions are lost when they come dirty: each dirty twin beside its clean question."""

from collections.abc import Sequence
from typing import NamedTuple

from admin.bench.dirty import KINDS, MOST, NOTHING, twin
from knowledge.decision import Outcome
from knowledge.evaluation import Question
from knowledge.matching import Matcher


class Loss(NamedTuple):
    """What one kind of dirt did.

    Attributes: first, three: shares of the twins whose entry came first, among three; points: among three,
    percentage points below the clean questions (below 0: more than clean); lost: questions whose entry
    was among three and no longer is.
    """

    kind: str
    first: float
    three: float
    points: float
    lost: int

    @property
    def good(self) -> bool:
        """Whether it is within its goal."""
        return self.lost == 0 if self.kind in NOTHING else self.points <= MOST * 100


def losses(matcher: Matcher, questions: Sequence[Question]) -> list[Loss]:
    """The clean questions (kind ``clean``) and their twins of every kind; each is labelled with entries."""
    clean = [_places(matcher, one, one.text) for one in questions]
    three = sum(place < 3 for place in clean)
    rows = []
    for kind in ("clean", *KINDS):
        found = [_places(matcher, q, q.text if kind == "clean" else twin(kind, q.text)) for q in questions]
        hits = sum(place < 3 for place in found)
        lost = sum(was < 3 <= now for was, now in zip(clean, found, strict=True))
        total = len(questions) or 1
        first = sum(place == 0 for place in found) / total
        rows.append(Loss(kind, first, hits / total, round((three - hits) * 100 / total, 1), lost))
    return rows


def _places(matcher: Matcher, question: Question, text: str) -> int:
    """The place of a right entry among what is shown, from 0 on; 3 for none."""
    decision = matcher.decide(text)
    direct = decision.decision is Outcome.ANSWER and decision.kind == "entry"
    shown = [decision.entry] if direct else [entry for entry, _title in decision.options[:3]]
    right = question.label.entries if question.label else ()
    return next((place for place, entry in enumerate(shown) if entry in right), 3)
