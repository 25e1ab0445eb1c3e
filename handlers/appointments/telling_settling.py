"""What became of tellings: messages that left or did not, and what is moot by now."""

from sqlalchemy import and_, or_, select

from bot.wechat.models import Outbox
from bot.work.unit import Work
from handlers.appointments.models import Appointment
from handlers.appointments.telling_models import Telling
from handlers.appointments.telling_rows import end, in_time, stands, taken_back, to_call_list

STUCK_MS = 10 * 60_000
"""A message that has not left by then is taken back, and somebody calls."""
MOST = 100


def keep_up(work: Work) -> int:
    """See what became of messages, of sendings that were cut off, and of what is moot by now.

    Returns: how many rows changed.
    """
    return _settle(work) + _tidy(work)


def _settle(work: Work) -> int:
    rows = work.db.execute(
        select(Telling, Outbox.state)
        .join(Outbox, Outbox.id == Telling.outbox_id)
        .where(Telling.ended_at.is_(None), Telling.state == "queued")
        .order_by(Telling.id)
        .limit(MOST)
        .with_for_update(of=Telling, skip_locked=True)
    ).all()
    return sum(_settled(work, row, state) for row, state in rows)


def _settled(work: Work, row: Telling, state: str) -> bool:
    if state == "sent":
        end(work, row, "told")
        return True
    appointment = work.db.get(Appointment, row.appointment_id, populate_existing=True)
    meant = (
        appointment is not None
        and stands(work.db, row, appointment)
        and in_time(work.db, row, appointment, work.now_ms)
    )
    if state in ("created", "sending") and meant and row.due_at > work.now_ms - STUCK_MS:
        return False
    if state == "sending":
        return False  # its fate is known in a moment
    if not taken_back(work, row) and state in ("created", "kept", "unknown"):
        return False  # it was shown at this moment
    if not meant:
        end(work, row, "moot")
    else:
        to_call_list(work, row, maybe=state == "unknown")
    return True


def _tidy(work: Work) -> int:
    """End what cannot be meant any more: it need not be looked at again."""
    rows = work.db.execute(
        select(Telling, Appointment)
        .join(Appointment, Appointment.id == Telling.appointment_id)
        .where(
            Telling.ended_at.is_(None),
            Telling.state.in_(("open", "notice", "call")),
            or_(
                and_(Telling.about == "offer", Appointment.state != "held"),
                and_(Telling.about == "cancel", Appointment.until < (work.now_ms // 300_000) - 288),
                and_(Telling.about.not_in(("offer", "cancel")), Appointment.state != "booked"),
                and_(Telling.about.not_in(("offer", "cancel")), Appointment.moves != Telling.placed),
            ),
        )
        .limit(MOST)
        .with_for_update(of=Telling, skip_locked=True)
    ).all()
    for row, _appointment in rows:
        end(work, row, "moot")
    return len(rows)
