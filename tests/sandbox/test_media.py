"""Files on the platform's side, and the phone that sends one's own."""

import io
import math
import struct
import wave
from typing import Any

import aiohttp
import pytest

from admin.sandbox import media
from admin.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import Caller
from tests.sandbox.test_phone import Browser, browser  # noqa: F401 - a fixture
from tests.sandbox.webhook import Echo

GET = "/cgi-bin/media/get"


def recording(seconds: float = 1.0) -> bytes:
    """What a browser would record: a tone as WAV, 44.1 kHz, stereo."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        tone = (int(9000 * math.sin(n / 16)) for n in range(int(44_100 * seconds)))
        file.writeframes(b"".join(struct.pack("<hh", each, each) for each in tone))
    return target.getvalue()


async def send(at: Browser, kind: str, content: bytes, **more: str) -> tuple[int, Any]:
    """Send a file as the page's script does."""
    form = aiohttp.FormData({"as": at.player, "kind": kind, **more})
    form.add_field("file", io.BytesIO(content), filename="../../etc/passwd", content_type="text/html")
    headers = {"Accept": "application/json"}
    async with at.session.post(f"{at.base}/try/send", data=form, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_recorded_voice_becomes_one_as_telephones_send_it(
    browser: Browser,  # noqa: F811
    echo: Echo,
    caller: Caller,
) -> None:
    status, told = await send(browser, "voice", recording())
    await caller.signed_in()

    content_type, content = await caller.get(GET, media_id=echo.read[0].media_id)

    assert (status, told["sent"], told["media_id"]) == (200, "voice", echo.read[0].media_id)
    assert echo.read[0].type == "voice"
    assert content_type == "audio/amr"
    assert content.startswith(b"#!AMR\n")
    assert 0.9 < (len(content) - 6) / media.AMR_SECOND < 1.1, "a second of it"


async def test_what_was_sent_stands_on_the_phone_and_can_be_played(
    browser: Browser,  # noqa: F811
    echo: Echo,
) -> None:
    await send(browser, "voice", recording())
    await send(browser, "picture", media.picture())

    page = await browser.look()
    voice, picture = (f"/try/media/{one.media_id}" for one in echo.read)

    assert f'<audio controls preload="none" src="{voice}"' in page
    assert f'<img class="img-fluid" src="{picture}"' in page
    for address, mime in ((voice, "audio/wav"), (picture, "image/png")):
        async with browser.session.get(browser.base + address) as answer:
            assert (answer.status, answer.content_type) == (200, mime)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_platform_may_add_what_it_recognised(browser: Browser, echo: Echo) -> None:  # noqa: F811
    await send(browser, "voice", media.SILENCE, recognition="我要调解")

    assert echo.read[0].recognition == "我要调解"


@pytest.mark.parametrize(
    ("kind", "content", "say"),
    [
        ("picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "微信发不了这种文件"),
        ("video", b"<html>", "微信发不了这种文件"),
        ("voice", b"<html>", "这段录音转不成微信的格式"),
        ("voice", b"#!AMR\n" + b"\x3c" + bytes(32 * 50 * 62), "语音最长 60 秒"),
        ("picture", b"", "没有收到文件"),
        ("hologram", b"x", "没有收到文件"),
        ("picture", b"\xff\xd8\xff" + bytes(11 << 20), "太大了"),
    ],
)
async def test_what_a_telephone_would_not_send_is_not_sent(
    browser: Browser,  # noqa: F811
    echo: Echo,
    kind: str,
    content: bytes,
    say: str,
) -> None:
    status, told = await send(browser, kind, content)

    assert status == 422
    assert say in told["error"]
    assert echo.read == []


async def test_a_form_without_script_comes_back_to_the_phone(browser: Browser, echo: Echo) -> None:  # noqa: F811
    form = aiohttp.FormData({"as": "li", "kind": "picture"})
    form.add_field("file", media.picture(), filename="p.png")
    async with browser.session.post(f"{browser.base}/try/send", data=form) as answer:
        assert (answer.status, answer.url.path, answer.url.query["as"]) == (200, "/try", "li")
    strange = {"Sec-Fetch-Site": "cross-site"}
    async with browser.session.post(f"{browser.base}/try/send", data={"as": "li"}, headers=strange) as answer:
        assert answer.status == 403
    assert len(echo.read) == 1


async def test_a_file_is_for_the_account_to_which_it_was_sent(caller: Caller, sandbox: Sandbox) -> None:
    ours = sandbox.platform.add_media(media.SILENCE, "audio/amr", "v.amr", "mini")
    await caller.signed_in("oa")

    answer = await caller.get(GET, media_id=ours)

    assert answer["errcode"] == 40007
    await caller.signed_in("mini")
    assert (await caller.get(GET, media_id=ours))[1] == media.SILENCE


async def test_of_a_video_the_platform_tells_where_it_lies(caller: Caller, sandbox: Sandbox) -> None:
    content = b"\0\0\0\x18ftypmp42"
    media_id = sandbox.platform.add_media(content, "video/mp4", "v.mp4")
    await caller.signed_in()

    told = await caller.get(GET, media_id=media_id)

    async with caller.session.get(told["video_url"]) as answer:
        assert await answer.read() == content


async def test_a_file_may_break_off_in_the_middle(caller: Caller, sandbox: Sandbox) -> None:
    media_id = sandbox.platform.add_media(media.SILENCE, "audio/amr", "v.amr")
    await caller.control("POST", "faults", {"endpoint": GET, "kind": "cut"})
    await caller.signed_in()

    with pytest.raises(aiohttp.ClientError):
        await caller.get(GET, media_id=media_id)

    assert (await caller.get(GET, media_id=media_id))[1] == media.SILENCE
