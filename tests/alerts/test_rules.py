"""Whom a telling is for, and when it is repeated: the rules as tables."""

import pytest

from handlers.alerts.rules import Person, again_at, audience, awake, level_of

MINUTE = 60_000
CLERK = Person(1, "liuhe", head=False, county=False, on_duty=True)
HEAD = Person(2, "liuhe", head=True, county=False, on_duty=True)
OTHER = Person(3, "shiqiao", head=False, county=False, on_duty=True)
COUNTY = Person(4, None, head=True, county=True, on_duty=True)
ALL = (CLERK, HEAD, OTHER, COUNTY)


def asleep(one: Person) -> Person:
    return Person(one.staff_id, one.station_id, one.head, one.county, on_duty=False)


@pytest.mark.parametrize(
    ("staff_id", "station_id", "urgent", "level", "told"),
    [
        (1, "liuhe", False, 0, {1}),
        (1, "liuhe", True, 1, {1, 2}),
        (1, "liuhe", True, 2, {1, 2, 4}),
        (None, "liuhe", False, 0, {1, 2}),
        (None, "shiqiao", True, 1, {3, 4}),  # a station without a head: the county's
        (None, None, False, 0, {4}),
        (None, None, True, 0, {1, 2, 3, 4}),
    ],
)
def test_an_audience(
    staff_id: int | None, station_id: str | None, urgent: bool, level: int, told: set[int]
) -> None:
    found = audience(ALL, staff_id=staff_id, station_id=station_id, urgent=urgent, level=level)

    assert {one.staff_id for one in found} == told


def test_the_countys_pool_is_everybodys_when_nobody_of_the_county_is_there() -> None:
    people = (CLERK, OTHER, asleep(COUNTY))

    found = audience(people, staff_id=None, station_id=None, urgent=False, level=0)

    assert {one.staff_id for one in found} == {1, 3, 4}


@pytest.mark.parametrize(
    ("people", "urgent", "level", "told"),
    [
        ((CLERK, asleep(HEAD)), False, 0, {1}),
        ((asleep(CLERK), asleep(COUNTY)), False, 2, set()),
        ((asleep(CLERK), asleep(COUNTY)), True, 1, set()),
        ((asleep(CLERK), asleep(COUNTY)), True, 2, {4}),
        ((CLERK, asleep(COUNTY)), True, 2, {1}),
    ],
)
def test_who_of_them_is_told_now(
    people: tuple[Person, ...], urgent: bool, level: int, told: set[int]
) -> None:
    assert {one.staff_id for one in awake(people, urgent=urgent, level=level)} == told


@pytest.mark.parametrize(
    ("step", "now", "at"),
    [
        (1, 0, 1),
        (2, 1, 3),
        (3, 3, 6),
        (4, 6, 16),
        (5, 16, 36),
        (6, 36, 76),
        (7, 76, 136),
        (30, 2000, 2060),
    ],
)
def test_danger_is_told_again_ever_more_slowly(step: int, now: int, at: int) -> None:
    assert again_at(0, now * MINUTE, step) == at * MINUTE


def test_a_repetition_that_comes_late_is_not_followed_by_one_at_once() -> None:
    assert again_at(0, 30 * MINUTE, 2) == 40 * MINUTE


@pytest.mark.parametrize(
    ("level", "step", "then"), [(0, 0, 0), (0, 1, 0), (0, 2, 1), (0, 3, 2), (2, 0, 2), (0, 9, 2)]
)
def test_the_level_rises_with_the_tellings(level: int, step: int, then: int) -> None:
    assert level_of(level, step) == then
