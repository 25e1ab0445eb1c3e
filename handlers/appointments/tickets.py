"""Numbers for who comes without a time: giving one, calling the next, and how many are ahead.

The line of a day is the same for staff, for the resident and for the API: see `line` and `standing`.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, column, delete, func, select, table, update

from bot.clock import in_china, instant
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.appointments.ticket_models import TicketRow
from handlers.directory import stations

NEEDS = ("ask", "mediation", "legal_aid", "papers", "proof", "other")
"""问事, 调解, 法律援助, 交材料, 办证明, 别的."""
OPEN = ("waiting", "called")
_LONGEST_NAME = 20


class NoTicket(Refused):
    """There is no such number, or it is over."""

    code = "no_ticket"


@dataclass(frozen=True)
class Ticket:
    """A number. Attributes: label: as it is called; instants are milliseconds UTC."""

    id: int
    station_id: str
    day: int
    number: int
    need: str
    state: str
    first: bool
    appointment_id: int | None
    made_at: int
    called_at: int | None
    ended_at: int | None
    name: str = field(repr=False)

    @property
    def label(self) -> str:
        """``A005``."""
        return f"A{self.number:03}"


@dataclass(frozen=True)
class Line:
    """The line of a station now. Attributes: serving: the number called last, empty before the first."""

    serving: str
    waiting: tuple[Ticket, ...]


@dataclass(frozen=True)
class Standing:
    """Where a number stands. Attributes: ahead: people before it; serving: the number called last."""

    ticket: Ticket
    serving: str
    ahead: int


def day_of(now_ms: int) -> int:
    """The day of an instant in China, as 20261123."""
    at = in_china(instant(now_ms))
    return at.year * 10_000 + at.month * 100 + at.day


def take(
    work: Work,
    station_id: str,
    need: str = "ask",
    *,
    name: str = "",
    resident_id: int | None = None,
    by: int | None = None,
    first: bool = False,
    appointment_id: int | None = None,
) -> Ticket:
    """Give the next number of today; who has an open one keeps it.

    Args: by: the staff who gives it; first: goes before others; appointment_id: who came too late for it.
    Raises: NoTicket for a station or a need that is not there.
    """
    if need not in NEEDS:
        raise NoTicket(_("选一样：来办什么。"), field="need")
    if station_id not in {one.id for one in stations.all_open(work.db.connection())}:
        raise NoTicket(_("没有这个司法所。"), field="station")
    _alone(work, station_id)
    day = day_of(work.now_ms)
    known = _own(work, station_id, day, resident_id, appointment_id)
    if known is not None:
        return known
    newest = work.db.scalar(
        select(func.max(TicketRow.number)).where(TicketRow.station_id == station_id, TicketRow.day == day)
    )
    row = TicketRow(
        station_id=station_id,
        day=day,
        number=(newest or 0) + 1,
        need=need,
        name=name.strip()[:_LONGEST_NAME],
        resident_id=resident_id,
        appointment_id=appointment_id,
        first=first,
        state="waiting",
        by_id=by,
        made_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    return _told(row)


def call_next(work: Work, station_id: str, by: int) -> Ticket | None:
    """Call the next of today. Returns: None when nobody waits."""
    _alone(work, station_id)
    found = work.db.execute(
        _tickets()
        .where(
            TicketRow.station_id == station_id,
            TicketRow.day == day_of(work.now_ms),
            TicketRow.state == "waiting",
        )
        .limit(1)
    ).first()
    return call(work, found.id, by) if found else None


def call(work: Work, ticket_id: int, by: int) -> Ticket:
    """Call this one. Raises: NoTicket when it was called before, or is over."""
    return _becomes(work, ticket_id, ("waiting",), state="called", called_at=work.now_ms, by_id=by)


def done(work: Work, ticket_id: int) -> Ticket:
    """They were received. Raises: NoTicket when it is over."""
    return _becomes(work, ticket_id, OPEN, state="done", ended_at=work.now_ms)


def missed(work: Work, ticket_id: int) -> Ticket:
    """They were called, and were not there. Raises: NoTicket when it is over, or was not called."""
    return _becomes(work, ticket_id, ("called",), state="missed", ended_at=work.now_ms)


def line(connection: Connection, station_id: str, now_ms: int) -> Line:
    """The line of today."""
    listed = of_day(connection, station_id, day_of(now_ms))
    called = [one for one in listed if one.called_at is not None]
    newest = max(called, key=lambda one: (one.called_at or 0, one.number), default=None)
    waiting = tuple(one for one in listed if one.state == "waiting")
    return Line(newest.label if newest else "", waiting)


def standing(connection: Connection, ticket_id: int, now_ms: int) -> Standing | None:
    """How many are before a number, and which was called last; for the resident, the API and the page."""
    row = connection.execute(_tickets().where(TicketRow.id == ticket_id)).first()
    if row is None:
        return None
    ticket = Ticket(*row)
    if ticket.day != day_of(now_ms):
        return Standing(ticket, "", 0)
    now = line(connection, ticket.station_id, now_ms)
    ids = [one.id for one in now.waiting]
    return Standing(ticket, now.serving, ids.index(ticket.id) if ticket.id in ids else 0)


def of_day(connection: Connection, station_id: str, day: int) -> list[Ticket]:
    """All numbers of a day, in the order of the line."""
    found = _tickets().where(TicketRow.station_id == station_id, TicketRow.day == day)
    return [Ticket(*row) for row in connection.execute(found)]


def one(connection: Connection, ticket_id: int) -> Ticket | None:
    """A number by its id."""
    row = connection.execute(_tickets().where(TicketRow.id == ticket_id)).first()
    return Ticket(*row) if row else None


def forget(work: Work, resident_id: int) -> int:
    """Numbers of a resident lose the tie and the name. Returns: how many."""
    changed: Any = work.db.execute(
        update(TicketRow).where(TicketRow.resident_id == resident_id).values(resident_id=None, name="")
    )
    return int(changed.rowcount)


def expire(work: Work, before_ms: int, most: int) -> int:
    """Delete numbers that were given before the retention. Returns: how many."""
    old = work.db.scalars(select(TicketRow.id).where(TicketRow.made_at < before_ms).limit(most)).all()
    work.db.execute(delete(TicketRow).where(TicketRow.id.in_(old)))
    return len(old)


def _becomes(work: Work, ticket_id: int, states: tuple[str, ...], **values: Any) -> Ticket:
    """Change it in one statement, so that of two who press at once one is told."""
    changed: Any = work.db.execute(
        update(TicketRow)
        .where(TicketRow.id == ticket_id, TicketRow.state.in_(states))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:
        raise NoTicket(_("这个号刚刚有人办了，看一下现在的样子。"), field="ticket")
    row = work.db.execute(_tickets().where(TicketRow.id == ticket_id)).one()
    return Ticket(*row)


def _own(
    work: Work, station_id: str, day: int, resident_id: int | None, appointment_id: int | None
) -> Ticket | None:
    if resident_id is None and appointment_id is None:
        return None
    found = _tickets().where(TicketRow.station_id == station_id, TicketRow.day == day)
    if appointment_id is not None:
        found = found.where(TicketRow.appointment_id == appointment_id)
    else:
        found = found.where(TicketRow.resident_id == resident_id, TicketRow.state.in_(OPEN))
    row = work.db.execute(found).first()
    return Ticket(*row) if row else None


def _alone(work: Work, station_id: str) -> None:
    """Numbers of one station are given one after the other."""
    station = table("station", column("id"))
    work.db.execute(select(station.c.id).where(station.c.id == station_id).with_for_update())


def _told(row: TicketRow) -> Ticket:
    return Ticket(*(getattr(row, name) for name in _COLUMNS))


_COLUMNS = (
    "id",
    "station_id",
    "day",
    "number",
    "need",
    "state",
    "first",
    "appointment_id",
    "made_at",
    "called_at",
    "ended_at",
    "name",
)


def _tickets() -> Select[Any]:
    found: Any = select(*(getattr(TicketRow, name) for name in _COLUMNS)).order_by(
        TicketRow.first.desc(), TicketRow.number
    )
    tickets: Select[Any] = found
    return tickets
