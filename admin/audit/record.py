"""Writing into the record, always in the act that it tells of."""

import json
import re
from collections.abc import Mapping

from sqlalchemy import event
from sqlalchemy.orm import Session

from admin.audit import chain
from admin.audit.chain import Entry, digest
from bot.work.unit import Work

Fields = Mapping[str, str | int | bool | None]
LONGEST_REASON = 300
_PENDING = "audit"
_OWN_WORD = re.compile(r"[a-z][a-z0-9_.:/,-]{0,59}|")
_LONG_NUMBER = re.compile(r"[0-9]{7}")
_MOST = 400


def note(
    work: Work,
    staff_id: int | None,
    what: str,
    subject: str,
    *,
    before: Fields | None = None,
    after: Fields | None = None,
    reason: str = "",
) -> None:
    """Write down who looked at or changed what.

    The row is linked into the chain when the act ends, whatever order the act has; when the act is undone,
    so is the row.

    Args:
        staff_id: who; None for the command line and the service itself.
        what: a word of at most 24 characters.
        subject: a kind and an id, as ``task:17``.
        before, after: the fields that changed. A text that is not a plain word of the program is kept as
            a keyed digest: it tells that something changed and whether two are the same, not what.
        reason: why, where it was asked; kept sealed.
    """
    pending: list[Entry] | None = work.db.info.get(_PENDING)
    if pending is None:
        pending = work.db.info[_PENDING] = []
        event.listen(work.db, "before_commit", _write)
    pending.append(
        Entry(
            work.now_ms,
            staff_id,
            what[:24],
            subject[:40],
            _told(before),
            _told(after),
            reason.strip()[:LONGEST_REASON],
        )
    )


def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    entries = session.info.get(_PENDING)
    if entries:
        session.flush()
        chain.extend(session, list(entries))
        entries.clear()


def _told(fields: Fields | None) -> str:
    if not fields:
        return ""
    whole = json.dumps({name: _plain(value) for name, value in fields.items()}, separators=(",", ":"))
    return whole if len(whole) <= _MOST else json.dumps({"digest": digest(whole)[:16], "fields": len(fields)})


def _plain(value: str | int | bool | None) -> str | int | bool | None:
    if not isinstance(value, str) or (_OWN_WORD.fullmatch(value) and not _LONG_NUMBER.search(value)):
        return value
    return f"#{digest(value)[:16]}"
