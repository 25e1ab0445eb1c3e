"""Drafts, ready words, how to reach somebody, calls to make; and what open screens are told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, or_, select

from bot.crypto import vault
from bot.errors import Refused
from bot.words import _
from bot.work import news
from bot.work.unit import Work
from handlers.correspondence.models import Call, CannedReply, Contact, Draft
from handlers.facts import StaffReplied, TaskAcknowledged, TaskEnded, TaskMoved, TaskOpened

LONGEST = 600
"""Characters of ready words: they go out in one message."""
MOST = 60
"""Ready words of one station, and of all."""
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}")
_SIGNS = re.compile(r"[\s\-()（）]+")


class BadWords(Refused):
    """Something cannot be kept as it was written."""

    code = "bad_words"


class NotThere(Refused):
    """What is meant is gone."""

    code = "not_there"


# -- drafts ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A draft. Attributes: aside: lines that go out with the next reply, in one message."""

    text: str = field(default="", repr=False)
    aside: str = field(default="", repr=False)

    @property
    def whole(self) -> str:
        """All of it, as it is sent."""
        return "\n".join(part for part in (self.aside, self.text) if part.strip())


def keep_draft(work: Work, staff_id: int, task_id: int, resident_id: int, text: str) -> None:
    """Keep what somebody is writing; an empty text with nothing put aside ends the draft."""
    row = work.db.get(Draft, (staff_id, task_id))
    if row is None:
        if text.strip():
            work.db.add(_draft(work, staff_id, task_id, resident_id, text, ""))
        return
    if text.strip() or row.aside:
        row.text, row.at = text, work.now_ms
    else:
        work.db.delete(row)


def put_aside(work: Work, staff_id: int, task_id: int, resident_id: int, text: str) -> None:
    """Put a line aside: it goes out with the next reply, as one message. Raises: BadWords."""
    if not text.strip():
        raise BadWords(_("还没写字。写一两句再攒着。"), field="reply")
    row = work.db.get(Draft, (staff_id, task_id))
    if row is None:
        work.db.add(_draft(work, staff_id, task_id, resident_id, "", text.strip()))
        return
    row.aside = "\n".join(part for part in (row.aside, text.strip()) if part)
    row.text, row.at = "", work.now_ms


def take_up(work: Work, staff_id: int, task_id: int) -> None:
    """Bring what was put aside back into the draft."""
    row = work.db.get(Draft, (staff_id, task_id))
    if row is not None and row.aside:
        row.text, row.aside = Written(row.text, row.aside).whole, ""


def drop_draft(work: Work, staff_id: int, task_id: int) -> None:
    """The draft was sent, or is not wanted."""
    work.db.execute(delete(Draft).where(Draft.staff_id == staff_id, Draft.task_id == task_id))


def draft_of(connection: Connection, staff_id: int, task_id: int) -> Written:
    """What somebody was writing in a task, empty when nothing is kept."""
    row = connection.execute(
        select(Draft.text, Draft.aside).where(Draft.staff_id == staff_id, Draft.task_id == task_id)
    ).first()
    return Written(row.text, row.aside) if row else Written()


def _draft(work: Work, staff_id: int, task_id: int, resident_id: int, text: str, aside: str) -> Draft:
    return Draft(
        staff_id=staff_id, task_id=task_id, resident_id=resident_id, text=text, aside=aside, at=work.now_ms
    )


# -- ready words -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """Ready words. Attributes: station_id: whose they are, None for all; owner_id: who answers for them."""

    id: int
    station_id: str | None
    owner_id: int
    title: str
    text: str


def keep_words(
    work: Work, staff_id: int, station_id: str | None, title: str, text: str, ready_id: int | None = None
) -> int:
    """Add ready words, or change them; who changes them answers for them.

    Args: station_id: whose they are, None for all. Returns: the id. Raises: BadWords, NotThere.
    """
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not 1 <= len(title) <= 20:
        raise BadWords(_("名字要 1 到 20 个字。"), field="title")
    if not 1 <= len(text) <= LONGEST:
        raise BadWords(_("内容要 1 到 {most} 个字。").format(most=LONGEST), field="text")
    if ready_id is None:
        there = work.db.scalars(select(CannedReply.id).where(CannedReply.station_id == station_id)).all()
        if len(there) >= MOST:
            raise BadWords(_("已经有 {most} 条了，先删掉用不着的。").format(most=MOST), field="title")
        row = CannedReply(station_id=station_id)
        work.db.add(row)
    else:
        row = _ready(work, station_id, ready_id)
    row.owner_id, row.title, row.text, row.changed_at = staff_id, title, text, work.now_ms
    work.db.flush()
    return row.id


def drop_words(work: Work, station_id: str | None, ready_id: int) -> None:
    """Delete ready words. Raises: NotThere."""
    work.db.delete(_ready(work, station_id, ready_id))


def _ready(work: Work, station_id: str | None, ready_id: int) -> CannedReply:
    row = work.db.get(CannedReply, ready_id)
    if row is None or row.station_id != station_id:
        raise NotThere(_("这一条已经没有了。"))
    return row


def ready_words(connection: Connection, station_id: str | None) -> list[Ready]:
    """Ready words of a station, then those of all."""
    rows = connection.execute(
        select(
            CannedReply.id, CannedReply.station_id, CannedReply.owner_id, CannedReply.title, CannedReply.text
        )
        .where(or_(CannedReply.station_id == station_id, CannedReply.station_id.is_(None)))
        .order_by(CannedReply.station_id.is_(None), CannedReply.id)
    )
    return [Ready(*row) for row in rows]


# -- how to reach somebody -------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """What a resident is called and where one can call; empty what is not known."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    @property
    def masked(self) -> str:
        """The number as lists show it."""
        return f"{self.phone[:3]}····{self.phone[-4:]}" if self.phone else ""


def keep_contact(work: Work, resident_id: int, name: str, phone: str) -> None:
    """Write down how a resident is reached. Raises: BadWords that says what is wrong with a number."""
    name = name.strip()
    if len(name) > 20:
        raise BadWords(_("称呼最多 20 个字。"), field="name")
    phone = plain_number(phone)
    row = work.db.get(Contact, resident_id) or Contact(resident_id=resident_id)
    row.name, row.phone, row.at = name, phone, work.now_ms
    row.name_mark = _mark("name", name) if name else ""
    row.phone_mark = _mark("phone", phone) if phone else ""
    row.tail_mark = _mark("tail", phone[-4:]) if phone else ""
    work.db.add(row)


def plain_number(phone: str) -> str:
    """A number without signs between its digits; empty stays empty. Raises: BadWords."""
    phone = _SIGNS.sub("", phone)
    if phone:
        _check_number(phone)
    return phone


def _check_number(phone: str) -> None:
    if _MOBILE.fullmatch(phone) or _LANDLINE.fullmatch(phone):
        return
    if phone.isascii() and phone.isdecimal() and phone.startswith("1"):
        few = 11 - len(phone)
        if few > 0:
            raise BadWords(_("少了 {count} 位，手机号是 11 位。").format(count=few), field="phone")
        if few < 0:
            raise BadWords(_("多了 {count} 位，手机号是 11 位。").format(count=-few), field="phone")
    raise BadWords(_("写 11 位手机号，或者带区号的电话。"), field="phone")


def contact_of(connection: Connection, resident_id: int) -> Reach:
    """How a resident is reached."""
    row = connection.execute(
        select(Contact.name, Contact.phone).where(Contact.resident_id == resident_id)
    ).first()
    return Reach(row.name, row.phone) if row else Reach()


def contacts_of(connection: Connection, residents: Sequence[int]) -> dict[int, Reach]:
    """The same for several residents; who left nothing is left out."""
    rows = connection.execute(
        select(Contact.resident_id, Contact.name, Contact.phone).where(Contact.resident_id.in_(residents))
    )
    return {row.resident_id: Reach(row.name, row.phone) for row in rows} if residents else {}


def found_by(connection: Connection, words: str, most: int) -> list[int]:
    """Residents whose whole name, whole number or last four digits are these words."""
    plain = _SIGNS.sub("", words)
    marks = [Contact.name_mark == _mark("name", words.strip())]
    if plain.isascii() and plain.isdecimal():
        kind = "tail" if len(plain) == 4 else "phone"
        column = Contact.tail_mark if len(plain) == 4 else Contact.phone_mark
        marks.append(column == _mark(kind, plain))
    return list(connection.scalars(select(Contact.resident_id).where(or_(*marks)).limit(most)))


def _mark(kind: str, words: str) -> str:
    return vault().mark(f"contact.{kind}|{words}")


# -- calls to make ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A call to make. Attributes: words: what is to be said; instants are milliseconds UTC."""

    task_id: int
    resident_id: int
    words: str = field(repr=False)
    asked_by: int
    asked_at: int


def want_call(work: Work, staff_id: int, task_id: int, resident_id: int, words: str) -> None:
    """Put a task on the list of calls; once is enough, the newest words count."""
    row = work.db.scalars(select(Call).where(Call.task_id == task_id, Call.done_at.is_(None))).first()
    row = row or Call(task_id=task_id, resident_id=resident_id, asked_at=work.now_ms, asked_by=staff_id)
    row.words = words.strip() or getattr(row, "words", None) or ""
    work.db.add(row)
    news.tell(work, "moved", task_id)


def called(work: Work, staff_id: int, task_id: int, *, reached: bool) -> None:
    """Somebody called. Who was not reached stays on the list. Raises: NotThere."""
    row = work.db.scalars(select(Call).where(Call.task_id == task_id, Call.done_at.is_(None))).first()
    if row is None:
        raise NotThere(_("这个电话已经不用打了。"))
    row.done_at, row.done_by, row.result = work.now_ms, staff_id, "reached" if reached else "missed"
    if not reached:
        work.db.add(
            Call(
                task_id=task_id,
                resident_id=row.resident_id,
                words=row.words,
                asked_by=row.asked_by,
                asked_at=work.now_ms,
            )
        )
    news.tell(work, "moved", task_id)


def calls_due(connection: Connection, most: int) -> list[Due]:
    """Calls to make, the oldest first."""
    columns = (Call.task_id, Call.resident_id, Call.words, Call.asked_by, Call.asked_at)
    rows = connection.execute(
        select(*columns).where(Call.done_at.is_(None)).order_by(Call.asked_at).limit(most)
    )
    return [Due(*row) for row in rows]


def call_of(connection: Connection, task_id: int) -> tuple[Due | None, int]:
    """The call to make in a task, and how often nobody answered."""
    rows = connection.execute(
        select(
            Call.task_id,
            Call.resident_id,
            Call.words,
            Call.asked_by,
            Call.asked_at,
            Call.done_at,
            Call.result,
        ).where(Call.task_id == task_id)
    ).all()
    due = next((Due(*row[:5]) for row in rows if row.done_at is None), None)
    return due, sum(row.result == "missed" for row in rows)


# -- told by facts ---------------------------------------------------------------------------


def opened(work: Work, fact: TaskOpened) -> None:
    """Something new waits: open screens hear of it."""
    news.tell(work, "opened", fact.task_id)


def moved(work: Work, fact: TaskMoved) -> None:
    """A matter came to somebody else."""
    news.tell(work, "moved", fact.task_id)


def acknowledged(work: Work, fact: TaskAcknowledged) -> None:
    """Somebody took an urgent matter."""
    news.tell(work, "moved", fact.task_id)


def answered(work: Work, fact: StaffReplied) -> None:
    """Somebody answered."""
    news.tell(work, "answered", fact.task_id)


def ended(work: Work, fact: TaskEnded) -> None:
    """A matter was closed: nobody writes or calls in it any more."""
    work.db.execute(delete(Draft).where(Draft.task_id == fact.task_id))
    for row in work.db.scalars(select(Call).where(Call.task_id == fact.task_id, Call.done_at.is_(None))):
        row.done_at, row.result = work.now_ms, "ended"
    news.tell(work, "ended", fact.task_id)


# -- erased ----------------------------------------------------------------------------------


def erase(work: Work, resident_id: int, most: int) -> int:
    """Delete what is kept of a resident; while a call is to be made, the number stays for it.

    Returns: how many rows went.
    """
    if work.db.scalar(select(Call.id).where(Call.resident_id == resident_id, Call.done_at.is_(None))):
        return 0
    drafts = work.db.scalars(select(Draft.task_id).where(Draft.resident_id == resident_id).limit(most)).all()
    work.db.execute(delete(Draft).where(Draft.resident_id == resident_id))
    calls = work.db.scalars(select(Call.id).where(Call.resident_id == resident_id).limit(most)).all()
    work.db.execute(delete(Call).where(Call.id.in_(calls)))
    contact = work.db.get(Contact, resident_id)
    if contact is not None:
        work.db.delete(contact)
    return len(drafts) + len(calls) + (contact is not None)


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete drafts and calls that are older than the retention."""
    drafts = work.db.scalars(select(Draft).where(Draft.at < before_ms).limit(most)).all()
    for draft in drafts:
        work.db.delete(draft)
    calls = work.db.scalars(select(Call.id).where(Call.done_at < before_ms).limit(most)).all()
    work.db.execute(delete(Call).where(Call.id.in_(calls)))
    return len(drafts) + len(calls)
