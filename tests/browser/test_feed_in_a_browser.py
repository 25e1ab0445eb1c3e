"""The page of one's own calendar, as an office PC and a phone show it."""

from pathlib import Path

import pytest

from tests.appointments.program import trying
from tests.browser.test_alerts_in_a_browser import SIZES, good, opened, pictured
from tests.browser.test_console_in_a_browser import SMALL_TARGETS
from tests.console.desk import staffed

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
async def test_an_address_is_taken_and_ended_by_everybody(
    tmp_path: Path, template_db: Path, size: tuple[int, int]
) -> None:
    async with trying(tmp_path, trial=False, template=template_db) as county:
        staffed(county.service)
        async with opened(county.service, "t001", size) as page:
            await page.goto(f"{county.service.base}/admin/me")
            await page.get_by_role("link", name="我的日历").click()
            await good(page)
            await page.get_by_role("button", name="取一个地址").click()
            await good(page)
            assert await page.evaluate(SMALL_TARGETS) == []
            if place := pictured("feed", size):
                await page.screenshot(path=place, full_page=True)
            given = await page.get_by_label("您的地址").input_value()
            await page.get_by_role("button", name="作废").click()

            assert given.startswith("https://example.test/calendar/")
            assert "还没有地址" in await page.inner_text("main")
            async with county.session.get(
                county.service.base + given.removeprefix("https://example.test")
            ) as answer:
                assert answer.status == 404
