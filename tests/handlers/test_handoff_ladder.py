"""The ladder of silence, on a clock that the tests move."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.work.alarms import open_alarms
from bot.work.unit import Work
from handlers.facts import HeldMessageCame
from handlers.handoff import absence, baton, ladder, service
from handlers.handoff.models import Task
from tests.handlers.office import Office, ms, office
from tests.support.servers import Postgres

DAY_OFF = "2026-12-31 17:30"


@pytest.fixture
def county(tmp_path: Path, template_db: Path) -> Iterator[Office]:
    """The demo county, Monday at ten."""
    with office(tmp_path / "data", template_db) as opened:
        yield opened


def test_after_fifteen_minutes_a_colleague_is_given_the_task(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)
    county.climbs()
    county.now("2026-11-23 10:15")

    county.climbs()

    assert county.task(task, "holder_id", "taken_at", "station_id") == (zhou, None, "liuhe")
    assert county.moves()[-1] == (zhou, "liuhe", "silence")
    assert len(county.told(1)) == 1  # who came; a move within the station is not told


def test_what_silence_gave_somebody_another_may_take_up(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.asks(county.resident())
    county.now("2026-11-23 10:15")
    county.climbs()
    given = county.task(task, "holder_id")[0]
    other = zhou if given == chen else chen

    county.does(baton.take, other, task)

    assert county.task(task, "holder_id")[0] == other


def test_a_lunch_break_is_no_silence(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    county.now("2026-11-23 11:50")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)
    for moment in ("2026-11-23 12:30", "2026-11-23 14:04"):
        county.now(moment)
        county.climbs()
    before = county.task(task, "holder_id")[0]
    county.now("2026-11-23 14:05")
    county.climbs()

    assert (before, county.task(task, "holder_id")[0]) == (chen, zhou)


def test_after_sixty_minutes_the_neighbour_has_it_and_the_resident_reads_a_new_time(county: Office) -> None:
    county.works("chen")
    county.works("zhao", "shiqiao")
    resident = county.resident()
    task = county.asks(resident)
    for moment in ("2026-11-23 10:15", "2026-11-23 10:59", "2026-11-23 11:00"):
        county.now(moment)
        county.climbs()

    assert county.task(task, "holder_id", "station_id", "rung") == (None, "shiqiao", 2)
    assert county.told(resident) == [
        "对不起，R-0001 这件事还没人回您。已经转给石桥司法所，今天 12:00 前回您。"
    ]
    assert county.task(task, "promised_at")[0] == ms("2026-11-23 12:00")


def test_without_a_neighbour_the_county_has_it(county: Office) -> None:
    county.works("chen")
    lan = county.works("lan", None, "head")
    resident = county.resident()
    task = county.asks(resident)
    for moment in ("2026-11-23 10:15", "2026-11-23 11:00"):
        county.now(moment)
        county.climbs()

    assert county.task(task, "holder_id", "station_id") == (None, None)
    assert "已经转给县里的同事，今天 12:00 前回您。" in county.told(resident)[-1]
    assert lan


def test_at_the_end_of_the_next_half_day_somebody_of_the_county_is_given_it(county: Office) -> None:
    county.works("chen")
    county.works("zhao", "shiqiao")
    lan = county.works("lan", None, "head")
    resident = county.resident()
    task = county.asks(resident)
    for moment in ("2026-11-23 10:15", "2026-11-23 11:00", "2026-11-23 12:01", "2026-11-23 17:29"):
        county.now(moment)
        county.climbs()
    before = county.task(task, "station_id", "holder_id")
    county.now("2026-11-23 17:30")
    county.climbs()

    assert before == ("shiqiao", None)
    assert county.task(task, "station_id", "holder_id") == (None, lan)
    assert ("unanswered", str(task)) in [row[:2] for row in county.reads(open_alarms)]
    assert "明天（周二）9:30 前回您" in county.told(resident)[-1]


def test_the_resident_is_never_left_with_a_time_that_is_over(county: Office) -> None:
    county.works("chen")
    county.works("zhao", "shiqiao")
    resident = county.resident()
    task = county.asks(resident)
    for moment in ("2026-11-23 10:15", "2026-11-23 11:00", "2026-11-23 12:01"):
        county.now(moment)
        county.climbs()

    assert county.told(resident)[1:] == ["对不起，R-0001 这件事要晚一点：改到今天 15:00 前回您。"]
    assert county.task(task, "promised_at")[0] == ms("2026-11-23 15:00")


def test_in_an_office_of_one_the_one_is_reminded_first(county: Office) -> None:
    chen = county.works("chen")
    county.works("zhao", "shiqiao")
    task = county.asks(county.resident())
    county.does(baton.take, chen, task)
    county.now("2026-11-23 10:15")

    county.climbs()

    assert county.task(task, "holder_id", "rung") == (chen, 1)
    assert county.moves()[-1] == (chen, "liuhe", "silence")


def test_when_everybody_is_away_it_goes_on_at_once_and_the_first_promise_says_so(county: Office) -> None:
    chen = county.works("chen")
    county.works("zhao", "shiqiao")
    county.does(absence.away, chen, chen, ms("2026-11-23 09:00"), None)
    resident = county.resident()

    promised = county.outlook(resident)
    task = county.asks(resident)
    county.climbs()

    assert (promised.promised_at, promised.deserted, promised.elsewhere) == (
        ms("2026-11-23 12:00"),
        True,
        True,
    )
    assert county.task(task, "station_id", "promised_at") == ("shiqiao", ms("2026-11-23 12:00"))
    assert county.told(resident) == []


def test_whoever_comes_back_soon_keeps_the_task(county: Office) -> None:
    chen = county.works("chen")
    county.works("zhao", "shiqiao")
    county.does(absence.away, chen, chen, ms("2026-11-23 09:00"), ms("2026-11-23 10:30"))
    resident = county.resident()
    task = county.asks(resident)

    for moment in ("2026-11-23 10:01", "2026-11-23 10:45", "2026-11-23 11:29"):
        county.now(moment)
        county.climbs()

    assert county.task(task, "station_id", "promised_at") == ("liuhe", ms("2026-11-23 11:30"))


def test_where_nobody_works_at_all_the_operator_is_told(county: Office) -> None:
    resident = county.resident()
    task = county.asks(resident)
    for moment in (
        "2026-11-23 10:15",
        "2026-11-23 11:00",
        "2026-11-23 17:30",
        "2026-11-24 09:00",
        "2026-11-24 17:30",
        "2026-11-25 17:30",
    ):
        county.now(moment)
        county.climbs()

    assert [row[:2] for row in county.reads(open_alarms)] == [("unanswered", str(task))]
    assert len(county.told(resident)) == 1
    assert county.told(resident)[0].startswith("对不起，R-0001 这件事到现在没人回您")
    assert county.task(task, "state")[0] == "open"


def test_over_a_holiday_nothing_moves_until_somebody_is_back(county: Office) -> None:
    county.works("chen")
    county.works("zhou")
    county.now("2026-09-30 17:25")
    resident = county.resident()
    task = county.asks(resident)
    for moment in ("2026-10-01 10:00", "2026-10-05 10:00", "2026-10-07 16:00"):
        county.now(moment)
        county.climbs()
    quiet = (county.task(task, "rung")[0], county.told(resident))
    county.now("2026-10-08 08:41")
    county.climbs()

    assert quiet == (0, [])
    assert county.task(task, "rung")[0] == 1


def test_where_the_next_year_is_not_known_no_time_is_promised_and_the_operator_is_told(
    county: Office,
) -> None:
    county.works("chen")
    county.now(DAY_OFF)
    resident = county.resident()
    task = county.asks(resident)

    county.climbs()

    assert county.task(task, "promised_at", "state") == (None, "open")
    assert ("unanswered", str(task)) in [row[:2] for row in county.reads(open_alarms)]


def test_an_answer_ends_the_climb_and_a_new_word_begins_it(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    resident = county.resident()
    task = county.asks(resident)
    county.now("2026-11-23 10:10")
    county.answers(chen, task)
    county.now("2026-11-23 11:30")
    county.climbs()
    after_answer = county.task(task, "holder_id", "rung", "waits_since")
    county.does(_wrote, resident)
    county.climbs()
    county.now("2026-11-23 11:45")
    county.climbs()

    assert after_answer == (chen, 0, None)
    assert county.task(task, "holder_id")[0] == zhou
    assert county.rows("select held_by from thread") == [(zhou,)]


def test_two_rounds_at_once_take_each_step_once(county: Office) -> None:
    county.works("chen")
    county.works("zhao", "shiqiao")
    resident = county.resident()
    county.asks(resident)
    for moment in ("2026-11-23 10:15", "2026-11-23 11:00"):
        county.now(moment)
        county.climbs()
    moves, told = len(county.moves()), county.told(resident)
    county.does(_as_before)  # a node that died read the row before the step was committed
    county.climbs()

    assert (len(county.moves()), county.told(resident)) == (moves, told)


def test_two_nodes_that_climb_at_once_tell_each_resident_once(
    tmp_path: Path, postgres_server: Postgres
) -> None:
    with (
        postgres_server.migrated() as url,
        office(tmp_path / "one", None, url) as first,
        office(tmp_path / "two", None, url) as second,
    ):
        first.works("chen")
        first.works("zhao", "shiqiao")
        residents = [first.resident() for _n in range(30)]
        for one in residents:
            first.asks(one)
        for moment in ("2026-11-23 10:15", "2026-11-23 11:00"):
            first.now(moment)
            second.now(moment)
            with ThreadPoolExecutor(2) as pool:
                for done in [pool.submit(one.climbs) for one in (first, second)]:
                    done.result()

        assert [len(first.told(one)) for one in residents] == [1] * 30
        assert len(first.moves()) + len(second.moves()) == 60
        assert first.rows("select count(*) from promise where state = 'open'") == [(30,)]


def test_danger_climbs_from_person_to_head_to_county_again_and_again(county: Office) -> None:
    chen = county.works("chen")
    head = county.works("head", role="head")
    county.now("2026-11-23 02:00")
    task = county.cries(county.resident())
    asked = []
    for minute in (2, 3, 6, 10, 13, 16, 20):
        county.now(f"2026-11-23 02:{minute:02}")
        before = len(county.moves())
        county.climbs()
        asked.append((minute, county.moves()[before:]))

    assert asked == [
        (2, []),
        (3, [(chen, "liuhe", "level")]),
        (6, [(head, "liuhe", "level")]),
        (10, [(None, None, "level")]),
        (13, [(chen, "liuhe", "level")]),
        (16, [(head, "liuhe", "level")]),
        (20, [(None, None, "level")]),
    ]
    assert county.task(task, "state", "acknowledged_by") == ("open", None)


def test_danger_that_somebody_took_is_quiet_until_they_are_away(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    task = county.cries(county.resident())
    county.does(baton.take, chen, task)
    county.now("2026-11-23 10:10")
    county.climbs()
    quiet = [one for one in county.moves() if one[2] == "level"]
    county.does(absence.away, zhou, chen, county.now_ms, None)
    county.now("2026-11-23 10:13")
    county.climbs()

    assert quiet == []
    assert county.moves()[-1] == (zhou, "liuhe", "level")
    assert county.task(task, "acknowledged_by", "holder_id") == (None, None)


def test_after_a_long_stop_danger_rings_at_the_highest_level_it_has_reached(county: Office) -> None:
    county.works("chen")
    county.cries(county.resident())
    county.now("2026-11-23 10:31")

    county.climbs()

    assert [one[2] for one in county.moves()] == ["level"]
    assert county.task(1, "rung")[0] == 9


def test_a_violence_task_goes_to_nobody_who_is_not_named(county: Office) -> None:
    county.works("chen")
    county.works("zhou")
    county.works("zhao", "shiqiao")
    resident = county.resident()
    urgent = county.cries(resident, "violence")
    task = county.asks(resident)
    for moment in ("2026-11-23 10:15", "2026-11-23 11:00"):
        county.now(moment)
        county.climbs()

    assert county.task(urgent, "secluded")[0] == county.task(task, "secluded")[0] == "violence"
    assert county.task(task, "holder_id", "station_id") == (None, None)
    assert "石桥" not in "".join(county.told(resident))


def test_a_task_that_breaks_does_not_keep_the_others_waiting(
    county: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.works("chen")
    bad, good = county.cries(county.resident()), county.cries(county.resident())
    county.now("2026-11-23 10:03")
    look = ladder.Climber.look

    def breaks(self: ladder.Climber, task: ladder.Standing) -> None:
        if task.id == bad:
            raise ZeroDivisionError
        look(self, task)

    monkeypatch.setattr(ladder.Climber, "look", breaks)
    county.climbs()

    assert (county.task(bad, "rung")[0], county.task(good, "rung")[0]) == (0, 1)
    assert county.task(bad, "next_at")[0] == ms("2026-11-23 10:04")


def _wrote(work: Work, resident: int) -> None:
    service.message_came(work, HeldMessageCame(resident, 99))


def _as_before(work: Work) -> None:
    """The same look again: the row says that a look is due, and nothing of the step is undone."""
    for task in work.db.query(Task):
        task.next_at = work.now_ms
