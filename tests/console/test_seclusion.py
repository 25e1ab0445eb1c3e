"""谁能看: a thread is closed to all but named staff by hand, and opened again, in three actions each."""

import json

import pytest

from admin.console import people
from tests.console.desk import Browser, Page, browser, staffed
from tests.console.waiting import WORDS, asked_in_liuhe
from tests.support.service import Service


async def closes(at: Browser, kind: str = "minor", why: str = "说的是孩子") -> Page:
    """Open the thread, choose, press."""
    page = await at.opens("/admin/tasks/1")
    return await at.sends("/admin/tasks/1/seclude", form=page.value("form"), kind=kind, because=why)


async def opens(at: Browser, why: str = "弄错了") -> Page:
    """Open the thread, press, say why."""
    page = await at.opens("/admin/tasks/1")
    return await at.sends("/admin/tasks/1/unseclude", form=page.value("form"), why=why)


def named(service: Service, staff_id: int, *kinds: str) -> None:
    """Name somebody."""
    service.store.writer.do_now(people.name_for, staff_id, kinds)


async def test_a_clerk_closes_a_thread_and_colleagues_find_nothing(service: Service) -> None:
    clerk = staffed(service)
    staffed(service, "t002")
    await asked_in_liuhe(service)

    async with browser(service) as at, browser(service) as other:
        await at.signs_in("t001")
        await other.signs_in("t002")
        before = await other.opens("/admin/tasks/1")
        await at.presses(1, "take")
        page = await closes(at)
        after = [(await other.opens(path)).text for path in ("/admin/tasks/1", "/admin?view=all")]

    assert WORDS in before.text
    assert page.path == "/admin/tasks/1"
    assert "只让指定的人看" in page.text
    assert "不用限制了" not in page.text, "opening again is for heads"
    assert [WORDS in text or "R-0001" in text for text in after] == [False, False]
    ((who, told_before, told_after),) = service.rows(
        'select staff_id, "before", "after" from audit where what = \'seclude\''
    )
    assert (who, json.loads(told_before), json.loads(told_after)) == (
        clerk,
        {"secluded": ""},
        {"secluded": "minor"},
    )


async def test_who_closes_what_they_do_not_hold_is_led_back_to_the_list(service: Service) -> None:
    staffed(service)
    named(service, staffed(service, "t002"), "minor")
    await asked_in_liuhe(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await closes(at)
        again = await at.opens("/admin/tasks/1")

    assert (page.path, again.status) == ("/admin", 404)


async def test_a_head_who_is_named_opens_it_again_for_a_reason(service: Service) -> None:
    staffed(service)
    head = staffed(service, "boss", role="head")
    staffed(service, "t002")
    named(service, head, "minor")
    await asked_in_liuhe(service)

    async with browser(service) as at, browser(service) as boss, browser(service) as other:
        await at.signs_in("t001")
        await boss.signs_in("boss")
        await other.signs_in("t002")
        await closes(at)
        unasked = await opens(boss, "")
        page = await opens(boss)
        seen = await other.opens("/admin/tasks/1")
        record = await boss.opens("/admin/audit?what=unseclude")

    assert "为什么要这样做" in unasked.text
    assert page.path == "/admin/tasks/1"
    assert WORDS in seen.text
    assert "不再限制谁能看" in seen.text, "colleagues read it in the notes"
    assert "不公开：改了（内容不记）" in record.text
    assert "弄错了" in record.text
    ((told_before, told_after),) = service.rows(
        'select "before", "after" from audit where what = \'unseclude\''
    )
    assert (json.loads(told_before), json.loads(told_after)) == ({"secluded": "minor"}, {"secluded": ""})


@pytest.mark.parametrize(("login", "role"), [("boss", "head"), ("t002", "clerk")])
async def test_who_may_not_see_it_or_may_not_open_it_finds_nothing(
    service: Service, login: str, role: str
) -> None:
    """A head who is not named; a clerk who is."""
    staffed(service)
    other = staffed(service, login, role=role)
    named(service, other, *(("minor",) if role == "clerk" else ()))
    await asked_in_liuhe(service)

    async with browser(service) as at, browser(service) as there:
        await at.signs_in("t001")
        await there.signs_in(login)
        await at.presses(1, "take")
        await closes(at)
        form = (await there.opens("/admin/me")).value("form")
        answer = await there.sends("/admin/tasks/1/unseclude", form=form, why="想看")

    assert answer.status == 404
    assert service.rows("select secluded from task") == [("minor",)]


async def test_what_is_missing_is_said_beside_the_form(service: Service) -> None:
    staffed(service)
    await asked_in_liuhe(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await closes(at, why=" ")

    assert page.status == 422
    assert "请写一句为什么" in page.text
    assert service.rows("select secluded from task") == [("",)]
