"""Trial mode as somebody sees it who opens it for the first time: real process, real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.seen import SIZES, opened, running, serious, sideways

pytestmark = pytest.mark.browser

TEXT_SIZE = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service in trial mode."""
    with running(tmp_path_factory.mktemp("trial")) as address:
        yield address


@pytest.fixture(params=SIZES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the width of a phone and of an office PC; errors in its console fail the test."""
    with opened(browser, request.param) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []


def say(page: Page, words: str, expected: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="发送").click()
    page.get_by_text(expected).last.wait_for(timeout=30_000)


def test_a_question_on_the_phone_is_answered_with_its_basis(trial: str, page: Page) -> None:
    page.goto(f"{trial}/")

    say(page, "单位拖欠工资不给怎么办？", "劳动仲裁")

    shown = page.inner_text("body")
    assert "不会发给真的人" in shown
    assert "依据：" in shown
    assert "示例内容，未经当地法律人员审核" in shown
    assert serious(page) == []
    assert sideways(page) <= 0


def test_the_drawer_tells_why(trial: str, page: Page) -> None:
    page.goto(f"{trial}/try?as=li")
    say(page, "单位拖欠工资不给怎么办？", "劳动仲裁")

    page.locator("a.why").last.click()
    page.get_by_role("heading", name="为什么这样答").wait_for(timeout=30_000)
    page.get_by_text("危险筛查").wait_for(timeout=30_000)

    drawer = page.inner_text("#why")
    assert "单位拖欠工资不给怎么办？" in drawer
    assert "毫秒" in drawer
    assert "依据" in drawer
    assert serious(page) == []
    assert sideways(page) <= 0


def test_a_newcomer_presses_an_example(trial: str, page: Page) -> None:
    page.goto(f"{trial}/try?as=new")

    if page.get_by_role("button", name="厂里三个月没发工资，咋办").count():  # the second size finds it asked
        page.get_by_role("button", name="厂里三个月没发工资，咋办").click()

    page.locator("li.say[data-how]").last.wait_for(timeout=30_000)
    assert serious(page) == []
    assert sideways(page) <= 0


def test_the_answers_page_opens_and_grows(trial: str, page: Page) -> None:
    page.goto(f"{trial}/a/labour.wages_owed")
    before = page.evaluate(TEXT_SIZE)
    faults = serious(page)

    page.get_by_role("link", name="字大一点").click()
    page.wait_for_url("**big=1")  # waits for its style sheets too
    after = page.evaluate(TEXT_SIZE)

    assert faults == []
    assert after > before >= 18
    assert serious(page) == []
    assert sideways(page) <= 0


def test_an_entry_that_does_not_exist_helps_on(trial: str, page: Page) -> None:
    response = page.goto(f"{trial}/a/labour.nothing")

    assert response is not None
    assert response.status == 404
    assert serious(page) == []
    assert "12348" in page.inner_text("body")
