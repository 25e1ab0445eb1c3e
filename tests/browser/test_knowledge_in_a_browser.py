"""Knowledge as an office PC and a phone show it: written by one, adopted by another, without script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.seen import SIZES, command, opened, serious, sideways, telling

pytestmark = pytest.mark.browser
ENTRY = "labour.wages_owed"
SMALL = """[...document.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter(one => one.type !== 'hidden' && !one.closest('.skip, p, .task .what, .form-check, label.btn'))
    .filter(one => !one.closest('ol.history, details:not([open]) > :not(summary)') && one.type !== 'checkbox')
    .filter(one => one.offsetParent !== null && one.getBoundingClientRect().height < 43.5)
    .map(one => one.outerHTML.slice(0, 120))"""


@dataclass
class Trial:
    """A running trial.

    Attributes: words: password of each; codes: for the head's second step; waiting: the resident asked for
    a person.
    """

    base: str
    data: Path
    words: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    waiting: bool = False


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A service in trial mode with two curators, and its demo head."""
    data = tmp_path_factory.mktemp("knowledge")
    with telling(data, "zhoulan") as told:
        base, head = re.search(r"http://127\.0\.0\.1:\d+", told), re.search(r"zhoulan +(\S+)(.*)", told)
        assert base
        assert head
        made = Trial(base.group(), data, {"zhoulan": head[1]}, head[2].split()[-3:])
        for login, name, role in (
            ("t001", "陈敏", "curator"),
            ("t002", "陆宁", "curator"),
            ("t003", "周海", "clerk"),
        ):
            place = ["--station", "liuhe"] if role == "clerk" else []
            said = command(data, "staff", "add", login, "--name", name, "--role", role, *place)
            password = re.search(r"password (\S+)", said)
            assert password
            made.words[login] = password[1]
        yield made


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """A phone, and an office PC."""
    return str(request.param)


@pytest.fixture
def page(browser: Browser, size: str) -> Iterator[Page]:
    """A page without script; a fault of the policy fails the test."""
    with opened(browser, size) as page:
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        yield page
    assert [one for one in errors if "status of 4" not in one] == []


def _sign_in(page: Page, trial: Trial, login: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{trial.base}/admin/signin")
    page.get_by_label("工号").fill(login)
    page.get_by_label("密码").fill(trial.words[login])
    page.get_by_role("button", name="登录").click()
    if "/code" in page.url:
        page.locator("input[name=code]").fill(trial.codes.pop(0))
        page.locator("main button, form button").first.click()
    page.locator("nav.side").wait_for()


def _good(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert serious(page) == []
    assert sideways(page) <= 0
    assert page.evaluate(SMALL) == []


def _asks(browser: Browser, base: str, *lines: str) -> None:
    phone = browser.new_page()
    phone.goto(f"{base}/try")
    for words in lines:
        shown = phone.locator("li.say[data-how]").count()
        phone.get_by_role("textbox").fill(words)
        phone.get_by_role("button", name="发送").click()
        phone.locator("li.say[data-how]").nth(shown).wait_for(timeout=30_000)
    phone.close()


def test_a_wrong_answer_is_mended_adopted_and_recalled(
    trial: Trial, page: Page, browser: Browser, size: str, tmp_path: Path
) -> None:
    base, one = trial.base, f"{trial.base}/admin/knowledge/entries/{ENTRY}"
    _asks(browser, base, "单位拖欠工资不给怎么办？", "王翠花在火星上种的白菜会唱戏吗")
    _sign_in(page, trial, "t001")
    page.goto(f"{base}/admin/knowledge")
    _good(page, tmp_path, "list")
    page.get_by_role("textbox", name="找条目").fill("欠工资")
    page.get_by_role("button", name="找", exact=True).click()
    _good(page, tmp_path, "found")
    page.goto(one)
    _good(page, tmp_path, "entry")

    page.get_by_role("button", name="改这一条").click()
    words = page.get_by_label("短答案")
    words.fill(words.input_value().replace("。", "；还在那里干活的，没有期限。", 1))
    page.get_by_label("为什么改").fill(f"起算的日子写错了，{size}")
    page.get_by_label("错得要紧").check()
    page.get_by_role("button", name="存下", exact=True).click()
    assert "没有期限" in page.locator("#changes ins").first.inner_text()
    assert "写的人不能自己审" in page.inner_text("aside")
    _good(page, tmp_path, "draft")
    for folded in page.locator("details").all():
        folded.evaluate("one => one.open = true")
    _good(page, tmp_path, "draft-open")
    draft = page.url.partition("?")[0]

    _sign_in(page, trial, "t002")
    page.goto(draft)
    _good(page, tmp_path, "review")
    if page.get_by_label("我看过了").count():
        page.get_by_label("我看过了").check()
    page.get_by_role("button", name="采用，马上用它回答").click()
    page.get_by_role("heading", name="短答案").wait_for()
    _good(page, tmp_path, "adopted")
    page.locator("ol.history a").first.click()
    _good(page, tmp_path, "version")

    _sign_in(page, trial, "zhoulan")
    page.wait_for_timeout(4_000)  # every node has the new text
    page.goto(f"{one}/recall")
    _good(page, tmp_path, "recall-form")
    page.get_by_label("错在哪里").fill("起算的日子写错了")
    page.get_by_role("button", name="先看发给谁").click()
    _good(page, tmp_path, "recall-preview")
    page.get_by_role("button", name=re.compile("发给 1 位")).click()
    page.wait_for_timeout(5_000)
    page.reload()
    _good(page, tmp_path, "recall-list")
    assert "收到了" in page.inner_text("main")


def test_what_was_asked_in_vain_and_what_law_changed_can_be_dealt_with(
    trial: Trial, page: Page, browser: Browser, tmp_path: Path
) -> None:
    _asks(browser, trial.base, "王芳住在柳河镇建设路12号，号码13800001111，她问乌龟会不会唱戏？")
    _sign_in(page, trial, "t001")

    page.goto(f"{trial.base}/admin/knowledge/unanswered")
    _good(page, tmp_path, "asked")
    page.goto(f"{trial.base}/admin/knowledge/laws")
    _good(page, tmp_path, "laws")
    page.goto(f"{trial.base}/admin/knowledge/coverage")
    _good(page, tmp_path, "coverage")
    page.goto(f"{trial.base}/admin/knowledge/unanswered")
    if page.get_by_role("button", name="写一条新的").count():
        page.get_by_role("button", name="写一条新的").first.click()
        assert "这是新的一条" in page.inner_text("main")
        _good(page, tmp_path, "new")
    page.goto(f"{trial.base}/admin/knowledge/entries/labour.quit")
    page.get_by_text("停用这一条").click()
    page.get_by_label("为什么停用").fill("法条改了")
    page.get_by_role("button", name="停用", exact=True).click()
    page.get_by_role("button", name="恢复使用").wait_for()
    _good(page, tmp_path, "frozen")
    page.get_by_role("button", name="恢复使用").click()


def test_a_reply_becomes_a_draft(trial: Trial, page: Page, browser: Browser, tmp_path: Path) -> None:
    if not trial.waiting:  # while a person answers, the bot is silent
        _asks(browser, trial.base, "老板王大富欠我工资不给怎么办？", "人工")
        trial.waiting = True
    _sign_in(page, trial, "t003")
    page.goto(f"{trial.base}/admin/tasks/1")
    page.get_by_label("回复居民").fill("带上欠条来找王师傅，电话 13800001111。")
    page.get_by_role("button", name="发送").click()
    page.get_by_text("已交给微信").last.wait_for()

    page.goto(f"{page.url.partition('#')[0].partition('?')[0]}/learn")
    _good(page, tmp_path, "learn")
    assert "13800001111" not in page.get_by_label("短答案").input_value()
    page.get_by_label("问题", exact=True).fill("老板欠工资怎么要？")
    page.get_by_label("短答案").fill("带上欠条来司法所，找王师傅。")
    page.get_by_role("button", name="存成草稿").click()
    assert "王师傅" in page.get_by_text("像人名").inner_text()
    _good(page, tmp_path, "learn-warned")
    page.get_by_label("短答案").fill("带上欠条来司法所。")
    page.get_by_label("我看过了").check()
    page.get_by_role("button", name="存成草稿").click()

    page.get_by_role("link", name="看草稿").wait_for()
    _good(page, tmp_path, "proposed")
