"""Free times over HTTP for each day of 2026, held against the published table of holidays day by day."""

from datetime import date, timedelta

from bot.clock import CHINA, SetClock
from handlers.directory.notice import HOLIDAY, WORKDAY, shipped
from tests.appointments.program import Program, Trial

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
HOURS = ["08:30", "09:00", "09:30", "10:00", "10:30", "11:00"]
HOURS += ["14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]
STEP = 30
"""Days: as far as this service can be booked ahead."""


def at(clock: SetClock, day: date) -> None:
    """Just after midnight in China, so that all of the day is ahead."""
    clock.at = clock.at.fromisoformat(f"{day} 00:01").replace(tzinfo=CHINA)


async def free(program: Program, since: date, days: int) -> dict[str, list[str]]:
    """The free times by their day, all pages."""
    until = since + timedelta(days=days)
    span = {"from": f"{since}T00:00:00+08:00", "to": f"{until}T00:00:00+08:00"}
    found: dict[str, list[str]] = {}
    cursor = ""
    while True:
        more = {"cursor": cursor} if cursor else {}
        said = await program.reads(
            "/slots", station="chengdong", service="mediation", limit=200, **span, **more
        )
        for one in said.body["items"]:
            found.setdefault(one["begins"][:10], []).append(one["begins"][11:16])
        cursor = said.body["next"] or ""
        if not cursor:
            return found


async def test_each_day_of_2026_has_times_as_the_table_says(trial: Trial, clock: SetClock) -> None:
    table = {one.day: one.kind for one in shipped()}
    program, found = trial.nobody(), dict[str, list[str]]()
    since = FIRST
    while since <= LAST:
        at(clock, since)
        found |= await free(program, since, STEP)
        since += timedelta(days=STEP)

    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    works = {
        day: table.get(day) == WORKDAY or (day.weekday() < 5 and table.get(day) != HOLIDAY) for day in days
    }
    assert len(days) == 365
    assert {day: found.get(day.isoformat(), []) for day in days} == {
        day: HOURS if works[day] else [] for day in days
    }
    assert max(found) <= LAST.isoformat()


async def test_beyond_the_table_nothing_is_offered_and_nothing_can_be_held(
    trial: Trial, clock: SetClock
) -> None:
    at(clock, date(2026, 12, 30))
    program = await trial.resident()
    ends = await free(program, date(2026, 12, 30), STEP)
    leap = {"service": "mediation", "post": "chengdong-room", "begins": "2028-02-29T09:00:00+08:00"}
    ahead = await program.asks("POST", "/holds", leap)
    at(clock, date(2028, 2, 28))
    none = await free(trial.nobody(), date(2028, 2, 28), STEP)
    later = await trial.resident("oProgram-2")
    again = await later.asks("POST", "/holds", leap)
    no_day = await later.asks("POST", "/holds", {**leap, "begins": "2027-02-29T09:00:00+08:00"})

    assert set(ends) == {"2026-12-30", "2026-12-31"}
    assert none == {}
    assert [(one.status, one.code) for one in (ahead, again)] == [(409, "slot_gone")] * 2
    assert (no_day.status, no_day.body["field"]) == (400, "begins")
