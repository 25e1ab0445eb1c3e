"""看过姓名电话: the page of a day, by whom it is read, and what stands in it."""

from admin.audit.record import note
from bot.clock import SetClock
from handlers.correspondence import service as letters
from tests.console.desk import browser, staffed
from tests.support.service import Service


def reveals(service: Service, staff_id: int, task: int, why: str) -> None:
    """Somebody looks at a phone."""
    service.store.writer.do_now(note, staff_id, "reveal", f"task:{task}", reason=why)


async def test_yesterday_is_shown_with_reasons_and_the_head_sees_the_stations_own(
    timed: Service, clock: SetClock
) -> None:
    staffed(timed, "chief", role="county_admin", station=None, name="何晴")
    staffed(timed, "boss", role="head", name="周岚")
    own, other = staffed(timed), staffed(timed, "t002", station="chengdong", name="周海")
    reveals(timed, own, 7, "要给他打过去")
    reveals(timed, other, 8, "核对地址")
    clock.move(days=1)

    pages = {}
    for login in ("chief", "boss"):
        async with browser(timed) as at:
            await at.signs_in(login)
            pages[login] = (await at.opens("/admin/reveals")).text
            record = await at.opens("/admin/audit")
            today = await at.opens("/admin/reveals?day=2026-11-24")

    assert "2 次，周海、陈敏" in pages["chief"]
    assert "1 次，陈敏" in pages["boss"]
    assert "核对地址" not in pages["boss"]
    assert "周海" not in pages["boss"]
    assert "要给他打过去" in pages["boss"]
    assert "R-0007" in pages["boss"]
    assert 'href="/admin/reveals"' in record.text
    assert "这一天没有人看过" in today.text


async def test_a_day_that_cannot_be_read_is_yesterday_and_none_lies_ahead(timed: Service) -> None:
    staffed(timed, "boss", role="head")

    async with browser(timed) as at:
        await at.signs_in("boss")
        odd = await at.opens("/admin/reveals?day=gestern")
        ahead = await at.opens("/admin/reveals?day=2027-01-01")

    assert "11 月 22 日" in odd.text
    assert "11 月 23 日" in ahead.text
    assert "后一天" not in ahead.text


async def test_the_list_of_calls_shows_the_phone_masked(timed: Service) -> None:
    clerk = staffed(timed)
    phone = timed.phone()
    await phone.says("单位拖欠工资三个月了，怎么办？")
    await phone.says("人工")
    (resident,) = timed.rows("select resident_id from task")[0]
    timed.store.writer.do_now(letters.keep_contact, resident, "张三", "13812345678")
    timed.store.writer.do_now(letters.want_call, clerk, 1, resident, "请他带上合同")

    async with browser(timed) as at:
        await at.signs_in("t001")
        calls, inbox = await at.opens("/admin/calls"), await at.opens("/admin")

    assert "138····5678" in calls.text
    assert "138····5678" not in inbox.text
    assert "13812345678" not in calls.text
