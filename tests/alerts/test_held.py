"""A resident writes to the person who holds the thread: told once until they look, and quiet by shift."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SetClock
from bot.work.unit import Work
from handlers.handoff import baton
from handlers.handoff import service as handoff
from tests.alerts.receivers import Receiver, alerting, clerk, cried, minutes, told, told_by, until, with_phone
from tests.console.desk import browser
from tests.journeys.test_handoff import with_home
from tests.support.servers import Postgres
from tests.support.service import Phone, Service

EVENING = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""Monday, 19:00 in China; the station opens on Tuesday at 8:30."""
Held = tuple[Service, Receiver, Phone, int]


async def held(service: Service) -> tuple[Phone, int]:
    """A resident whose thread a clerk holds who answered once; what rang before is over."""
    staff = clerk(service)
    with_phone(service, staff)
    phone = await with_home(service)
    await phone.says("人工")
    await told_by(service, "sms")
    service.store.writer.do_now(baton.take, staff, 1)
    return phone, staff


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
async def there(
    request: pytest.FixtureRequest, tmp_path: Path, template_db: Path, clock: SetClock
) -> AsyncIterator[Held]:
    if request.param == "sqlite":
        async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
            yield service, receiver, *await held(service)
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.database() as url:
        async with alerting(tmp_path, None, "sms", clock=clock, database_url=url) as (service, receiver):
            yield service, receiver, *await held(service)


async def test_the_holder_is_told_once_until_they_look(there: Held, clock: SetClock) -> None:
    service, receiver, phone, _staff = there

    await phone.says("合同也一起拍给您。")
    await until(lambda: len(receiver.said("sms")) == 2)
    await phone.says("还有一件事。")
    await minutes(service, clock, 1)
    async with browser(service) as at:
        await at.signs_in("t001")
        before = len(receiver.said("sms"))
        await at.opens("/admin/tasks/1")
    clock.move(minutes=31)  # the console falls idle: nobody looks at it any more
    await phone.says("在吗？")
    await until(lambda: len(receiver.said("sms")) == 3)

    assert before == 2
    assert len(set(receiver.said("sms"))) == 1
    assert receiver.said("sms")[0].startswith("有一件事等人回 R-0001，打开工作台看")


async def test_who_answered_is_told_of_the_next_word(there: Held) -> None:
    service, receiver, phone, staff = there
    await phone.says("合同也一起拍给您。")
    await until(lambda: len(receiver.said("sms")) == 2)

    service.store.writer.do_now(_answers, staff)
    await phone.says("谢谢，还想问一句。")

    await until(lambda: len(receiver.said("sms")) == 3)


async def test_after_hours_it_waits_until_the_station_opens(there: Held, clock: SetClock) -> None:
    service, receiver, phone, staff = there
    await minutes(service, clock, 0)
    clock.at = EVENING

    await phone.says("合同也一起拍给您。")
    await until(lambda: (staff, "skipped", "quiet") in [one[2:] for one in told(service)])
    quiet = len(receiver.said("sms"))
    await minutes(service, clock, 13.5 * 60 + 1)
    await until(lambda: len(receiver.said("sms")) > quiet)

    assert quiet == 1


async def test_who_looked_at_night_is_not_told_in_the_morning(there: Held, clock: SetClock) -> None:
    service, receiver, phone, staff = there
    await minutes(service, clock, 0)
    clock.at = EVENING
    await phone.says("合同也一起拍给您。")
    await until(lambda: (staff, "skipped", "quiet") in [one[2:] for one in told(service)])

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.opens("/admin/tasks/1")
    over = service.rows("select ended_at is not null from ring where task_id = 1")
    await cried(service, "oTest-resident-2")

    assert bool(over[0][0])
    assert len(receiver.said("sms")) == 1


async def test_a_colleague_who_looks_does_not_look_for_the_holder(there: Held) -> None:
    service, receiver, phone, _staff = there
    clerk(service, "t002")
    await phone.says("合同也一起拍给您。")
    await until(lambda: len(receiver.said("sms")) == 2)

    async with browser(service) as at:
        await at.signs_in("t002")
        await at.opens("/admin/tasks/1")

    assert service.rows("select told_at > 0 from thread") in ([(1,)], [(True,)])


def _answers(work: Work, staff_id: int) -> None:
    handoff.reply(work, staff_id, 1, "看到了。", signed="看到了。", once="x", seen=0)
