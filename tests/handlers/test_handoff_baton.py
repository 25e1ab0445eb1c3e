"""The baton: one holder, offers that leave it where it is, and never nobody."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from bot.errors import Refused
from handlers.handoff import absence, baton, notes, seclusion, service
from handlers.handoff.baton import Target
from handlers.handoff.refusals import AnsweredMeanwhile, BadOffer, OfferGone, TakenAlready
from handlers.handoff.scope import Scope
from tests.handlers.office import Office, ms, office
from tests.support.servers import Postgres

ROUNDS = 100
COLLEAGUE, COUNTY = "colleague", Target("county")


@pytest.fixture
def county(tmp_path: Path, template_db: Path) -> Iterator[Office]:
    """The demo county, Monday at ten."""
    with office(tmp_path / "data", template_db) as opened:
        yield opened


def race(first: Office, second: Office, rounds: int = ROUNDS) -> list[tuple[int, int]]:
    """Two clerks take the same task at once, again and again. Returns: wins and losses of each round."""
    clerks = (first.works("chen"), first.works("zhou"))
    gate = Barrier(2)

    def tries(at: Office, clerk: int, task: int) -> bool:
        gate.wait()
        try:
            at.does(baton.take, clerk, task)
        except TakenAlready:
            return False
        return True

    seen = []
    with ThreadPoolExecutor(2) as pool:
        for _round in range(rounds):
            task = first.asks(first.resident())
            tried = [
                pool.submit(tries, at, clerk, task) for at, clerk in zip((first, second), clerks, strict=True)
            ]
            won = [one.result() for one in tried]
            holder = first.task(task, "holder_id")[0]
            assert holder == clerks[won.index(True)]
            seen.append(
                (sum(won), first.rows("select count(*) from thread where held_by = :h", h=holder)[0][0])
            )
    return seen


def test_of_two_clerks_who_take_at_once_one_wins_each_time(county: Office) -> None:
    assert [wins for wins, _threads in race(county, county)] == [1] * ROUNDS
    assert county.rows("select count(*) from outbox where once like 'taken:%'") == [(ROUNDS,)]


def test_of_two_clerks_at_two_nodes_one_wins_each_time(tmp_path: Path, postgres_server: Postgres) -> None:
    with (
        postgres_server.migrated() as url,
        office(tmp_path / "one", None, url) as first,
        office(tmp_path / "two", None, url) as second,
    ):
        wins = [won for won, _threads in race(first, second)]

    assert wins == [1] * ROUNDS


def test_the_one_who_is_late_reads_who_has_it(county: Office) -> None:
    chen, zhou = county.works("chen", name="陈敏"), county.works("zhou")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)

    with pytest.raises(TakenAlready) as late:
        county.does(baton.take, zhou, task)

    assert late.value.say == "陈敏在办这一件。"


def test_taken_the_resident_reads_who_comes_and_the_bot_is_silent(county: Office) -> None:
    chen = county.works("chen", name="陈敏")
    resident = county.resident()
    task = county.asks(resident)

    county.does(baton.take, chen, task)
    county.does(baton.take, chen, task)

    assert county.told(resident) == ["陈敏（柳河司法所）来回您了（R-0001）。"]
    assert county.reads(service.held, resident, county.now_ms).staff_id == chen


def test_two_people_do_not_answer_one_thread(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)

    with pytest.raises(AnsweredMeanwhile):
        county.answers(zhou, task)

    assert county.rows("select count(*) from staff_reply") == [(0,)]


def test_who_stands_in_for_somebody_away_may_answer_and_has_it_then(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.answers(chen, task)
    county.does(absence.away, zhou, chen, county.now_ms, None)

    county.answers(zhou, task)

    assert county.task(task, "holder_id")[0] == zhou
    assert county.rows("select held_by from thread") == [(zhou,)]


def test_an_offer_leaves_the_task_where_it_is(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)

    made = county.does(baton.offer, chen, task, Target(COLLEAGUE, zhou), "我下村，材料齐了。")

    assert county.task(task, "holder_id")[0] == chen
    (line,) = county.reads(baton.offers_of, task)
    assert (line.id, line.to, line.why, line.state) == (made, "zhou", "我下村，材料齐了。", "open")
    assert [one.id for one in county.reads(baton.offers_for, Scope(zhou, "liuhe"))] == [made]
    assert county.reads(baton.offers_for, Scope(chen, "liuhe")) == []
    assert county.moves()[-1] == (zhou, None, "offer")


def test_accepted_the_task_and_its_thread_change_hands(county: Office) -> None:
    chen, zhao = county.works("chen"), county.works("zhao", "shiqiao", name="赵琴")
    resident = county.resident()
    task = county.asks(resident)
    county.does(baton.take, chen, task)
    made = county.does(baton.offer, chen, task, Target("station", station_id="shiqiao"), "人在石桥。")
    county.now("2026-11-23 10:20")

    county.does(baton.accept, zhao, made)

    assert county.task(task, "holder_id", "station_id") == (zhao, "shiqiao")
    assert county.rows("select held_by from thread") == [(zhao,)]
    assert county.told(resident)[-1] == "R-0001 这件事，现在由赵琴（石桥司法所）来办，今天 11:20 前回您。"
    assert county.moves()[-1] == (zhao, "shiqiao", "accepted")


def test_a_refusal_needs_a_reason_and_is_shown_to_whoever_offered(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou", name="周海")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)
    made = county.does(baton.offer, chen, task, Target(COLLEAGUE, zhou), "请帮忙。")

    with pytest.raises(BadOffer):
        county.does(baton.refuse, zhou, made, "  ")
    county.does(baton.refuse, zhou, made, "我和对方是亲戚。")

    assert county.task(task, "holder_id")[0] == chen
    (shown,) = county.reads(baton.offers_for, Scope(chen, "liuhe"))
    assert (shown.state, shown.reason, shown.ended_by, shown.mine) == (
        "refused",
        "我和对方是亲戚。",
        "周海",
        True,
    )
    county.does(baton.seen, chen, made)
    assert county.reads(baton.offers_for, Scope(chen, "liuhe")) == []
    assert county.moves()[-1] == (chen, "liuhe", "refused")


def test_an_offer_that_was_withdrawn_cannot_be_accepted(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)
    made = county.does(baton.offer, chen, task, Target(COLLEAGUE, zhou), "请帮忙。")
    county.does(baton.withdraw, chen, made)

    with pytest.raises(OfferGone):
        county.does(baton.accept, zhou, made)

    assert county.task(task, "holder_id")[0] == chen


@pytest.mark.parametrize("kind", ["lawyer", "experts", "county"])
def test_a_group_that_is_empty_is_not_offered_anything(county: Office, kind: str) -> None:
    chen = county.works("chen")
    task = county.asks(county.resident())

    with pytest.raises(BadOffer):
        county.does(baton.offer, chen, task, Target(kind), "请看看。")


@pytest.mark.parametrize(
    ("kind", "role", "station"),
    [("lawyer", "lawyer", None), ("experts", "mediator", "shiqiao"), ("county", "head", None)],
)
def test_any_of_a_group_may_accept_and_others_may_not(
    county: Office, kind: str, role: str, station: str | None
) -> None:
    chen, other, zhou = county.works("chen"), county.works("other", station, role), county.works("zhou")
    task = county.asks(county.resident())
    made = county.does(baton.offer, chen, task, Target(kind), "请看看。")

    with pytest.raises(OfferGone):
        county.does(baton.accept, zhou, made)
    county.does(baton.accept, other, made)

    assert county.task(task, "holder_id")[0] == other


def test_nobody_is_offered_what_another_holds_but_by_a_head(county: Office) -> None:
    chen, zhou, head = county.works("chen"), county.works("zhou"), county.works("head", role="head")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)

    with pytest.raises(TakenAlready):
        county.does(baton.offer, zhou, task, Target(COLLEAGUE, head), "我想转。")

    assert county.does(baton.offer, head, task, Target(COLLEAGUE, zhou), "请周来办。") > 0


def test_somebody_away_is_not_offered_anything(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.does(absence.away, zhou, zhou, county.now_ms, None)

    with pytest.raises(BadOffer) as refused:
        county.does(baton.offer, chen, task, Target(COLLEAGUE, zhou), "请帮忙。")

    assert refused.value.say == "他现在不在，换一位。"


def test_away_moves_all_that_one_holds_in_one_step(county: Office) -> None:
    chen = county.works("chen", name="陈敏")
    county.works("zhou")
    residents = [county.resident() for _n in range(3)]
    tasks = [county.asks(one) for one in residents]
    for task in tasks[:2]:
        county.answers(chen, task)

    moved = county.does(absence.away, chen, chen, county.now_ms, ms("2026-11-24 08:30"))

    assert moved == 2
    assert [county.task(task, "holder_id", "station_id") for task in tasks] == [(None, "liuhe")] * 3
    assert county.rows("select held_by from thread") == [(None,), (None,)]
    assert "陈敏这会儿不在，您的事由同事接着办。" in county.told(residents[0])[-1]
    assert county.told(residents[2]) == []
    assert county.reads(absence.is_away, chen, county.now_ms)
    assert not county.reads(absence.is_away, chen, ms("2026-11-24 08:30"))


def test_back_ends_what_is_left_of_an_absence(county: Office) -> None:
    chen = county.works("chen")
    county.does(absence.away, chen, chen, county.now_ms, None)
    county.does(absence.away, chen, chen, ms("2026-11-25 08:30"), ms("2026-11-25 12:00"))
    county.now("2026-11-23 11:00")

    county.does(absence.back, chen)

    assert county.reads(absence.ahead, county.now_ms) == []


def test_notes_are_kept_for_colleagues_and_go_with_the_task(county: Office) -> None:
    chen = county.works("chen", name="陈敏")
    resident = county.resident()
    task = county.asks(resident)
    county.does(notes.add, chen, task, "对方电话打不通。")
    again = county.does(notes.add, chen, task, "对方电话打不通。 ")
    county.does(service.close, chen, task, "answered", "")
    kept = [(one.name, one.text) for one in county.reads(notes.of, task)]

    while county.does(service.erase, resident, 200):
        pass

    assert again is None, "pressed again, it is one note"
    assert kept == [("陈敏", "对方电话打不通。")]
    assert county.reads(notes.of, task) == []


def test_who_is_not_the_holder_cannot_close(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)

    with pytest.raises(TakenAlready):
        county.does(service.close, zhou, task, "answered", "")

    assert county.task(task, "state")[0] == "open"


# -- never nobody ----------------------------------------------------------------------------


def owned(county: Office) -> None:
    """Every open task is with an active person or in a pool that exists; one holds each thread."""
    active = {row[0] for row in county.rows("select id from staff where active")}
    known = {row[0] for row in county.rows("select id from station")}
    for holder, station in county.rows("select holder_id, station_id from task where state = 'open'"):
        assert holder is None or holder in active
        assert station is None or station in known
    for (held_by,) in county.rows("select held_by from thread"):
        assert held_by is None or held_by in active
    assert not county.rows(
        "select task_id from offer where state = 'open' group by task_id having count(*) > 1"
    )
    assert not county.rows(
        "select offer.id from offer join task on task.id = offer.task_id"
        " where offer.state = 'open' and task.state <> 'open'"
    )
    assert not county.rows("select id from task where urgent and state = 'closed' and closed_by is null")


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_no_task_is_without_an_owner(county: Office, seed: int) -> None:
    chance = Random(seed)
    people = [
        county.works("chen"),
        county.works("zhou"),
        county.works("zhao", "shiqiao"),
        county.works("head", None, "head"),
        county.works("law", None, "lawyer"),
    ]
    gone: set[int] = set()

    def leaves(who: int) -> None:
        if len(gone) < 2:
            gone.add(who)
            login = county.rows("select login from staff where id = :id", id=who)[0][0]
            county.does(_leave, login)

    def passes() -> None:
        county.clock.move(minutes=chance.choice([5, 20, 90]))
        county.climbs()

    def acts(who: int, task: int, offer: int) -> list[Callable[[], object]]:
        to = chance.choice(
            [
                Target(COLLEAGUE, chance.choice(people)),
                Target("station", station_id="shiqiao"),
                COUNTY,
                Target("lawyer"),
            ]
        )
        return [
            lambda: county.asks(county.resident(chance.choice(["liuhe", None]))),
            lambda: county.cries(county.resident(), chance.choice(["suicide", "violence"])),
            lambda: county.does(baton.take, who, task),
            lambda: county.does(baton.take_over, who, task),
            lambda: county.does(baton.put_back, who, task),
            lambda: county.does(baton.offer, who, task, to, "请帮忙。"),
            lambda: county.does(baton.accept, who, offer),
            lambda: county.does(baton.refuse, who, offer, "不行。"),
            lambda: county.does(baton.withdraw, who, offer),
            lambda: county.answers(who, task),
            lambda: county.does(service.hand_back, task, "回到小司。"),
            lambda: county.does(service.close, who, task, "answered", "办完了。"),
            lambda: county.does(seclusion.seclude, who, task, "minor", "孩子的事。"),
            lambda: county.does(seclusion.open_again, who, task, "弄错了。"),
            lambda: county.does(absence.away, who, who, county.now_ms, county.now_ms + 3_600_000),
            lambda: county.does(absence.back, who),
            lambda: leaves(who),
            passes,
        ]

    county.asks(county.resident())
    refused = 0
    for _step in range(60):
        who = chance.choice([one for one in people if one not in gone])
        task = chance.choice(county.rows("select id from task where state = 'open'") or [(1,)])[0]
        offer = chance.choice(county.rows("select id from offer where state = 'open'") or [(0,)])[0]
        try:
            chance.choice(acts(who, task, offer))()
        except Refused:
            refused += 1
        owned(county)

    assert refused < 60


def _leave(work: object, login: str) -> None:
    from admin.console import people

    people.leave(work, login)  # type: ignore[arg-type]
