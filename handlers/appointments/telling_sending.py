"""Subscribe messages: claimed by one node with the consent spent, sent, recorded; else the next way."""

from dataclasses import dataclass, field

from sqlalchemy import or_, select

from bot.wechat.subscribe import Address, Fate, address
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.unit import Work
from handlers.appointments import grants, notices, telling_rows
from handlers.appointments.models import Appointment
from handlers.appointments.telling_models import Telling

LEASE_MS = 40_000
PAUSE_MS = 5_000
_AHEAD_MS = 3_600_000
"""A retry that lies further ahead was planned by a clock that has been put back since."""
ALARM = "notices"


@dataclass(frozen=True)
class Claimed:
    """A subscribe message on its way. Attributes: claimed_ms: when; values: by the names of `FIELDS`."""

    id: int
    to: Address
    about: str
    template: str
    tries: int
    claimed_ms: int
    values: tuple[tuple[str, str], ...] = field(repr=False)


def start_node(work: Work, node: str) -> int:
    """What this node was sending when it ended may have arrived: somebody calls. Returns: how many."""
    rows = work.db.scalars(
        select(Telling)
        .where(Telling.ended_at.is_(None), Telling.state == "sending", Telling.lease_by == node)
        .with_for_update()
    ).all()
    for row in rows:
        telling_rows.to_call_list(work, row, maybe=True)
    return len(rows)


def claim(work: Work, node: str, most: int) -> tuple[Claimed, ...]:
    """Take what is to be sent, spending the consent of each in the same act."""
    _interrupted(work)
    rows = work.db.scalars(
        select(Telling)
        .where(
            Telling.ended_at.is_(None),
            Telling.state == "notice",
            or_(Telling.due_at <= work.now_ms, Telling.due_at > work.now_ms + _AHEAD_MS),
        )
        .order_by(Telling.due_at, Telling.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    return tuple(one for row in rows if (one := _claimed(work, row, node)) is not None)


def _claimed(work: Work, row: Telling, node: str) -> Claimed | None:
    appointment = work.db.get(Appointment, row.appointment_id, populate_existing=True)
    if appointment is None or not telling_rows.stands(work.db, row, appointment):
        telling_rows.end(work, row, "moot")
        return None
    if not telling_rows.in_time(work.db, row, appointment, work.now_ms):
        telling_rows.end(work, row, "moot")
        return None
    writes = appointment.resident_id
    to = address(work, writes) if writes is not None else None
    if writes is None or to is None or not grants.spend(work, writes, row.template):
        telling_rows.begin_again(work, row)
        return None
    row.state, row.tries = "sending", row.tries + 1
    row.lease_until, row.lease_by = work.now_ms + LEASE_MS, node
    work.db.flush()
    told = notices.matter(work.db.connection(), row, appointment, work.now_ms)
    return Claimed(
        row.id,
        to,
        row.about,
        row.template,
        row.tries,
        work.now_ms,
        tuple(notices.notice_values(told).items()),
    )


def _interrupted(work: Work) -> None:
    """A node ended in the middle of a call. A lease far ahead is of a clock that has been put back."""
    rows = work.db.scalars(
        select(Telling)
        .where(
            Telling.ended_at.is_(None),
            Telling.state == "sending",
            or_(Telling.lease_until < work.now_ms, Telling.lease_until > work.now_ms + 2 * LEASE_MS),
        )
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        telling_rows.to_call_list(work, row, maybe=True)


def record(work: Work, claimed: Claimed, node: str, fate: Fate) -> None:
    """Write down what became of it; a row that is no longer this node's is left as it is."""
    row = work.db.get(Telling, claimed.id, with_for_update=True, populate_existing=True)
    if row is None or row.lease_by != node or row.tries != claimed.tries:
        return
    late = row.state == "call" and row.maybe  # given up meanwhile, and its fate is known after all
    if row.state != "sending" and not late:
        return
    if fate.what == "sent":
        row.msg, row.channel, row.maybe = fate.number[:32], "notice", False
        telling_rows.end(work, row, "told")
        clear_alarm(work, ALARM, claimed.to.door)
        return
    if fate.what == "unknown":
        telling_rows.to_call_list(work, row, maybe=True)
        return
    row.maybe = False
    resident_id = _resident_of(work, row)
    if resident_id is not None and fate.what == "none":
        grants.none_left(work, resident_id, row.template)
    elif resident_id is not None:
        grants.give_back(work, resident_id, row.template)
    if fate.why:
        raise_alarm(work, ALARM, claimed.to.door, fate.why)
    if fate.what == "again" and row.tries < telling_rows.TRIES:
        row.state, row.due_at, row.lease_until = "notice", work.now_ms + PAUSE_MS * row.tries, 0
        work.db.flush()
        return
    row.tries = telling_rows.TRIES
    telling_rows.begin_again(work, row)


def give_up_lease(work: Work, claimed: Claimed, node: str) -> None:
    """Not begun, because this process was held up: another look takes it."""
    row = work.db.get(Telling, claimed.id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "sending" or row.lease_by != node or row.tries != claimed.tries:
        return
    resident_id = _resident_of(work, row)
    if resident_id is not None:
        grants.give_back(work, resident_id, row.template)
    row.state, row.lease_until, row.lease_by, row.due_at = "notice", 0, None, work.now_ms
    work.db.flush()


def _resident_of(work: Work, row: Telling) -> int | None:
    return work.db.scalar(select(Appointment.resident_id).where(Appointment.id == row.appointment_id))
