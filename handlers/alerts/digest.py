"""日报: once a working day heads are told that names or phones were looked at; not whose, not by whom."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from bot.wechat import outbox
from bot.work import news
from bot.work.statements import statement
from bot.work.unit import Work
from handlers.alerts.models import Alert, DigestDay, StaffPhone
from handlers.alerts.sentences import digest_words
from handlers.alerts.service import put, window

ABOUT = "digest"
BELL = -1
"""What the browser is told in place of a task."""
_MADE = statement("insert into digest_day (day, made_at) values (:day, :now) on conflict (day) do nothing")


@dataclass(frozen=True)
class Reader:
    """Somebody who is to know. Attributes: watching: the console was used just now."""

    staff_id: int
    station_id: str | None
    watching: bool


def is_made(connection: Connection, day: date) -> bool:
    """Whether the digest of a day was made."""
    found = select(DigestDay.day).where(DigestDay.day == day.isoformat())
    return connection.scalar(found) is not None


def tell(work: Work, day: date, readers: tuple[Reader, ...], channels: frozenset[str], link: str) -> int:
    """Tell each by the first channel that reaches them; of several nodes one does. The group is not told.

    Args: day: on which it is told, in China; channels: those set up; link: root of links. Returns: how many
    are told.
    """
    if not work.changed(_MADE, day=day.isoformat(), now=work.now_ms):
        return 0
    return sum(_one(work, day, reader, channels, link) for reader in readers)


def _one(work: Work, day: date, reader: Reader, channels: frozenset[str], link: str) -> int:
    if reader.watching:
        _put(work, day, reader, "browser", "sent")
        news.tell(work, "alert", BELL, staff_id=reader.staff_id)
        return 1
    resident, why = window(work, reader.staff_id)
    if "wechat" in channels and not why:
        row = _put(work, day, reader, "wechat", "created")
        body = digest_words(link)
        row.outbox_id = outbox.enqueue(work, resident_id=resident, body=body, once=f"alert:{row.once}")
        return 1
    if "sms" in channels and work.db.get(StaffPhone, reader.staff_id) is not None:
        _put(work, day, reader, "sms", "created")
        return 1
    _put(work, day, reader, "wechat", "skipped", why or "the account may not push")
    return 0


def _put(work: Work, day: date, reader: Reader, channel: str, state: str, reason: str = "") -> Alert:
    row = Alert(
        once=f"{ABOUT}/{day.isoformat()}/{channel}/{reader.staff_id}",
        about=ABOUT,
        channel=channel,
        staff_id=reader.staff_id,
        station_id=reader.station_id,
        state=state,
        reason=reason,
    )
    put(work, row)
    return row
