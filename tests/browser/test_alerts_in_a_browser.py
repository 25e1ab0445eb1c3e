"""Alerts in a real browser: the page for everybody's eyes, and an alert that comes while a page is open."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright

from handlers.alerts import binding
from tests.alerts.receivers import alerting, bound, clerk, told_by, until
from tests.console.desk import browser as plain_browser
from tests.support.service import Service

pytestmark = pytest.mark.browser
SIZES = [(390, 780), (1366, 768)]


@asynccontextmanager
async def opened(service: Service, login: str, size: tuple[int, int]) -> AsyncIterator[Page]:
    """A real browser in which somebody is signed in; what its policy refuses fails the test."""
    program = os.environ.get("XS_CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("no Chromium on this machine")
    async with plain_browser(service) as door:
        await door.signs_in(login)
        token = door.cookie("xiaosi_staff")
    async with async_playwright() as play:
        chromium = await play.chromium.launch(
            executable_path=program, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        context = await chromium.new_context(viewport={"width": size[0], "height": size[1]})
        await context.grant_permissions(["notifications"])
        host = urlsplit(service.base).hostname or ""
        await context.add_cookies(
            [{"name": "xiaosi_staff", "value": token, "domain": host, "path": "/admin"}]
        )
        page = await context.new_page()
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        await chromium.close()
    assert [one for one in errors if "status of 4" not in one] == []


async def good(page: Page) -> None:
    """No serious fault for a screen reader or a narrow screen."""
    found = await Axe().run(page)
    serious = [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert serious == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def pictured(name: str, size: tuple[int, int]) -> str | None:
    """Where a picture goes when pictures are wanted."""
    folder = os.environ.get("XIAOSI_TEST_PICTURES")
    return str(Path(folder) / f"{name}-{size[0]}.png") if folder else None


@pytest.mark.parametrize("size", SIZES)
async def test_both_pages_can_be_used_by_everybody(
    tmp_path: Path, template_db: Path, size: tuple[int, int]
) -> None:
    async with alerting(tmp_path, template_db, "robot", "sms") as (service, receiver):
        receiver.answers["sms"] = 500
        head = clerk(service, role="county_admin", station=None)
        service.store.writer.do_now(binding.set_phone, head, "13900000001")
        await bound(service, head)
        await service.phone().says("我不想活了")
        await told_by(service, "robot")

        async with opened(service, "t001", size) as page:
            for path, name in (("/admin/alerts", "alerts"), ("/admin/alerts/mine", "mine")):
                await page.goto(service.base + path)
                await good(page)
                if place := pictured(name, size):
                    await page.screenshot(path=place, full_page=True)
            await page.goto(f"{service.base}/admin/alerts")
            await page.get_by_role("button", name="试一试企业微信群").click()
            said = await page.get_by_role("status").inner_text()

    assert said == "企业微信群：测试通知发出去了。看看收到没有。"


async def test_an_alert_comes_while_a_page_is_open(tmp_path: Path, template_db: Path) -> None:
    async with alerting(tmp_path, template_db) as (service, _receiver):
        clerk(service, role="county_admin", station=None)
        async with opened(service, "t001", SIZES[1]) as page:
            await page.add_init_script(
                "window.popped = []; window.Notification = class {"
                " static permission = 'granted';"
                " constructor(title, more) { popped.push(title + ' ' + more.body + ' ' + more.tag); }"
                " addEventListener() {} };"
            )
            asked: list[str] = []
            page.on("request", lambda one: asked.append(urlsplit(one.url).path))
            await page.goto(f"{service.base}/admin")
            await until(lambda: "/admin/live" in asked)
            await page.wait_for_timeout(1500)

            await service.phone().says("我不想活了，我叫李四九")
            for _n in range(200):  # a function of the page would be refused by its own policy
                if (await page.title()).startswith("（1）"):
                    break
                await page.wait_for_timeout(100)
            popped = await page.evaluate("popped")

    assert popped == ["小司工作台 有一件事等您接 R-0001 task-1"]
    assert "/admin/alerts/sound" in asked
