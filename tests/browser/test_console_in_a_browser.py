"""The console as an office PC and a phone show it: real process, real browser, no script."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.seen import SIZES, command, opened, running, serious, sideways

pytestmark = pytest.mark.browser
SMALL_TARGETS = """[...document.querySelectorAll('a, button, input, select, textarea')]
    .filter(one => one.type !== 'hidden' && !one.closest('.skip, .task .what'))
    .filter(one => one.offsetParent !== null && one.getBoundingClientRect().height < 43.5)
    .map(one => one.outerHTML.slice(0, 100))"""


NEWEST_IN_VIEW = """() => {
    const [newest, composer] = ['#last', '.composer'].map(
        (one) => document.querySelector(one).getBoundingClientRect());
    return newest.top >= 0 && newest.bottom <= composer.top;
}"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service in trial mode, and the password of `t001` in it."""
    data = tmp_path_factory.mktemp("console")
    with running(data) as address:
        said = command(data, "staff", "add", "t001", "--name", "陈明", "--station", "liuhe", "--role", "head")
        password = re.search(r"password (\S+)", said)
        assert password
        yield address, password[1]


@pytest.fixture(params=SIZES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the width of a phone and of an office PC; a fault of the policy fails the test."""
    with opened(browser, request.param) as page:
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        yield page
    assert [one for one in errors if "status of 40" not in one] == []


def _says(browser: Browser, base: str, *lines: str) -> None:
    """A resident writes on the phone of the trial."""
    phone = browser.new_page()
    phone.goto(f"{base}/try")
    for words in lines:
        shown = phone.locator("li.say[data-how]").count()
        phone.get_by_role("textbox").fill(words)
        phone.get_by_role("button", name="发送").click()
        phone.locator("li.say[data-how]").nth(shown).wait_for(timeout=10_000)
    phone.close()


def _sign_in(page: Page, base: str, password: str) -> None:
    page.goto(f"{base}/admin")
    page.get_by_label("工号").fill("t001")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="待办").wait_for()


def _good(page: Page) -> None:
    assert serious(page) == []
    assert sideways(page) <= 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_the_door_can_be_used_by_everybody(trial: tuple[str, str], page: Page) -> None:
    page.goto(f"{trial[0]}/admin")
    _good(page)

    page.get_by_label("工号").fill("t001")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()

    assert page.get_by_role("alert").inner_text().startswith("工号或密码不对")
    _good(page)


def test_a_clerk_answers_in_three_actions(
    trial: tuple[str, str], page: Page, browser: Browser, tmp_path: Path
) -> None:
    base, password = trial
    _says(browser, base, "单位拖欠工资不给怎么办？", "人工", "我不想活了")
    _sign_in(page, base, password)
    assert "不想活" not in page.inner_text("main")
    _good(page)
    page.screenshot(path=tmp_path / "inbox.png")

    page.get_by_role("button", name="我来接").first.click()
    page.screenshot(path=tmp_path / "danger.png")
    _good(page)
    page.goto(f"{base}/admin")
    page.get_by_text("居民要找工作人员").first.click()
    page.get_by_label("回复居民").fill("带上欠条，明天上午来所里。")
    _good(page)
    page.get_by_role("button", name="发送").click()

    page.get_by_text("已交给微信").last.wait_for()
    page.wait_for_function(NEWEST_IN_VIEW, timeout=5_000)
    page.screenshot(path=tmp_path / "thread.png")
    _good(page)
    page.get_by_role("button", name="交还小司").click()
    page.get_by_label("怎么办完的").select_option(label="答复了")
    page.get_by_role("button", name="办完", exact=True).click()
    page.get_by_role("heading", name="待办").wait_for()
    _good(page)


def test_a_page_that_is_not_there_helps_on(trial: tuple[str, str], page: Page) -> None:
    page.goto(f"{trial[0]}/admin/nothing")

    assert "没有这一页" in page.inner_text("body")
    _good(page)
