"""Messages to be pushed: put in by acts, taken back, kept for the resident's next word."""

from bot.crypto import vault
from bot.work.statements import statement
from bot.work.unit import Work

PLACE = "outbox.body"

_PUT = statement(
    """
    insert into outbox (resident_id, inbox_id, once, kind, body, state, attempts, created_at, due_at,
        lease_until)
    values (:resident, :inbox, :once, :kind, :body, 'created', 0, :now, :due, 0)
    on conflict (once) do nothing
    returning id
    """
)
_FIND = statement("select id from outbox where once = :once")
_WITHDRAW = statement(
    """
    update outbox set state = 'dropped', reason = :reason, body = null, ended_at = :now
    where resident_id = :resident and state in ('created', 'kept', 'unknown')
    """
)
_SHOWN = statement(
    """
    update outbox set state = 'sent', reason = 'shown with the next reply', ended_at = :now
    where id = :id and state in ('kept', 'unknown')
    """
)


def enqueue(
    work: Work,
    *,
    resident_id: int,
    body: bytes | str,
    once: str,
    inbox_id: int | None = None,
    due_ms: int | None = None,
    kind: str = "text",
) -> int:
    """Put a message into the outbox; the same ``once`` puts it there only once.

    Args:
        body: the text sealed for `PLACE`, or plain (then it is sealed here).
        once: names the message, at most 120 characters, such as ``reply:17``.
        inbox_id: the message it answers, when it is the one reply to it.
        due_ms: not before this time, milliseconds UTC; without it, now.

    Returns: the row's id. After the commit, `Sender.poke` saves the wait for the next look.
    """
    sealed = vault().seal(body, PLACE) if isinstance(body, str) else body
    made = work.run(
        _PUT,
        resident=resident_id,
        inbox=inbox_id,
        once=once,
        kind=kind,
        body=sealed,
        now=work.now_ms,
        due=work.now_ms if due_ms is None else due_ms,
    )
    return int((made or work.run(_FIND, once=once))[0][0])


def withdraw(work: Work, resident_id: int, reason: str) -> int:
    """Drop what has not left yet, and its text. A message on its way is not stopped.

    Returns: how many were dropped.
    """
    return work.changed(_WITHDRAW, resident=resident_id, reason=reason[:120], now=work.now_ms)


def mark_shown(work: Work, ids: list[int]) -> int:
    """Record that kept texts are part of a new reply. Returns: how many still waited."""
    return sum(work.changed(_SHOWN, id=ident, now=work.now_ms) for ident in ids)
