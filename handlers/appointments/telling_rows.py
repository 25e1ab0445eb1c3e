"""One telling: whether it still stands, how it ends, and how it comes to the call list."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.wechat.models import Outbox
from bot.work.unit import Work
from handlers.appointments.models import Appointment, Asking
from handlers.appointments.telling_models import Telling

LEAST_MS = 30 * 60_000
"""A reminder that would come later than this before the time is not sent any more."""
OFFER_LEAST_MS = 10 * 60_000
TRIES = 3
"""Tries of a subscribe message; after them another way is used."""


def stands(session: Session, row: Telling, appointment: Appointment) -> bool:
    """Whether it is still true that this is to be told, whatever the clock says."""
    if row.about == "offer":
        return appointment.state == "held"
    if row.about == "cancel":
        return appointment.state == "cancelled"
    if appointment.state != "booked" or appointment.moves != row.placed:
        return False
    return row.about != "ask" or asking_of(session, row) == "told"


def in_time(session: Session, row: Telling, appointment: Appointment, now_ms: int) -> bool:
    """Whether telling it now is of use; no state, so that a clock that was wrong may be put right."""
    if row.begins <= now_ms:
        return False
    if row.about == "offer":
        return appointment.held_until > now_ms + OFFER_LEAST_MS
    if row.about == "remind":  # who is asked to move is not reminded of the time that is gone
        return row.begins > now_ms + LEAST_MS and asking_of(session, row) not in ("open", "told")
    return True


def asking_of(session: Session, row: Telling) -> str | None:
    """How the asking about the time of a telling stands, None when there is none."""
    return session.scalar(
        select(Asking.state).where(Asking.appointment_id == row.appointment_id, Asking.placed == row.placed)
    )


def end(work: Work, row: Telling, state: str) -> str:
    """It was told, or need not be."""
    row.state, row.ended_at, row.lease_until = state, work.now_ms, 0
    work.db.flush()
    return state


def to_call_list(work: Work, row: Telling, *, maybe: bool = False) -> str:
    """Somebody is to call. Args: maybe: a message may have arrived. Returns: the state."""
    row.state, row.channel, row.maybe = "call", "call", row.maybe or maybe
    row.lease_until = 0
    work.db.flush()
    return row.state


def begin_again(work: Work, row: Telling) -> None:
    """A subscribe message came to nothing: the next round chooses another way, see `TRIES`."""
    row.state, row.channel, row.lease_until, row.due_at = "open", "", 0, work.now_ms
    work.db.flush()


def taken_back(work: Work, row: Telling) -> bool:
    """What has not left is never shown with a later reply."""
    done: Any = work.db.execute(
        update(Outbox)
        .where(Outbox.id == row.outbox_id, Outbox.state.in_(("created", "kept", "unknown")))
        .values(state="dropped", reason="told otherwise, or not any more", body=None, ended_at=work.now_ms)
    )
    return bool(done.rowcount)
