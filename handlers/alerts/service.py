"""Which tasks ring, and what one telling is: whom, by which channel, and why somebody was not told."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, update

from bot.wechat import outbox
from bot.wechat.models import Outbox, Resident
from bot.work import news
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.statements import statement
from bot.work.unit import Work
from handlers.alerts.models import Alert, BindingCode, DigestDay, Ring, StaffBinding, StaffPhone
from handlers.alerts.rules import (
    CHANNELS,
    COUNTY,
    REST_MS,
    RING_MS,
    Person,
    Scene,
    again_at,
    audience,
    awake,
    level_of,
)
from handlers.alerts.sentences import message_words
from handlers.facts import (
    HolderAwaited,
    HolderLooked,
    StaffLeft,
    StaffReplied,
    TaskAcknowledged,
    TaskEnded,
    TaskMoved,
    TaskOpened,
)

UNHEARD = "danger_unheard"
"""Alarm: of an urgent task nobody could be told by any channel. It stays until somebody takes the task."""
WROTE = "wrote"
"""Why a ring rings: the resident wrote to who holds the thread."""
AT_ONCE = 8
ROBOT_A_MINUTE = 15
"""The platform of group robots takes 20 a minute; the rest is kept for danger."""
_MINUTE_MS = 60_000
_RING = statement(
    """
    insert into ring (task_id, urgent, why, level, step, channel, quiet, failed, began_at)
    values (:task, :urgent, 'opened', 0, 0, 0, :no, :no, :now)
    on conflict (task_id) do nothing
    """
)


# -- what begins and ends it -----------------------------------------------------------------


def tell(
    work: Work, task_id: int, staff_id: int | None, station_id: str | None, why: str, *, urgent: bool = False
) -> None:
    """Let a task ring: staff are told within about a second, after the commit.

    Args: staff_id: who is asked, None for a pool; station_id: the pool's, None for the county's; why: as in
    `TaskMoved`, ``opened`` or `WROTE`. After ``silence`` and ``level`` the next channel is used, else the
    first.
    """
    work.changed(_RING, task=task_id, urgent=urgent, no=False, now=work.now_ms)
    ring = work.db.get_one(Ring, task_id, with_for_update=True, populate_existing=True)
    over = ring.ended_at is not None
    climbs = why in ("silence", "level") and not over
    ring.urgent = ring.urgent or urgent
    ring.staff_id, ring.station_id, ring.why = staff_id, station_id, why
    ring.level = min(ring.level + 1, COUNTY) if climbs and ring.urgent else 0 if over else ring.level
    ring.channel = ring.channel % len(CHANNELS) if climbs else 0
    ring.began_at = work.now_ms if over else ring.began_at
    ring.quiet, ring.failed, ring.due_at, ring.ended_at = False, False, work.now_ms, None


def opened(work: Work, fact: TaskOpened) -> None:
    """Something began to wait. Whose it is, is read when it is told."""
    tell(work, fact.task_id, None, None, "opened", urgent=fact.urgent)


def moved(work: Work, fact: TaskMoved) -> None:
    """It came to somebody else; who took it need not be told of it.

    An urgent task that was taken is silenced by its acknowledgement, which is told on its own.
    """
    if fact.why in ("taken", "accepted"):
        ring = work.db.get(Ring, fact.task_id)
        if ring is not None and not ring.urgent:
            end(work, fact.task_id)
        return
    tell(work, fact.task_id, fact.staff_id, fact.station_id, fact.why)


def awaited(work: Work, fact: HolderAwaited) -> None:
    """A resident wrote to who holds the thread: they are told by the same channels, when they are on duty."""
    ring = work.db.get(Ring, fact.task_id)
    if ring is not None and ring.urgent and ring.ended_at is None:
        return  # it rings already, and louder
    tell(work, fact.task_id, fact.staff_id, None, WROTE)


def looked(work: Work, fact: HolderLooked) -> None:
    """They have looked."""
    ring = work.db.get(Ring, fact.task_id)
    if ring is not None and ring.why == WROTE:
        end(work, fact.task_id)


def acknowledged(work: Work, fact: TaskAcknowledged) -> None:
    """Somebody took an urgent task."""
    end(work, fact.task_id)


def replied(work: Work, fact: StaffReplied) -> None:
    """The resident was answered. An urgent task rings on: it is silenced by being taken alone."""
    ring = work.db.get(Ring, fact.task_id)
    if ring is not None and not ring.urgent:
        end(work, fact.task_id)


def ended(work: Work, fact: TaskEnded) -> None:
    """A person closed it."""
    end(work, fact.task_id)


def end(work: Work, task_id: int) -> None:
    """Ring no more: what has not left yet stays."""
    ring = work.db.get(Ring, task_id, with_for_update=True, populate_existing=True)
    if ring is None or ring.ended_at is not None:
        return
    ring.due_at, ring.ended_at = None, work.now_ms
    _drop(work, Alert.task_id == task_id, "over")
    if ring.urgent:
        clear_alarm(work, UNHEARD, str(task_id))


def left(work: Work, fact: StaffLeft) -> None:
    """Somebody works here no more: nothing of theirs is kept, nothing more is sent to them."""
    _drop(work, Alert.staff_id == fact.staff_id, "left")
    for table in (StaffBinding, BindingCode, StaffPhone):
        work.db.execute(delete(table).where(table.staff_id == fact.staff_id))


def _drop(work: Work, whose: object, reason: str) -> None:
    """Take back what waits, also in the outbox. What is on its way is not stopped."""
    rows = work.db.scalars(select(Alert).where(whose, Alert.state == "created")).all()  # type: ignore[arg-type]
    for row in rows:
        row.state, row.reason, row.ended_at = "skipped", reason, work.now_ms
        if row.outbox_id is not None:
            forget_message(work, row.outbox_id, "no longer wanted")


def forget_message(work: Work, outbox_id: int, reason: str) -> None:
    """An old alert is never shown with a later reply."""
    work.db.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state.in_(("created", "kept", "unknown")))
        .values(state="dropped", reason=reason, body=None, ended_at=work.now_ms)
    )


# -- one telling -----------------------------------------------------------------------------


def due(connection: Connection, now_ms: int) -> list[int]:
    """The tasks of which somebody is to be told now, urgent ones first."""
    rows = connection.scalars(
        select(Ring.task_id)
        .where(Ring.due_at <= now_ms)
        .order_by(Ring.urgent.desc(), Ring.due_at)
        .limit(AT_ONCE)
    )
    return list(rows)


def sound(work: Work, task_id: int, scene: Scene) -> int:
    """Tell staff of a task once: rows for a channel, or rows that say why not.

    Another node may have been quicker; then nothing is done. Returns: how many tellings were made.
    """
    ring = work.db.get(Ring, task_id, with_for_update=True, populate_existing=True)
    if ring is None or ring.due_at is None or ring.due_at > work.now_ms:
        return 0
    if not scene.open or (scene.taken and ring.why in ("opened", "level")):
        end(work, task_id)
        return 0
    ring.urgent = scene.urgent and not scene.taken  # once taken it moves on like any other
    made = _Telling(work, ring, scene).go()
    ring.step += 1
    return made


class _Telling:
    """One step of one ring."""

    def __init__(self, work: Work, ring: Ring, scene: Scene) -> None:
        self._work, self._ring, self._scene = work, ring, scene
        first = ring.why == "opened"
        self._staff_id = scene.holder_id if first else ring.staff_id
        self._station_id = scene.station_id if first else ring.station_id

    def go(self) -> int:
        """Find who is there, and a channel that reaches one of them."""
        ring, work = self._ring, self._work
        if ring.urgent:
            ring.level = level_of(ring.level, ring.step)
        wanted, there = self._who()
        while ring.urgent and not there and ring.level < COUNTY:
            ring.level += 1
            wanted, there = self._who()
        if not ring.quiet:
            self._note_quiet(wanted, there)
        if not there and not ring.urgent:
            return self._rest()
        ring.quiet = False
        made = self._by_a_channel(there)
        ring.failed = False
        if not ring.urgent:
            ring.due_at = None  # the ladder of silence says when it moves on
            return made
        if made:
            ring.due_at = again_at(ring.began_at, work.now_ms, ring.step + 1)
            return made
        if unheard(work, ring):
            ring.due_at = work.now_ms + RING_MS
        return 0

    def _who(self) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
        ring = self._ring
        wanted = audience(
            self._scene.people,
            staff_id=self._staff_id,
            station_id=self._station_id,
            urgent=ring.urgent,
            level=ring.level,
            step=ring.step,
        )
        return wanted, awake(wanted, urgent=ring.urgent, level=ring.level)

    def _note_quiet(self, wanted: Iterable[Person], there: Iterable[Person]) -> None:
        told = {one.staff_id for one in there}
        channel = CHANNELS[self._ring.channel % len(CHANNELS)]
        for one in wanted:
            if one.staff_id not in told:
                self._put(channel, one, "skipped", "quiet")

    def _rest(self) -> int:
        """Nobody is there: look again when the station opens."""
        ring, now = self._ring, self._work.now_ms
        opens = self._scene.opens_at
        ring.quiet = True
        ring.due_at = opens if opens is not None and opens > now else now + REST_MS
        return 0

    def _by_a_channel(self, there: tuple[Person, ...]) -> int:
        ring = self._ring
        ring.channel = ring.channel % len(CHANNELS)
        if ring.channel:  # whoever has the console open sees each repetition
            for one in there:
                if one.signed_in:
                    self._on_screen(one)
        first, rest = range(ring.channel, len(CHANNELS)), range(ring.channel)
        for place in (*first, *(rest if ring.urgent and not ring.failed else ())):
            channel, ring.channel = CHANNELS[place], place + 1
            hopeful = self._robot() if channel == "robot" else sum(self._one(channel, p) for p in there)
            if hopeful:
                return hopeful
        return 0

    def _one(self, channel: str, one: Person) -> int:
        if channel == "browser":
            return self._on_screen(one) if one.signed_in else self._skip(channel, one, "no console open")
        if channel == "wechat":
            return self._by_wechat(one)
        if "sms" not in self._scene.channels:
            return self._skip(channel, one, "not set up")
        if self._work.db.get(StaffPhone, one.staff_id) is None:
            return self._skip(channel, one, "no phone number")
        return self._put(channel, one, "created")

    def _on_screen(self, one: Person) -> int:
        """Hopeful only if the screen was looked at just now."""
        if self._put("browser", one, "sent", "" if one.watching else "nobody at the screen"):
            news.tell(self._work, "alert", self._ring.task_id, staff_id=one.staff_id)
        return int(one.watching)

    def _robot(self) -> int:
        if "robot" not in self._scene.channels:
            return self._skip("robot", None, "not set up")
        if not self._ring.urgent and robots_lately(self._work) >= ROBOT_A_MINUTE:
            return self._skip("robot", None, "too many a minute")
        return self._put("robot", None, "created")

    def _by_wechat(self, one: Person) -> int:
        resident, why = window(self._work, one.staff_id)
        if not why and "wechat" not in self._scene.channels:
            why = "the account may not push"
        if why:
            return self._skip("wechat", one, why)
        if not self._put("wechat", one, "created"):
            return 0
        ring = self._ring
        body = message_words(ring.task_id, urgent=ring.urgent, link=self._scene.link)
        once = _once(ring.task_id, ring.step, "wechat", one.staff_id)
        row = self._work.db.scalars(select(Alert).where(Alert.once == once)).one()
        row.outbox_id = outbox.enqueue(self._work, resident_id=resident, body=body, once=f"alert:{once}")
        return 1

    def _skip(self, channel: str, one: Person | None, reason: str) -> int:
        self._put(channel, one, "skipped", reason)
        return 0

    def _put(self, channel: str, one: Person | None, state: str, reason: str = "") -> int:
        """A row, unless this telling was made before. Returns: 1 when it is new."""
        ring, work = self._ring, self._work
        staff_id = one.staff_id if one else None
        once = _once(ring.task_id, ring.step, channel, staff_id)
        if work.db.scalar(select(Alert.id).where(Alert.once == once)) is not None:
            return 0
        row = Alert(
            once=once,
            task_id=ring.task_id,
            step=ring.step,
            channel=channel,
            staff_id=staff_id,
            station_id=one.station_id if one else self._station_id,
            urgent=ring.urgent,
            state=state,
            reason=reason,
        )
        put(work, row)
        return 1


def put(work: Work, row: Alert) -> None:
    """Write a telling down, as of now: what is not on its way has ended."""
    row.at = work.now_ms
    row.ended_at = None if row.state == "created" else work.now_ms
    work.db.add(row)
    work.db.flush()


def unheard(work: Work, ring: Ring) -> bool:
    """No channel is left: an urgent ring climbs at once, and says so where it cannot climb any more.

    Returns: whether it stands at the top.
    """
    if not ring.urgent:
        ring.due_at = None
        return False
    ring.channel = 0
    if ring.level < COUNTY:
        ring.level, ring.due_at = ring.level + 1, work.now_ms
        return False
    raise_alarm(
        work, UNHEARD, str(ring.task_id), "an urgent task waits and no channel reaches anybody: telephone"
    )
    return True


def _once(task_id: int, step: int, channel: str, staff_id: int | None) -> str:
    return f"{task_id}/{step}/{channel}/{staff_id or 'group'}"


def robots_lately(work: Work) -> int:
    """How many robot messages were made within the last minute, at most as many as matter."""
    rows = work.db.scalars(
        select(Alert.id)
        .where(Alert.channel == "robot", Alert.at > work.now_ms - _MINUTE_MS, Alert.state.in_(_COUNTED))
        .limit(ROBOT_A_MINUTE)
    )
    return len(rows.all())


_COUNTED = ("created", "sending", "sent", "failed", "unknown")


def window(work: Work, staff_id: int) -> tuple[int, str]:
    """The bound WeChat of a member of staff as a resident's id, and why it cannot be written to."""
    return window_of(work.db.connection(), staff_id, work.now_ms)


def window_of(connection: Connection, staff_id: int, now: int) -> tuple[int, str]:
    """The same as a look-up. Args: now: milliseconds UTC."""
    row = connection.execute(
        select(
            Resident.id,
            Resident.left_at,
            Resident.said_left,
            Resident.said_until,
            Resident.did_left,
            Resident.did_until,
        )
        .join(StaffBinding, StaffBinding.resident_id == Resident.id)
        .where(StaffBinding.staff_id == staff_id)
    ).first()
    if row is None:
        return 0, "no WeChat bound"
    if row.left_at is not None:
        return row.id, "unfollowed"
    said = row.said_left > 0 and row.said_until > now
    did = row.did_left > 0 and row.did_until > now
    return row.id, "" if said or did else "window closed"


# -- kept for so long ------------------------------------------------------------------------


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete old rows. Returns: how many went."""
    old = work.db.scalars(select(Alert.id).where(Alert.at < before_ms).limit(most)).all()
    work.db.execute(delete(Alert).where(Alert.id.in_(old)))
    if old:
        return len(old)
    work.db.execute(delete(DigestDay).where(DigestDay.made_at < before_ms))
    rings = work.db.scalars(select(Ring.task_id).where(Ring.ended_at < before_ms).limit(most)).all()
    work.db.execute(delete(Ring).where(Ring.task_id.in_(rings)))
    return len(rings)
