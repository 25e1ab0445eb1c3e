"""What the matcher says about a message."""

from enum import StrEnum
from typing import NamedTuple

from knowledge.entry import Ask, Citation, Entry
from knowledge.trace import Step, Trace

__all__ = ["Decision", "Outcome", "Step", "Trace"]


class Outcome(StrEnum):
    """What is done with a message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    REFER = "refer"
    ESCALATE = "escalate"
    URGENT = "urgent"
    REFUSE = "refuse"
    SMALLTALK = "smalltalk"


class Decision(NamedTuple):
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
        trace: the steps, in order; put into words only when it is iterated.
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
    trace: Trace | tuple[Step, ...] = ()
    found: bool = True
    ask: Ask | None = None
    source: Entry | None = None
