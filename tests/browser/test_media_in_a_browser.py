"""A voice and a picture on their way from the phone to a clerk: real process, real browser."""

import time
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page

from admin.sandbox.media import picture
from tests.browser.test_console_in_a_browser import _good, _phone, _says, _sign_in, page, trial
from tests.sandbox.test_media import recording

__all__ = ["page", "trial"]
PLAYED = """async () => {
    const sound = document.querySelector('audio');
    sound.muted = true;
    await sound.play();
    await new Promise(done => sound.addEventListener('ended', done, {once: true}));
    return sound.duration;
}"""
SEEN = "() => [...document.querySelectorAll('.body img')].every(one => one.complete && one.naturalWidth > 0)"


def _sends(browser: Browser, base: str, kind: str, content: bytes) -> None:
    """The phone of the trial sends a file, as its page does."""
    phone = browser.new_page()
    file = FilePayload(name="x", mimeType="audio/webm", buffer=content)
    form: dict[str, str | float | bool | bytes | FilePayload] = {"as": "wang", "kind": kind, "file": file}
    sent = phone.request.post(f"{base}/try/send", multipart=form, headers={"Accept": "application/json"})
    assert sent.status == 200, sent.text()
    phone.goto(f"{base}/try")
    assert phone.locator("audio" if kind == "voice" else ".bubble img").count() > 0
    phone.close()


def test_a_clerk_hears_a_voice_and_sees_a_picture(
    trial: tuple[str, str], page: Page, browser: Browser, tmp_path: Path
) -> None:
    base, password = trial
    _sends(browser, base, "voice", recording(1.5))
    _sends(browser, base, "picture", picture(600))
    _says(_phone(browser, base, "wang"), "人工")
    _sign_in(page, base, password)
    page.goto(f"{base}/admin")
    page.get_by_text("居民要找工作人员").first.click()
    for _try in range(20):
        if page.locator("audio").count() and page.locator(".body img").count():
            break
        time.sleep(0.5)
        page.reload()

    seconds = page.evaluate(PLAYED)
    page.locator(".body img").first.scroll_into_view_if_needed()
    page.wait_for_function(SEEN, timeout=30_000)

    assert 1.3 < seconds < 1.7
    _good(page)
    page.screenshot(path=tmp_path / "thread.png")
    page.locator(".body a:has(img)").first.click()
    page.wait_for_load_state()
    assert page.evaluate("document.images[0].naturalWidth") == 600
