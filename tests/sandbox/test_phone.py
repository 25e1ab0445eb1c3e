"""The phone at /try, as a browser without script sees it: forms and pages."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from admin.sandbox.account import Credentials, with_token
from admin.sandbox.conversation import Bubble
from admin.sandbox.phone import PLAYERS
from admin.sandbox.sandbox import Sandbox
from bot.clock import SetClock
from tests.sandbox.conftest import Caller
from tests.sandbox.webhook import Echo, no_answer


@dataclass
class Browser:
    """Follows links and sends forms."""

    base: str
    session: aiohttp.ClientSession
    player: str = "wang"

    async def look(self) -> str:
        async with self.session.get(f"{self.base}/try", params={"as": self.player}) as response:
            assert response.status == 200
            return await response.text()

    async def press(self, do: str, text: str = "") -> str:
        form = {"as": self.player, "do": do, "text": text}
        async with self.session.post(f"{self.base}/try/do", data=form) as response:
            assert response.status == 200
            assert response.url.path == "/try"
            return await response.text()


@asynccontextmanager
async def opened(sandbox: Sandbox) -> AsyncIterator[Browser]:
    app = web.Application()
    app.router.add_routes(sandbox.phone_routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Browser(str(server.make_url("")).rstrip("/"), session)


@pytest.fixture
async def browser(sandbox: Sandbox) -> AsyncIterator[Browser]:
    async with opened(sandbox) as browser:
        yield browser


def bubbles(page: str) -> list[str]:
    """The words of all lines, without the marks for screen readers."""
    found = re.findall(r'<li class="(?:say|at)[^>]*>(.*?)</li>', page, re.S)
    plain = [re.sub(r'<span class="(?:face|visually-hidden)".*?</span>', "", each) for each in found]
    return [re.sub(r"<[^>]+>", "", each).strip() for each in plain]


async def test_the_page_says_that_nobody_real_is_written_to(browser: Browser) -> None:
    page = await browser.look()

    assert "不会发给真的人" in page
    assert "王女士" in page
    assert bubbles(page)[0] == "还没有说话。在下面写一句试试。"
    assert "居民说自己的事" in page  # a newcomer reads at once what this is


async def test_a_newcomer_asks_with_one_press(browser: Browser, echo: Echo) -> None:
    page = await browser.look()
    example = re.findall(r'name="text" value="([^"]+)"', page)[0]

    shown = await browser.press("say", example)

    assert bubbles(shown)[-2:] == [example, f"您说：{example}\n为什么这样答"][:1] + bubbles(shown)[-1:]
    assert echo.read[0].content == example


async def test_a_typed_line_goes_through_the_webhook_and_its_reply_is_shown(
    browser: Browser, echo: Echo
) -> None:
    page = await browser.press("say", "老板拖欠工资")

    assert bubbles(page)[-2:] == ["老板拖欠工资", "您说：老板拖欠工资"]
    assert echo.queries[0]["encrypt_type"] == "aes"
    assert echo.read[0].source == PLAYERS[0].openid


async def test_nothing_is_sent_for_an_empty_line(browser: Browser, echo: Echo) -> None:
    await browser.press("say", "  ")

    assert not echo.queries


async def test_both_residents_have_a_conversation_of_their_own(browser: Browser) -> None:
    await browser.press("say", "我是王女士")
    browser.player = "li"

    page = await browser.press("say", "我是李大爷")

    assert "我是李大爷" in page
    assert "我是王女士" not in page


@pytest.mark.parametrize(
    ("do", "kind"),
    [
        ("voice", "voice"),
        ("picture", "image"),
        ("location", "location"),
        ("follow", "subscribe"),
        ("unfollow", "unsubscribe"),
        ("allow", "subscribe_msg_popup_event"),
        ("scan:城东司法所", "subscribe_scan"),
        ("menu:0", "click"),
    ],
)
async def test_every_button_pushes_its_kind(browser: Browser, echo: Echo, do: str, kind: str) -> None:
    await browser.press(do)

    message = echo.read[0]
    assert (message.event if message.type == "event" else message.type) == kind


async def test_a_follower_who_scans_sends_a_scan(browser: Browser, echo: Echo) -> None:
    await browser.press("follow")
    await browser.press("scan:城东司法所")

    assert echo.read[1].event == "scan"
    assert echo.read[1].scene_id == "station:chengdong"


async def test_a_sent_voice_can_be_fetched_through_the_api(
    browser: Browser, echo: Echo, caller: Caller
) -> None:
    await browser.press("voice")
    await caller.signed_in()

    content_type, content = await caller.get("/cgi-bin/media/get", media_id=echo.read[0].media_id)

    assert content_type == "audio/amr"
    assert content.startswith(b"#!AMR\n")


async def test_a_sent_picture_stands_at_its_address(
    browser: Browser, echo: Echo, caller: Caller, sandbox: Sandbox
) -> None:
    sandbox.api_base = caller.base
    await browser.press("picture")

    async with caller.session.get(echo.read[0].image) as response:
        content = await response.read()

    assert response.content_type == "image/png"
    assert content.startswith(b"\x89PNG\r\n")


async def test_messages_of_the_api_appear_on_the_phone(browser: Browser, caller: Caller) -> None:
    await browser.press("say", "您好")
    await caller.signed_in()

    await caller.send("有人回您了", to=PLAYERS[0].openid)

    page = await browser.look()
    assert bubbles(page)[-1] == "有人回您了"
    assert 'data-how="pushed"' in page


async def test_the_same_message_three_times_shows_one_reply(browser: Browser, echo: Echo) -> None:
    page = await browser.press("thrice", "您好")

    assert len({message.id for message in echo.read}) == 1
    assert len(echo.read) == 3
    assert bubbles(page)[-2:] == ["您说：您好", bubbles(page)[-1]]
    assert "送了 3 次，每次的回答都一样" in bubbles(page)[-1]


async def test_a_late_reply_does_not_hold_the_page(browser: Browser, echo: Echo, sandbox: Sandbox) -> None:
    echo.instead = no_answer
    sandbox.pushers["oa"].wait = 5

    page = await browser.press("say", "您好")

    assert bubbles(page)[-1] == "小司正在回……"


async def test_new_lines_alone_can_be_fetched(browser: Browser, caller: Caller) -> None:
    page = await browser.press("say", "您好")
    seen = re.findall(r'data-version="(\d+)"', page)[0]
    url = f"{browser.base}/try/log"

    async with browser.session.get(url, params={"as": "wang", "seen": seen}) as response:
        assert response.status == 204
    await caller.signed_in()
    await caller.send("好", to=PLAYERS[0].openid)
    async with browser.session.get(url, params={"as": "wang", "seen": seen}) as response:
        assert "好" in bubbles(await response.text())


async def test_48_hours_later_the_window_is_closed(browser: Browser, caller: Caller, clock: SetClock) -> None:
    await browser.press("say", "您好")

    page = await browser.press("two-days")

    await caller.signed_in()
    assert "过了 48 小时" in bubbles(page)[-1]
    assert await caller.send("好", to=PLAYERS[0].openid) == 45015


async def test_the_interface_can_be_cut_and_mended(browser: Browser, caller: Caller) -> None:
    await browser.press("cut")
    with pytest.raises(aiohttp.ClientError):
        await caller.fetch()

    await browser.press("mend")

    assert "access_token" in await caller.fetch()


async def test_a_wrong_token_fails_in_plain_sight(
    webhook: str, echo: Echo, credentials: Credentials, clock: SetClock
) -> None:
    echo.instead = echo.refuse_wrong_signature
    bent = Credentials(with_token(credentials.oa, "another"), credentials.mini)
    sandbox = Sandbox(webhook_url=webhook, mini_url=webhook, credentials=bent, clock=clock)

    async with opened(sandbox) as browser:
        page = await browser.press("say", "您好")
    await sandbox.close()

    assert "出现故障" in bubbles(page)[-1]
    assert "核对令牌" in bubbles(page)[-1]


async def test_the_pages_allow_no_inline_script_or_style(browser: Browser) -> None:
    async with browser.session.get(f"{browser.base}/try") as response:
        policy = response.headers["Content-Security-Policy"]
        page = await response.text()

    assert "unsafe" not in policy
    assert "style=" not in page
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/try.js" defer>']


async def test_another_site_cannot_press_buttons(browser: Browser, echo: Echo) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    form = {"as": "wang", "do": "say", "text": "您好"}

    async with browser.session.post(f"{browser.base}/try/do", data=form, headers=headers) as response:
        assert response.status == 403
    assert not echo.queries


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一\n二", "一<br>二"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ('<a href="javascript:x">点</a>', "点"),
        ('<a href="weixin://bizmsgmenu?msgmenuid=1">工资</a>', "工资"),
        (
            '看<a href="https://a.example/x?a=1&b=2">它</a>',
            '看<a href="https://a.example/x?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">它</a>',
        ),
        (
            "见 http://127.0.0.1:8080/a/x 。",
            '见 <a href="http://127.0.0.1:8080/a/x" target="_blank" rel="noopener noreferrer">'
            "http://127.0.0.1:8080/a/x</a> 。",
        ),
    ],
)
def test_replies_are_shown_with_links_and_nothing_else(text: str, html: str, clock: SetClock) -> None:
    assert str(Bubble(clock.now(), "bot", text).html) == html
