"""值班表: who is asked first, at any hour; an absence wins; on both databases."""

import pytest

from handlers.handoff import absence, ladder, roster
from handlers.handoff.roster import BadTurn, OnDuty, TurnGone
from tests.handlers.office import Office, ms

NIGHT = "2026-11-23 23:00"


def puts(county: Office, who: int, station: str | None, since: str, until: str, phone: str = "") -> int:
    """The roster names somebody."""
    made: int = county.does(roster.put_on, who, who, station, ms(since), ms(until), phone)
    return made


def first(county: Office, station: str | None, *, urgent: bool = True) -> set[int]:
    """Whom it names for a task now."""
    found: frozenset[int] = county.store.reader.now(
        lambda connection: roster.first_asked(connection, station, county.now_ms, urgent=urgent)
    )
    return set(found)


def test_the_stations_own_come_first_then_the_countys_then_in_danger_anybody(county: Office) -> None:
    chen, zhou, lan = county.works("chen"), county.works("zhou", "chengdong"), county.works("lan", None)
    county.now(NIGHT)

    puts(county, zhou, "chengdong", NIGHT, "2026-11-24 08:00")
    others = first(county, "liuhe"), first(county, "liuhe", urgent=False)
    puts(county, lan, None, NIGHT, "2026-11-24 08:00")
    countys = first(county, "liuhe")
    puts(county, chen, "liuhe", NIGHT, "2026-11-24 08:00")

    assert others == ({zhou}, set())
    assert countys == {lan}
    assert first(county, "liuhe") == {chen}
    assert first(county, "shiqiao") == {lan}


def test_a_turn_counts_from_its_beginning_to_its_end(county: Office) -> None:
    chen = county.works("chen")
    puts(county, chen, "liuhe", "2026-11-23 18:00", "2026-11-24 08:00")

    found = []
    for when in ("2026-11-23 17:59", "2026-11-23 18:00", "2026-11-24 07:59", "2026-11-24 08:00"):
        county.now(when)
        found.append(bool(first(county, "liuhe")))

    assert found == [False, True, True, False]


def test_an_absence_wins_over_the_roster(county: Office) -> None:
    chen = county.works("chen")
    county.now(NIGHT)
    puts(county, chen, "liuhe", NIGHT, "2026-11-24 08:00")
    county.does(absence.away, chen, chen, county.now_ms, None)

    away = county.reads(roster.on_duty, county.now_ms), county.reads(roster.ahead, county.now_ms)[0].away
    county.does(absence.back, chen)

    assert away == ([], True)
    assert county.reads(roster.on_duty, county.now_ms) == [OnDuty(chen, "liuhe")]


@pytest.mark.parametrize(
    ("who", "station", "since", "until", "field"),
    [
        ("chen", "liuhe", "2026-11-24 08:00", "2026-11-24 08:00", "until"),
        ("chen", "liuhe", "2026-11-22 08:00", "2026-11-23 09:59", "until"),
        ("chen", "liuhe", "2026-11-23 08:00", "2026-12-25 08:00", "until"),
        ("chen", "nowhere", "2026-11-23 18:00", "2026-11-24 08:00", "place"),
        ("chen", "chengdong", "2026-11-23 18:00", "2026-11-24 08:00", "place"),
        ("lawyer", None, "2026-11-23 18:00", "2026-11-24 08:00", "staff"),
    ],
)
def test_a_turn_that_cannot_be_is_refused(
    county: Office, who: str, station: str | None, since: str, until: str, field: str
) -> None:
    people = {"chen": county.works("chen"), "lawyer": county.works("fang", None, "lawyer")}

    with pytest.raises(BadTurn) as refused:
        puts(county, people[who], station, since, until)

    assert refused.value.field == field
    assert county.rows("select count(*) from duty_turn") == [(0,)]


def test_nobody_is_named_twice_for_the_same_hours(county: Office) -> None:
    chen = county.works("chen")
    puts(county, chen, "liuhe", "2026-11-23 18:00", "2026-11-24 08:00")

    with pytest.raises(BadTurn):
        puts(county, chen, "liuhe", "2026-11-24 07:00", "2026-11-24 18:00")

    assert puts(county, chen, "liuhe", "2026-11-24 08:00", "2026-11-24 18:00")


def test_taken_off_a_running_turn_ends_and_a_later_one_goes(county: Office) -> None:
    chen = county.works("chen")
    running = puts(county, chen, "liuhe", "2026-11-23 08:00", "2026-11-23 18:00")
    later = puts(county, chen, "liuhe", "2026-11-24 08:00", "2026-11-24 18:00")

    for turn in (running, later):
        county.does(roster.take_off, turn)

    assert county.rows("select id, until from duty_turn") == [(running, county.now_ms)]
    with pytest.raises(TurnGone):
        county.does(roster.take_off, running)


def test_the_phone_is_sealed(county: Office) -> None:
    chen = county.works("chen")

    puts(county, chen, "liuhe", "2026-11-23 18:00", "2026-11-24 08:00", "139 0000 0001")

    assert county.reads(roster.ahead, county.now_ms)[0].phone == "13900000001"
    assert b"13900000001" not in bytes(county.rows("select phone from duty_turn")[0][0])


def test_old_turns_go_with_the_retention(county: Office) -> None:
    chen = county.works("chen")
    puts(county, chen, "liuhe", "2026-11-23 18:00", "2026-11-24 08:00")

    gone = [county.does(roster.expire, ms(when), 200) for when in ("2026-11-24 08:00", "2026-11-24 08:01")]

    assert gone == [0, 1]


def test_danger_that_nobody_takes_goes_to_whom_the_roster_names_first(county: Office) -> None:
    county.works("chen")
    zhou = county.works("zhou")
    boss = county.works("boss", "liuhe", "head")
    county.now(NIGHT)
    puts(county, zhou, "liuhe", NIGHT, "2026-11-24 08:00")
    county.cries(county.resident())

    for minute in (3, 6, 10):
        county.now(f"2026-11-23 23:{minute:02}")
        county.climbs()

    assert county.moves() == [(zhou, "liuhe", "level"), (boss, "liuhe", "level"), (None, None, "level")]


def test_what_nobody_answers_goes_to_the_countys_person_on_duty(county: Office) -> None:
    """Without a roster it is whoever of the county holds the least; with one, whom it names."""
    lan = county.works("lan", None, "county_admin")
    qin = county.works("qin", "shiqiao")
    county.works("chen")
    puts(county, qin, None, "2026-11-23 08:00", "2026-11-30 08:00")
    task = county.asks(county.resident())

    for _step in range(40):
        at = county.rows("select next_at from task")[0][0]
        county.clock.at = county.clock.at.fromtimestamp(max(at, county.now_ms) / 1000, county.clock.at.tzinfo)
        county.does(ladder.climb)
        if county.task(task, "rung") == (3,):
            break

    assert county.task(task, "holder_id", "station_id") == (qin, None)
    assert lan != qin
