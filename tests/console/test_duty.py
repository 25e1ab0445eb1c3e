"""值班表: who names whom, from when until when, and what the record holds; without script."""

import json
import re
from pathlib import Path

import pytest

from bot.clock import SetClock, in_china, instant
from tests.console.desk import Browser, Page, audited, browser, staffed
from tests.support.servers import Postgres
from tests.support.service import Service, serving

PHONE = "13900000001"


async def puts(at: Browser, **fields: str) -> Page:
    """Fill in the form of the next turn."""
    page = await at.opens("/admin/duty")
    return await at.sends("/admin/duty", form=page.value("form"), **fields)


def turns(service: Service) -> list[tuple[int, str | None, str, str]]:
    """Who, where, from when until when in China."""
    rows = service.rows("select staff_id, station_id, since, until from duty_turn order by id")
    return [(who, where, _hour(since), _hour(until)) for who, where, since, until in rows]


def _hour(ms: int) -> str:
    return in_china(instant(ms)).strftime("%m-%d %H:%M")


async def test_a_head_names_somebody_in_three_actions(timed: Service) -> None:
    """Open the roster, choose who, press."""
    staffed(timed, "boss", role="head")
    clerk = staffed(timed)

    async with browser(timed) as at:
        await at.signs_in("boss")
        people = await at.opens("/admin/people")
        before = await at.opens("/admin/duty")
        since = re.search(r'name="since" type="datetime-local" value="([^"]+)"', before.text)
        assert since
        page = await puts(at, staff=str(clerk), since=since[1], length="night", until="", phone=PHONE)

    assert 'href="/admin/duty"' in people.text
    assert "没有人。居民求助时" in before.text
    assert page.path == "/admin/duty"
    assert "陈敏" in page.text
    assert PHONE in page.text
    assert turns(timed) == [(clerk, "liuhe", "11-23 18:00", "11-24 08:00")]
    assert ("duty_on", f"staff:{clerk}") in audited(timed)


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"length": "night"}, "11-25 08:00"),
        ({"length": "day"}, "11-25 18:00"),
        ({"length": "weekend"}, "11-30 08:00"),
        ({"length": "week"}, "12-01 18:00"),
        ({"length": "night", "until": "2026-11-26T12:00"}, "11-26 12:00"),
    ],
)
async def test_a_turn_lasts_as_long_as_was_chosen_or_written(
    timed: Service, fields: dict[str, str], until: str
) -> None:
    boss = staffed(timed, "boss", role="county_admin", station=None)

    async with browser(timed) as at:
        await at.signs_in("boss")
        await puts(at, staff=str(boss), place="county", since="2026-11-24T18:00", **{"until": "", **fields})

    assert turns(timed) == [(boss, None, "11-24 18:00", until)]


async def test_a_head_names_only_the_stations_own_and_only_for_the_station(timed: Service) -> None:
    staffed(timed, "boss", role="head")
    own, other = staffed(timed), staffed(timed, "t002", station="chengdong", name="周海")

    async with browser(timed) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/duty")
        refused = await puts(at, staff=str(other), place="chengdong", since="", length="day")
        await puts(at, staff=str(own), place="chengdong", since="", length="day")

    assert "周海" not in page.text
    assert refused.status == 422
    assert [(who, where) for who, where, _s, _u in turns(timed)] == [(own, "liuhe")]


async def test_a_head_cannot_take_off_another_stations_or_the_countys_turn(timed: Service) -> None:
    staffed(timed, "chief", role="county_admin", station=None)
    staffed(timed, "boss", role="head")
    clerk, other = staffed(timed), staffed(timed, "t002", station="chengdong", name="周海")

    async with browser(timed) as at:
        await at.signs_in("chief")
        for who, place in ((other, "chengdong"), (other, "county"), (clerk, "liuhe")):
            await puts(at, staff=str(who), place=place, since="", length="day")
    async with browser(timed) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/duty")
        pressed = [
            (await at.sends(f"/admin/duty/{turn}/drop", form=page.value("form"))).status
            for turn in (1, 2, 3, 99)
        ]

    assert pressed == [404, 404, 200, 404]
    assert ("duty_off", f"staff:{clerk}") in audited(timed)


async def test_a_clerk_sees_who_is_on_duty_and_changes_nothing(timed: Service) -> None:
    staffed(timed, "chief", role="county_admin", station=None)
    clerk = staffed(timed)
    async with browser(timed) as at:
        await at.signs_in("chief")
        await puts(at, staff=str(clerk), place="liuhe", since="", length="day", phone=PHONE)

    async with browser(timed) as at:
        await at.signs_in("t001")
        me, page = await at.opens("/admin/me"), await at.opens("/admin/duty")
        added = await at.sends("/admin/duty", form=page.value("form"), staff=str(clerk), length="week")

    assert 'href="/admin/duty"' in me.text
    assert PHONE in page.text
    assert "去掉" not in page.text
    assert added.status == 404


async def test_who_is_away_or_cannot_be_told_is_shown_as_such(timed: Service) -> None:
    staffed(timed, "boss", role="head")
    clerk = staffed(timed)
    async with browser(timed) as at:
        await at.signs_in("boss")
        deaf = await puts(at, staff=str(clerk), since="", length="day")
        me = await at.opens("/admin/me")
        await at.sends(f"/admin/people/{clerk}/away", form=me.value("form"), why="病了")
        away = await at.opens("/admin/duty")

    assert "现在通知不到。" in deaf.text
    assert "没有能通知到的人" in deaf.text
    assert "记着不在，这一班不算。" in away.text


async def test_a_turn_that_cannot_be_is_said_beside_what_was_written(timed: Service) -> None:
    staffed(timed, "boss", role="head")
    clerk = staffed(timed)

    async with browser(timed) as at:
        await at.signs_in("boss")
        page = await puts(at, staff=str(clerk), since="2026-11-24T18:00", until="2026-11-24T17:00")

    assert page.status == 422
    assert "结束要比开始晚。" in page.text
    assert 'value="2026-11-24T17:00"' in page.text


async def test_the_record_tells_times_and_place_and_no_number(timed: Service) -> None:
    staffed(timed, "boss", role="head")
    clerk = staffed(timed)

    async with browser(timed) as at:
        await at.signs_in("boss")
        await puts(at, staff=str(clerk), since="2026-11-24T18:00", length="night", phone=PHONE)
        page = await at.opens("/admin/audit?what=duty_on")

    (after,) = timed.rows("select after from audit where what = 'duty_on'")[0]
    assert PHONE not in after
    assert json.loads(after)["phone"] is True
    assert "从：2026-11-24 18:00" in page.text


@pytest.mark.servers
async def test_the_roster_works_on_postgresql(
    postgres_server: Postgres, tmp_path: Path, clock: SetClock
) -> None:
    with postgres_server.migrated() as url:
        async with serving(tmp_path, database_url=url, clock=clock) as service:
            boss = staffed(service, "boss", role="head")
            async with browser(service) as at:
                await at.signs_in("boss")
                page = await puts(at, staff=str(boss), since="", length="week")
                named = turns(service)
                dropped = await at.sends("/admin/duty/1/drop", form=page.value("form"))

            assert named == [(boss, "liuhe", "11-23 10:00", "11-30 10:00")]
            assert "往后还没有排" in dropped.text
            assert turns(service) == []
