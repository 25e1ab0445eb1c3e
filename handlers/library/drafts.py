"""Drafts: one writes, another adopts. The database refuses it too, should the program ever forget."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from bot.errors import Refused
from bot.words import _
from bot.work.revisions import bump
from bot.work.unit import Work
from handlers.library import freezing, service, taken, versions
from handlers.library.models import Draft, DraftHand, EntryVersion, Override
from handlers.library.service import REVISION
from handlers.library.versions import Text
from knowledge.entry import Entry
from knowledge.plain import from_plain, to_plain

NEW = "county_"
"""Begins the second half of the id of a county's own entry; the draft's number follows, so it is unique."""


class DraftRefused(Refused):
    """A draft cannot be made, saved or adopted so."""

    code = "draft"


class OwnWork(DraftRefused):
    """Who wrote a text does not adopt it."""

    code = "own_work"


@dataclass(frozen=True)
class DraftLine:
    """A draft.

    Attributes: base: digest of the text it was made from, empty for a new entry; why: of the change;
    hands: ids of all who wrote in it; others are staff ids or None; instants are milliseconds UTC.
    """

    id: int
    entry: str
    is_new: bool
    base: str
    why: str
    grave: bool
    state: str
    serial: int
    author_id: int
    made_at: int
    saved_by: int
    saved_at: int
    asked_id: int | None
    adopted_by: int | None
    adopted_at: int | None
    content: Entry
    hands: frozenset[int]


def body_of(entry: Entry) -> str:
    """The text of a draft as it is kept; unlike a version it may be unfinished."""
    return json.dumps(to_plain(entry), ensure_ascii=False)


def begin(work: Work, staff_id: int, entry: str, body: str, base: str, marks: tuple[str, ...] = ()) -> int:
    """Begin a draft, or give the one that is being written already.

    Args: entry: an id, or a topic for a new entry; body: see `body_of`; base: digest of the text in force,
    empty for a new entry; marks: of the unanswered wordings that went into it.
    Returns: its number.
    """
    of_a_topic = "." not in entry
    held: int | None = None if of_a_topic else work.db.scalar(_writing(entry))
    if held is not None:
        taken.take(work, marks, held)
        return held
    row = Draft(
        entry=entry,
        is_new=not base,
        body=body,
        base=base,
        author_id=staff_id,
        made_at=work.now_ms,
        saved_by=staff_id,
        saved_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    if of_a_topic:
        row.entry = f"{entry}.{NEW}{row.id}"
    _wrote(work, row.id, staff_id)
    taken.take(work, marks, row.id)
    return row.id


def save(
    work: Work,
    staff_id: int,
    draft_id: int,
    serial: int,
    body: str,
    why: str,
    grave: bool,
    marks: tuple[str, ...] = (),
) -> int:
    """Save a draft. Args: serial: that the writer saw. Returns: the new serial.

    Raises: DraftRefused when it is not being written any more, or somebody saved it meanwhile.
    """
    row = _open(work, draft_id, serial)
    row.body, row.why, row.grave = body, why, grave
    row.saved_by, row.saved_at, row.serial = staff_id, work.now_ms, row.serial + 1
    _wrote(work, draft_id, staff_id)
    taken.take(work, marks, draft_id)
    work.db.flush()
    return row.serial


def ask(work: Work, draft_id: int, serial: int, staff_id: int) -> None:
    """Ask somebody to look at a draft and adopt it. Raises: DraftRefused; OwnWork when they wrote in it."""
    row = _open(work, draft_id, serial)
    if work.db.get(DraftHand, (draft_id, staff_id)) is not None:
        raise OwnWork(_("写过这一条的人不能自己审，请换一位。"), field="asked")
    row.asked_id = staff_id


def drop(work: Work, draft_id: int, serial: int) -> None:
    """Give a draft up; its wordings are to be dealt with again. Raises: DraftRefused."""
    _open(work, draft_id, serial).state = "dropped"
    taken.give_back(work, draft_id)


def adopt(work: Work, staff_id: int, name: str, draft_id: int, serial: int, text: Text, shipped: str) -> int:
    """Put a draft into force: it answers from now on, on every node.

    Args: name: of who adopts; serial: that they saw; text: the final text, with their name as reviewer;
    shipped: digest of the pack's text of this entry, empty where the pack has none.
    Returns: the number of the new version.
    Raises: OwnWork for whoever wrote in it; DraftRefused when it changed since they saw it.
    """
    row = _open(work, draft_id, serial)
    if work.db.get(DraftHand, (draft_id, staff_id)) is not None:
        raise OwnWork(_("写的人不能自己审，请另一位来采用。"))
    if text.entry != row.entry:
        raise DraftRefused(_("这不是这份草稿的条目。"))
    work.db.add(DraftHand(draft_id=draft_id, staff_id=staff_id, did="adopted"))
    row.state, row.adopted_by, row.adopted_at = "adopted", staff_id, work.now_ms
    version = versions.add(
        work,
        text,
        base=row.base,
        why=row.why,
        draft_id=draft_id,
        author_id=row.author_id,
        adopted_by=staff_id,
    )
    override(work, row.entry, version, shipped)
    service.adopt(work, ((row.entry, text.digest),), name)
    freezing.lift(work, staff_id, row.entry)
    bump(work, REVISION)
    work.db.flush()
    return int(work.db.scalar(select(EntryVersion.number).where(EntryVersion.id == version)) or 0)


def override(work: Work, entry: str, version_id: int, shipped: str) -> None:
    """Let a county's version stand before the pack's."""
    held = work.db.get(Override, entry)
    if held is None:
        work.db.add(Override(entry=entry, version_id=version_id, base=shipped, at=work.now_ms))
    else:
        held.version_id, held.base, held.at = version_id, shipped, work.now_ms


def keep_own(work: Work, entry: str, shipped: str) -> None:
    """The pack changed, and the county's version stays: the difference counts as seen."""
    held = work.db.get(Override, entry)
    if held is not None:
        held.base = shipped
        bump(work, REVISION)


def take_shipped(work: Work, entry: str, shipped: str, name: str) -> None:
    """Go back to the pack's text, which is adopted with it."""
    held = work.db.get(Override, entry)
    if held is not None:
        work.db.delete(held)
    service.adopt(work, ((entry, shipped),), name)
    bump(work, REVISION)


def one(connection: Connection, draft_id: int) -> DraftLine | None:
    """A draft."""
    row = connection.execute(select(Draft.__table__).where(Draft.id == draft_id)).first()
    return _line(connection, row) if row is not None else None


def writing(connection: Connection) -> list[DraftLine]:
    """The drafts that are being written, the longest untouched first."""
    rows = connection.execute(
        select(Draft.__table__).where(Draft.state == "writing").order_by(Draft.saved_at, Draft.id)
    ).all()
    return [_line(connection, row) for row in rows]


def writing_of(connection: Connection, entry: str) -> int | None:
    """The number of the draft of an entry that is being written."""
    found: int | None = connection.scalar(_writing(entry))
    return found


def _writing(entry: str) -> Select[Any]:
    return select(Draft.id).where(Draft.entry == entry, Draft.state == "writing")


def _open(work: Work, draft_id: int, serial: int) -> Draft:
    row = work.db.get(Draft, draft_id, with_for_update=True)
    if row is None:
        raise DraftRefused(_("没有这份草稿。"))
    if row.state != "writing":
        raise DraftRefused(_("这份草稿已经办完了，要再改请另起一份。"))
    if row.serial != serial:
        raise DraftRefused(_("您看的时候有人改过这份草稿，请看看新的再办。"))
    return row


def _wrote(work: Work, draft_id: int, staff_id: int) -> None:
    if work.db.get(DraftHand, (draft_id, staff_id)) is None:
        work.db.add(DraftHand(draft_id=draft_id, staff_id=staff_id, did="wrote"))


def _line(connection: Connection, row: Any) -> DraftLine:
    hands: Sequence[int] = connection.scalars(
        select(DraftHand.staff_id).where(DraftHand.draft_id == row.id, DraftHand.did == "wrote")
    ).all()
    values = row._asdict()
    body = values.pop("body")
    content = from_plain({**json.loads(body), "id": row.entry})
    return DraftLine(**{**values, "why": row.why or ""}, content=content, hands=frozenset(hands))
