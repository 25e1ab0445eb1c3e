"""通知: heads see what was told to whom and why not, and try each channel; staff see their own."""

from pathlib import Path

import pytest

from bot.clock import SetClock
from tests.alerts.receivers import alerting, bound, clerk, told_by, until, with_phone
from tests.alerts.test_ordinary import asked
from tests.console.desk import audited, browser
from tests.support import servers
from tests.support.service import Service


async def test_the_page_tells_who_was_told_and_why_somebody_was_not(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, _receiver):
        clerk(service)
        clerk(service, "t002", "liuhe", "head")
        await asked(service)
        await told_by(service, "robot")
        async with browser(service) as at:
            await at.signs_in("t002")
            page = await at.opens("/admin/alerts")

    assert page.status == 200
    for words in ("R-0001", "企业微信群", "群里", "发了", "没开着工作台"):
        assert words in page.text


async def test_a_head_sees_their_own_station_alone(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, clock=clock) as (service, _receiver):
        clerk(service)
        clerk(service, "t002", "shiqiao", "head")
        await asked(service)
        await until(lambda: service.rows("select id from alert"))
        async with browser(service) as at:
            await at.signs_in("t002")
            page = await at.opens("/admin/alerts")

    assert "R-0001" not in page.text
    assert "柳河" not in page.text
    assert "还没有通知过谁" in page.text


async def test_a_clerk_has_no_such_page(timed: Service) -> None:
    clerk(timed)
    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/alerts")
        own = await at.opens("/admin/alerts/mine")
        robot = await at.sends("/admin/alerts/mine/test", form=own.value("form"), channel="robot")

    assert (page.status, own.status, robot.status) == (404, 200, 404)


async def test_a_try_reaches_the_group_and_says_what_became_of_it(
    tmp_path: Path, template_db: Path, clock: SetClock
) -> None:
    async with alerting(tmp_path, template_db, "robot", clock=clock) as (service, receiver):
        clerk(service, role="head")
        async with browser(service) as at:
            await at.signs_in("t001")
            page = await at.opens("/admin/alerts")
            first = await at.sends("/admin/alerts/test", form=page.value("form"), channel="robot")
            second = await at.sends("/admin/alerts/test", form=page.value("form"), channel="robot")
            sms = await at.sends("/admin/alerts/test", form=page.value("form"), channel="sms")
            unknown = await at.sends("/admin/alerts/test", form=page.value("form"), channel="pigeon")
        await until(lambda: service.rows("select id from alert where state = 'sent'"))
        tries = audited(service).count(("alert_test", "channel:robot"))

    assert receiver.said() == ["这是一条测试通知，不用处理。"]
    assert "测试通知发出去了" in first.text
    assert "刚试过" in second.text
    assert "这个通道没有设置" in sms.text
    assert unknown.status == 404
    assert tries == 1


async def test_each_tries_what_reaches_them(tmp_path: Path, template_db: Path, clock: SetClock) -> None:
    async with alerting(tmp_path, template_db, "sms", clock=clock) as (service, receiver):
        staff = clerk(service)
        own = await bound(service, staff)
        with_phone(service, staff)
        async with browser(service) as at:
            await at.signs_in("t001")
            page = await at.opens("/admin/alerts/mine")
            for channel in ("wechat", "sms", "browser"):
                await at.sends("/admin/alerts/mine/test", form=page.value("form"), channel=channel)
        await until(lambda: len(service.rows("select id from alert where state = 'sent'")) == 3)

        assert own.pushed() == ["这是一条测试通知，不用处理。"]
        assert receiver.said("sms") == ["这是一条测试通知，不用处理。"]
        assert service.rows("select task_id, staff_id from news where kind = 'alert'") == [(0, staff)]


async def test_a_station_switches_its_sound_on(timed: Service) -> None:
    clerk(timed)
    clerk(timed, "t002", "liuhe", "head")
    async with browser(timed) as at:
        await at.signs_in("t002")
        page = await at.opens("/admin/alerts")
        await at.sends("/admin/alerts/sound", form=page.value("form"), station="liuhe", on="yes")
        other = await at.sends("/admin/alerts/sound", form=page.value("form"), station="shiqiao", on="yes")
    async with browser(timed) as at:
        await at.signs_in("t001")
        heard = await at.opens("/admin/alerts/sound")

    assert heard.text == '{"sound": true}'
    assert other.status == 404
    assert timed.rows("select station_id from station_sound") == [("liuhe",)]


@pytest.mark.servers
async def test_the_same_on_postgres(
    tmp_path: Path, postgres_server: servers.Postgres, clock: SetClock
) -> None:
    with postgres_server.migrated() as url:
        async with alerting(tmp_path, None, "robot", "sms", clock=clock, database_url=url) as (
            service,
            receiver,
        ):
            staff = clerk(service, role="head")
            own = await bound(service, staff)
            with_phone(service, staff)
            receiver.answers["robot"] = 500
            await asked(service)
            await told_by(service, "wechat")
            async with browser(service) as at:
                await at.signs_in("t001")
                page = await at.opens("/admin/alerts")

    assert own.pushed()[-1:] == ["有一件事等人回 R-0001，打开工作台看\nhttps://example.test/admin/tasks/1"]
    assert "HTTP 500" in page.text
    assert page.status == 200
