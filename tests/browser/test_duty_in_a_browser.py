"""The duty roster as an office PC and a phone show it."""

from pathlib import Path

import pytest

from tests.alerts.receivers import alerting, clerk
from tests.browser.test_alerts_in_a_browser import SIZES, good, opened, pictured
from tests.browser.test_console_in_a_browser import SMALL_TARGETS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
async def test_somebody_is_named_in_three_actions(
    tmp_path: Path, template_db: Path, size: tuple[int, int]
) -> None:
    async with alerting(tmp_path, template_db) as (service, _receiver):
        clerk(service, role="county_admin", station=None)
        clerk(service, "t002")
        async with opened(service, "t001", size) as page:
            await page.goto(f"{service.base}/admin/duty")
            await good(page)
            await page.get_by_label("谁").select_option(index=1)
            await page.get_by_label("从什么时候").fill("2026-01-01T18:00")
            await page.get_by_role("button", name="排上").click()
            refused = await page.get_by_role("alert").inner_text()
            await good(page)
            await page.get_by_label("从什么时候").fill("")
            await page.get_by_role("button", name="排上").click()
            await good(page)
            small = await page.evaluate(SMALL_TARGETS)
            said = await page.inner_text("main")
            if place := pictured("duty", size):
                await page.screenshot(path=place, full_page=True)

    assert refused == "这段时间已经过了。"
    assert small == []
    assert "往后还没有排" in said
    assert "陈敏　全县" in said
