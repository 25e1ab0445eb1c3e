"""What the matcher says about a message."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from knowledge.entry import Ask, Citation, Entry


class Outcome(StrEnum):
    """What is done with a message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    REFER = "refer"
    ESCALATE = "escalate"
    URGENT = "urgent"
    REFUSE = "refuse"
    SMALLTALK = "smalltalk"


class Step(NamedTuple):
    """One line of the trace: which step, and what it found."""

    name: str
    detail: str


@dataclass(frozen=True)
class Decision:
    """The decision about one message.

    Attributes:
        decision: see `Outcome`.
        kind: ``entry`` or ``guide`` for an answer, else None.
        entry: id of the entry or guide that answers, or of the danger kind or rule that fired.
        title: its title, else empty.
        text: what is said to the resident, before basis, date, link and choices.
        citations: the basis of the answer.
        options: (id, title) pairs that are offered; an id is that of an entry or a guide, or ``topic:ID``.
        confidence: 0 to 1.
        trace: the steps, in order.
        found: False when nothing was found (then the message may be a fragment).
        ask: a closed question whose answer would make the answer more exact, or None.
        source: the entry itself for an answer, else None.
    """

    decision: Outcome
    text: str
    kind: str | None = None
    entry: str | None = None
    title: str = ""
    citations: tuple[Citation, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.0
    trace: tuple[Step, ...] = ()
    found: bool = True
    ask: Ask | None = None
    source: Entry | None = None


class Trace:
    """Gathers the steps of one decision."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def add(self, name: str, detail: str) -> None:
        """One more step."""
        self._steps.append(Step(name, detail))

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps)
