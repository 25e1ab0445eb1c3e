"""Pausing conversations that fell silent, so that nobody holds what nobody uses."""

from sqlalchemy import select

from bot.dialogue.acts import take_back
from bot.dialogue.models import Conversation
from bot.work.statements import statement
from bot.work.unit import Work

_QUIET = statement(
    # takes the row's lock on PostgreSQL, so that no turn begins meanwhile
    "update resident set fence = fence where id = :resident and lease_until < :now returning id"
)


def pause_silent(work: Work, before_ms: int, most: int = 20) -> int:
    """Pause open conversations without a word since an instant, and undo what they had done so far.

    Returns: how many were paused; the next round takes the rest.
    """
    rows = work.db.scalars(
        select(Conversation)
        .where(Conversation.state == "open", Conversation.touched_at < before_ms)
        .limit(most)
    ).all()
    count = 0
    for row in rows:
        if not work.run(_QUIET, resident=row.resident_id, now=work.now_ms):
            continue
        take_back(work, row.resident_id, None, row.id, None)
        row.state, row.asked = "paused", None
        count += 1
    return count
