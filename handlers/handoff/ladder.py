"""The ladder of silence: what nobody answers goes on to a colleague, a neighbour, the county.

A round looks at the tasks whose time has come (``next_at``). Each step is decided by one statement on
what the task was when it was read, and its message has a key: two nodes at once, or a node that
dies in the middle, take each step once.

=====================================  ====================================================
15 working minutes without a word      a colleague of the station, else a reminder
60 working minutes                     the neighbour station or the county's pool; a new time is told
the end of the next half-day           the county's people on duty, by the roster first, and an alarm; then
                                       each half-day
nobody of the station is there         at once to whoever answers first, if that is sooner
danger, not acknowledged               after 3, 6, 10 minutes person (by the roster first), head, county;
                                       then all over again
=====================================  ====================================================
"""

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from sqlalchemy import func, select, update

from bot.errors import where
from bot.wechat import outbox
from bot.work.alarms import raise_alarm
from bot.work.unit import Work
from bot.work.writer import is_store_trouble
from handlers.facts import TaskMoved
from handlers.handoff import absence, holding, kept, named, roster
from handlers.handoff.kept import Made
from handlers.handoff.models import Task
from handlers.handoff.presence import Person, View
from handlers.handoff.promise import Plan, neighbour, plan
from handlers.handoff.returning import give_up
from handlers.handoff.sentences import later_words, nobody_words
from handlers.handoff.service import ALARM

_log = logging.getLogger(__name__)
MOST = 5
"""Tasks of one act: a look takes about 2 ms, and messages wait for the writer meanwhile."""
COLLEAGUE_MINUTES, ELSEWHERE_MINUTES = 15, 60
MINUTE_MS = 60_000
LEVELS = (3, 6, 10)
"""Minutes after which danger goes to a person, a head, the county; after the last they begin anew."""
_UNKNOWN_MS = 60 * MINUTE_MS
"""Looked at again after this time where the calendar says nothing."""


@dataclass(frozen=True)
class Standing:
    """A task as a round read it."""

    id: int
    urgent: bool
    message_id: int
    resident_id: int | None
    station_id: str | None
    holder_id: int | None
    taken_at: int | None
    moved_at: int
    waits_since: int | None
    promised_at: int | None
    rung: int
    next_at: int
    secluded: str
    acknowledged_by: int | None


def climb(work: Work) -> int:
    """One step of a round: tasks whose time has come are looked at. Returns: how many, at most `MOST`."""
    rows = work.db.execute(
        select(
            Task.id,
            Task.urgent,
            Task.message_id,
            Task.resident_id,
            Task.station_id,
            Task.holder_id,
            Task.taken_at,
            Task.moved_at,
            Task.waits_since,
            Task.promised_at,
            Task.rung,
            Task.next_at,
            Task.secluded,
            Task.acknowledged_by,
        )
        .where(Task.state == "open", Task.next_at <= work.now_ms)
        .order_by(Task.urgent.desc(), Task.next_at, Task.id)  # danger waits behind nothing
        .limit(MOST)
    ).all()
    if rows:
        climber = Climber(work)
        for row in rows:
            _alone(work, climber, Standing(*tuple(row)))
    return len(rows)


def _alone(work: Work, climber: "Climber", task: Standing) -> None:
    """Look at one task; what goes wrong with it must not keep the others waiting."""
    try:
        with work.db.begin_nested():
            climber.look(task)
    except Exception as error:
        if is_store_trouble(error):
            raise
        _log.error("task %s could not climb: %s", task.id, where(error))
        again = update(Task).where(Task.id == task.id).values(next_at=work.now_ms + MINUTE_MS)
        holding.changed(work, again)


class Climber:
    """One round's act with what it knows of people, days and who holds how much."""

    def __init__(self, work: Work) -> None:
        self._work, self._now = work, work.now_ms
        self._view = View(work.db.connection(), work.now_ms)

    @cached_property
    def _named(self) -> dict[int, list[str]]:
        return named.everybody(self._work.db.connection())

    def look(self, task: Standing) -> None:
        """Take the step that is due, and write down when the next one is."""
        if task.holder_id is not None and not self._there(task.holder_id):
            give_up(self._work, task.id, task.holder_id, "away")
            return  # it is in its pool now, and looked at again at once
        if task.urgent and task.acknowledged_by is None:
            self._danger(task)
        elif task.urgent or task.waits_since is None:
            self._set(task, next_at=self._leaves_at(task.holder_id))
        else:
            self._waiting(task, task.waits_since)

    # -- danger ------------------------------------------------------------------------------

    def _danger(self, task: Standing) -> None:
        reached = task.rung
        while _level_at(task.moved_at, reached) <= self._now:
            reached += 1
        if not self._set(task, rung=reached, next_at=_level_at(task.moved_at, reached)):
            return
        if reached == task.rung:
            return
        asked = self._asked((reached - 1) % len(LEVELS), task)
        detail = f"task {task.id}: nobody took it yet; a person must look at the task"
        raise_alarm(self._work, "danger", str(task.message_id), detail)
        to, station = (asked.id, asked.station_id) if asked else (None, None)
        self._work.happened(TaskMoved(task.id, to, station, "level"))

    def _asked(self, level: int, task: Standing) -> Person | None:
        """Who is asked at a level of danger: a person of the station, a head, None for the whole county."""
        if level == len(LEVELS) - 1:
            return None
        if level == 0 and (first := self._by_roster(task)):
            return self._freest(first)
        there = [one for one in self._may_see(task, self._view.people) if one.there(self._now)]
        of_station = [one for one in there if one.station_id == task.station_id]
        if level == 0:
            return self._freest(of_station or there)
        heads = [one for one in of_station if one.role == "head"]
        heads = heads or [one for one in there if one.station_id is None or one.role == "county_admin"]
        return self._freest(heads or [one for one in there if one.role == "head"])

    # -- waiting -----------------------------------------------------------------------------

    def _waiting(self, task: Standing, since: int) -> None:
        made = kept.open_promise(self._work, task.id)
        if self._deserted(task, made) or self._later_than_promised(task, made):
            return
        due = self._due(task, since)
        if due is None:
            self._no_hours(task)
        elif due > self._now:
            ends = made.due_at + 1 if made and made.due_at >= self._now else due
            self._set(task, next_at=min(due, ends, self._absence_before(due)))
        elif task.rung == 0:
            self._to_colleague(task)
        elif task.rung == 1:
            self._elsewhere(task)
        else:
            self._to_county(task)

    def _due(self, task: Standing, since: int) -> int | None:
        """When the next step is due, in milliseconds UTC."""
        if task.rung == 0:
            return self._working(task.station_id, max(since, task.moved_at), COLLEAGUE_MINUTES)
        if task.rung == 1:
            due = self._working(task.station_id, since, ELSEWHERE_MINUTES)
            if due is None or task.taken_at is None:
                return due
            taken = self._working(task.station_id, task.taken_at, COLLEAGUE_MINUTES)
            return due if taken is None else max(due, taken)
        return self._half_day(task.station_id, task.moved_at)

    def _deserted(self, task: Standing, made: Made | None) -> bool:
        """Nobody of the station is there, and others can answer sooner: it goes to them at once."""
        if task.station_id is None or task.rung > 1 or task.secluded:
            return False
        counted = made.since if made and made.due_at > self._now else self._now
        found = plan(self._view, task.station_id, counted, task.waits_since)
        if found.promised_at is None or found.pool == task.station_id:
            return False
        told = made is not None and made.due_at >= found.promised_at
        return self._move(task, found, rung=2, since=counted, say=not told)

    def _later_than_promised(self, task: Standing, made: Made | None) -> bool:
        """An absence or a closure makes the promised time impossible, or it is over: a later one is told."""
        if made is None or (made.due_at <= self._now and task.rung < 2):
            return False  # what is over is told with the step that is due
        since = made.since if made.due_at > self._now else self._now
        found = plan(self._view, task.station_id, since, task.waits_since)
        if found.promised_at is None or found.promised_at <= made.due_at:
            return False
        if since == self._now and made.made_at > task.moved_at:
            return False  # told once for this step; the next step tells again
        if self._set(task, promised_at=found.promised_at, next_at=self._now):
            self._promise(task, task.station_id, found.promised_at, since)
            self._tell(task, later_words(task.id, found.promised_at, self._now, "", moved=False))
        return True

    def _to_colleague(self, task: Standing) -> None:
        """Given to a colleague who is there; where there is none, whoever has it is reminded."""
        others = [
            one
            for one in self._may_see(task, self._view.of(task.station_id))
            if one.id != task.holder_id and one.there(self._now)
        ]
        to = self._freest(others) if task.holder_id is not None or len(others) > 1 else None
        if to is None:
            if self._set(task, rung=1, next_at=self._now):
                reminded = task.holder_id or (others[0].id if others else None)
                self._work.happened(TaskMoved(task.id, reminded, task.station_id, "silence"))
            return
        if not self._set(task, rung=1, next_at=self._now, holder_id=to.id, taken_at=None, moved_at=self._now):
            return
        holding.end_offers(self._work, task.id)
        if task.resident_id is not None and task.holder_id is not None:
            holding.hand_over(self._work, task.resident_id, task.holder_id, to.id)
        self._work.happened(TaskMoved(task.id, to.id, task.station_id, "silence"))

    def _elsewhere(self, task: Standing) -> bool:
        """To the neighbour station or the county's pool, and the resident is told a new time."""
        home = None if task.secluded else task.station_id
        pool = neighbour(self._view, home, self._now) if home is not None else None
        found = replace(plan(self._view, pool, self._now, task.waits_since), pool=pool)
        return self._move(task, found, rung=2, since=self._now)

    def _to_county(self, task: Standing) -> None:
        """To the county's people on duty, who are asked again each half-day; an alarm rings."""
        to = task.holder_id
        found = Plan(None, None)
        if task.rung == 2:
            county = [one for one in self._may_see(task, self._view.of(None)) if one.there(self._now)]
            on_duty = self._freest(
                self._may_see(task, self._by_roster(replace(task, station_id=None))) or county
            )
            to = on_duty.id if on_duty else None
            found = plan(self._view, None, self._now, task.waits_since)
        if self._move(task, found, rung=task.rung + 1, since=self._now, to=to):
            raise_alarm(self._work, ALARM, str(task.id), f"task {task.id}: nobody answers the resident")

    def _no_hours(self, task: Standing) -> None:
        """No opening is known there: others answer if they can, else the operator is told."""
        if task.rung < 2 and task.station_id is not None and not task.secluded:
            other = neighbour(self._view, task.station_id, self._now)
            if other is not None:
                self._elsewhere(task)
                return
        if self._set(task, next_at=self._now + _UNKNOWN_MS):
            raise_alarm(
                self._work, ALARM, str(task.id), f"task {task.id}: no opening hours are known for its station"
            )

    def _move(
        self,
        task: Standing,
        to_plan: Plan,
        *,
        rung: int,
        since: int,
        to: int | None = None,
        say: bool = True,
    ) -> bool:
        """To another pool or person. Returns: False when another round was quicker."""
        promised = to_plan.promised_at if say else task.promised_at
        moved = self._set(
            task,
            station_id=to_plan.pool,
            holder_id=to,
            taken_at=None,
            moved_at=self._now,
            next_at=self._now,
            rung=rung,
            promised_at=promised or task.promised_at,
        )
        if not moved:
            return False
        holding.end_offers(self._work, task.id)
        if task.resident_id is not None and task.holder_id is not None and to != task.holder_id:
            holding.let_go(self._work, task.resident_id, task.holder_id)
        if say and to_plan.promised_at is not None:
            self._promise(task, to_plan.pool, to_plan.promised_at, since)
            name = next((one.name for one in self._view.stations if one.id == to_plan.pool), "")
            gone = not task.secluded and (to_plan.pool != task.station_id or to != task.holder_id)
            self._tell(task, later_words(task.id, to_plan.promised_at, self._now, name, moved=gone))
        elif say:
            self._tell(task, nobody_words(task.id), once=f"nobody:{task.id}")
        self._work.happened(TaskMoved(task.id, to, to_plan.pool, "silence"))
        return True

    # -- what the steps are made of ----------------------------------------------------------

    def _set(self, task: Standing, **values: object) -> bool:
        """Change a task if it is still as it was read: of two rounds at once, one does."""
        as_read = (
            Task.id == task.id,
            Task.state == "open",
            Task.next_at == task.next_at,
            Task.rung == task.rung,
            Task.moved_at == task.moved_at,
            Task.holder_id.is_not_distinct_from(task.holder_id),
            Task.waits_since.is_not_distinct_from(task.waits_since),
            Task.acknowledged_by.is_not_distinct_from(task.acknowledged_by),
        )
        return bool(holding.changed(self._work, update(Task).where(*as_read).values(**values)))

    def _promise(self, task: Standing, pool: str | None, due_ms: int, since: int) -> None:
        kept.promised(self._work, task.id, pool, due_ms, since=since)

    def _tell(self, task: Standing, words: str, *, once: str = "") -> None:
        if task.resident_id is None:
            return
        key = once or f"ladder:{task.id}:{task.rung}:{task.next_at}:{task.moved_at}"
        outbox.enqueue(self._work, resident_id=task.resident_id, body=words, once=key)

    def _there(self, staff_id: int) -> bool:
        """Whether a holder is there; lawyers and mediators who accepted an offer count too."""
        return not absence.is_away(self._work.db.connection(), staff_id, self._now)

    def _leaves_at(self, staff_id: int | None) -> int | None:
        """When a holder's next absence begins: then what they hold goes to its pool."""
        if staff_id is None:
            return None
        return absence.next_beginning(self._work.db.connection(), staff_id, self._now)

    def _may_see(self, task: Standing, people: list[Person]) -> list[Person]:
        """Of these, who may see a task; where nobody is named for danger, everybody must."""
        if not task.secluded:
            return people
        found = [one for one in people if task.secluded in self._named.get(one.id, ())]
        return found or (people if task.urgent else [])

    def _by_roster(self, task: Standing) -> list[Person]:
        """Whom the roster names now for a task. Danger that nobody took is theirs to take, whatever it is."""
        first = roster.first_asked(self._work.db.connection(), task.station_id, self._now, urgent=task.urgent)
        return [one for one in self._view.people if one.id in first]

    def _freest(self, people: list[Person]) -> Person | None:
        """Who holds the fewest open tasks, by id among equals."""
        return min(people, key=lambda one: (self._held.get(one.id, 0), one.id), default=None)

    @cached_property
    def _held(self) -> dict[int, int]:
        rows = self._work.db.execute(
            select(Task.holder_id, func.count())
            .where(Task.state == "open", Task.holder_id.is_not(None))
            .group_by(Task.holder_id)
        )
        return {int(holder): count for holder, count in rows if holder is not None}

    def _absence_before(self, due: int) -> int:
        """The first instant before ``due`` at which somebody goes away: then it is looked at again."""
        begins = [since for one in self._view.people for since, _until in one.away if self._now < since < due]
        return min(begins, default=due)

    def _working(self, station: str | None, since: int, minutes: int) -> int | None:
        """So many working minutes later, with somebody there; the county's pool goes by the first station."""
        if station is not None:
            return self._view.later(station, self._view.of(station) or None, since, minutes)
        found = [self._view.later(one.id, None, since, minutes) for one in self._view.stations]
        return min((when for when in found if when is not None), default=None)

    def _half_day(self, station: str | None, since: int) -> int | None:
        """The end of the half-day after the one in which, or before which, an instant lies."""
        at = [station] if station is not None else [one.id for one in self._view.stations]
        ends = [
            closes for one in at for _opens, closes in islice(self._view.stretches(one, None, since), 1, 2)
        ]
        return min(ends, default=None)


def _level_at(since: int, level: int) -> int:
    """When a level of danger is reached, in milliseconds UTC."""
    again, place = divmod(level, len(LEVELS))
    return since + (again * LEVELS[-1] + LEVELS[place]) * MINUTE_MS
