"""绑定: six digits from the console, sent from one's own WeChat; wrong ones are counted."""

import pytest

from bot.clock import SetClock
from bot.work.unit import Work
from handlers.alerts import binding
from handlers.alerts.sentences import bound_words, locked_words, unbound_words, wrong_code_words
from handlers.facts import StaffLeft
from tests.alerts.receivers import alarms, bound, clerk
from tests.console.desk import audited, browser
from tests.support.service import Service


def code_of(service: Service, staff_id: int) -> str:
    return service.store.writer.do_now(binding.make_code, staff_id)


def bindings(service: Service) -> list[int]:
    return [row[0] for row in service.rows("select staff_id from staff_binding order by staff_id")]


@pytest.mark.parametrize("form", ["绑定 {}", "绑定{}", "绑定：{}", "绑定 {}。"])
async def test_the_code_from_the_console_binds_the_wechat_that_sends_it(timed: Service, form: str) -> None:
    staff = clerk(timed)
    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/alerts/mine")
        shown = await at.sends("/admin/alerts/mine/code", form=page.value("form"))
        code = shown.text.split("绑定 ")[1][:6]

        reply = await timed.phone("oTest-staff-1").says(form.format(code))
        after = await at.opens("/admin/alerts/mine")

    assert reply == bound_words()
    assert bindings(timed) == [staff]
    assert "绑好了" in after.text
    assert ("binding_code", f"staff:{staff}") in audited(timed)


async def test_a_wrong_code_binds_nothing_and_five_lock_the_wechat(timed: Service) -> None:
    staff = clerk(timed)
    right = code_of(timed, staff)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    phone = timed.phone()

    said = [await phone.says(f"绑定 {wrong}") for _n in range(5)]
    locked = await phone.says(f"绑定 {right}")

    assert said == [wrong_code_words()] * 5
    assert locked == locked_words()
    assert bindings(timed) == []


async def test_many_wrong_codes_of_many_make_all_codes_void(timed: Service) -> None:
    staff = clerk(timed)
    right = code_of(timed, staff)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    residents = []
    for number in range(11):
        await timed.phone(f"oTest-guesser-{number:02d}").says("你好")
        residents.append(timed.rows("select max(id) from resident")[0][0])

    for resident in residents[:10]:
        for _n in range(5):
            timed.store.writer.do_now(binding.bind, resident, wrong)

    assert timed.store.writer.do_now(binding.bind, residents[10], right) == binding.LOCKED
    assert timed.rows("select * from binding_code") == []
    assert ("binding_codes", "") in alarms(timed)


async def test_a_code_is_over_after_ten_minutes(timed: Service, clock: SetClock) -> None:
    staff = clerk(timed)
    code = code_of(timed, staff)
    clock.move(minutes=11)

    assert await timed.phone().says(f"绑定 {code}") == wrong_code_words()


async def test_a_code_works_once(timed: Service) -> None:
    staff = clerk(timed)
    code = code_of(timed, staff)
    await timed.phone("oTest-staff-1").says(f"绑定 {code}")

    assert await timed.phone("oTest-other").says(f"绑定 {code}") == wrong_code_words()


async def test_the_newest_binding_counts(timed: Service) -> None:
    one, other = clerk(timed), clerk(timed, "t002")
    await bound(timed, one)
    await bound(timed, other)

    assert bindings(timed) == [other]


async def test_it_is_unbound_from_the_wechat_itself(timed: Service) -> None:
    phone = await bound(timed, clerk(timed))

    assert await phone.says("解除绑定") == unbound_words()
    assert bindings(timed) == []


async def test_it_is_unbound_from_the_console(timed: Service) -> None:
    staff = clerk(timed)
    await bound(timed, staff)
    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/alerts/mine")
        await at.sends("/admin/alerts/mine/unbind", form=page.value("form"))

    assert bindings(timed) == []
    assert ("unbind", f"staff:{staff}") in audited(timed)


def _left(work: Work, staff_id: int) -> None:
    work.happened(StaffLeft(staff_id))


async def test_who_leaves_leaves_nothing_behind(timed: Service) -> None:
    staff = clerk(timed)
    await bound(timed, staff)
    timed.store.writer.do_now(binding.set_phone, staff, "13900000001")
    code_of(timed, staff)

    timed.store.writer.do_now(_left, staff)

    for table in ("staff_binding", "staff_phone", "binding_code"):
        assert timed.rows(f"select * from {table}") == []


async def test_a_wechat_that_leaves_the_account_is_forgotten(timed: Service, clock: SetClock) -> None:
    staff = clerk(timed)
    await bound(timed, staff)
    (resident,) = timed.rows("select resident_id from staff_binding")[0]

    gone = timed.store.writer.do_now(binding.erase, resident, 200)

    assert gone == 1
    assert bindings(timed) == []


async def test_a_phone_number_is_sealed_and_shown_by_its_end(timed: Service) -> None:
    clerk(timed)
    async with browser(timed) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/alerts/mine")
        wrong = await at.sends("/admin/alerts/mine/phone", form=page.value("form"), phone="12345")
        right = await at.sends("/admin/alerts/mine/phone", form=page.value("form"), phone="139 0000 4321")

    (sealed,) = timed.rows("select phone from staff_phone")[0]
    assert wrong.status == 422
    assert "手机号要 11 位数字。" in wrong.text
    assert "尾号 4321" in right.text
    assert "13900004321" not in right.text
    assert b"13900004321" not in sealed
