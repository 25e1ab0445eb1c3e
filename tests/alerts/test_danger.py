"""Danger: told at once, again by the next channel after 1, 3 and 6 minutes, until somebody takes it."""

from datetime import UTC, datetime
from pathlib import Path

from bot.clock import SetClock, millis
from handlers.handoff import absence, baton
from tests.alerts.receivers import (
    alarms,
    alerting,
    bound,
    clerk,
    cried,
    minutes,
    told,
    told_by,
    until,
    with_phone,
)
from tests.console.desk import browser

NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Monday, 23:00 in China."""
LINK = "https://example.test/admin/tasks/1"


async def test_with_nobody_at_a_screen_the_group_is_told_at_once(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        staff = clerk(service)

        await cried(service)
        await told_by(service, "robot")

        assert told(service) == [
            (0, "browser", staff, "skipped", "no console open"),
            (0, "robot", None, "sent", ""),
        ]
        assert receiver.said() == [f"**有一件紧急的事等人接 R-0001，打开工作台看**\n[打开工作台]({LINK})"]


async def test_nobody_takes_it_so_each_channel_in_turn_is_used(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", "sms", clock=clock) as (service, receiver):
        staff = clerk(service)
        own = await bound(service, staff)
        with_phone(service, staff)
        async with browser(service) as at:
            await at.signs_in("t001")
            await cried(service)
            await told_by(service, "browser")
            first = told(service)
            for wait, channel in ((1, "robot"), (2, "wechat"), (3, "sms")):
                await minutes(service, clock, wait)
                await told_by(service, channel)

        assert first == [(0, "browser", staff, "sent", "")]
        sent = [(step, channel) for step, channel, _s, state, _r in told(service) if state == "sent"]
        assert [one for one in sent if one[1] != "browser"] == [(1, "robot"), (2, "wechat"), (3, "sms")]
        assert own.pushed()[-1:] == [f"有一件紧急的事等人接 R-0001，打开工作台看\n{LINK}"]
        assert receiver.got["sms"] == [
            {"phone": "13900000001", "text": f"有一件紧急的事等人接 R-0001，打开工作台看\n{LINK}"}
        ]
        assert [one["X-Xiaosi-Secret"] for one in receiver.headers if "X-Xiaosi-Secret" in one] == [
            "a-secret-of-the-gateway"
        ]


async def test_taken_it_rings_no_more(tmp_path: Path, template_db: Path, clock: SetClock) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        staff = clerk(service)
        await cried(service)
        await told_by(service, "robot")

        service.store.writer.do_now(baton.take, staff, 1)
        await minutes(service, clock, 7)
        await cried(service, "oTest-resident-2")
        await told_by(service, "robot", task=2)

        assert [words.split("R-")[1][:4] for words in receiver.said()] == ["0001", "0002"]
        assert service.rows("select task_id from ring where ended_at is not null") == [(1,)]


async def test_it_rings_again_and_again_while_nobody_takes_it(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        clerk(service)
        await cried(service)
        await told_by(service, "robot")

        for count in range(2, 5):
            await minutes(service, clock, 61)
            await until(lambda count=count: len(receiver.said()) == count)

        assert len(set(receiver.said())) == 1


async def test_at_night_the_county_is_woken_and_the_clerks_are_not(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    clock.at = NIGHT
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        sleeping = clerk(service)
        county = clerk(service, "t002", None, "county_admin")
        with_phone(service, sleeping)
        with_phone(service, county, "13900000002")

        await cried(service)
        await told_by(service, "sms")

        assert [one["phone"] for one in receiver.got["sms"]] == ["13900000002"]
        assert (0, "browser", sleeping, "skipped", "quiet") in told(service)


async def test_somebody_who_is_away_is_not_told_and_the_head_is(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        staff = clerk(service)
        head = clerk(service, "t002", "liuhe", "head")
        for one, phone in ((staff, "13900000001"), (head, "13900000002")):
            with_phone(service, one, phone)
        now = millis(clock.now())
        service.store.writer.do_now(absence.away, head, staff, now, None)

        await cried(service)
        await told_by(service, "sms")

        assert [one["phone"] for one in receiver.got["sms"]] == ["13900000002"]


async def test_when_nobody_can_be_told_an_alarm_stands_until_somebody_takes_it(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, clock=clock) as (service, _receiver):
        staff = clerk(service)

        await cried(service)
        await until(lambda: ("danger_unheard", "1") in alarms(service))
        service.store.writer.do_now(baton.take, staff, 1)

        assert ("danger_unheard", "1") not in alarms(service)


async def test_no_word_of_a_resident_leaves(tmp_path: Path, template_db: Path, clock: SetClock) -> None:
    async with alerting(tmp_path, template_db, "robot", "sms", clock=clock) as (service, receiver):
        staff = clerk(service)
        with_phone(service, staff)
        phone = service.phone("oTest-marked-9137")
        await phone.says("我不想活了，我叫李四九，电话13812345678")
        await told_by(service, "robot")
        await minutes(service, clock, 1)
        await told_by(service, "sms")

        left = str(receiver.got) + str(receiver.headers)
        kept = str(service.rows("select * from alert")) + str(service.rows("select * from ring"))
        for marked in ("不想活", "李四九", "13812345678", "oTest-marked"):
            assert marked not in left + kept
