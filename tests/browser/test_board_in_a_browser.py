"""The public board as a phone and an office PC show it, and as it is printed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.test_console_in_a_browser import SMALL_TARGETS
from tests.support.seen import SIZES, opened, running, serious, sideways

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service in trial mode."""
    with running(tmp_path_factory.mktemp("board") / "data") as address:
        yield address


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/board", "/board/liuhe", "/board/liuhe?big=1"])
def test_the_board_can_be_read_by_everybody(browser: Browser, base: str, size: str, path: str) -> None:
    with opened(browser, size) as page:
        page.goto(base + path)

        assert serious(page) == []
        assert sideways(page) == 0
        assert page.evaluate(SMALL_TARGETS) == []


def test_the_board_is_reached_from_the_page_of_an_answer(browser: Browser, base: str) -> None:
    with opened(browser, "phone") as page:
        page.goto(f"{base}/a/labour.wages_owed")
        page.get_by_role("link", name="就近的司法所").click()
        page.get_by_role("link", name="柳河司法所（柳河镇）").click()

        assert page.get_by_role("heading", level=1).inner_text() == "柳河司法所公开栏"


def test_a_printed_board_has_all_words_and_no_buttons(browser: Browser, base: str, tmp_path: Path) -> None:
    with opened(browser, "desk") as page:
        page.goto(f"{base}/board/liuhe")
        words = page.locator("main li").all_inner_texts()
        page.emulate_media(media="print")

        assert page.locator(".btn:visible").count() == 0
        assert page.locator("main li").all_inner_texts() == words
        assert len(page.pdf(format="A4")) > 10_000
