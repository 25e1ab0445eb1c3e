"""Who wants a reminder, asked when they book: a yes is for one reminder, and moves with the time."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from bot.config import NoticeTemplate
from bot.work.facts import NoticesAnswered
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments import grants, moments, telling
from handlers.appointments.models import Appointment
from handlers.appointments.refusals import NotYours
from handlers.appointments.telling_models import ReminderWish, Telling

KINDS = ("remind",)
"""What consent is asked for; changes are told anyway, since who does not hear of one comes in vain."""


def useful(begins: int, now_ms: int) -> bool:
    """Whether a reminder of a time that is booked now would be sent at all; else nobody is asked."""
    return moments.remind_at(begins, now_ms) is not None


def given(work: Work, resident_id: int | None, appointment_id: int, kind: str = "remind") -> bool:
    """Somebody wants a reminder; a second yes changes nothing.

    Args: resident_id: who wrote it, None when staff asked at the window. Returns: whether one will come.
    Raises: NotYours.
    """
    row = _booking(work, resident_id, appointment_id, kind)
    wish = insert(work.db, ReminderWish).values(appointment_id=row.id, at=work.now_ms)
    work.db.execute(wish.on_conflict_do_nothing())
    return telling.remind(work, row)


def wanted(work: Work, appointment_id: int) -> bool:
    """The same as a journey's act, for the resident who writes. Raises: NotYours."""
    return given(work, work.resident_id, appointment_id)


def refused(work: Work, resident_id: int | None, appointment_id: int, kind: str = "remind") -> None:
    """Somebody wants no reminder, or no longer. Raises: NotYours."""
    row = _booking(work, resident_id, appointment_id, kind)
    work.db.execute(delete(ReminderWish).where(ReminderWish.appointment_id == row.id))
    work.db.execute(
        update(Telling)
        .where(
            Telling.appointment_id == row.id,
            Telling.about == "remind",
            Telling.state.in_(("open", "call")),
        )
        .values(state="moot", ended_at=work.now_ms)
    )


def answered(work: Work, fact: NoticesAnswered) -> None:
    """What the platform reports of subscribe messages: allowed, refused, or not arrived."""
    for template in fact.accepted:
        grants.accepted(work, fact.resident_id, template)
    for template in fact.refused:
        grants.none_left(work, fact.resident_id, template)
    if fact.failed:
        work.db.execute(
            update(Telling)
            .where(
                Telling.msg.in_(fact.failed),
                Telling.state == "told",
                Telling.channel == "notice",
                Telling.appointment_id.in_(
                    select(Appointment.id).where(Appointment.resident_id == fact.resident_id)
                ),
            )
            .values(state="call", channel="call", ended_at=None)
        )


def templates(notices: Iterable[tuple[str, NoticeTemplate]], kinds: Iterable[str]) -> list[str]:
    """The template ids that a phone is asked to allow for some kinds, each once; the platform takes three."""
    wanted_kinds = set(kinds)
    return list(dict.fromkeys(one.id for about, one in notices if about in wanted_kinds))


def _booking(work: Work, resident_id: int | None, appointment_id: int, kind: str) -> Appointment:
    row = work.db.get(Appointment, appointment_id)
    mine = row is not None and resident_id in (None, row.resident_id)
    if row is None or not mine or row.state != "booked" or kind not in KINDS:
        raise NotYours
    return row
