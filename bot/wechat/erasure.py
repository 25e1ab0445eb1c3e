"""Erasing what the message path holds of a resident, in steps of at most so many rows."""

from itertools import takewhile
from typing import Any

from sqlalchemy import delete, select, update

from bot.crypto import vault
from bot.dialogue.models import ActDone, Conversation
from bot.wechat import media_acts
from bot.wechat.models import Inbox, Outbox, Resident
from bot.wechat.outbox import withdraw
from bot.work.revisions import Cursor
from bot.work.unit import Work

STEP = 200
_UNDER_WAY = ("open", "created", "sending")


def leave(work: Work, resident_id: int) -> None:
    """The resident left the account: nothing is sent any more; what can go is erased by the next round."""
    work.db.execute(update(Resident).where(Resident.id == resident_id).values(left_at=work.now_ms))
    withdraw(work, resident_id, "the resident left")


def to_erase(work: Work) -> list[int]:
    """Residents who left and of whom something is still there."""
    rows = work.db.scalars(
        select(Resident.id)
        .where(Resident.left_at.is_not(None), Resident.account.is_not(None))
        .order_by(Resident.id)
        .limit(50)
    )
    return list(rows)


def erase_kinds(work: Work, resident_id: int, kinds: tuple[str, ...]) -> int:
    """Delete the content of messages of some kinds: the resident withdrew the right to this datum."""
    media_acts.let_kinds_go(work, resident_id, kinds)
    done = work.db.execute(
        update(Inbox)
        .where(Inbox.resident_id == resident_id, Inbox.kind.in_(kinds), Inbox.body.is_not(None))
        .values(body=None)
    )
    return int(getattr(done, "rowcount", 0))


def erase_messages(work: Work, resident_id: int, keep: tuple[int, ...], most: int = STEP) -> int:
    """Delete texts of messages, replies and conversations; the keys stay for their 30 days.

    Args: keep: messages that an open matter needs. Returns: rows changed; 0 when all is done.
    """
    found = Inbox.__table__.c
    ids = work.db.scalars(
        select(found.id)
        .where(found.resident_id == resident_id, found.id.not_in(keep), found.state != "open")
        .where(found.body.is_not(None) | found.reply.is_not(None))
        .limit(most)
    ).all()
    if ids:
        work.db.execute(update(Inbox).where(Inbox.id.in_(ids)).values(body=None, reply=None, whole=None))
        media_acts.let_go(work, ids)
        return len(ids)
    talks = work.db.scalars(
        select(Conversation.id).where(Conversation.resident_id == resident_id).limit(most)
    ).all()
    if talks:
        work.db.execute(delete(ActDone).where(ActDone.conversation.in_(talks)))
        work.db.execute(delete(Conversation).where(Conversation.id.in_(talks)))
        return len(talks)
    sent = Outbox.__table__.c
    out = work.db.scalars(
        select(sent.id).where(sent.resident_id == resident_id, sent.body.is_not(None)).limit(most)
    ).all()
    if out:
        work.db.execute(update(Outbox).where(Outbox.id.in_(out)).values(body=None))
    return len(out)


def forget(work: Work, resident_id: int) -> None:
    """Cut the row off from the person: who follows again begins anew."""
    work.db.execute(
        update(Resident)
        .where(Resident.id == resident_id)
        .values(
            openid=None,
            account=None,
            context=None,
            conversation=None,
            mark=vault().mark(f"forgotten|{resident_id}"),
            said_until=0,
            did_until=0,
        )
    )


def expire(work: Work, before_ms: int, most: int = STEP) -> int:
    """Delete consultation texts older than the retention (180 days): messages, replies, what was pushed.

    Walks on from where the last call stopped: ids grow with time, so no index on time is needed.
    Returns: how many rows were passed; 0 when the next ones are still young, open or not there.
    """
    messages, sent = Inbox.__table__.c, Outbox.__table__.c
    old = _pass_by(
        work, "expired_inbox", (messages.id, messages.received_at, messages.state), before_ms, most
    )
    if old:
        work.db.execute(update(Inbox).where(Inbox.id.in_(old)).values(body=None, reply=None, whole=None))
        media_acts.let_go(work, old)
    gone = _pass_by(work, "expired_outbox", (sent.id, sent.created_at, sent.state), before_ms, most)
    if gone:
        work.db.execute(update(Outbox).where(Outbox.id.in_(gone)).values(body=None))
    return len(old) + len(gone)


def _pass_by(work: Work, name: str, columns: tuple[Any, Any, Any], before_ms: int, most: int) -> list[int]:
    """The next ids of a table that are old and at rest, in one unbroken row; the cursor moves past them."""
    ident, born, state = columns
    cursor = _cursor(work, name)
    rows = work.db.execute(
        select(ident, born, state).where(ident > cursor.at).order_by(ident).limit(most)
    ).all()
    due = takewhile(lambda row: row[1] < before_ms and row[2] not in _UNDER_WAY, rows)
    ids = [int(row[0]) for row in due]
    if ids:
        cursor.at = ids[-1]
    return ids


def _cursor(work: Work, name: str) -> Cursor:
    cursor = work.db.get(Cursor, name)
    if cursor is None:
        cursor = Cursor(name=name, at=0)
        work.db.add(cursor)
    return cursor
