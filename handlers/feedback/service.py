"""Feedback on answers."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.work.unit import Work
from handlers.facts import FeedbackGiven
from handlers.feedback.models import Feedback

VERDICTS = ("good", "bad", "wrong")


@dataclass(frozen=True)
class Receipt:
    """That feedback was kept, and under which number."""

    id: int
    verdict: str


def give(work: Work, message_id: int, verdict: str, words: str) -> Receipt:
    """Keep a verdict on the answer to a message.

    Args: message_id: whose answer is meant, 0 when it is not known; verdict: one of `VERDICTS`;
    words: the resident's own, or empty.
    """
    row = Feedback(
        once=str(work.once),
        resident_id=work.resident_id,
        message_id=message_id,
        verdict=verdict,
        words=words or None,
        at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    work.happened(FeedbackGiven(row.id, message_id, verdict))
    return Receipt(row.id, verdict)


def erase(work: Work, resident_id: int, most: int) -> int:
    """Delete a resident's feedback, at most so many rows at once."""
    ids = work.db.scalars(select(Feedback.id).where(Feedback.resident_id == resident_id).limit(most)).all()
    work.db.execute(delete(Feedback).where(Feedback.id.in_(ids)))
    return len(ids)
