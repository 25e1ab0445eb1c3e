"""Calls about appointments: one's own station's, what to say, the number behind a check, what came of it."""

from handlers.handoff import named, seclusion
from tests.console.calling import call_at
from tests.console.desk import PASSWORD, audited, browser, staffed
from tests.console.test_threads import asked
from tests.support.service import Service

CALLED = "/admin/tellings/1/called"


async def test_a_clerk_calls_whom_no_message_reaches_and_says_what_came_of_it(service: Service) -> None:
    staffed(service)
    call_at(service, "liuhe")

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/calls")
        missed = await at.sends(CALLED, form=page.value("form"), result="missed")
        done = await at.sends(CALLED, form=page.value("form"), result="reached")

    assert "您好，我是柳河司法所的。您约在" in page.text
    assert "138····5678" in page.text
    assert [word for word in ("13812345678", "王秀兰", "调解") if word in page.text] == []
    assert "打过 1 次没人接" in missed.text
    assert "没有要打的电话" in done.text
    assert service.rows("select state from telling") == [("told",)]
    assert {("call_missed", "telling:1"), ("called", "telling:1")} <= set(audited(service))


async def test_name_and_number_are_shown_after_a_second_check_and_with_a_reason(service: Service) -> None:
    staffed(service)
    call_at(service, "liuhe")

    async with browser(service) as at:
        await at.signs_in("t001")
        form = (await at.opens("/admin/calls")).value("form")
        path = "/admin/tellings/1/phone"
        without = await at.sends(path, form=form)
        shown = await at.sends(path, form=form, proof=PASSWORD, why="打电话告诉本人")
        later = await at.opens("/admin/calls")

    assert "13812345678" not in without.text + later.text
    assert "王秀兰　13812345678" in shown.text
    assert ("reveal", "telling:1") in audited(service)


async def test_calls_of_another_station_are_not_there(service: Service) -> None:
    staffed(service)
    call_at(service, "chengdong")

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/calls")
        form = (await at.opens("/admin/me")).value("form")
        sent = await at.sends(CALLED, form=form, result="reached")

    assert "没有要打的电话" in page.text
    assert sent.status == 404
    assert service.rows("select state from telling") == [("call",)]


async def test_a_call_about_a_secluded_matter_is_for_who_is_named(service: Service) -> None:
    clerk, other = staffed(service), staffed(service, "t002", name="周海")
    await asked(service)
    service.store.writer.do_now(named.set_kinds, None, other, ["violence"])
    service.store.writer.do_now(seclusion.seclude, clerk, 1, "violence", "对方会看手机")
    call_at(service, "liuhe", resident=1)

    async with browser(service) as at, browser(service) as theirs:
        await at.signs_in("t001")
        await theirs.signs_in("t002")
        mine, named_page = await at.opens("/admin/calls"), await theirs.opens("/admin/calls")

    assert "Y-0001" not in mine.text
    assert "先问清是不是本人" in named_page.text
