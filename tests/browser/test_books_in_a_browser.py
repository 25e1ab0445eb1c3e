"""Record, registers, pictures and the report of a screen, as an auditor sees them on a PC and a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_console_in_a_browser import SMALL_TARGETS
from tests.support.seen import SIZES, command, opened, running, serious, sideways

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service in trial mode, and the password of the auditor `a001` in it."""
    data = tmp_path_factory.mktemp("books")
    with running(data) as address:
        said = command(data, "staff", "add", "a001", "--name", "沈仪", "--role", "auditor")
        password = re.search(r"password (\S+)", said)
        assert password
        yield address, password[1]


@pytest.fixture(params=SIZES)
def page(browser: Browser, request: pytest.FixtureRequest, trial: tuple[str, str]) -> Iterator[Page]:
    """A page with the auditor signed in; a fault of the policy fails the test."""
    with opened(browser, request.param) as page:
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(f"{trial[0]}/admin/signin")
        page.get_by_label("工号").fill("a001")
        page.get_by_label("密码").fill(trial[1])
        page.get_by_role("button", name="登录").click()
        page.wait_for_load_state()
        yield page
    assert [one for one in errors if "status of 404" not in one] == []  # a browser asks for an icon


@pytest.mark.parametrize(("place", "title"), [
    ("audit", "操作记录"),
    ("registers", "解答法律咨询登记"),
    ("registers?book=screening&month=202601&place=liuhe", "矛盾纠纷排查登记"),
    ("figures", "统计"),
])  # fmt: skip
def test_the_books_can_be_read_by_everybody(
    trial: tuple[str, str], page: Page, place: str, title: str
) -> None:
    page.goto(f"{trial[0]}/admin/{place}")

    assert page.get_by_role("heading", level=1).inner_text() == title
    assert serious(page) == []
    assert sideways(page) <= 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_a_screen_is_reported_in_one_press(trial: tuple[str, str], page: Page, tmp_path: Path) -> None:
    page.goto(f"{trial[0]}/admin/figures")
    page.get_by_text("这一页有问题").click()
    assert serious(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    page.screenshot(path=tmp_path / "report.png")

    page.get_by_role("button", name="告诉管系统的人").click()

    assert page.get_by_role("heading", level=1).inner_text() == "记下了，谢谢"
    assert serious(page) == []
    page.get_by_role("link", name="回到刚才那一页").click()
    assert page.get_by_role("heading", level=1).inner_text() == "统计"
