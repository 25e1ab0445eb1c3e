"""A clerk runs a morning with ten people, by mouse and by phone; presses are counted."""

from pathlib import Path

import pytest
from playwright.async_api import Locator

from bot.clock import SetClock
from handlers.appointments.service import Person
from tests.browser.test_alerts_in_a_browser import SIZES, good, opened, pictured
from tests.browser.test_console_in_a_browser import SMALL_TARGETS
from tests.console.calling import call_at
from tests.console.desk import staffed
from tests.console.test_day import at, booked
from tests.support.service import serving

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
async def test_a_morning_with_ten_people(
    tmp_path: Path, template_db: Path, clock: SetClock, size: tuple[int, int]
) -> None:
    async with serving(tmp_path / "data", template=template_db, clock=clock) as service:
        at(clock, "2026-11-23 10:00")
        clerk = staffed(service, "chenmin")
        for when, name in (("08:30", "李四"), ("10:00", "王五"), ("14:00", "赵六")):
            person = Person(name, "13900000001" if name == "李四" else "", other=True)
            booked(service, clock, clerk, f"2026-11-24 {when}", person)
        call_at(service, "liuhe")
        at(clock, "2026-11-24 08:40")
        async with opened(service, "chenmin", size) as page:
            presses = 0

            async def press(what: Locator) -> None:
                nonlocal presses
                presses += 1
                await what.click()

            await page.goto(f"{service.base}/admin/day")
            await page.get_by_label("约好的人到了").fill("李四")
            await press(page.get_by_role("button", name="到了", exact=True).first)
            for name in ("甲", "乙", "丙", "丁", "戊", "己", "庚"):
                await page.get_by_label("怎么称呼").fill(f"{name}某")
                await press(page.get_by_role("button", name="取号 A", exact=False).first)
            await press(page.get_by_role("button", name="叫下一位"))
            await good(page)
            if place := pictured("day", size):
                await page.screenshot(path=place, full_page=True)
            small = await page.evaluate(SMALL_TARGETS)
            await press(page.get_by_role("button", name="办完了 A001"))
            for _n in range(6):
                await press(page.get_by_role("button", name="叫下一位"))
                await press(page.get_by_role("button", name="办完了 A"))
            await press(page.get_by_role("button", name="办完了 8:30 李四"))
            await page.goto(f"{service.base}/admin/day")
            await press(page.get_by_role("button", name="到了 10:00 王五"))
            await press(page.get_by_role("button", name="办完了 10:00 王五"))
            await press(page.get_by_role("button", name="打通了"))
            await page.get_by_text("材料、改时间、取消").click()
            await press(page.get_by_role("link", name="改时间 14:00 赵六"))
            await good(page)
            if place := pictured("day-move", size):
                await page.screenshot(path=place, full_page=True)
            await press(page.get_by_role("button", name="改到这个时间"))
            await page.goto(f"{service.base}/admin/day")
            await press(page.get_by_role("link", name="约给人").first)
            await good(page)
            if place := pictured("day-gap", size):
                await page.screenshot(path=place, full_page=True)
            await page.get_by_label("怎么称呼").fill("孙女士")
            await press(page.get_by_role("button", name="约好"))
            await good(page)
            await page.goto(f"{service.base}/admin/closings")
            await good(page)
            if place := pictured("closings", size):
                await page.screenshot(path=place, full_page=True)

    assert small == []
    assert presses <= 10 * 3


@pytest.mark.parametrize("size", SIZES)
async def test_each_thing_of_a_day_takes_three_presses_at_most(
    tmp_path: Path, template_db: Path, clock: SetClock, size: tuple[int, int]
) -> None:
    async with serving(tmp_path / "data", template=template_db, clock=clock) as service:
        at(clock, "2026-11-23 10:00")
        clerk = staffed(service, "chenmin")
        made = [
            booked(service, clock, clerk, f"2026-11-24 {when}", Person(name, phone, other=True))
            for when, name, phone in (
                ("08:30", "李四", "13900000001"),
                ("10:00", "王五", "13900000002"),
                ("14:00", "赵六", "13900000003"),
            )
        ]
        home = Person("钱大娘", "13900000004", other=True)
        booked(service, clock, clerk, "2026-11-26 14:00", home, "liuhe-home")
        call_at(service, "liuhe")
        at(clock, "2026-11-24 08:50")
        day = f"{service.base}/admin/day"
        async with opened(service, "chenmin", size) as page:
            taken: dict[str, int] = {}

            async def does(thing: str, start: str, *presses: Locator) -> None:
                """From the day's list: the presses of one thing, each page good for everybody."""
                if start != page.url:
                    await page.goto(start)
                for what in presses:
                    await what.click()
                taken[thing] = len(presses)
                await good(page)
                if place := pictured(f"day-{thing}", size):
                    await page.screenshot(path=place)

            def button(name: str, *, exact: bool = False) -> Locator:
                return page.get_by_role("button", name=name, exact=exact).first

            who = page.get_by_label("约好的人到了")
            await page.goto(day)
            await does("absent", day, page.get_by_text("材料、改时间、取消").first, button("没来 8:30"))
            await page.goto(day)
            await who.fill(made[0].code.lower())
            await does("late", day, button("到了", exact=True))
            late = await page.get_by_role("status").first.inner_text()
            at(clock, "2026-11-24 09:05")
            await page.goto(day)
            await who.fill("0002")
            await does("phone", day, button("到了", exact=True))
            await page.goto(day)
            await page.get_by_label("怎么称呼").fill("李大爷")
            await does("ticket", day, button("取号并看纸条"))
            await does("call", day, button("叫下一位"), button("办完了 A001"))
            await does("told", day, button("打通了"))
            await does("gap", day, page.get_by_role("link", name="约给人").first)
            await page.get_by_label("怎么称呼").fill("孙女士")
            await button("约好").click()
            code = await page.get_by_role("status").first.inner_text()
            await does("slip", page.url, page.get_by_role("link", name="打纸条", exact=True).first)
            more = page.locator(f"#visit{made[2].appointment_id} summary")
            await page.goto(day)
            await more.click()
            await page.locator(f"#say{made[2].appointment_id}").fill("停电")
            await does("cancel", page.url, button("取消 14:00"))
            await page.goto(f"{service.base}/admin/day?day=2026-11-26")
            await does("visits", page.url, page.get_by_role("link", name="下村和电话"))
            villages = await page.inner_text("main")
            await page.goto(day)
            closing = page.get_by_role("link", name="提前关门、停办")
            await closing.click()
            await page.get_by_label("为什么").fill("停电")
            await page.get_by_label("从什么时候").fill("2026-11-24T14:00")
            await does("closed", page.url, button("看影响哪几位"), button("停办"))
            small = await page.evaluate(SMALL_TARGETS)

    assert "排到 A001" in late
    assert "纸条号" in code
    assert "上湾村" in villages
    assert small == []
    assert max(taken.values()) <= 3
