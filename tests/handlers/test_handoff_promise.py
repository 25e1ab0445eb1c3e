"""What may be promised, from hours and absences; and how kept promises are counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.handoff import absence, kept, rating, service
from handlers.handoff.kept import Kept
from tests.handlers.office import Office, ms, office

NOON = "2026-11-23 12:00"


@pytest.fixture
def county(tmp_path: Path, template_db: Path) -> Iterator[Office]:
    """The demo county, Monday at ten."""
    with office(tmp_path / "data", template_db) as opened:
        yield opened


@pytest.mark.parametrize(
    ("now", "away", "promised"),
    [
        ("2026-11-23 10:00", [], "2026-11-23 11:00"),
        ("2026-11-23 11:40", [], "2026-11-23 14:40"),  # the lunch break does not count
        ("2026-11-23 10:02", [], "2026-11-23 11:05"),  # rounded up to five minutes
        ("2026-11-20 17:00", [], "2026-11-23 09:00"),  # Friday evening to Monday
        ("2026-09-30 17:00", [], "2026-10-08 09:00"),  # over National Day
        ("2026-09-20 10:00", [], "2026-09-20 11:00"),  # a make-up Sunday
        ("2026-12-03 17:00", [], "2026-12-07 09:00"),  # closed for a day, then a weekend
        ("2026-12-31 17:00", [], None),  # nothing is known of the year after
        ("2026-11-23 10:00", [("09:00", "10:30")], "2026-11-23 11:30"),
        ("2026-11-23 10:00", [("10:30", "11:30")], NOON),  # half before, half after the absence
        ("2026-11-23 10:00", [("09:00", "17:00")], "2026-11-24 09:00"),
    ],
)
def test_a_promise_counts_the_time_in_which_somebody_is_there(
    county: Office, now: str, away: list[tuple[str, str]], promised: str | None
) -> None:
    chen = county.works("chen")
    county.now(now)
    for since, until in away:
        day = now[:10]
        county.does(absence.away, chen, chen, ms(f"{day} {since}"), ms(f"{day} {until}"))

    found = county.outlook(county.resident())

    assert found.promised_at == (None if promised is None else ms(promised))


def test_with_a_colleague_there_an_absence_moves_nothing(county: Office) -> None:
    chen = county.works("chen")
    county.works("zhou")
    county.does(absence.away, chen, chen, county.now_ms, None)

    found = county.outlook(county.resident())

    assert (found.promised_at, found.deserted) == (ms("2026-11-23 11:00"), False)


def test_when_nobody_is_there_a_neighbour_answers_and_needs_longer(county: Office) -> None:
    chen = county.works("chen")
    county.works("zhao", "shiqiao")
    county.does(absence.away, chen, chen, county.now_ms, None)

    found = county.outlook(county.resident())

    assert (found.promised_at, found.deserted, found.elsewhere) == (ms(NOON), True, True)


def test_an_absence_that_makes_it_later_is_told_once_and_one_that_does_not_is_not(county: Office) -> None:
    chen, zhou = county.works("chen"), county.works("zhou")
    resident = county.resident()
    task = county.asks(resident)
    county.climbs()
    county.now("2026-11-23 10:05")
    county.does(absence.away, chen, chen, county.now_ms, ms("2026-11-23 12:00"))
    county.climbs()
    untold = county.told(resident)
    county.does(absence.away, zhou, zhou, county.now_ms, ms("2026-11-23 10:35"))
    for moment in ("2026-11-23 10:05", "2026-11-23 10:10"):
        county.now(moment)
        county.climbs()

    assert untold == []
    assert county.told(resident) == ["对不起，R-0001 这件事要晚一点：改到今天 11:30 前回您。"]
    assert county.task(task, "promised_at")[0] == ms("2026-11-23 11:30")


def test_back_earlier_than_thought_nothing_is_told(county: Office) -> None:
    chen = county.works("chen")
    county.does(absence.away, chen, chen, county.now_ms, ms("2026-11-23 11:00"))
    resident = county.resident()
    task = county.asks(resident)
    county.climbs()
    county.now("2026-11-23 10:10")

    county.does(absence.back, chen)
    county.climbs()

    assert county.told(resident) == []
    assert county.task(task, "promised_at")[0] == ms("2026-11-23 12:00")


def test_an_absence_that_begins_later_moves_what_is_held_when_it_begins(county: Office) -> None:
    chen = county.works("chen")
    county.works("zhou")
    task = county.asks(county.resident())
    county.answers(chen, task)
    county.does(absence.away, chen, chen, ms("2026-11-23 15:00"), None)
    held = county.task(task, "holder_id")[0]
    county.now("2026-11-23 15:00")

    county.climbs()

    assert (held, county.task(task, "holder_id")[0]) == (chen, None)


def test_of_so_many_promises_so_many_were_kept(county: Office) -> None:
    chen = county.works("chen")
    tasks = [county.asks(county.resident()) for _n in range(5)]
    county.now("2026-11-23 10:30")
    county.answers(chen, tasks[0])
    county.answers(chen, tasks[1])
    county.does(service.close, chen, tasks[2], "mistaken", "")
    county.now("2026-11-23 11:30")
    county.answers(chen, tasks[3])

    (counted,) = county.reads(kept.counted, county.now_ms)

    assert counted == Kept("liuhe", 202611, promised=4, kept=2, late=2, moved=0, waiting=0)


def test_a_promise_that_was_moved_is_not_one_that_was_kept(county: Office) -> None:
    chen = county.works("chen")
    resident = county.resident()
    task = county.asks(resident)
    county.climbs()
    county.does(absence.away, chen, chen, county.now_ms, ms("2026-11-23 11:00"))
    county.climbs()
    county.now("2026-11-23 11:30")
    county.answers(chen, task)

    (counted,) = county.reads(kept.counted, county.now_ms)

    assert (counted.promised, counted.kept, counted.moved, counted.late) == (2, 1, 1, 0)


def test_promises_are_counted_on_when_the_resident_is_erased(county: Office) -> None:
    chen = county.works("chen")
    resident = county.resident()
    task = county.asks(resident)
    county.answers(chen, task)
    county.does(service.close, chen, task, "answered", "")
    while county.does(service.erase, resident, 200):
        pass

    (counted,) = county.reads(kept.counted, county.now_ms)

    assert (counted.promised, counted.kept) == (1, 1)


def test_ratings_are_asked_once_and_counted(county: Office) -> None:
    chen = county.works("chen")
    resident = county.resident()
    task = county.asks(resident)
    county.answers(chen, task)
    county.does(service.hand_back, task, "我是小司。")
    county.answers(chen, task)
    county.does(service.close, chen, task, "answered", "办完了。")
    asked = [words for words in county.told(resident) if "帮到您了吗" in words]

    first = county.does(rating.answer, task, "helped")
    second = county.does(rating.answer, task, "not")

    assert len(asked) == 1
    assert (first, second) == (True, False)
    (counted,) = county.reads(rating.counted, 0, county.now_ms + 1)
    assert (counted.station_id, counted.asked, counted.answered, counted.helped) == ("liuhe", 1, 1, 1)


def test_after_danger_nobody_is_asked_whether_it_helped(county: Office) -> None:
    chen = county.works("chen")
    resident = county.resident()
    task = county.cries(resident)
    county.answers(chen, task)

    county.does(service.close, chen, task, "answered", "办完了。")

    assert county.told(resident)[-1] == "办完了。"
