"""A matter that is offered, and a thread that is closed by hand, as an office PC and a phone show them."""

from pathlib import Path

import pytest

from handlers.handoff import baton
from handlers.handoff.baton import Target
from tests.alerts.receivers import alerting, clerk
from tests.browser.test_alerts_in_a_browser import SIZES, good, opened, pictured
from tests.browser.test_console_in_a_browser import SMALL_TARGETS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
async def test_read_first_then_accepted_then_closed_to_others(
    tmp_path: Path, template_db: Path, size: tuple[int, int]
) -> None:
    async with alerting(tmp_path, template_db) as (service, _receiver):
        giver = clerk(service, "t002")
        clerk(service, role="lawyer")
        phone = service.phone()
        for words in ("选司法所", "2", "是", "单位拖欠工资三个月了，怎么办？", "人工"):
            await phone.says(words)
        service.store.writer.do_now(baton.take, giver, 1)
        service.store.writer.do_now(baton.offer, giver, 1, Target("experts"), "要看合同，请帮忙。")

        async with opened(service, "t001", size) as page:
            await page.goto(f"{service.base}/admin")
            await page.get_by_role("link", name="先看看 R-0001").click()
            await good(page)
            assert await page.evaluate(SMALL_TARGETS) == []
            if place := pictured("offered", size):
                await page.screenshot(path=place)
            await page.get_by_role("button", name="收下").click()
            await page.get_by_text("只让指定的人看").first.click()
            await page.get_by_label("为什么", exact=True).last.fill("说的是孩子")
            await good(page)
            if place := pictured("closing", size):
                await page.screenshot(path=place, full_page=True)
            await page.get_by_role("button", name="只让指定的人看").click()
            await page.wait_for_load_state()
            await good(page)
            said = await page.inner_text("h1")

    assert "只让指定的人看" in said
