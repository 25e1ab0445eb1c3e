"""The service dies under an open console: the browser comes back by itself and says what it missed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from admin.console import people
from admin.console.passwords import hashed
from admin.sandbox import messages
from admin.sandbox.messages import Lines
from admin.sandbox.sandbox import Sandbox
from admin.slices import listeners
from admin.store import open_store
from bot.clock import SystemClock
from bot.config import read_settings
from handlers.directory import stations
from tests.browser.conftest import chromium
from tests.console.desk import PASSWORD
from tests.support.auditor import Books
from tests.support.node import COUNTY, Node, Place, until
from tests.support.storm import platform

pytestmark = [pytest.mark.browser, pytest.mark.faults]
PATIENCE = 60_000
"""Milliseconds: the browser asks again every three seconds, and the machine may be busy."""


async def test_what_came_while_the_service_was_away_is_said_when_it_is_back(tmp_path: Path) -> None:
    async with platform() as sandbox, _served(tmp_path, sandbox) as node, _opened() as browser:
        residents = Residents(node, sandbox)
        await residents.says("oFirst-1", "人工")
        context = await browser.new_context(viewport={"width": 1366, "height": 768})
        at_list, at_thread = await context.new_page(), await context.new_page()
        await _signs_in(at_list, node)
        await at_thread.goto(f"{node.base}/admin/tasks/1")
        await at_thread.fill("#reply", "您先别急，我正在看您的材料。")
        for page in (at_list, at_thread):
            await page.evaluate("window.stayed = true")
            await page.wait_for_function("performance.getEntriesByType('resource').length > 0")

        await context.set_offline(True)  # so that it is surely not back before something happens
        node.kill()
        node.spawn()
        assert await node.up(120), node.tail()
        await residents.says("oSecond-2", "人工")
        await residents.says("oFirst-1", "我还有一张去年写的欠条，忘了说")
        await context.set_offline(False)

        new, wrote = at_list.locator("[data-live]"), at_thread.locator("[data-live]")
        await expect(new).to_contain_text("有 1 件新的", timeout=PATIENCE)
        await expect(wrote).to_contain_text("对方又写了", timeout=PATIENCE)
        stayed = [await page.evaluate("window.stayed === true") for page in (at_list, at_thread)]
        written = await at_thread.input_value("#reply")
        await new.locator("[data-fresh]").click()
        await expect(at_list.locator('[data-task="2"]')).to_have_count(1)
        await wrote.locator("[data-fresh]").click()
        await expect(at_thread.get_by_text("我还有一张去年写的欠条")).to_be_visible()
        again = await at_thread.input_value("#reply")
        await residents.close()

    assert stayed == [True, True], "no page was loaded anew by itself"
    assert written == again == "您先别急，我正在看您的材料。"


class Residents:
    """Their phones."""

    def __init__(self, node: Node, sandbox: Sandbox) -> None:
        self._node, self._platform = node, sandbox.platform
        self._lines = Lines(node.place.credentials.oa.original_id, SystemClock())
        self._door = node.pushers(wait=10)["oa"]
        self._books = Books(node.place)

    async def says(self, who: str, words: str) -> None:
        """One message, until the service has worked it off."""
        push = messages.text(self._lines.next(who), words)
        self._platform.acted("oa", push)
        await self._door.deliver(push)
        done = "select count(*) from inbox where state = 'open'"
        assert await until(lambda: self._books.count(done) == 0, 30), self._node.tail()

    async def close(self) -> None:
        """Let everything go."""
        self._books.close()
        await self._door.close()


@asynccontextmanager
async def _served(folder: Path, sandbox: Sandbox) -> AsyncIterator[Node]:
    place = Place(folder / "cell", sandbox.credentials, sandbox.api_base)
    place.prepare()
    store = open_store(read_settings(place.environment, data_dir=place.folder), listeners=listeners())
    try:
        store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
        store.writer.do_now(people.add, "t001", "陈敏", hashed(PASSWORD), "liuhe", "clerk")
    finally:
        store.close()
    node = Node(place)
    try:
        node.spawn()
        assert await node.up(120), node.tail()
        yield node
    finally:
        node.kill()


@asynccontextmanager
async def _opened() -> AsyncIterator[Browser]:
    program = chromium()
    async with async_playwright() as play:
        opened = await play.chromium.launch(
            executable_path=program, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield opened
        await opened.close()


async def _signs_in(page: Page, node: Node) -> None:
    await page.goto(f"{node.base}/admin")
    await page.get_by_label("工号").fill("t001")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.get_by_role("heading", name="待办").wait_for()
