"""Who looked at phones, lists of calls and the files of a register, as an office PC and a phone show them."""

from pathlib import Path

import pytest

from admin.audit.record import note
from handlers.correspondence import service as letters
from tests.alerts.receivers import alerting, clerk
from tests.browser.test_alerts_in_a_browser import SIZES, good, opened, pictured
from tests.browser.test_console_in_a_browser import SMALL_TARGETS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
async def test_the_pages_can_be_used_by_everybody(
    tmp_path: Path, template_db: Path, size: tuple[int, int]
) -> None:
    async with alerting(tmp_path, template_db) as (service, _receiver):
        chief = clerk(service, role="county_admin", station=None)
        phone = service.phone()
        for words in ("单位拖欠工资三个月了，怎么办？", "人工"):
            await phone.says(words)
        (resident,) = service.rows("select resident_id from task")[0]
        service.store.writer.do_now(letters.keep_contact, resident, "张三", "13812345678")
        service.store.writer.do_now(letters.want_call, chief, 1, resident, "请他带上合同")
        service.store.writer.do_now(note, chief, "reveal", "task:1", reason="要给他打过去，核对一下地址")

        async with opened(service, "t001", size) as page:
            for path, name in (
                ("/admin/calls", "calls"),
                ("/admin/reveals?day=2999-01-01", "reveals"),
                ("/admin/reveals", "quiet"),
                ("/admin/registers", "registers"),
            ):
                await page.goto(service.base + path)
                await good(page)
                assert await page.evaluate(SMALL_TARGETS) == [], path
                if place := pictured(name, size):
                    await page.screenshot(path=place, full_page=True)
                if name == "calls":
                    assert "138····5678" in await page.inner_text("main")
                if name == "reveals":
                    assert "要给他打过去" in await page.inner_text("main")
