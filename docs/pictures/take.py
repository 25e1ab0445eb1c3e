"""Take the pictures of docs/operating.md anew: python docs/pictures/take.py (needs Chromium)."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
QUESTION = "老板欠工资怎么办"
LIVE = """XIAOSI_PUBLIC_URL=https://law.example.gov.cn
XIAOSI_WECHAT_TOKEN=pictures
XIAOSI_WECHAT_AES_KEY=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq
XIAOSI_WECHAT_APP_ID=wx0123456789abcdef
XIAOSI_WECHAT_APP_SECRET=0123456789abcdef
"""
TERMINAL = """<meta charset="utf-8"><style>body{{margin:0;background:#1e1e1e}}
pre{{color:#ddd;font:15px/1.5 monospace;padding:18px;margin:0;white-space:pre-wrap}}b{{color:#8fd}}</style>
<pre>{}</pre>"""


def main() -> None:
    """Start a trial service, look at it, and write the pictures beside this file."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("XS_CHROMIUM") or shutil.which("chromium")
        )
        service = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "admin.cli", "run", "--listen", "127.0.0.1:0", "--data", folder],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            assert service.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", service.stdout.readline())
            assert found is not None, "the service did not start"
            look(browser, found.group())
        finally:
            service.terminate()
            service.wait(15)
        commands(browser, Path(folder) / "live")
        browser.close()


def look(browser: Browser, base: str) -> None:
    """The phone of trial mode, and the page of an answer."""
    page = browser.new_page(viewport=DESK)
    page.goto(f"{base}/try")
    page.get_by_role("textbox").first.fill(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=示例内容", timeout=10_000)
    page.wait_for_timeout(1000)
    page.screenshot(path=HERE / "try.png")
    link = re.search(r"/a/[\w.-]+", page.content())
    page.close()
    assert link is not None, "the answer has no page"
    page = browser.new_page(viewport=PHONE)
    page.goto(base + link.group())
    page.screenshot(path=HERE / "answer.png")
    page.close()


def commands(browser: Browser, data: Path) -> None:
    """What `doctor`, `backup` and `menu push` print for an account that is nearly live."""
    data.mkdir()
    (data / ".env").write_text(LIVE)
    adopt = ("knowledge", "adopt", "labour", "--by", "王某")
    shown = f"<b>$ ./xiaosi {' '.join(adopt)}</b>\n{said(data, *adopt)}"
    terminal(browser, "doctor.png", shown + f"\n<b>$ ./xiaosi doctor</b>\n{said(data, 'doctor')}")
    kept = str(data.parent / "kept")
    lines = ("backup", "--to", kept, "--key-file", str(data.parent / "usb" / "xiaosi.key"))
    shown = f"<b>$ ./xiaosi {' '.join(lines)}</b>\n{said(data, *lines)}"
    shown += f"\n<b>$ ./xiaosi backup --verify {kept}</b>\n{said(data, 'backup', '--verify', kept)}"
    terminal(
        browser,
        "backup.png",
        shown.replace(str(data.parent), "/var/backups").replace("/var/backups/usb", "/media/usb"),
    )


def said(data: Path, *words: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-X", "utf8", "-m", "admin.cli", *words, "--data", str(data)]
    done = subprocess.run(  # noqa: S603 - this very program
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return escape(done.stdout.replace(str(data), "/var/lib/xiaosi"))


def terminal(browser: Browser, name: str, text: str) -> None:
    """A picture of a terminal."""
    page = browser.new_page(viewport={"width": 1100, "height": 200})
    page.set_content(TERMINAL.format(text))
    page.screenshot(path=HERE / name, full_page=True)
    page.close()


if __name__ == "__main__":
    main()
