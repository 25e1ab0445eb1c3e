"""The page of the record: who sees what of it, filters, and a file of it."""

from admin.console import people
from bot.clock import SetClock
from tests.console.desk import PASSWORD, audited, browser, staffed
from tests.console.test_threads import WAGES, asked
from tests.support.service import Service


async def test_a_look_at_a_thread_stands_in_the_record_without_any_word_of_it(service: Service) -> None:
    staffed(service)
    staffed(service, "aud", station=None, name="沈仪", role="auditor")
    await asked(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        await at.opens("/admin/tasks/1")
    async with browser(service) as at:
        await at.signs_in("aud")
        page = await at.opens("/admin/audit?what=look")

    assert page.status == 200
    assert "看了对话" in page.text
    assert "R-0001" in page.text
    assert "陈敏" in page.text
    assert WAGES not in page.text


async def test_a_head_sees_the_people_of_the_own_station_only(service: Service) -> None:
    staffed(service, "t002", station="shiqiao", name="赵琴")
    staffed(service, "boss", name="周岚", role="head")

    async with browser(service) as at:
        await at.signs_in("t002")
    async with browser(service) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/audit")
        other = await at.opens("/admin/audit?who=1")

    assert "周岚" in page.text
    assert "赵琴" not in page.text
    assert "赵琴" not in other.text
    assert "系统或命令行" not in page.text


async def test_a_change_says_what_was_before_and_after_and_why(service: Service) -> None:
    staffed(service, "aud", station=None, name="沈仪", role="auditor")
    staffed(service, "t002", station="shiqiao", name="赵琴")
    service.store.writer.do_now(people.change, "t002", "mediator", "shiqiao", 1, "改做调解")

    async with browser(service) as at:
        await at.signs_in("aud")
        page = await at.opens("/admin/audit?what=staff_change")

    assert "角色：工作人员 改成 调解员" in page.text
    assert "理由：改做调解" in page.text


async def test_filters_by_day_person_and_number(timed: Service, clock: SetClock) -> None:
    staffed(timed, "aud", station=None, name="沈仪", role="auditor")
    staffed(timed)
    await asked(timed)
    async with browser(timed) as at:
        await at.signs_in("t001")
        await at.opens("/admin/tasks/1")
    clock.move(days=1)

    async with browser(timed) as at:
        await at.signs_in("aud")
        found = await at.opens("/admin/audit?subject=R-0001&day=2026-11-23&who=2")
        other_day = await at.opens("/admin/audit?subject=R-0001&day=2026-11-24")
        other_number = await at.opens("/admin/audit?subject=R-0002")
        nonsense = await at.opens("/admin/audit?subject=%27or+1%3D1&day=x&who=x&what=x&below=x")

    assert "看了对话" in found.text.split("<tbody>")[1]
    for page in (other_day, other_number, nonsense):
        assert page.status == 200
        assert "没有找到" in page.text


async def test_a_file_needs_a_second_check_and_a_reason_and_is_written_down(
    timed: Service, clock: SetClock
) -> None:
    staffed(timed, "aud", station=None, name="=沈仪", role="auditor")

    async with browser(timed) as at:
        await at.signs_in("aud")
        page = await at.opens("/admin/audit")
        clock.move(minutes=11)
        asks = await at.sends("/admin/audit/export", form=page.value("form"))
        wrong = await at.sends(
            "/admin/audit/export", form=page.value("form"), why="年底检查", proof="nope-nope"
        )
        file = await at.sends("/admin/audit/export", form=page.value("form"), why="年底检查", proof=PASSWORD)

    assert asks.headers["Content-Type"].startswith("text/html")
    assert wrong.status == 422
    assert file.headers["Content-Type"].startswith("text/csv")
    assert file.headers["Cache-Control"] == "no-store"
    assert "'=沈仪" in file.text
    assert ("audit_export", "audit:rows") in audited(timed)


async def test_a_clerk_is_not_told_that_there_is_a_record(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/audit")

    assert page.status == 404
