"""The console as an office PC and a phone show it: real process, real browser, with and without script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.seen import SIZES, command, opened, running, serious, sideways

pytestmark = pytest.mark.browser
SMALL_TARGETS = """[...document.querySelectorAll('a, button, input, select, textarea')]
    .filter(one => one.type !== 'hidden' && !one.closest('.skip, .task .what, p, dd, .meta'))
    .filter(one => one.offsetParent !== null && one.getBoundingClientRect().height < 43.5)
    .map(one => one.outerHTML.slice(0, 100))"""


NEWEST_IN_VIEW = """() => {
    const [newest, composer] = ['#last', '.composer'].map(
        (one) => document.querySelector(one).getBoundingClientRect());
    return newest.top >= 0 && newest.bottom <= composer.top;
}"""
WAGES = "老板欠我三个月工资不给怎么办？"


@dataclass
class Clerk:
    """Presses and choices are counted; typing in between is not."""

    page: Page
    actions: int = 0

    def presses(self, what: Locator) -> None:
        """One action."""
        self.actions += 1
        what.click()

    def chooses(self, what: Locator, value: str) -> None:
        """One action."""
        self.actions += 1
        what.select_option(value=value)

    def counted(self) -> int:
        """How many since it was asked last."""
        count, self.actions = self.actions, 0
        return count


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service in trial mode, and the password of `t001` in it."""
    data = tmp_path_factory.mktemp("console")
    with running(data) as address:
        said = command(
            data, "staff", "add", "t001", "--name", "陈明", "--station", "liuhe", "--role", "clerk"
        )
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


def _phone(browser: Browser, base: str, who: str) -> Page:
    """The phone of somebody in the trial."""
    phone = browser.new_page()
    phone.goto(f"{base}/try?as={who}")
    return phone


def _says(phone: Page, *lines: str) -> None:
    """A resident writes, and waits for the answer."""
    for words in lines:
        shown = phone.locator("li.say[data-how]").count()
        phone.get_by_role("textbox").fill(words)
        phone.get_by_role("button", name="发送").click()
        phone.locator("li.say[data-how]").nth(shown).wait_for(timeout=10_000)


def _sign_in(page: Page, base: str, password: str) -> Clerk:
    """One action: the form is sent."""
    clerk = Clerk(page)
    page.goto(f"{base}/admin")
    page.get_by_label("工号").fill("t001")
    page.get_by_label("密码").fill(password)
    clerk.presses(page.get_by_role("button", name="登录"))
    page.get_by_role("heading", name="待办").wait_for()
    return clerk


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


def test_each_daily_task_takes_at_most_three_actions(
    trial: tuple[str, str], page: Page, browser: Browser, tmp_path: Path
) -> None:
    base, password = trial
    phone = _phone(browser, base, "wang")
    _says(phone, WAGES, "人工")
    danger = _phone(browser, base, "new")
    _says(danger, "我不想活了")

    clerk = _sign_in(page, base, password)
    assert clerk.counted() == 1
    assert "不想活" not in page.inner_text("main")
    _good(page)
    page.screenshot(path=tmp_path / "inbox.png")

    clerk.presses(page.get_by_role("button", name="我来接").first)
    page.get_by_role("heading", name="危险求助").wait_for()
    assert clerk.counted() <= 3, "to take the most urgent thread"
    page.screenshot(path=tmp_path / "danger.png")
    _good(page)

    page.goto(f"{base}/admin")
    clerk.presses(page.locator(".task", has_text="工资").locator("a.title").first)
    clerk.presses(page.locator("[data-put]", has_text="放进回复").first)
    answer = page.locator("#reply").input_value()
    clerk.presses(page.get_by_role("button", name="发送", exact=True))
    page.get_by_text("发出去了。").wait_for()
    assert clerk.counted() <= 3, "to answer with a suggested entry"
    page.wait_for_function(NEWEST_IN_VIEW, timeout=5_000)
    page.screenshot(path=tmp_path / "thread.png")
    _good(page)
    phone.reload()
    assert answer.splitlines()[0] in phone.inner_text("body")

    clerk.chooses(page.get_by_label("哪个部门"), "tel:labour")
    clerk.presses(page.locator("[data-put-from=body]"))
    assert "人力资源社会保障部门" in page.locator("#reply").input_value()
    clerk.presses(page.get_by_role("button", name="发送", exact=True))
    page.get_by_text("已交给微信").nth(1).wait_for()
    assert clerk.counted() <= 3, "to refer to another body"

    clerk.chooses(page.get_by_label("怎么办完的"), "elsewhere")
    clerk.presses(page.get_by_role("button", name="办完", exact=True))
    page.get_by_role("heading", name="待办").wait_for()
    assert clerk.counted() <= 3, "to close"
    _good(page)
    phone.reload()
    assert "工作人员办完了" in phone.inner_text("body")
    phone.close()
    danger.close()


def test_a_list_says_what_is_new_and_does_not_move(
    trial: tuple[str, str], page: Page, browser: Browser
) -> None:
    base, password = trial
    _sign_in(page, base, password)
    before = page.locator("main .task").count()

    phone = _phone(browser, base, "li")
    _says(phone, "借给朋友的钱到期不还怎么办？", "人工")
    page.get_by_text("有 1 件新的").wait_for(timeout=10_000)

    assert page.locator("main .task").count() == before
    _good(page)
    with page.expect_navigation():  # until "load": its script is there, and hears the keys
        page.get_by_text("点这里看").click()
    assert page.locator("main .task").count() == before + 1
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/tasks/**")
    page.goto(f"{base}/admin")
    page.locator(".task", has_text="借给朋友").locator("a.title").first.click()
    page.get_by_role("button", name="办完", exact=True).click()
    page.get_by_role("heading", name="待办").wait_for()
    phone.close()


def test_without_script_an_answer_goes_into_the_reply_and_out(
    trial: tuple[str, str], browser: Browser
) -> None:
    base, password = trial
    phone = _phone(browser, base, "wang")
    _says(phone, WAGES, "人工")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    _sign_in(page, base, password)
    page.locator(".task", has_text="工资").locator("a.title").first.click()
    page.get_by_role("button", name="放进回复").first.click()
    reply = page.locator("#reply")
    expect(reply).not_to_have_value("")  # the next page is on its way
    written = reply.input_value()
    page.get_by_role("button", name="发送", exact=True).click()

    assert "依据" in written
    page.get_by_text("发出去了。").wait_for()
    context.close()
    phone.close()


@pytest.mark.parametrize(
    "path", ["/admin/search", "/admin/words", "/admin/calls", "/admin/done", "/admin/more"]
)
def test_the_other_pages_can_be_used_by_everybody(trial: tuple[str, str], page: Page, path: str) -> None:
    base, password = trial
    _sign_in(page, base, password)

    page.goto(base + path)

    _good(page)


def test_a_page_that_is_not_there_helps_on(trial: tuple[str, str], page: Page) -> None:
    page.goto(f"{trial[0]}/admin/nothing")

    assert "没有这一页" in page.inner_text("body")
    _good(page)
