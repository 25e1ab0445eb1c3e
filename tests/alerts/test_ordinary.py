"""Ordinary tasks: quiet by shift, the next channel where one fails, and the steps of the ladder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SetClock
from tests.alerts.receivers import (
    alarms,
    alerting,
    bound,
    clerk,
    minutes,
    moved,
    told,
    told_by,
    until,
    with_phone,
)
from tests.console.desk import browser
from tests.journeys.test_handoff import with_home
from tests.support.service import Phone, Service

EVENING = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""Monday, 19:00 in China; the station opens on Tuesday at 8:30."""


async def asked(service: Service) -> Phone:
    """A resident of 柳河 who asks for a person."""
    phone = await with_home(service)
    await phone.says("人工")
    return phone


async def test_who_looks_at_the_console_is_told_there_and_nowhere_else(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        staff = clerk(service)
        async with browser(service) as at:
            await at.signs_in("t001")
            await asked(service)
            await told_by(service, "browser")

        assert told(service) == [(0, "browser", staff, "sent", "")]
        assert receiver.said() == []
        assert service.rows("select staff_id from news where kind = 'alert'") == [(staff,)]


async def test_off_duty_nobody_is_told_until_the_station_opens(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    clock.at = EVENING
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        staff = clerk(service)
        await asked(service)
        await until(lambda: told(service) == [(0, "browser", staff, "skipped", "quiet")])
        quiet = receiver.said()

        await minutes(service, clock, 13.5 * 60 + 1)
        await told_by(service, "robot")

        assert quiet == []
        assert receiver.said() == [
            "有一件事等人回 R-0001，打开工作台看\n[打开工作台](https://example.test/admin/tasks/1)"
        ]


async def test_other_stations_are_not_told(tmp_path: Path, template_db: Path, clock: SetClock) -> None:
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        for login, station, phone in (("t001", "liuhe", "13900000001"), ("t002", "shiqiao", "13900000002")):
            with_phone(service, clerk(service, login, station), phone)
        await asked(service)
        await told_by(service, "sms")

        assert [one["phone"] for one in receiver.got["sms"]] == ["13900000001"]


async def test_the_ladder_goes_on_with_the_next_channel(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", "sms", clock=clock) as (service, receiver):
        clerk(service)
        other = clerk(service, "t002")
        with_phone(service, other)
        await asked(service)
        await told_by(service, "robot")

        service.store.writer.do_now(moved, 1, other, "liuhe", "silence")
        await told_by(service, "sms")

        assert [(one[1], one[2], one[4]) for one in told(service) if one[0] == 1] == [
            ("wechat", other, "no WeChat bound"),
            ("sms", other, ""),
        ]
        assert len(receiver.said()) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (500, "HTTP 500"),
        (404, "HTTP 404"),
        ("<html>", "the answer is no JSON"),
        ("[1]", "the answer is no object"),
        ({"errcode": 93000, "errmsg": "invalid webhook url"}, "refused 93000"),
        ({"ok": True}, "no errcode in the answer"),
        ("redirect", "HTTP 302"),
        ("x" * 70_000, "the answer is too large"),
    ],
)
async def test_a_channel_that_fails_is_an_alarm_and_the_next_one_is_used(
    tmp_path: Path, template_db: Path, clock: SetClock, answer: object, why: str
) -> None:
    async with alerting(tmp_path, template_db, "robot", "sms", clock=clock) as (service, receiver):
        receiver.answers["robot"] = answer
        with_phone(service, clerk(service))
        await asked(service)
        await told_by(service, "sms")

        assert [(one[1], one[3], one[4]) for one in told(service) if one[1] == "robot"] == [
            ("robot", "failed", why)
        ]
        assert ("alert_channel", "robot") in alarms(service)
        assert receiver.elsewhere == []


async def test_a_channel_that_works_again_heals_its_alarm(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        receiver.answers["robot"] = 500
        clerk(service)
        await asked(service)
        await told_by(service, "robot", state="failed")
        service.store.writer.do_now(moved, 1, None, "liuhe", "away")
        await until(lambda: len([one for one in told(service) if one[3] == "failed"]) == 2)
        raised = service.rows("select count from alarm where kind = 'alert_channel'")
        del receiver.answers["robot"]

        service.store.writer.do_now(moved, 1, None, "liuhe", "away")
        await told_by(service, "robot")

        assert raised == [(1,)]
        assert ("alert_channel", "robot") not in alarms(service)


async def test_a_channel_that_hangs_does_not_hold_up_the_other(tmp_path: Path, template_db: Path) -> None:
    async with alerting(tmp_path, template_db, "robot", "sms") as (service, receiver):
        receiver.answers["robot"] = "hang"
        staff = clerk(service, role="county_admin", station=None)
        with_phone(service, staff)
        phone = service.phone()
        await phone.says("我不想活了")
        await until(lambda: len(receiver.got["robot"]) == 1)
        async with browser(service) as at:
            page = await at.signs_in("t001")

        await told_by(service, "robot", state="failed")
        await told_by(service, "sms")

        assert page.status == 200
        assert ("robot", "no answer in time") in [(one[1], one[4]) for one in told(service)]


async def test_a_closed_window_falls_back_to_the_next_channel(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        staff = clerk(service)
        own = await bound(service, staff)
        with_phone(service, staff)
        await minutes(service, clock, 49 * 60)
        await asked(service)
        await told_by(service, "sms")

        assert ("wechat", "window closed") in [(one[1], one[4]) for one in told(service)]
        assert own.pushed() == []
        assert len(receiver.got["sms"]) == 1


async def test_somebody_who_took_it_up_or_answered_silences_it(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        staff = clerk(service)
        await asked(service)
        await told_by(service, "robot")

        service.store.writer.do_now(moved, 1, staff, "liuhe", "taken")

        assert service.rows("select due_at from ring where ended_at is null") == []
        assert len(receiver.said()) == 1
