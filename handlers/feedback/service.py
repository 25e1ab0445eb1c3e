"""Feedback on answers."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from bot.wechat.models import Inbox
from bot.work.unit import Work
from handlers.facts import AnswerUnsolved, FeedbackGiven
from handlers.feedback.models import Feedback


@dataclass(frozen=True)
class Receipt:
    """That feedback was kept, and under which number."""

    id: int
    verdict: str


def give(work: Work, message_id: int, verdict: str, words: str) -> Receipt:
    """Keep a verdict on the answer to a message.

    Args: message_id: whose answer is meant, 0 when it is not known; verdict: ``good``, ``bad`` or ``wrong``;
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


def unsolved(work: Work, fact: AnswerUnsolved) -> None:
    """没解决: keep a bad verdict on the answer, once for each answer, without asking for words."""
    resident = work.db.scalar(select(Inbox.resident_id).where(Inbox.id == fact.message_id))
    once = f"unsolved:{fact.message_id}"
    if resident is None or work.db.scalar(select(Feedback.id).where(Feedback.once == once)) is not None:
        return
    row = Feedback(
        once=once, resident_id=resident, message_id=fact.message_id, verdict="bad", words=None, at=work.now_ms
    )
    work.db.add(row)
    work.db.flush()
    work.happened(FeedbackGiven(row.id, fact.message_id, "bad"))


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete the words of verdicts older than the retention; the verdicts themselves are counted on."""
    ids = work.db.scalars(
        select(Feedback.id).where(Feedback.at < before_ms, Feedback.words.is_not(None)).limit(most)
    ).all()
    work.db.execute(update(Feedback).where(Feedback.id.in_(ids)).values(words=None))
    return len(ids)


def erase(work: Work, resident_id: int, most: int) -> int:
    """Delete a resident's feedback, at most so many rows at once."""
    ids = work.db.scalars(select(Feedback.id).where(Feedback.resident_id == resident_id).limit(most)).all()
    work.db.execute(delete(Feedback).where(Feedback.id.in_(ids)))
    return len(ids)
