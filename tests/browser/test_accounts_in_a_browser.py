"""Accounts as an office PC and a phone show them: the second step, one's own page, the people."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from admin.console import totp
from tests.browser.test_console_in_a_browser import SMALL_TARGETS
from tests.support.seen import SIZES, command, opened, running, serious, sideways

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a service in trial mode, and its data folder."""
    data = tmp_path_factory.mktemp("accounts")
    with running(data) as address:
        yield address, data


@pytest.fixture(params=SIZES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the width of a phone and of an office PC; a fault of the policy fails the test."""
    with opened(browser, request.param) as page:
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        yield page
    assert [one for one in errors if "status of 4" not in one] == []


def _good(page: Page, picture: Path) -> None:
    page.screenshot(path=picture, full_page=True)
    assert serious(page) == []
    assert sideways(page) <= 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_an_administrator_sets_up_a_phone_and_takes_on_a_clerk(
    trial: tuple[str, Path], page: Page, tmp_path: Path
) -> None:
    base, data = trial
    width = page.evaluate("innerWidth")
    said = command(data, "staff", "add", f"chief{width}", "--name", "何晴", "--role", "county_admin")
    password = re.search(r"password (\S+)", said)
    assert password

    page.goto(f"{base}/admin")
    page.get_by_label("工号").fill(f"chief{width}")
    page.get_by_label("密码").fill(password[1])
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="设置动态码").wait_for()
    _good(page, tmp_path / "enrol.png")
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("6 位数字").fill(totp.code_at(secret, int(time.time() * 1000) // totp.STEP_MS))
    page.get_by_role("button", name="就用这个手机").click()
    page.get_by_role("heading", name="备用码").wait_for()
    _good(page, tmp_path / "codes.png")
    spare = page.locator("li b").first.inner_text()
    page.get_by_role("link", name="抄好了").click()

    page.goto(f"{base}/admin/people/new")
    page.get_by_label("工号").fill(f"c{width}")
    page.get_by_label("名字").fill("陈小明")
    page.get_by_label("在哪里").select_option("liuhe")
    _good(page, tmp_path / "new.png")
    page.get_by_role("button", name="加上，给密码").click()
    page.get_by_label("为什么要这样做").fill("新来的")
    _good(page, tmp_path / "confirm.png")
    page.get_by_role("button", name="加一位同事").click()
    page.get_by_text("只显示这一次").wait_for()
    _good(page, tmp_path / "person.png")
    page.goto(f"{base}/admin/people")
    assert "陈小明" in page.inner_text("main")
    _good(page, tmp_path / "people.png")

    page.goto(f"{base}/admin/me")
    _good(page, tmp_path / "me.png")
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_label("工号").fill(f"chief{width}")
    page.get_by_label("密码").fill(password[1])
    page.get_by_role("button", name="登录").click()
    page.get_by_label("动态码").wait_for()
    _good(page, tmp_path / "code.png")
    page.get_by_label("动态码").fill(spare)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="待办").wait_for()
