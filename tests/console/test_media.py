"""Voices and pictures in a thread: heard, seen and saved by who may read it, and written down."""

import wave
from io import BytesIO
from pathlib import Path

import aiohttp

from admin.sandbox import media
from admin.sandbox.faults import Fault
from bot.wechat.gateway import MEDIA
from tests.console.desk import Browser, audited, browser, staffed
from tests.journeys.test_handoff import at_home
from tests.media.sending import image, settled, uploaded, voice
from tests.support.service import Service

VOICE, PICTURE = "/admin/tasks/1/media/1", "/admin/tasks/1/media/2"


async def asked_with_files(service: Service) -> None:
    """A resident of Liuhe who sent a voice and a picture, and asked for a person."""
    phone = service.phone()
    await phone.says("你好")
    at_home(service, "liuhe")
    await voice(phone)
    await image(phone)
    await phone.says("人工")
    await settled(service, "kept")


async def fetched(at: Browser, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with at.session.get(at.base + path, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def test_a_voice_plays_in_the_browser(service: Service) -> None:
    staffed(service)
    await asked_with_files(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        status, sound, headers = await fetched(at, f"{VOICE}/sound")

    assert f'<audio class="d-block mt-1 mw-100" controls preload="none" src="{VOICE}/sound"' in page.text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert (status, headers["Content-Type"], headers["Accept-Ranges"]) == (200, "audio/wav", "bytes")
    with wave.open(BytesIO(sound)) as played:
        assert (played.getframerate(), played.getnchannels()) == (8000, 1)
        assert played.getnframes() >= 7900, "a second of it"


async def test_a_player_may_ask_for_parts(service: Service) -> None:
    staffed(service)
    await asked_with_files(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        _status, whole, _headers = await fetched(at, f"{VOICE}/sound")
        first = await fetched(at, f"{VOICE}/sound", Range="bytes=0-1")
        rest = await fetched(at, f"{VOICE}/sound", Range="bytes=100-")
        beyond = await fetched(at, f"{VOICE}/sound", Range="bytes=9999999-")

    assert (first[0], first[1]) == (206, whole[:2])
    assert first[2]["Content-Range"] == f"bytes 0-1/{len(whole)}"
    assert (rest[0], rest[1]) == (206, whole[100:])
    assert beyond[0] == 416
    assert audited(service).count(("media", "media:1")) == 1, "all of it is one look"


async def test_a_picture_is_small_in_the_thread_and_whole_behind_it(service: Service) -> None:
    staffed(service)
    await asked_with_files(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        small = await fetched(at, f"{PICTURE}/thumb")
        whole = await fetched(at, PICTURE)

    assert (
        f'<a class="d-block mt-1" href="{PICTURE}"><img class="img-fluid" src="{PICTURE}/thumb"' in page.text
    )
    assert (small[0], small[2]["Content-Type"]) == (200, "image/jpeg")
    assert (whole[0], whole[2]["Content-Type"], whole[1]) == (200, "image/png", media.picture())
    for _status, _content, headers in (small, whole):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Cache-Control"] == "no-store"
    assert ("media", "media:2") in audited(service)


async def test_a_saved_file_has_a_name_of_ours(service: Service) -> None:
    staffed(service)
    await asked_with_files(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        status, content, headers = await fetched(at, f"{VOICE}/file")

    assert (status, content) == (200, media.SILENCE)
    assert headers["Content-Disposition"] == 'attachment; filename="voice-1.amr"'


async def test_files_are_for_who_may_read_the_thread(service: Service) -> None:
    staffed(service)
    staffed(service, "t002", station="chengdong", name="周海")
    await asked_with_files(service)
    other = service.phone("oTest-other")
    await image(other)
    await settled(service, "kept")

    async with browser(service) as stranger, aiohttp.ClientSession() as nobody:
        await stranger.signs_in("t002")
        of_another_station = [
            (await fetched(stranger, f"{VOICE}{end}"))[0] for end in ("", "/sound", "/thumb", "/file")
        ]
        signed_out = await fetched(Browser(service.base, nobody), f"{VOICE}/sound")
    async with browser(service) as at:
        await at.signs_in("t001")
        of_another_resident = await fetched(at, "/admin/tasks/1/media/3")
        odd = [(await fetched(at, f"/admin/tasks/1/media/{odd}"))[0] for odd in ("0", "x", "1e1", "-1")]

    assert of_another_station == [404] * 4
    assert (signed_out[0], signed_out[2]["Location"][:20]) == (303, "/admin/signin?next=/")
    assert of_another_resident[0] == 404
    assert odd == [404] * 4
    assert not [row for row in audited(service) if row[0] == "media"]


async def test_what_is_not_there_yet_and_what_is_lost_is_said(service: Service) -> None:
    staffed(service)
    phone = service.phone()
    service.sandbox.platform.faults.add(Fault(MEDIA, "http", 500, None))
    await voice(phone)
    await phone.says("人工")

    async with browser(service) as at:
        await at.signs_in("t001")
        waiting = await at.opens("/admin/tasks/1")
        with service.store.engine.connect() as connection:
            connection.exec_driver_sql(
                "update media set state = 'lost', reason = 'expired after three days: x'"
            )
        lost = await at.opens("/admin/tasks/1")
        none = await fetched(at, f"{VOICE}/sound")

    assert "正在从微信取" in waiting.text
    assert "没取到：超过三天，微信已经删了" in lost.text
    assert "<audio" not in lost.text
    assert none[0] == 404


async def test_a_file_that_no_decoder_reads_can_still_be_saved(service: Service, tmp_path: Path) -> None:
    staffed(service)
    phone = service.phone()
    await voice(phone, b"#!AMR\n" + b"\xff" * 40)
    await image(phone, b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02nothing")
    await phone.says("人工")
    await settled(service, "kept")

    async with browser(service) as at:
        await at.signs_in("t001")
        sound = await fetched(at, f"{VOICE}/sound")
        thumb = await fetched(at, f"{PICTURE}/thumb")
        saved = await fetched(at, f"{VOICE}/file")

    assert (sound[0], saved[0]) == (404, 200)
    assert (thumb[0], thumb[2]["Content-Type"]) == (200, "image/jpeg"), "the picture itself"


async def test_a_video_shows_its_first_frame(service: Service) -> None:
    staffed(service)
    phone = service.phone()
    media_id = uploaded(service, b"\0\0\0\x18ftypmp42" + bytes(64), "video")
    await phone.does("video", media_id, media_id)
    await phone.says("人工")
    await settled(service, "kept")

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")
        whole = await fetched(at, VOICE)
        poster = await fetched(at, f"{VOICE}/thumb")
        sound = await fetched(at, f"{VOICE}/sound")

    assert f'<video class="d-block mt-1 mw-100" controls preload="none" poster="{VOICE}/thumb"' in page.text
    assert (whole[0], whole[2]["Content-Type"]) == (200, "video/mp4")
    assert (poster[0], sound[0]) == (404, 404)
