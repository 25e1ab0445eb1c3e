"""The inbox and a thread, as staff use them; the resident's phone is on the other side."""

import asyncio
from pathlib import Path

import pytest

from bot.clock import SetClock
from tests.console.desk import audited, browser, staffed
from tests.journeys.test_handoff import at_home, later
from tests.support import servers
from tests.support.service import Phone, Service, serving

WAGES = "单位拖欠工资不给怎么办？"


async def asked(service: Service, who: str = "oTest-resident-1", station: str = "liuhe") -> Phone:
    phone = service.phone(who)
    await phone.says(WAGES)
    at_home(service, station)
    await phone.says("人工")
    return phone


async def test_the_inbox_puts_danger_first_and_never_shows_its_words(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    phone = await asked(timed)
    await phone.says("我不想活了，工资也不给")
    await later(timed, clock, minutes=50)

    async with browser(timed) as at:
        page = await at.signs_in("t001")

    assert page.text.index("马上处理") < page.text.index("轻生") < page.text.index("还剩 10 分钟")
    assert "答应 11:00 回" in page.text
    assert "不想活" not in page.text
    assert "工资" not in page.text


async def test_what_is_late_says_by_how_much(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    await asked(timed)
    await later(timed, clock, minutes=68)

    async with browser(timed) as at:
        page = await at.signs_in("t001")

    assert "已过 8 分钟" in page.text


async def test_a_reply_reaches_the_phone_and_is_seen_to(service: Service) -> None:
    staffed(service)
    phone = await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        sent = await at.presses(1, "reply", reply="带上欠条，明天上午来所里。")
    pushed = await phone.waits_for_push(1)

    assert WAGES in page.text
    assert "还能发 5 条" in page.text
    assert pushed == ["陈敏（柳河司法所）回您：\n带上欠条，明天上午来所里。"]
    assert sent.path == "/admin/tasks/1"
    assert "已交给微信" in sent.text
    assert "还能发 4 条" in sent.text
    assert sent.text.index(WAGES) < sent.text.index("带上欠条") < sent.text.index("还能发")
    assert ("look", "task:1") in audited(service)
    assert ("reply", "task:1") in audited(service)


async def test_a_form_sent_twice_is_one_message(service: Service) -> None:
    staffed(service)
    phone = await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        fields = {name: page.value(name) for name in ("form", "once", "seen")}
        for _n in range(2):
            await at.sends("/admin/tasks/1/reply", **fields, reply="好的。")
    await phone.waits_for_push(1)
    await asyncio.sleep(0.3)

    assert len(phone.pushed()) == 1
    assert service.rows("select count(*) from staff_reply") == [(1,)]


async def test_when_the_window_is_used_up_the_reply_waits_for_the_next_word(
    timed: Service, clock: SetClock
) -> None:
    staffed(timed)
    phone = await asked(timed)
    await later(timed, clock, hours=49)

    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        kept = await at.presses(1, "reply", reply="带上欠条来。")
    shown = await phone.says("你好")

    assert "不能马上发了" in page.text
    assert "要等对方下次发消息：次数或时间用完了" in kept.text
    assert phone.pushed() == []
    assert "带上欠条来。" in shown


async def test_an_empty_or_endless_reply_is_not_sent_and_stays_on_the_page(service: Service) -> None:
    staffed(service)
    phone = await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        empty = await at.presses(1, "reply", reply="  ")
        endless = await at.presses(1, "reply", reply="长" * 601)

    assert (empty.status, endless.status) == (422, 422)
    assert "还没写字" in empty.text
    assert "多了 1 个" in endless.text
    assert "长" * 601 in endless.text
    assert phone.pushed() == []


async def test_who_was_slower_sees_it_and_keeps_the_draft(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", name="周海")
    await asked(service)

    async with browser(service) as first, browser(service) as second:
        await first.signs_in("t001")
        await second.signs_in("t002")
        page = await second.opens("/admin/tasks/1")
        await first.presses(1, "reply", reply="我先回了。")
        fields = {name: page.value(name) for name in ("form", "once", "seen")}
        slower = await second.sends("/admin/tasks/1/reply", **fields, reply="我的草稿")

    assert slower.status == 409
    assert "我先回了。" in slower.text
    assert "我的草稿</textarea>" in slower.text
    assert service.rows("select count(*) from staff_reply") == [(1,)]


async def test_danger_is_taken_before_it_is_closed_and_its_alarm_then_ends(service: Service) -> None:
    staffed(service)
    await service.phone().says("我不想活了")

    async with browser(service) as at:
        await at.signs_in("t001")
        done = await at.opens("/admin/done")
        early = await at.presses(1, "close", category="answered")
        taken = await at.presses(1, "take")
        closed = await at.presses(1, "close", category="visit")

    assert "有人求助，要马上看。" in done.text
    assert early.status == 422
    assert "我不想活了" in taken.text
    assert "陈敏 接了" in taken.text
    assert closed.path == "/admin"
    assert service.rows("select state, category from task") == [("closed", "visit")]
    assert service.rows("select count(*) from alarm where kind = 'danger' and cleared_at is null") == [(0,)]
    assert {("take", "task:1"), ("close:visit", "task:1")} <= set(audited(service))


async def test_given_back_the_bot_says_that_it_is_back(service: Service) -> None:
    staffed(service)
    phone = await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.presses(1, "reply", reply="看到了。")
        held = await phone.says(WAGES)
        page = await at.presses(1, "back")
    pushed = await phone.waits_for_push(2)

    assert held.startswith("收到了，陈敏看得到。")
    assert pushed[1].startswith("我是小司，现在由我接着答您。")
    assert "小司在和对方说" in page.text
    assert "依据" in await phone.says(WAGES)


async def test_another_stations_thread_is_not_there(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", station="shiqiao", name="赵琴")
    staffed(service, "boss", station=None, name="周岚", role="head")
    await asked(service)

    seen = {}
    for login in ("t002", "boss"):
        async with browser(service) as at:
            inbox = await at.signs_in(login)
            seen[login] = ("R-0001" in inbox.text, (await at.opens("/admin/tasks/1")).status)

    assert seen == {"t002": (False, 404), "boss": (True, 200)}


async def test_words_of_residents_are_shown_as_text_only(service: Service) -> None:
    staffed(service)
    phone = await asked(service)
    await phone.says("<script>alert(1)</script>怎么办？")

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_an_address_that_is_not_there_is_a_404(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        statuses = [
            (await at.opens(path)).status for path in ("/admin/tasks/9", "/admin/tasks/x", "/admin/cases")
        ]

    assert statuses == [404, 404, 404]


async def test_the_record_holds_no_word_of_a_resident(service: Service) -> None:
    staffed(service)
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.presses(1, "reply", reply="带上欠条。")

    rows = service.rows("select * from audit")
    assert rows
    assert not [row for row in rows if "欠条" in str(row) or "工资" in str(row)]


@pytest.mark.servers
async def test_the_same_on_postgresql(tmp_path: Path, postgres_server: servers.Postgres) -> None:
    with postgres_server.migrated() as url:
        async with serving(tmp_path, database_url=url) as service, browser(service) as at:
            staffed(service)
            phone = await asked(service)
            await service.phone("oTest-2").says("我不想活了")

            inbox = await at.signs_in("t001")
            sent = await at.presses(1, "reply", reply="看到了。")
            await at.presses(2, "take")
            closed = await at.presses(1, "close", category="answered")
            done = await at.opens("/admin/done")
            pushed = await phone.waits_for_push(2)

    assert "现在" in inbox.text
    assert "R-0001" in inbox.text
    assert "看到了。" in sent.text
    assert closed.path == "/admin"
    assert "答复了" in done.text
    assert len(pushed) == 2


async def test_a_form_that_is_sent_again_is_written_down_once_and_leaves_the_newer_draft(
    service: Service,
) -> None:
    staffed(service)
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        form = {name: page.value(name) for name in ("form", "once", "seen")}
        for _press in range(2):
            await at.sends("/admin/tasks/1/reply", **form, reply="带上欠条，明天上午来所里。")
            await at.sends("/admin/tasks/1/draft", form=form["form"], reply="还有，带上身份证")
        await at.sends("/admin/tasks/1/reply", **form, reply="带上欠条，明天上午来所里。")
        after = await at.opens("/admin/tasks/1")
        for _press in range(2):
            await at.sends("/admin/tasks/1/take", form=form["form"])
            await at.sends("/admin/tasks/1/back", form=form["form"])

    written = [what for what, _subject in audited(service)]
    assert "还有，带上身份证" in after.text
    assert (written.count("reply"), written.count("take"), written.count("back")) == (1, 0, 1)
    assert service.rows("select count(*) from staff_reply") == [(1,)]
