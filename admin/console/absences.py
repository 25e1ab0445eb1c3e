"""Away and back as the console's forms say it; for oneself, or for one's people by their head."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from admin.audit.record import note
from admin.console import words
from bot.clock import CHINA, millis
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.handoff import absence


class NoSuchTime(Refused):
    """A time that cannot be read."""

    code = "no_such_time"


@dataclass(frozen=True)
class Shown:
    """An absence on a page. Attributes: now: whether it has begun; span: from when until when, in words."""

    now: bool
    span: str


def span(form: Mapping[str, Any], now_ms: int) -> tuple[int, int | None]:
    """From when until when, in milliseconds UTC; the fields are times in China. Raises: NoSuchTime.

    An empty beginning is now; an empty end is open until somebody says 'back'.
    """
    since, until = (str(form.get(name, "")).strip() for name in ("since", "until"))
    return (_instant(since) if since else now_ms), (_instant(until) if until else None)


def go(work: Work, by: int, staff_id: int, since_ms: int, until_ms: int | None, reason: str) -> int:
    """Away. Returns: how many tasks moved. Raises: Refused."""
    moved = absence.away(work, by, staff_id, since_ms, until_ms)
    note(work, by, "away", f"staff:{staff_id}", after={"moved": moved, "from": since_ms}, reason=reason)
    return moved


def back(work: Work, by: int, staff_id: int, reason: str) -> None:
    """There again. Raises: Refused."""
    absence.back(work, staff_id)
    note(work, by, "back_again", f"staff:{staff_id}", reason=reason)


def of(connection: Connection, staff_id: int, now_ms: int) -> Shown | None:
    """The absence of somebody that is on or comes next."""
    found = next((one for one in absence.ahead(connection, now_ms) if one.staff_id == staff_id), None)
    if found is None:
        return None
    until = words.hour_words(found.until, now_ms) if found.until is not None else _("回来为止")
    said = _("{since} 到 {until}").format(since=words.hour_words(found.since, now_ms), until=until)
    return Shown(found.since <= now_ms, said)


def moved_words(count: int) -> str:
    """What became of what somebody held."""
    if count:
        return _("记下了。手里的 {count} 件已经转给同事。").format(count=count)
    return _("记下了。手里没有要转的事。")


def _instant(value: str) -> int:
    try:
        return millis(datetime.fromisoformat(value).replace(tzinfo=CHINA))
    except (ValueError, OverflowError):
        raise NoSuchTime(_("时间看不懂，请按「年-月-日 时:分」写。"), field="since") from None
