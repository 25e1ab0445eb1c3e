"""Recall: everyone who was told a wrong version is told so once, in steps that a crash cannot double."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.clock import in_china, millis
from bot.errors import Refused
from bot.wechat.models import Outbox, Resident
from bot.wechat.outbox import enqueue
from bot.words import _
from bot.work.inserting import insert
from bot.work.unit import Work
from handlers.library.models import Recall, RecallReceiver, Told

STEP = 50
"""People whom one act tells."""
NIGHT, MORNING = 21, 8
"""Quiet hours in China: a correction that is begun after 21:00 leaves at 8:00."""
LINGER_MS = 60_000
"""So long a recall looks for people whom a node told before it heard of the change."""
LONGEST = 600


class RecallRefused(Refused):
    """A recall cannot be made or begun so."""

    code = "recall"


@dataclass(frozen=True)
class RecallLine:
    """A recall. Attributes: editions: of the wrong versions; instants are milliseconds UTC."""

    id: int
    entry: str
    editions: tuple[str, ...]
    text: str
    why: str
    state: str
    made_by: int
    made_at: int
    started_by: int | None
    started_at: int | None
    done_at: int | None


@dataclass(frozen=True)
class Receiver:
    """A person and what became of the correction.

    Attributes: fate: state of the outbox row, ``gone`` when they left; last_at: when they last wrote;
    called_at: when somebody reached them by telephone.
    """

    resident_id: int
    fate: str
    reason: str
    last_at: int
    called_at: int | None

    @property
    def told(self) -> bool:
        """Whether they got it, by message or by telephone."""
        return self.fate == "sent" or self.called_at is not None

    @property
    def on_the_way(self) -> bool:
        """Whether it still leaves by itself."""
        return self.fate in ("created", "sending") and self.called_at is None


def prepare(work: Work, staff_id: int, entry: str, editions: tuple[str, ...], text: str, why: str) -> int:
    """Write a recall down without sending anything. Args: editions: of the wrong versions.

    Returns: its number. Raises: RecallRefused.
    """
    text, why = text.strip(), why.strip()
    if not editions:
        raise RecallRefused(_("请选是哪一版错了。"), field="editions")
    if not 10 <= len(text) <= LONGEST:
        raise RecallRefused(_("更正的话要 10 到 {most} 个字。").format(most=LONGEST), field="text")
    if not why:
        raise RecallRefused(_("请写明错在哪里。"), field="why")
    _not_again(work, entry, editions)
    row = Recall(
        entry=entry,
        editions=",".join(editions),
        text=text,
        why=why,
        made_by=staff_id,
        made_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    return row.id


def start(work: Work, staff_id: int, recall_id: int, in_force: str) -> None:
    """Begin to tell people. Args: in_force: edition of the entry that answers now, empty for none.

    Raises: RecallRefused when the wrong version still answers, or was recalled already.
    """
    row = work.db.get(Recall, recall_id, with_for_update=True)
    if row is None or row.state != "preview":
        raise RecallRefused(_("这一次更正已经办过了。"))
    editions = tuple(row.editions.split(","))
    if in_force in editions:
        raise RecallRefused(_("错的这一版还在自动回答。先停用它，或者先发布新的一版。"))
    _not_again(work, row.entry, editions)
    row.state, row.started_by, row.started_at = "running", staff_id, work.now_ms


def drop(work: Work, recall_id: int) -> None:
    """Give a recall up that was not begun."""
    row = work.db.get(Recall, recall_id)
    if row is not None and row.state == "preview":
        row.state = "dropped"


def advance(work: Work, recall_id: int) -> int:
    """Tell the next people, at most `STEP`. Each has one row and one message, however often this runs.

    Returns: how many; 0 when nobody is left, and then the recall is done after a while.
    """
    row = work.db.get(Recall, recall_id)
    if row is None or row.state != "running":
        return 0
    had = select(RecallReceiver.resident_id).where(RecallReceiver.recall_id == recall_id)
    people = work.db.execute(
        select(Resident.id, Resident.left_at)
        .where(
            Resident.id.in_(
                select(Told.resident_id).where(
                    Told.entry == row.entry, Told.edition.in_(row.editions.split(","))
                )
            ),
            Resident.id.not_in(had),
        )
        .order_by(Resident.id)
        .limit(STEP)
    ).all()
    for resident, left_at in people:
        _tell(work, row, resident, gone=left_at is not None)
    if not people and work.now_ms - (row.started_at or 0) > LINGER_MS:
        row.state, row.done_at = "done", work.now_ms
    return len(people)


def called(work: Work, staff_id: int, recall_id: int, resident_id: int) -> None:
    """Somebody told a person by telephone. Raises: RecallRefused when they are not on the list."""
    row = work.db.get(RecallReceiver, (recall_id, resident_id))
    if row is None:
        raise RecallRefused(_("名单里没有这一位。"))
    if row.called_at is None:
        row.called_at, row.called_by = work.now_ms, staff_id


def due_ms(work: Work) -> int:
    """When a correction may leave: now, or in the morning."""
    now = in_china(work.now)
    if MORNING <= now.hour < NIGHT:
        return work.now_ms
    day = now + timedelta(days=1) if now.hour >= NIGHT else now
    return millis(day.replace(hour=MORNING, minute=0, second=0, microsecond=0))


def running(connection: Connection) -> list[int]:
    """The numbers of the recalls that are on their way."""
    return list(connection.scalars(select(Recall.id).where(Recall.state == "running").order_by(Recall.id)))


def one(connection: Connection, recall_id: int) -> RecallLine | None:
    """A recall."""
    row = connection.execute(select(Recall.__table__).where(Recall.id == recall_id)).first()
    return _line(row) if row is not None else None


def of(connection: Connection, entry: str) -> list[RecallLine]:
    """The recalls of an entry that were begun or wait to be, the newest first."""
    rows = connection.execute(
        select(Recall.__table__)
        .where(Recall.entry == entry, Recall.state != "dropped")
        .order_by(Recall.id.desc())
    )
    return [_line(row) for row in rows]


def receivers(connection: Connection, recall_id: int) -> list[Receiver]:
    """Everyone on the list of a recall, those who were not reached first."""
    rows = connection.execute(
        select(
            RecallReceiver.resident_id,
            Outbox.state,
            Outbox.reason,
            Resident.last_at,
            Resident.left_at,
            RecallReceiver.called_at,
        )
        .join(Resident, Resident.id == RecallReceiver.resident_id)
        .outerjoin(Outbox, Outbox.id == RecallReceiver.outbox_id)
        .where(RecallReceiver.recall_id == recall_id)
        .order_by(Resident.last_at.desc(), RecallReceiver.resident_id)
    )
    found = [
        Receiver(row.resident_id, row.state or "gone", row.reason or "", row.last_at, row.called_at)
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.told, one.on_the_way))


def erase(work: Work, resident_id: int, most: int) -> int:
    """Delete a resident's rows, at most so many. Returns: how many."""
    ids = work.db.scalars(
        select(RecallReceiver.recall_id).where(RecallReceiver.resident_id == resident_id).limit(most)
    ).all()
    work.db.execute(
        delete(RecallReceiver).where(
            RecallReceiver.resident_id == resident_id, RecallReceiver.recall_id.in_(ids)
        )
    )
    return len(ids)


def _tell(work: Work, recall: Recall, resident_id: int, *, gone: bool) -> None:
    outbox_id = None
    if not gone:
        once = f"recall:{recall.id}:{resident_id}"
        outbox_id = enqueue(work, resident_id=resident_id, body=recall.text, once=once, due_ms=due_ms(work))
    values = {"recall_id": recall.id, "resident_id": resident_id, "outbox_id": outbox_id, "at": work.now_ms}
    work.db.execute(insert(work.db, RecallReceiver).values(values).on_conflict_do_nothing())


def _not_again(work: Work, entry: str, editions: Sequence[str]) -> None:
    begun = work.db.scalars(
        select(Recall.editions).where(Recall.entry == entry, Recall.state.in_(("running", "done")))
    )
    if any(mark in held.split(",") for held in begun for mark in editions):
        raise RecallRefused(_("这一版已经更正过，收到过的人都告诉过一次了。"))


def _line(row: Any) -> RecallLine:
    values = row._asdict()
    return RecallLine(**{**values, "editions": tuple(row.editions.split(","))})
