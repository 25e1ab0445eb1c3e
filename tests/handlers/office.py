"""A county's offices without the phones: staff, residents who wait, the clock, and what they were told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copy
from typing import Any

from sqlalchemy import Connection, text

from admin.slices import listeners
from admin.store import Store, open_store
from bot.clock import CHINA, SetClock, millis
from bot.config import Settings
from bot.crypto import vault
from bot.wechat.outbox import PLACE
from bot.work.facts import DangerHeard
from bot.work.unit import Work
from handlers.directory import stations
from handlers.facts import TaskAcknowledged, TaskEnded, TaskMoved, TaskOpened
from handlers.handoff import ladder, service, staff
from handlers.handoff.promise import Outlook, outlook
from tests.support.service import COUNTY, SECRET

FACTS = (TaskOpened, TaskMoved, TaskAcknowledged, TaskEnded)
MONDAY = "2026-11-23 10:00"


def at(words: str) -> datetime:
    """An instant in China."""
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


def ms(words: str) -> int:
    """The same in milliseconds."""
    return millis(at(words))


@dataclass
class Office:
    """The store with its clock; ``heard``: what listeners were told, in order."""

    store: Store
    clock: SetClock
    heard: list[Any] = field(default_factory=list)
    messages: int = 0

    def does(self, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run an act."""
        return self.store.writer.do_now(act, *args, **kwargs)

    def reads(self, look_up: Callable[..., Any], *args: Any) -> Any:
        """Run a look-up."""
        return self.store.reader.now(look_up, *args)

    def now(self, words: str) -> None:
        """Set the clock to a time in China."""
        self.clock.at = at(words)

    @property
    def now_ms(self) -> int:
        """The instant."""
        return millis(self.clock.at)

    def works(self, login: str, station: str | None = "liuhe", role: str = "clerk", name: str = "") -> int:
        """Take somebody on. Returns: the id."""
        made: int = self.does(staff.add, login, name or login, "no password", station, role)
        return made

    def resident(self, station: str | None = "liuhe") -> int:
        """Somebody who has written before."""
        made: int = self.does(_resident, f"mark-{self.messages}-{self.now_ms}", station)
        return made

    def outlook(self, resident: int) -> Outlook:
        """What may be promised now."""
        found: Outlook = self.reads(outlook, resident, self.now_ms)
        return found

    def asks(self, resident: int) -> int:
        """A resident asks for a person. Returns: the task."""
        self.messages += 1
        found = self.outlook(resident)
        ticket = self.does(
            service.ask_for_person, resident, self.messages, "person", found.station_id, found.promised_at
        )
        return int(ticket.task_id)

    def cries(self, resident: int, kind: str = "suicide") -> int:
        """A message sounds like danger. Returns: the task."""
        self.messages += 1
        self.does(service.open_urgent, DangerHeard(resident, self.messages, kind))
        return int(self.rows("select max(id) from task")[0][0])

    def answers(self, staff_id: int, task: int, words: str = "看到了。") -> int:
        """A member of staff answers."""
        self.messages += 1
        seen = self.rows("select coalesce(max(id), 0) from staff_reply")[0][0]
        sent: int = self.does(
            service.reply, staff_id, task, words, signed=words, once=str(self.messages), seen=seen
        )
        return sent

    def climbs(self) -> None:
        """The rounds of the ladder until nothing is due."""
        for _round in range(50):
            if not self.does(ladder.climb):
                return
        raise AssertionError("the ladder never rests")

    def told(self, resident: int) -> list[str]:
        """What was put into the outbox for a resident, oldest first."""
        rows = self.rows("select body from outbox where resident_id = :who order by id", who=resident)
        return [vault().open(row[0], PLACE) for row in rows]

    def task(self, ident: int, *columns: str) -> tuple[Any, ...]:
        """Columns of a task."""
        return tuple(self.rows(f"select {', '.join(columns)} from task where id = :id", id=ident)[0])

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Rows straight from the database."""
        with self.store.engine.connect() as connection:
            return list(connection.execute(text(sql), values).all())

    def moves(self) -> list[tuple[int | None, str | None, str]]:
        """The moves that were told: to whom, to which pool, why."""
        return [(one.staff_id, one.station_id, one.why) for one in self.heard if isinstance(one, TaskMoved)]


@contextmanager
def office(folder: Path, template: Path | None, database_url: str = "") -> Iterator[Office]:
    """The offices of the demo county on a fresh store, on Monday at ten."""
    folder.mkdir(parents=True, exist_ok=True)
    if template is not None and not database_url:
        copy(template, folder / "xiaosi.db")
    heard: list[Any] = []
    wired = {fact: list(all_of) for fact, all_of in listeners().items()}
    for fact in FACTS:
        wired.setdefault(fact, []).append(lambda _work, happened: heard.append(happened))
    clock = SetClock(at(MONDAY))
    settings = Settings(data_dir=folder, secret_key=SECRET, database_url=database_url)
    store = open_store(settings, clock=clock, listeners=wired)
    try:
        store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
        yield Office(store, clock, heard)
    finally:
        store.close()


def _resident(work: Work, mark: str, station: str | None) -> int:
    connection: Connection = work.db.connection()
    ident = int(
        connection.execute(
            text(
                "insert into resident (door, mark, last_seq, fence, lease_until, thread_until, said_until,"
                " said_left, did_until, did_left, first_at, last_at)"
                " values ('oa', :mark, 0, 0, 0, 0, 0, 0, 0, 0, :now, :now) returning id"
            ),
            {"mark": f"{mark}-{_count(connection)}", "now": work.now_ms},
        ).scalar_one()
    )
    if station is not None:
        connection.execute(
            text(
                "insert into home_station (resident_id, station_id, chosen_at, times) values (:r, :s, 0, 1)"
            ),
            {"r": ident, "s": station},
        )
    return ident


def _count(connection: Connection) -> int:
    return int(connection.execute(text("select count(*) from resident")).scalar_one())
