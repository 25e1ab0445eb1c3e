"""What became of a telling: claimed by one node, sent, recorded; and the next channel where it failed."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, text

from bot.wechat import outbox
from bot.wechat.models import Outbox
from bot.work import news
from bot.work.alarms import Alarm, clear_alarm, raise_alarm
from bot.work.unit import Work
from handlers.alerts.models import PENDING, Alert, Ring, StaffPhone
from handlers.alerts.rules import CHANNELS
from handlers.alerts.sentences import message_words
from handlers.alerts.service import forget_message, put, unheard, window

CHANNEL_ALARM = "alert_channel"
CALLED = ("robot", "sms")
"""Channels that are called over HTTP."""
LEASE_MS = 40_000
STUCK_MS = 60_000
"""A message to a bound WeChat that has not left by then is given up; the next channel is used."""
TEST_PAUSE_MS = 10_000
_HOPEFUL = ("created", "sending", "sent")
_PENDING = text(PENDING)
"""Literally as in the index, or SQLite would not use it."""


@dataclass(frozen=True)
class Claimed:
    """A telling on its way. ``claimed_ms``: when; ``phone``: for a short message, else empty;
    ``about``: as in the row."""

    id: int
    task_id: int | None
    channel: str
    urgent: bool
    claimed_ms: int
    phone: str = field(default="", repr=False)
    about: str = ""


def start_node(work: Work, node: str) -> int:
    """What this node was saying when it ended is not waited for. Returns: how many were cut off."""
    rows = work.db.scalars(
        select(Alert).where(_PENDING, Alert.state == "sending", Alert.lease_by == node).with_for_update()
    ).all()
    for row in rows:
        _end(work, row, "unknown", "interrupted")
    return len(rows)


def anything(connection: Connection) -> bool:
    """Whether a claim is worth an act."""
    found = connection.scalar(select(Alert.id).where(_PENDING).limit(1))
    return found is not None


def claim(work: Work, node: str, room: dict[str, int]) -> tuple[Claimed, ...]:
    """Take what is to be called, and settle what the outbox or a crash decided.

    Args: room: how many of each channel may fly.
    """
    _interrupted(work)
    _settle(work)
    taken: list[Claimed] = []
    for channel in CALLED:
        rows = work.db.scalars(
            select(Alert)
            .where(_PENDING, Alert.state == "created", Alert.channel == channel)
            .order_by(Alert.urgent.desc(), Alert.id)
            .limit(room.get(channel, 0))
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            phone = work.db.get(StaffPhone, row.staff_id) if channel == "sms" else None
            if channel == "sms" and phone is None:
                _end(work, row, "skipped", "no phone number")
                continue
            row.state, row.lease_until, row.lease_by = "sending", work.now_ms + LEASE_MS, node
            taken.append(
                Claimed(
                    row.id,
                    row.task_id,
                    row.channel,
                    row.urgent,
                    work.now_ms,
                    phone.phone if phone else "",
                    row.about,
                )
            )
    return tuple(taken)


def record(work: Work, alert_id: int, node: str, state: str, reason: str) -> None:
    """Write down what became of a call. A row that is no longer this node's is left as it is."""
    row = work.db.get(Alert, alert_id, with_for_update=True, populate_existing=True)
    if row is None or row.lease_by != node or row.state not in ("sending", "unknown"):
        return
    _end(work, row, state, reason)
    if state == "sent":
        clear_alarm(work, CHANNEL_ALARM, row.channel)
    elif state == "failed" and not _alarmed(work, row.channel):
        raise_alarm(
            work,
            CHANNEL_ALARM,
            row.channel,
            f"{reason}: staff are told by the next channel; see 'Telling staff' in docs/operating.md",
        )


def give_back(work: Work, alert_id: int, node: str) -> None:
    """Not begun: another round takes it."""
    row = work.db.get(Alert, alert_id, with_for_update=True, populate_existing=True)
    if row is not None and row.state == "sending" and row.lease_by == node:
        row.state, row.lease_until, row.lease_by = "created", 0, None


def test(work: Work, staff_id: int, channel: str, channels: frozenset[str]) -> str:
    """Try a channel, to oneself or to the group. Returns: why not, empty when it is on its way."""
    key = f"test/{channel}/{staff_id}/"
    newest = work.db.scalar(
        select(func.max(Alert.at)).where(Alert.staff_id == staff_id, Alert.once.like(f"{key}%"))
    )
    if newest is not None and newest > work.now_ms - TEST_PAUSE_MS:
        return "just tried"
    state, why, resident = _testable(work, staff_id, channel, channels)
    row = Alert(once=f"{key}{work.now_ms}", channel=channel, staff_id=staff_id, state=state, reason=why)
    put(work, row)
    if channel == "browser":
        news.tell(work, "alert", 0, staff_id=staff_id)
    if state == "created" and channel == "wechat":
        body = message_words(None, urgent=False, link="")
        row.outbox_id = outbox.enqueue(work, resident_id=resident, body=body, once=f"alert:{row.once}")
    return why


def _testable(work: Work, staff_id: int, channel: str, channels: frozenset[str]) -> tuple[str, str, int]:
    if channel == "browser":
        return "sent", "", 0
    if channel not in channels:
        why = "the account may not push" if channel == "wechat" else "not set up"
        return "skipped", why, 0
    if channel == "wechat":
        resident, why = window(work, staff_id)
        return ("skipped" if why else "created"), why, resident
    if channel == "sms" and work.db.get(StaffPhone, staff_id) is None:
        return "skipped", "no phone number", 0
    return "created", "", 0


def _interrupted(work: Work) -> None:
    """A node ended in the middle of a call: it may have been heard, so it is not said again."""
    rows = work.db.scalars(
        select(Alert)
        .where(_PENDING, Alert.state == "sending", Alert.lease_until < work.now_ms)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _end(work, row, "unknown", "interrupted")


def _settle(work: Work) -> None:
    """What became of messages that the outbox carries."""
    rows = work.db.execute(
        select(Alert, Outbox.state)
        .join(Outbox, Outbox.id == Alert.outbox_id)
        .where(text(f"alert.{PENDING}"), Alert.state == "created", Alert.channel == "wechat")
        .with_for_update(of=Alert, skip_locked=True)
    ).all()
    for row, state in rows:
        if state == "sent":
            _end(work, row, "sent", "")
        elif state not in ("created", "sending") or row.at < work.now_ms - STUCK_MS:
            forget_message(work, row.outbox_id or 0, "an alert that came too late")
            why = "window closed" if state == "kept" else "not delivered"
            _end(work, row, "unknown" if state in ("unknown", "sending") else "failed", why)


def _end(work: Work, row: Alert, state: str, reason: str) -> None:
    row.state, row.reason, row.ended_at, row.lease_until = state, reason[:40], work.now_ms, 0
    work.db.flush()
    if state != "sent" and row.task_id is not None:
        _next_channel(work, row.task_id, row.step)


def _next_channel(work: Work, task_id: int, step: int) -> None:
    """If nobody was reached by a telling, the next channel is used at once."""
    ring = work.db.get(Ring, task_id, with_for_update=True, populate_existing=True)
    if ring is None or ring.ended_at is not None or ring.step != step + 1:
        return
    hope = work.db.scalar(
        select(Alert.id)
        .where(
            Alert.task_id == task_id,
            Alert.step == step,
            Alert.channel != "browser",
            Alert.state.in_(_HOPEFUL),
        )
        .limit(1)
    )
    if hope is not None:
        return
    if ring.channel < len(CHANNELS):
        ring.failed, ring.due_at = True, work.now_ms
    else:
        unheard(work, ring)


def _alarmed(work: Work, channel: str) -> bool:
    found = work.db.scalar(
        select(Alarm.id).where(
            Alarm.kind == CHANNEL_ALARM, Alarm.subject == channel, Alarm.cleared_at.is_(None)
        )
    )
    return found is not None
