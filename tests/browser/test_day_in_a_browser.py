"""A clerk runs a morning with ten people, by mouse and by phone; presses are counted."""

from pathlib import Path

import pytest
from playwright.async_api import Locator

from bot.clock import SetClock
from handlers.appointments.service import Person
from tests.browser.test_alerts_in_a_browser import SIZES, good, opened, pictured
from tests.browser.test_console_in_a_browser import SMALL_TARGETS
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
            await page.get_by_text("材料、改时间、取消").click()
            await press(page.get_by_role("link", name="改时间 14:00 赵六"))
            await good(page)
            if place := pictured("day-move", size):
                await page.screenshot(path=place, full_page=True)
            await press(page.get_by_role("button", name="改到这个时间"))
            await page.goto(f"{service.base}/admin/closings")
            await good(page)
            if place := pictured("closings", size):
                await page.screenshot(path=place, full_page=True)

    assert small == []
    assert presses <= 10 * 3
