"""Whatever people, staff and the clock do, in any order: no seat twice, nobody lost, each told once.

The wait list too: a place is offered one time at once, and is never lost but by who has it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.errors import Refused
from handlers.appointments import affected, service, telling, waiting
from handlers.appointments.service import Booked, Held, Person
from handlers.appointments.telling import Means
from handlers.appointments.waiting import Told
from handlers.handoff import absence
from tests.handlers.booking import Bookings, with_supply
from tests.handlers.office import ms, office
from tests.support.servers import Postgres

PEOPLE = 4
DAYS = ("2026-11-24", "2026-11-25")
TIMES = ("08:30", "09:00", "09:30", "10:30", "14:00", "15:00", "16:30")
TOLD = Told(Person("王秀英", "13800001234"), "跟邻居因为宅基地吵架")
halves = st.sampled_from([("08:00", "12:00"), ("14:00", "17:30")])
Opened = Callable[[], AbstractContextManager[Bookings]]
people = st.integers(0, PEOPLE - 1)
times = st.builds(lambda day, at: f"{day} {at}", st.sampled_from(DAYS), st.sampled_from(TIMES))


class County(RuleBasedStateMachine):
    """A small county; ``booked``: what the model knows to be booked, by number."""

    opened: Opened

    def __init__(self) -> None:
        super().__init__()
        self._open = self.opened()
        self.at = self._open.__enter__()
        self.residents = [self.at.office.resident() for _n in range(PEOPLE)]
        self.staff = {login: ident for ident, login in self.at.office.rows("select id, login from staff")}
        self.held: dict[int, Held] = {}
        self.moving: set[int] = set()
        self.booked: dict[int, tuple[int, Booked]] = {}
        self.closings: list[int] = []
        self.told: Counter[tuple[int, int]] = Counter()
        self.waits: dict[int, int] = {}
        """Who waits, with the number of the place, as far as they did not end it."""

    def teardown(self) -> None:
        """The county is thrown away."""
        self._open.__exit__(None, None, None)

    def tries(self, act: Any, *args: Any, **more: Any) -> Any:
        """Do something that may be refused. Returns: its result, or the refusal."""
        try:
            return self.at.office.does(act, *args, **more)
        except Refused as refused:
            return refused

    def mine(self, who: int) -> Booked | None:
        """An open mediation of somebody."""
        return next((one for owner, one in self.booked.values() if owner == who), None)

    @rule(who=people, when=times)
    def holds(self, who: int, when: str) -> None:
        """Somebody chooses a time: a new one, or for what is booked."""
        mine = self.mine(who)
        moving = mine.appointment_id if mine else None
        got = self.tries(service.hold, self.residents[who], self.at.slot(when), moving=moving)
        if isinstance(got, Held):
            self.held[who] = got
            (self.moving.add if mine else self.moving.discard)(who)

    @rule(who=people, when=times, twice=st.booleans())
    def books(self, who: int, when: str, twice: bool) -> None:
        """Somebody chooses a time and confirms it at once, perhaps by two messages."""
        self.holds(who, when)
        for _message in range(1 + twice):
            self.confirms(who)

    @rule(when=st.lists(times, min_size=3, max_size=3))
    def many_book(self, when: list[str]) -> None:
        """A morning in which people come to the window one after the other."""
        for who, at in enumerate(when):
            self.books(who, at, twice=False)

    @rule(who=people)
    def writes(self, who: int) -> None:
        """A message comes while something is held, or not."""
        self.tries(service.extend, self.residents[who])

    @precondition(lambda self: self.held)
    @rule(who=people)
    def drops(self, who: int) -> None:
        """取消."""
        if who in self.held:
            self.tries(service.release, self.held.pop(who))

    def confirms(self, who: int) -> None:
        """确认. A refusal ends nothing: the person chooses again."""
        held = self.held.get(who)
        if held is None:
            return
        act = service.move if who in self.moving else service.book
        got = self.tries(act, self.residents[who], held.appointment_id)
        if isinstance(got, Booked):
            self.booked[got.appointment_id] = (who, got)

    @precondition(lambda self: self.booked)
    @rule(who=people, how=st.sampled_from(["cancel", "done", "no_show"]))
    def ends(self, who: int, how: str) -> None:
        """It is cancelled, or staff say what became of it."""
        mine = self.mine(who)
        if mine is None:
            return
        args = (self.residents[who],) if how == "cancel" else ()
        got = self.tries(getattr(service, how), *args, mine.appointment_id)
        if not isinstance(got, Refused):
            del self.booked[mine.appointment_id]

    @precondition(lambda self: self.booked and len(self.closings) < 2)
    @rule(day=st.sampled_from(DAYS), half=halves, told=st.booleans())
    def closes(self, day: str, half: tuple[str, str], told: bool) -> None:
        """The station closes for half a day."""
        since, until = (ms(f"{day} {at}") for at in half)
        got = self.tries(affected.close, self.staff["chenmin"], since, until, "停电", station_id="liuhe")
        if isinstance(got, int):
            self.closings.append(got)
        if told:
            self.tells()

    @precondition(lambda self: self.closings)
    @rule()
    def reopens(self) -> None:
        """A closing is taken back."""
        self.tries(affected.reopen, self.closings.pop())

    @precondition(lambda self: self.booked)
    @rule(day=st.sampled_from(DAYS), there=st.booleans())
    def away(self, day: str, there: bool) -> None:
        """Who mediates is away for a morning, or back, and the round sees it."""
        chen = self.staff["chenmin"]
        if there:
            self.tries(absence.back, chen)
        else:
            self.tries(absence.away, chen, chen, ms(f"{day} 08:00"), ms(f"{day} 12:00"))
        self.rounds()

    @rule(who=people)
    def queues(self, who: int) -> None:
        """Somebody stands in line; who does already is refused."""
        got = self.tries(waiting.wait_for, self.residents[who], "mediation", "liuhe", TOLD)
        assert isinstance(got, int) == (who not in self.waits)
        if isinstance(got, int):
            self.waits[who] = got

    @precondition(lambda self: self.waits)
    @rule(who=people)
    def leaves(self, who: int) -> None:
        """Somebody waits no longer; what is offered to them is free again."""
        if who in self.waits:
            assert not isinstance(
                self.tries(waiting.leave, self.residents[who], self.waits.pop(who)), Refused
            )

    @rule(
        queue=st.lists(people, max_size=3),
        answers=st.lists(st.sampled_from(["accept", "decline", "silence"]), min_size=4, max_size=4),
    )
    def offers(self, queue: list[int], answers: list[str]) -> None:
        """Some stand in line; the round offers what is free, by two nodes; each answers in their way."""
        self.settles()
        for who in queue:
            self.queues(who)
        for chance in self.at.office.reads(waiting.chances, self.at.shelf, self.at.office.now_ms):
            for _node in range(2):
                self.tries(telling.offer, chance, Means())
        for who, answer in enumerate(answers):
            offer = self.offered(who)
            if offer is not None and answer == "accept":
                got = self.tries(waiting.accept, self.residents[who], offer)
                if isinstance(got, Booked):
                    self.booked[got.appointment_id] = (who, got)
            elif offer is not None and answer == "decline":
                self.tries(service.release, Held(offer, 0))
        self.settles()

    def offered(self, who: int) -> int | None:
        """What is held for somebody who waits."""
        rows = self.at.office.rows(
            "select offer_id from wait where resident_id = :who and state = 'offered' and ended_at is null",
            who=self.residents[who],
        )
        return rows[0][0] if rows else None

    def settles(self) -> None:
        """The round ends places whose offer was answered, or not in time."""
        self.at.office.does(service.pass_over, self.at.office.now_ms - 86_400_000, 200)
        self.at.office.does(waiting.settle, 200)
        open_now = {row[0] for row in self.at.office.rows("select id from wait where ended_at is null")}
        self.waits = {who: ident for who, ident in self.waits.items() if ident in open_now}

    @rule(minutes=st.sampled_from([1, 5, 11, 720]))
    def waits_a_while(self, minutes: int) -> None:
        """Time goes by."""
        self.at.office.clock.move(minutes=minutes)

    @rule()
    def tells(self) -> None:
        """Two nodes tell all who must be asked."""
        for one in self.at.office.reads(affected.to_ask):
            for _node in range(2):
                if self.at.office.does(telling.ask, one.asking_id, Means()):
                    self.told[one.appointment_id, one.placed] += 1

    @rule()
    def rounds(self) -> None:
        """The rounds of the service; then whoever has a time that is not there is marked, and nobody else."""
        self.at.office.does(service.pass_over, self.at.office.now_ms - 86_400_000, 200)
        while self.at.office.does(affected.look_over):
            pass
        over = [row[0] for row in self.at.office.rows("select id from appointment where state = 'passed'")]
        for ident in over:
            self.booked.pop(ident, None)
        board = self.at.board()
        for ident, (_who, one) in self.booked.items():
            if one.ends <= self.at.office.now_ms:
                continue
            row = self.at.office.rows(
                "select since, seats, (select a.state from asking a where a.appointment_id = p.id"
                " and a.placed = p.moves) from appointment p where id = :id",
                id=ident,
            )[0]
            post = board.almanac.supply.by_post[one.post_id]
            stands = board.stands(one.service_id, post, row[1].split(), row[0], -(-one.ends // 300_000))
            assert (row[2] in (None, "moot", "told")) if stands else (row[2] in ("open", "told"))

    @invariant()
    def no_seat_is_taken_twice_and_none_is_lost(self) -> None:
        """The guard, the appointments and the model say the same."""
        self.at.whole()
        states = dict(self.at.office.rows("select id, state from appointment"))
        assert {states[ident] for ident in self.booked} <= {"booked", "passed"}
        counted = self.at.office.rows("select count(*) from appointment where state = 'booked'")[0][0]
        assert counted <= len(self.booked)

    @invariant()
    def a_place_in_line_is_offered_one_time_at_once_and_ends_for_a_reason(self) -> None:
        """Whoever waits has told all; whose place ended has left nothing; nobody falls out of the line."""
        rows = self.at.office.rows(
            "select w.id, w.state, w.ended_at, w.offer_id, a.state, a.resident_id, w.resident_id"
            " from wait w left join appointment a on a.id = w.offer_id"
        )
        places = {row[0]: row for row in rows}
        offers = [row[3] for row in rows if row[3] is not None]
        assert len(offers) == len(set(offers))
        for ident in self.waits.values():
            assert places[ident][2] is None
        for _id, state, ended, offer, held, owner, waits in rows:
            assert (state in ("waiting", "offered")) == (ended is None)
            assert state != "waiting" or offer is None
            assert state != "offered" or owner == waits
            assert state != "taken" or held not in ("held", "released", "lapsed")
            assert state != "declined" or held == "released"
            assert state != "left" or held != "held"
        open_ids = {row[0] for row in rows if row[2] is None}
        assert set(self.waits.values()) == open_ids

    @invariant()
    def nobody_is_told_twice_of_one_time(self) -> None:
        """However many nodes tell."""
        assert all(times == 1 for times in self.told.values())
        told = self.at.office.rows("select count(*) from telling where about = 'ask'")
        assert told == [(len(self.told),)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def opened(request: pytest.FixtureRequest, tmp_path: Path, template_db: Path) -> Opened:
    """Opens a county of its own for each example, on each engine in turn."""
    numbers = count()
    server: Postgres | None = (
        request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    )

    @contextmanager
    def on_file() -> Iterator[Bookings]:
        with office(tmp_path / str(next(numbers)), template_db) as one:
            yield with_supply(one)

    @contextmanager
    def on_server() -> Iterator[Bookings]:
        assert server is not None
        with server.migrated() as url, office(tmp_path / str(next(numbers)), None, url) as one:
            yield with_supply(one)

    return on_file if server is None else on_server


def test_no_seat_twice_nobody_lost_each_told_once(opened: Opened) -> None:
    machine = type("Opened", (County,), {"opened": staticmethod(opened)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),  # each step is a commit: shrinking a failure would take many minutes
        ),
    )
