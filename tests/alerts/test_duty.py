"""The duty roster in danger: the person it names is told first, and what the safety text says of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import SetClock, millis
from handlers.handoff import absence, roster
from tests.alerts.receivers import alerting, clerk, cried, minutes, told, told_by, until, with_phone
from tests.console.desk import browser
from tests.support.service import Service, serving

NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Monday, 23:00 in China."""
HOUR_MS = 3_600_000
NOBODY, TOLD = "现在可能没有人在看这里", "系统会通知值班的人，但不一定马上有人看到"


def on_duty(service: Service, staff_id: int, station: str | None = "liuhe") -> int:
    """The roster names somebody from now for nine hours."""
    now = millis(service.store.clock.now())
    made: int = service.store.writer.do_now(
        roster.put_on, staff_id, staff_id, station, now, now + 9 * HOUR_MS
    )
    return made


async def danger_says(service: Service, words: str) -> str:
    """What residents in danger read, once it has these words; the roster is looked at every two seconds."""
    text = ""
    for number in range(60):
        text = await service.phone(f"oTest-danger-{number}").says("我不想活了")
        if words in text:
            return text
        await asyncio.sleep(0.5)
    return text


async def test_at_night_the_person_on_duty_is_told_first_and_alone(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    clock.at = NIGHT
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        asleep, awake = clerk(service), clerk(service, "t002", "chengdong")
        county = clerk(service, "t003", None, "county_admin")
        for one, phone in ((asleep, "13900000001"), (awake, "13900000002"), (county, "13900000003")):
            with_phone(service, one, phone)
        on_duty(service, awake, None)

        await cried(service)
        await told_by(service, "sms")
        alone = [one["phone"] for one in receiver.got["sms"]]
        for step, wait in enumerate((1, 2, 3), 1):
            await minutes(service, clock, wait)
            await until(lambda step=step: step in {one[0] for one in told(service)})
        await until(lambda: (3, "sms", county, "sent", "") in told(service))

        assert alone == ["13900000002"]
        woken = {one[2] for one in told(service) if one[1] == "sms" and one[3] == "sent"}
        assert woken == {awake, county}, "at the third level the county is woken too, the clerk is not"


async def test_where_the_person_on_duty_cannot_be_told_the_county_is_woken_at_once(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    clock.at = NIGHT
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        deaf, county = clerk(service), clerk(service, "t003", None, "county_admin")
        with_phone(service, county, "13900000003")
        on_duty(service, deaf)

        await cried(service)
        await told_by(service, "sms")

        assert [one["phone"] for one in receiver.got["sms"]] == ["13900000003"]
        assert (0, "sms", deaf, "skipped", "no phone number") in told(service)


async def test_an_ordinary_question_at_night_does_not_wake_who_is_on_duty(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    clock.at = NIGHT
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        awake = clerk(service)
        with_phone(service, awake)
        on_duty(service, awake, None)

        await service.phone().says("人工")
        await minutes(service, clock, 30)
        await cried(service, "oTest-resident-2")
        await told_by(service, "sms", task=2)

        assert [one[4] for one in told(service) if one[2] == awake] == ["quiet"]
        assert len(receiver.got["sms"]) == 1


async def test_the_safety_text_says_that_somebody_is_told_and_never_that_anybody_reads(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    clock.at = NIGHT
    async with alerting(tmp_path, template_db, clock=clock) as (service, _receiver):
        person = clerk(service)
        before = await service.phone().says("我不想活了")
        on_duty(service, person)
        unreachable = await service.phone("oTest-resident-2").says("我不想活了")
        async with browser(service) as at:
            await at.signs_in("t001")
            with_duty = await danger_says(service, TOLD)
            service.store.writer.do_now(absence.away, person, person, millis(clock.now()), None)
            after = await danger_says(service, NOBODY)

    assert NOBODY in before
    assert NOBODY in unreachable, "no channel reaches the person: then nobody is told"
    assert TOLD in with_duty
    assert NOBODY not in with_duty
    assert "请先打电话" in with_duty
    assert NOBODY in after


async def test_every_safety_text_has_the_sentence_that_the_roster_replaces(
    tmp_path: Path, template_db: Path
) -> None:
    async with serving(tmp_path, template=template_db) as service:
        on_duty(service, clerk(service))
        cries = ("我不想活了", "老公正在打我", "孩子被人拐走了，找不到了", "他说见我一次打一次，就在楼下堵我")
        async with browser(service) as at:
            await at.signs_in("t001")
            await danger_says(service, TOLD)
            said = [await service.phone(f"oTest-kind-{number}").says(cry) for number, cry in enumerate(cries)]

    reasons = {row[0] for row in service.rows("select distinct reason from task")}
    assert {"suicide", "violence", "child", "threat"} <= reasons
    assert [TOLD in text for text in said] == [True] * len(cries)
