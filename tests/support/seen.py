"""The service in trial mode as a process of its own, and pages as a phone and an office PC show them."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.kept import lay

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"phone": (390, 844), "desk": (1366, 768)}


@contextlib.contextmanager
def running(data: Path) -> Iterator[str]:
    """The address of a service in trial mode, over a data folder."""
    with telling(data, "http://") as told:
        found = re.search(r"http://127\.0\.0\.1:\d+", told)
        assert found
        yield found.group()


@contextlib.contextmanager
def telling(data: Path, until: str) -> Iterator[str]:
    """A service in trial mode, and what it says at its start up to the line with some words."""
    lay(data / "trial")
    process = subprocess.Popen(
        [sys.executable, "-m", "admin.cli", "run", "--listen", "127.0.0.1:0", "--data", str(data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        told = ""
        while until not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        yield told
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


def command(data: Path, *words: str) -> str:
    """What a command prints about a data folder."""
    whole = [sys.executable, "-m", "admin.cli", *words, "--data", str(data)]
    return subprocess.run(whole, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@contextlib.contextmanager
def opened(browser: Browser, size: str) -> Iterator[Page]:
    """A new page of one of the sizes."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    yield page
    page.close()


def serious(page: Page) -> list[str]:
    """What axe holds against the page."""
    found = Axe().run(page)
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]]


def sideways(page: Page) -> int:
    """By how many pixels the page scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
