"""A real browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it."""
    program = os.environ.get("XS_CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=program, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield opened
        opened.close()
