"""Telling people of their appointments: each thing once for each time, by the first way that is open.

A subscribe message where the platform allows one, else a customer-service message while the window is open,
else a line on the station's call list. A telling is a row with a unique key, so that neither two nodes nor a
crash tell it twice; what has become moot is looked at again before it leaves. That a time has begun is a
condition and no state, so that a clock that jumps loses nobody.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, or_, select, update

from bot.wechat import outbox
from bot.wechat.subscribe import Writable, writable
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.appointments import affected, grants, moments, notices, service, waiting
from handlers.appointments.models import Appointment, Asking, Wait
from handlers.appointments.service import Held
from handlers.appointments.telling_models import ReminderWish, Telling
from handlers.appointments.telling_rows import LEAST_MS, TRIES, end, in_time, stands, taken_back, to_call_list
from handlers.appointments.waiting import Chance
from handlers.correspondence import service as letters
from handlers.directory import hours
from handlers.facts import AppointmentBooked, AppointmentCancelled, AppointmentMoved

OFFER_YES = frozenset({"要", "我要", "要这个", "接受", "要了"})
OFFER_NO = frozenset({"不要", "不要了", "让给别人", "放弃"})
ASK_MOVE = frozenset({"改时间", "改约", "换时间"})
ASK_CANCEL = frozenset({"取消预约", "不来了", "取消"})
"""Words that the texts ask for; they count only while `questions` finds something."""
LOOK_AGAIN_MS = 15 * 60_000
MOST = 100
_LATER = ("change", "cancel", "ask", "confirm", "offer")


@dataclass(frozen=True)
class Means:
    """What this node can do now.

    Attributes: push: doors whose account may push; templates: door, what is told, template id.
    """

    push: tuple[str, ...] = ()
    templates: tuple[tuple[str, str, str], ...] = ()

    def template(self, door: str, about: str) -> str:
        """The template for something at a door, empty where there is none."""
        return next((ident for at, kind, ident in self.templates if (at, kind) == (door, about)), "")


@dataclass(frozen=True)
class Question:
    """What a resident was asked, or will be, and may answer now.

    Attributes: about: ``offer`` or ``ask``; appointment_id: of the hold, or of the booking; begins: of the
    offered or the lost time; until: until when it can be answered; kind: of `supply.KINDS`. Milliseconds UTC.
    """

    about: str
    appointment_id: int
    begins: int
    until: int
    kind: str
    asked_at: int = field(default=0, compare=False)


# -- what is to be told ----------------------------------------------------------------------------


def plan(
    work: Work, appointment: Appointment, about: str, due_ms: int, call_ms: int | None = None
) -> Telling | None:
    """Write down that something is to be told of the time that an appointment has now.

    Args: due_ms: not before; call_ms: from when it goes to the call list if it cannot be written.
    Returns: the row; None when it stands there already.
    """
    row = insert(work.db, Telling).values(
        appointment_id=appointment.id,
        about=about,
        placed=appointment.moves,
        state="open",
        channel="",
        begins=appointment.begins,
        due_at=due_ms,
        call_at=call_ms,
        tries=0,
        lease_until=0,
        template="",
        msg="",
        maybe=False,
        missed=0,
        made_at=work.now_ms,
    )
    made = work.db.execute(row.on_conflict_do_nothing().returning(Telling.id)).scalar()
    return None if made is None else work.db.get(Telling, made)


def remind(work: Work, appointment: Appointment) -> bool:
    """Plan the reminder of a time; one that was taken back is planned again.

    Returns: False when none makes sense any more.
    """
    due = moments.remind_at(appointment.begins, work.now_ms)
    if due is None:
        return False
    calendar = hours.calendar_for(work.db.connection(), appointment.station_id)
    calls = moments.calls_from(calendar, appointment.station_id, appointment.begins)
    if plan(work, appointment, "remind", due, min(calls, due)) is None:
        work.db.execute(
            update(Telling)
            .where(
                Telling.appointment_id == appointment.id,
                Telling.about == "remind",
                Telling.placed == appointment.moves,
                Telling.state == "moot",
                Telling.channel == "",  # nothing was tried: it was taken back
            )
            .values(state="open", ended_at=None, due_at=due)
        )
    return True


def booked(work: Work, fact: AppointmentBooked) -> None:
    """Staff booked for somebody who writes to us: they get it in writing. What a resident books, the
    conversation itself confirms."""
    row = work.db.get(Appointment, fact.appointment_id)
    if row is not None and fact.by_staff and row.resident_id is not None:
        plan(work, row, "confirm", work.now_ms)


def moved(work: Work, fact: AppointmentMoved) -> None:
    """A reminder goes with the time; who did not move it themselves is told."""
    row = work.db.get(Appointment, fact.appointment_id, populate_existing=True)
    if row is None:
        return
    _drop_stale(work, row)
    if work.db.get(ReminderWish, row.id) is not None:
        remind(work, row)
    if fact.by_staff:
        plan(work, row, "change", work.now_ms)


def cancelled(work: Work, fact: AppointmentCancelled) -> None:
    """Who did not cancel themselves is told."""
    row = work.db.get(Appointment, fact.appointment_id, populate_existing=True)
    if row is None:
        return
    _drop_stale(work, row)
    if fact.by_staff and row.begins > work.now_ms:
        plan(work, row, "cancel", work.now_ms)


def _drop_stale(work: Work, appointment: Appointment) -> None:
    """What was to be told of a time that is gone is taken back at once, as far as it has not left."""
    rows = work.db.scalars(
        select(Telling)
        .where(
            Telling.appointment_id == appointment.id,
            Telling.ended_at.is_(None),
            Telling.state.in_(("open", "notice", "queued", "call")),
        )
        .with_for_update()
    ).all()
    for row in rows:
        if stands(work.db, row, appointment):
            continue
        if row.state != "queued" or taken_back(work, row):
            end(work, row, "moot")


def offer(work: Work, chance: Chance, means: Means) -> Held | None:
    """Hold a time for who waits and tell them, in one act. Returns and raises as `waiting.offer`."""
    held = waiting.offer(work, chance)
    if held is not None:
        appointment = work.db.get(Appointment, held.appointment_id)
        row = plan(work, appointment, "offer", work.now_ms) if appointment is not None else None
        if row is not None:
            _begin(work, row, means)
    return held


def ask(work: Work, asking_id: int, means: Means) -> bool:
    """Tell somebody that their time is not there any more: claimed and begun in one act.

    Returns: False when it was told before, need not be told any more, or waits for the morning.
    """
    found = work.db.get(Asking, asking_id)
    if found is None:
        return False
    _alone(work, found.appointment_id)
    asking = work.db.get(Asking, asking_id, with_for_update=True, populate_existing=True)
    appointment = work.db.get(Appointment, found.appointment_id, populate_existing=True)
    if asking is None or appointment is None or not _hour(work.now_ms, "ask", appointment.begins):
        return False
    if appointment.begins <= work.now_ms or asking.placed != appointment.moves:
        return False
    if not affected.asked(work, asking_id):
        return False
    row = plan(work, appointment, "ask", work.now_ms)
    if row is not None:
        _begin(work, row, means)
    return row is not None


# -- what is due -----------------------------------------------------------------------------------


def anything(connection: Connection, now_ms: int) -> bool:
    """Whether the round has something to do."""
    moving = select(Telling.id).where(
        Telling.ended_at.is_(None), Telling.state.in_(("notice", "sending", "queued"))
    )
    return (
        connection.scalar(moving.limit(1)) is not None
        or bool(due(connection, now_ms))
        or bool(to_ask(connection, now_ms))
    )


def due(connection: Connection, now_ms: int) -> list[int]:
    """Tellings to begin now, the nearest times first; at night only what cannot wait for the morning."""
    gone = (
        select(Asking.id)
        .where(
            Asking.appointment_id == Telling.appointment_id,
            Asking.placed == Telling.placed,
            Asking.state.in_(("open", "told")),
        )
        .exists()
    )
    found = select(Telling.id).where(
        Telling.ended_at.is_(None),
        Telling.state == "open",
        Telling.begins > now_ms,
        or_(Telling.due_at <= now_ms, Telling.call_at <= now_ms),
        or_(Telling.about != "remind", and_(Telling.begins > now_ms + LEAST_MS, ~gone)),
    )
    morning = moments.quiet_until(now_ms)
    if morning is not None:
        if not moments.awake(now_ms):
            return []
        found = found.where(Telling.about.in_(_LATER), Telling.begins < morning + moments.SETTLING_MS)
    return list(connection.scalars(found.order_by(Telling.begins, Telling.id).limit(MOST)))


def to_ask(connection: Connection, now_ms: int) -> list[int]:
    """Askings to begin now, in the same way; a time that has begun is not asked about."""
    found = (
        select(Asking.id)
        .join(Appointment, Appointment.id == Asking.appointment_id)
        .where(Asking.state == "open", Appointment.begins > now_ms, Appointment.moves == Asking.placed)
    )
    morning = moments.quiet_until(now_ms)
    if morning is not None:
        if not moments.awake(now_ms):
            return []
        found = found.where(Appointment.begins < morning + moments.SETTLING_MS)
    return list(connection.scalars(found.order_by(Appointment.begins, Asking.id).limit(MOST)))


def begin(work: Work, telling_id: int, means: Means) -> str:
    """Choose the way of a telling that is due. Returns: its state then."""
    found = work.db.get(Telling, telling_id)
    if found is None:
        return ""
    _alone(work, found.appointment_id)
    row = work.db.get(Telling, telling_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "open":
        return row.state if row is not None else ""
    if not _hour(work.now_ms, row.about, row.begins):
        return row.state
    return _begin(work, row, means)


def _alone(work: Work, appointment_id: int) -> None:
    """The resident's row first, as all acts of the appointments take it: no two wait for each other."""
    resident = work.db.scalar(select(Appointment.resident_id).where(Appointment.id == appointment_id))
    if resident is not None:
        service.one_at_a_time(work, resident)


def _hour(now_ms: int, about: str, begins: int) -> bool:
    if moments.quiet_until(now_ms) is None:
        return True
    return about in _LATER and moments.awake(now_ms) and moments.near(now_ms, begins)


def _begin(work: Work, row: Telling, means: Means) -> str:
    appointment = work.db.get(Appointment, row.appointment_id, populate_existing=True)
    if appointment is None or not stands(work.db, row, appointment):
        return end(work, row, "moot")
    if not in_time(work.db, row, appointment, work.now_ms):
        return row.state
    resident = _writer(work, appointment)
    template = means.template(resident.door, row.about) if resident is not None else ""
    if row.due_at > work.now_ms:  # a reminder that is looked at in time for a call
        return _early(work, row, appointment, resident, template, means)
    if resident is None:
        return _by_telephone(work, row, appointment)
    if row.tries < TRIES and template and grants.any_left(work, resident.resident_id, template):
        row.state, row.channel, row.template, row.due_at = "notice", "notice", template, work.now_ms
        work.db.flush()
        return row.state
    if resident.door in means.push and resident.window(work.now_ms):
        return _queue(work, row, appointment, resident)
    return _by_telephone(work, row, appointment)


def _by_telephone(work: Work, row: Telling, appointment: Appointment) -> str:
    """The call list; a reminder for which nobody has a number waits for a word of the resident instead."""
    if row.about == "remind" and not _number_known(work, appointment):
        row.due_at = max(row.due_at, work.now_ms + LOOK_AGAIN_MS)
        work.db.flush()
        return row.state
    return to_call_list(work, row)


def _number_known(work: Work, appointment: Appointment) -> bool:
    if appointment.phone:
        return True
    writes = appointment.resident_id
    return writes is not None and bool(letters.contact_of(work.db.connection(), writes).phone)


def _early(
    work: Work,
    row: Telling,
    appointment: Appointment,
    resident: Writable | None,
    template: str,
    means: Means,
) -> str:
    row.call_at = None
    if resident is not None:
        open_then = resident.window_of_words(row.due_at)
        granted = bool(template) and grants.any_left(work, resident.resident_id, template)
        if granted or (open_then and resident.door in means.push):
            work.db.flush()
            return row.state
    return _by_telephone(work, row, appointment)


def _queue(work: Work, row: Telling, appointment: Appointment, resident: Writable) -> str:
    words = notices.message_words(notices.matter(work.db.connection(), row, appointment, work.now_ms))
    row.outbox_id = outbox.enqueue(
        work, resident_id=resident.resident_id, body=words, once=f"telling:{row.id}"
    )
    row.state, row.channel, row.due_at = "queued", "message", work.now_ms
    work.db.flush()
    return row.state


def _writer(work: Work, appointment: Appointment) -> Writable | None:
    """The resident who writes for an appointment, if they can be written to."""
    return None if appointment.resident_id is None else writable(work, appointment.resident_id)


# -- what residents may answer ---------------------------------------------------------------------


def questions(connection: Connection, resident_id: int, now_ms: int) -> list[Question]:
    """What a resident was asked and may answer now, the newest first; nearly always nothing."""
    offered = connection.execute(
        select(
            Appointment.id,
            Appointment.begins,
            Appointment.held_until,
            Appointment.kind,
            Appointment.made_at,
        )
        .join(Wait, Wait.offer_id == Appointment.id)
        .where(
            Wait.resident_id == resident_id,
            Wait.state == "offered",
            Wait.ended_at.is_(None),
            Appointment.state == "held",
            Appointment.held_until > now_ms,
        )
    )
    found = [Question("offer", *row) for row in offered]
    asked = connection.execute(
        select(Appointment.id, Appointment.begins, Appointment.begins, Appointment.kind, Asking.made_at)
        .join(Asking, Asking.appointment_id == Appointment.id)
        .where(
            Appointment.resident_id == resident_id,
            Appointment.state == "booked",
            Appointment.begins > now_ms,
            Asking.placed == Appointment.moves,
            Asking.state.in_(("open", "told")),
        )
    )
    found += [Question("ask", *row) for row in asked]
    return sorted(found, key=lambda one: (-one.asked_at, one.appointment_id))
