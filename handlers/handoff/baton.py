"""The baton: whoever first receives a task has it until somebody else has said yes.

A transfer is an offer. Ownership stays where it is until the offer is accepted; a refusal needs a
reason and is shown to whoever offered.
"""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update
from sqlalchemy.orm import aliased

from bot.wechat import outbox
from bot.words import _
from bot.work.unit import Work
from handlers.directory import stations
from handlers.facts import TaskMoved
from handlers.handoff import holding, kept, service
from handlers.handoff.models import Offer, Staff, Task
from handlers.handoff.presence import ANSWERING, View
from handlers.handoff.promise import Plan, plan
from handlers.handoff.refusals import BadOffer, OfferGone, TakenAlready
from handlers.handoff.scope import Scope
from handlers.handoff.sentences import came_words, passed_words

__all__ = ["OfferLine", "TakenAlready", "Target", "accept", "offer", "put_back", "refuse", "take", "withdraw"]

KINDS = ("colleague", "station", "lawyer", "experts", "county")
LONGEST = 300


@dataclass(frozen=True)
class Target:
    """To whom a task is offered.

    Attributes: kind: one of `KINDS`; staff_id: the colleague, or one lawyer or expert, None for any of
    them; station_id: with ``station``, which one.
    """

    kind: str
    staff_id: int | None = None
    station_id: str | None = None


@dataclass(frozen=True)
class OfferLine:
    """An offer as staff see it.

    Attributes: by, to: names; ``to`` is empty where anybody of a group may accept; reason: of a
    refusal; mine: made by who asks; instants are milliseconds UTC.
    """

    id: int
    task_id: int
    kind: str
    by_id: int
    by: str
    to_id: int | None
    to: str
    station_id: str | None
    station: str
    why: str = field(repr=False)
    reason: str = field(repr=False)
    state: str
    made_at: int
    ended_at: int | None
    ended_by: str
    mine: bool = False


# -- taking ----------------------------------------------------------------------------------


def take(work: Work, staff_id: int, task_id: int) -> bool:
    """Take a task up; of many who try at once one wins. The same person may take it again.

    The resident is told who it is, once; with danger and secluded matters nothing is said.
    Returns: False when it was theirs already. Raises: TaskGone, TakenAlready (its ``say`` names the holder).
    """
    fresh = service.take_up(work, staff_id, task_id)
    if fresh:
        _come_in(work, staff_id, task_id)
    return fresh


def take_over(work: Work, staff_id: int, task_id: int) -> bool:
    """Take what somebody holds who is away, or what anybody holds as a head or county administrator.

    Returns: False when it was theirs already. Raises: TaskGone, TakenAlready.
    """
    task = holding.open_task(work, task_id)
    holder, resident = task.holder_id, task.resident_id
    if holder is None or holder == staff_id or task.taken_at is None:
        return take(work, staff_id, task_id)
    if not service.may_override(work, staff_id, holder):
        raise TakenAlready(_("{name}在办这一件。").format(name=holding.name_of(work, holder)))
    if not holding.pass_on(work, task_id, holder=holder, to=staff_id, pool=task.station_id, taken=True):
        raise TakenAlready(_("刚刚有别人接了这一件。"))
    holding.end_offers(work, task_id)
    if resident is not None:
        holding.hand_over(work, resident, holder, staff_id)
    task = holding.open_task(work, task_id)
    if task.urgent:
        service.acknowledged(work, task, staff_id)
    work.happened(TaskMoved(task_id, staff_id, task.station_id, "taken"))
    return True


def _come_in(work: Work, staff_id: int, task_id: int) -> None:
    """The person who took a task holds its thread, and the resident reads who it is."""
    task = holding.open_task(work, task_id)
    if task.urgent or task.resident_id is None:
        return
    holding.hold(work, task.resident_id, staff_id)
    if task.secluded or task.answered_at is not None:
        return
    who = came_words(task_id, holding.name_of(work, staff_id), _station_of(work, staff_id))
    outbox.enqueue(work, resident_id=task.resident_id, body=who, once=f"taken:{task_id}:{staff_id}")


def put_back(work: Work, staff_id: int, task_id: int) -> None:
    """Put a task that one holds back into its pool. Danger is passed on by an offer only.

    Raises: TaskGone, TakenAlready, BadOffer.
    """
    task = holding.open_task(work, task_id)
    if task.urgent:
        raise BadOffer(_("紧急的事要有人接才能放手：转给一位同事。"))
    if not holding.pass_on(work, task_id, holder=staff_id, to=None, pool=task.station_id, taken=False):
        raise TakenAlready(_("这一件不在您手里。"))
    holding.end_offers(work, task_id)
    if task.resident_id is not None:
        holding.let_go(work, task.resident_id, staff_id)
    work.happened(TaskMoved(task_id, None, task.station_id, "put_back"))


# -- offering --------------------------------------------------------------------------------


def offer(work: Work, staff_id: int, task_id: int, to: Target, why: str) -> int:
    """Offer a task; it stays where it is until somebody accepts.

    Args: why: what the receiver should know, for staff only. Returns: the offer's id.
    Raises: TaskGone, TakenAlready when another holds it, BadOffer.
    """
    task = holding.open_task(work, task_id)
    if (
        task.holder_id not in (None, staff_id)
        and task.taken_at is not None
        and not _overrides(work, staff_id)
    ):
        raise TakenAlready(_("{name}在办这一件，由他转。").format(name=holding.name_of(work, task.holder_id)))
    if not 1 <= len(why.strip()) <= LONGEST:
        raise BadOffer(_("说一句为什么转、办到哪了（最多 {most} 个字）。").format(most=LONGEST), field="why")
    if work.db.scalar(select(Offer.id).where(Offer.task_id == task_id, Offer.state == "open")) is not None:
        raise BadOffer(_("已经转出去一次了，对方还没回话。要换人，先收回。"))
    _check_target(work, task, to)
    row = Offer(
        task_id=task_id,
        by_id=staff_id,
        from_id=task.holder_id,
        kind=to.kind,
        to_id=to.staff_id,
        station_id=to.station_id,
        why=why.strip(),
        made_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    work.happened(TaskMoved(task_id, to.staff_id, to.station_id, "offer"))
    return row.id


def accept(work: Work, staff_id: int, offer_id: int) -> None:
    """Accept an offer: from now on the task is this person's. The resident is told who answers, and when.

    Raises: OfferGone, TaskGone.
    """
    row = _open_offer(work, offer_id)
    if not _may_accept(work, row, staff_id):
        raise OfferGone(_("这一件不是转给您的。"))
    task = holding.open_task(work, row.task_id)
    task_id, resident, former = row.task_id, task.resident_id, row.from_id
    pool = row.station_id if row.kind == "station" else None if row.kind == "county" else task.station_id
    won = holding.changed(
        work,
        update(Offer)
        .where(Offer.id == offer_id, Offer.state == "open")
        .values(state="accepted", ended_at=work.now_ms, ended_by=staff_id),
    )
    if not won or not holding.pass_on(work, task_id, holder=former, to=staff_id, pool=pool, taken=True):
        raise OfferGone(_("这一件刚刚有人接了，或者收回了。"))
    task = holding.open_task(work, task_id)
    task.rung = 0
    if task.urgent:
        service.acknowledged(work, task, staff_id)
    elif resident is not None:
        _tell_passed(work, task, staff_id, former)
    work.happened(TaskMoved(task_id, staff_id, task.station_id, "accepted"))


def refuse(work: Work, staff_id: int, offer_id: int, reason: str) -> None:
    """Refuse an offer: the task is where it was, and who offered it reads why.

    Raises: OfferGone, BadOffer without a reason.
    """
    row = _open_offer(work, offer_id)
    if not _may_accept(work, row, staff_id):
        raise OfferGone(_("这一件不是转给您的。"))
    if not 1 <= len(reason.strip()) <= LONGEST:
        raise BadOffer(_("说一句为什么不接（最多 {most} 个字）。").format(most=LONGEST), field="reason")
    task_id, by = row.task_id, row.by_id
    row.reason = reason.strip()
    _end(work, row, "refused", staff_id)
    task = holding.open_task(work, task_id)
    work.happened(TaskMoved(task_id, by, task.station_id, "refused"))


def withdraw(work: Work, staff_id: int, offer_id: int, *, of: int | None = None) -> None:
    """Take an offer back.

    Args: of: the task that it must be of. Raises: OfferGone when it is not open, of another task or another.
    """
    row = _open_offer(work, offer_id)
    if of is not None and row.task_id != of:
        raise OfferGone(_("这次转交已经有结果了。"))
    task = work.db.get(Task, row.task_id)
    if staff_id not in (row.by_id, task.holder_id if task else None) and not _overrides(work, staff_id):
        raise OfferGone(_("这一件不是您转出去的。"))
    _end(work, row, "withdrawn", staff_id)


def seen(work: Work, staff_id: int, offer_id: int) -> None:
    """Whoever offered has read the refusal: it is shown no longer."""
    holding.changed(
        work,
        update(Offer)
        .where(Offer.id == offer_id, Offer.by_id == staff_id, Offer.state == "refused")
        .values(seen_at=work.now_ms),
    )


def _end(work: Work, row: Offer, state: str, staff_id: int) -> None:
    work.db.flush()
    done = holding.changed(
        work,
        update(Offer)
        .where(Offer.id == row.id, Offer.state == "open")
        .values(state=state, ended_at=work.now_ms, ended_by=staff_id),
    )
    if not done:
        raise OfferGone(_("这次转交已经有结果了。"))


def _open_offer(work: Work, offer_id: int) -> Offer:
    row = work.db.get(Offer, offer_id)
    if row is None or row.state != "open":
        raise OfferGone(_("这次转交已经有结果了。"))
    return row


def _overrides(work: Work, staff_id: int) -> bool:
    return work.db.scalar(select(Staff.role).where(Staff.id == staff_id)) in service.OVERRIDES


def _check_target(work: Work, task: Task, to: Target) -> None:
    if to.kind not in KINDS:
        raise BadOffer(_("没有这种转法。"), field="to")
    if to.kind == "colleague" and to.staff_id is None:
        raise BadOffer(_("选一位同事。"), field="to")
    if to.kind == "station" and to.station_id in (None, task.station_id):
        raise BadOffer(_("选另一个司法所。"), field="to")
    if to.staff_id is not None and to.staff_id == task.holder_id:
        raise BadOffer(_("这一件就在他手里。"), field="to")
    view = View(work.db.connection(), work.now_ms)
    found = list(
        work.db.scalars(
            select(Staff.id).where(
                Staff.active,
                Staff.id != (task.holder_id or 0),
                _group(to.kind, to.staff_id, to.station_id),
            )
        )
    )
    if not found:
        raise BadOffer(_("那边现在没有人能接。"), field="to")
    person = view.person(to.staff_id) if to.staff_id is not None else None
    if person is not None and not person.there(work.now_ms):
        raise BadOffer(_("他现在不在，换一位。"), field="to")


def _group(kind: str, staff_id: int | None, station_id: str | None) -> ColumnElement[bool]:
    """Of whom an offer asks, over `Staff`."""
    one = Staff.id == staff_id if staff_id is not None else Staff.id > 0
    if kind == "colleague":
        return and_(one, Staff.role.in_((*ANSWERING, "lawyer", "mediator")))
    if kind == "station":
        return and_(one, Staff.station_id == station_id, Staff.role.in_(ANSWERING))
    if kind == "lawyer":
        return and_(one, Staff.role == "lawyer")
    if kind == "experts":
        return and_(one, Staff.role.in_(("lawyer", "mediator")))
    return and_(one, Staff.station_id.is_(None), Staff.role.in_(ANSWERING))


def _may_accept(work: Work, row: Offer, staff_id: int) -> bool:
    asked = select(Staff.id).where(
        Staff.id == staff_id, Staff.active, _group(row.kind, row.to_id, row.station_id)
    )
    return work.db.scalar(asked) is not None


def _tell_passed(work: Work, task: Task, staff_id: int, former: int | None) -> None:
    """Say who answers from now on; a time only where the resident still waits for one."""
    resident = task.resident_id
    if resident is None:
        return
    if former is None or not holding.hand_over(work, resident, former, staff_id):
        holding.hold(work, resident, staff_id)
    if task.secluded:
        return
    found = Plan(None, None)
    if task.waits_since is not None:
        view = View(work.db.connection(), work.now_ms)
        where = _where(work, staff_id) or task.station_id
        found = plan(view, where, work.now_ms, task.waits_since)
        if found.promised_at is not None and found.promised_at > (task.promised_at or 0):
            task.promised_at = found.promised_at
            kept.promised(work, task.id, task.station_id, found.promised_at)
    name, station = holding.name_of(work, staff_id), _station_of(work, staff_id)
    said = passed_words(task.id, name, station, task.promised_at if found.promised_at else None, work.now_ms)
    outbox.enqueue(work, resident_id=resident, body=said, once=f"passed:{task.id}:{task.moved_at}")


def _where(work: Work, staff_id: int) -> str | None:
    return work.db.scalar(select(Staff.station_id).where(Staff.id == staff_id))


def _station_of(work: Work, staff_id: int) -> str:
    at = _where(work, staff_id)
    return next((one.name for one in stations.all_open(work.db.connection()) if one.id == at), "")


# -- reading ---------------------------------------------------------------------------------


def offers_for(connection: Connection, scope: Scope) -> list[OfferLine]:
    """What is offered to somebody now, and refusals of their own offers that they have not seen.

    Oldest first. It says nothing of the resident.
    """
    me = aliased(Staff)
    asked = select(me.id).where(me.id == scope.staff_id, me.active, reaches(me)).correlate(Offer).exists()
    mine = and_(Offer.by_id == scope.staff_id, Offer.state == "refused", Offer.seen_at.is_(None))
    found = or_(and_(Offer.state == "open", Offer.by_id != scope.staff_id, asked), mine)
    return _lines(connection, found, scope.staff_id)


def offers_of(connection: Connection, task_id: int) -> list[OfferLine]:
    """All offers of a task, oldest first."""
    return _lines(connection, Offer.task_id == task_id)


def reaches(me: type[Staff]) -> ColumnElement[bool]:
    """Whether an offer asks a member of staff, as a condition over `Offer` and their row."""
    named = or_(Offer.to_id.is_(None), Offer.to_id == me.id)
    answers = me.role.in_(ANSWERING)
    return and_(
        named,
        or_(
            and_(Offer.kind == "colleague", Offer.to_id == me.id),
            and_(Offer.kind == "station", Offer.station_id == me.station_id, answers),
            and_(Offer.kind == "lawyer", me.role == "lawyer"),
            and_(Offer.kind == "experts", me.role.in_(("lawyer", "mediator"))),
            and_(Offer.kind == "county", me.station_id.is_(None), answers),
        ),
    )


def _lines(connection: Connection, which: ColumnElement[bool], staff_id: int = 0) -> list[OfferLine]:
    by, to, ended = aliased(Staff), aliased(Staff), aliased(Staff)
    names = {one.id: one.name for one in stations.all_open(connection)}
    rows = connection.execute(
        select(
            Offer.id,
            Offer.task_id,
            Offer.kind,
            Offer.by_id,
            by.name.label("by"),
            Offer.to_id,
            to.name.label("to"),
            Offer.station_id,
            Offer.why,
            Offer.reason,
            Offer.state,
            Offer.made_at,
            Offer.ended_at,
            ended.name.label("ended"),
        )
        .join(by, by.id == Offer.by_id)
        .join(to, to.id == Offer.to_id, isouter=True)
        .join(ended, ended.id == Offer.ended_by, isouter=True)
        .where(which)
        .order_by(Offer.id)
    )
    return [
        OfferLine(
            id=row.id,
            task_id=row.task_id,
            kind=row.kind,
            by_id=row.by_id,
            by=row.by,
            to_id=row.to_id,
            to=row.to or "",
            station_id=row.station_id,
            station=names.get(row.station_id or "", ""),
            why=row.why,
            reason=row.reason or "",
            state=row.state,
            made_at=row.made_at,
            ended_at=row.ended_at,
            ended_by=row.ended or "",
            mine=row.by_id == staff_id,
        )
        for row in rows
    ]
