"""日报: who looked at names and phones, or exported tables; one page, and one notice each working day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from admin.audit import reading
from admin.audit.reading import Filter, Looked
from admin.console.seen import seen
from admin.store import Store
from bot.clock import CHINA, in_china, instant, millis
from bot.work.rounds import Round
from handlers.alerts import digest
from handlers.alerts.digest import Reader
from handlers.directory import holidays
from handlers.directory.notice import HOLIDAY, SpecialDay
from handlers.handoff import absence, staff
from handlers.handoff.staff import Colleague

REVEALS = ("reveal", "register_export", "audit_export")
"""What of the record counts: a mask lifted, a table that left the console."""
FROM = time(8)
"""When the notice goes out, in China: before the offices open."""
MOST = 2000
"""Rows of one digest."""
_LOOKED_MS = 2 * 60_000
_LONGEST = 30
"""Days looked back for a working day: no holiday is so long."""


class Digest:
    """Tells heads once a working day. Args: channels: those set up now; link: root of links; poke: wakes
    the sender."""

    def __init__(
        self, store: Store, channels: Callable[[], frozenset[str]], link: str, poke: Callable[[], None]
    ) -> None:
        self._store, self._channels, self._link, self._poke = store, channels, link, poke
        self._over: date | None = None

    def rounds(self) -> list[Round]:
        """What is done, and every how many seconds."""
        return [Round("digest", 5.0, self.look)]

    async def look(self) -> None:
        """Tell of what was revealed since the last working day, if that is due and was not done."""
        now = millis(self._store.clock.now())
        at = in_china(instant(now))
        if at.time() < FROM or self._over == at.date():
            return
        readers = await self._store.reader(to_tell, at.date(), now)
        if readers:
            channels = self._channels()
            told = await self._store.writer.do(digest.tell, at.date(), readers, channels, self._link)
            if told:
                self._poke()
        self._over = at.date()


def to_tell(connection: Connection, today: date, now_ms: int) -> tuple[Reader, ...]:
    """Who is to be told on a day: nobody on a day off, when it is done, or when nothing was revealed."""
    days = holidays.all_days(connection)
    if not works(days, today) or digest.is_made(connection, today):
        return ()
    since = today - timedelta(days=1)
    while not works(days, since) and today - since < timedelta(days=_LONGEST):
        since -= timedelta(days=1)
    rows = revealed(connection, None, since, today)
    if not rows:
        return ()
    people = {one.id: one for one, active in staff.everybody(connection) if active}
    everybody = {one.id: one for one, _active in staff.everybody(connection)}
    places = {everybody[row.staff_id].station_id for row in rows if row.staff_id in everybody}
    watching = seen(connection, now_ms)
    return tuple(
        Reader(one.id, one.station_id, watching.get(one.id, 0) > now_ms - _LOOKED_MS)
        for one in people.values()
        if reads(one, places) and not absence.is_away(connection, one.id, now_ms)
    )


def reads(who: Colleague, places: set[str | None]) -> bool:
    """Whether somebody is told: the county's of all, a station's head of what the station's people did."""
    if who.role == "county_admin":
        return True
    return who.role == "head" and (who.station_id is None or who.station_id in places)


def revealed(
    connection: Connection, people: tuple[int, ...] | None, first: date, until: date
) -> list[Looked]:
    """What was revealed on some days, the newest first.

    Args: people: of whom, None for everybody; first, until: in China, ``until`` not included.
    """
    wanted = Filter(staff=people, since_ms=_begin(first), until_ms=_begin(until), whats=REVEALS)
    return reading.rows(connection, wanted, most=MOST)


def works(days: Mapping[date, SpecialDay], day: date) -> bool:
    """Whether a day is a working day by the holidays' notice, else by the week."""
    special = days.get(day)
    return day.weekday() < 5 if special is None else special.kind != HOLIDAY


def _begin(day: date) -> int:
    return millis(datetime.combine(day, time(), CHINA))
