"""What residents send is fetched before the platform forgets it, kept sealed, and its loss is told."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from admin.sandbox import media, messages
from admin.sandbox.faults import Fault, Kind
from bot.clock import SetClock
from bot.errors import Fenced
from bot.wechat import erasure, media_acts
from bot.wechat.gateway import MEDIA, HttpGateway
from bot.wechat.media_acts import Claimed, Verdict
from bot.wechat.media_fetch import AT_ONCE, Fetcher, Tools
from bot.work.alarms import open_alarms
from tests.media.sending import files, image, rows, settled, uploaded, voice
from tests.support import servers
from tests.support.service import Service, serving

CAMERA = b"\xff\xe1\x00\x18Exif\0\0GPS 34.01 112.44"


def alarms(service: Service) -> list[tuple[str, str]]:
    return [(kind, subject) for kind, subject, _detail, _count in service.store.reader.now(open_alarms)]


def asked(service: Service) -> int:
    return service.sandbox.platform.count(MEDIA)


def content_of(service: Service, number: int = 1) -> bytes:
    key = service.rows("select key from media where id = :n", n=number)[0][0]
    from bot.crypto import vault

    return service.store.uploads.read(number, vault().open(key, "media.key"))


async def test_a_voice_is_fetched_at_once_and_lies_sealed(service: Service) -> None:
    told = await voice(service.phone())

    assert await settled(service, "kept") == [("kept", "fetched")]
    assert "语音收到了" in told
    assert "12348" in told
    assert files(service) == ["1.sealed"]
    (file,) = (one for one in service.store.uploads.folder.rglob("*.sealed"))
    assert b"AMR" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert content_of(service) == media.SILENCE
    assert service.rows("select kind, mime, size, source from media") == [
        ("voice", "audio/amr", len(media.SILENCE), None)
    ]


async def test_a_voice_that_is_pushed_three_times_is_one_file(service: Service) -> None:
    phone = service.phone()
    push = messages.voice(service.lines.next(phone.who), uploaded(service, media.SILENCE))

    await service.sandbox.push("oa", push, 3)
    await settled(service, "kept")
    await asyncio.sleep(1.2)

    assert rows(service) == [("kept", "fetched")]
    assert files(service) == ["1.sealed"]
    assert asked(service) == 1


async def test_a_voice_can_be_followed_by_a_person_who_listens(service: Service) -> None:
    phone = service.phone()
    await voice(phone)

    answer = await phone.says("1")

    assert "您的号是" in answer


async def test_of_an_album_the_first_picture_is_answered(service: Service) -> None:
    phone = service.phone()

    told = [await image(phone) for _n in range(4)]
    later = await phone.says("单位拖欠工资不给怎么办？")
    again = await image(phone)

    assert "是什么事" in told[0]
    assert told[1:] == ["", "", ""]
    assert "工资" in later
    assert "是什么事" in again
    assert await settled(service, "kept") == [("kept", "fetched")] * 5


async def test_a_video_is_fetched_from_where_the_platform_says_it_lies(service: Service) -> None:
    content = b"\0\0\0\x18ftypmp42" + bytes(500)
    media_id = uploaded(service, content, "video")

    told = await service.phone().does("video", media_id, media_id)

    assert await settled(service, "kept") == [("kept", "fetched")]
    assert "视频收到了" in told
    assert content_of(service) == content


async def test_a_mini_program_sends_pictures_too(service: Service) -> None:
    platform = service.sandbox.platform
    media_id = platform.add_media(media.picture(), "image/png", "p.png", "mini")
    line = platform.book("mini").lines.next("oMini-1")

    await service.sandbox.push("mini", messages.image(line, "http://127.0.0.1/p", media_id))

    assert await settled(service, "kept") == [("kept", "fetched")]


async def test_what_the_camera_wrote_into_a_picture_is_not_kept(service: Service) -> None:
    jpeg = b"\xff\xd8" + CAMERA[:2] + b"\x00\x18" + CAMERA[4:26] + b"\xff\xda\x00\x02picture\xff\xd9"

    await image(service.phone(), jpeg)
    await settled(service, "kept")

    assert content_of(service) == b"\xff\xd8\xff\xda\x00\x02picture\xff\xd9"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("http", 500),
        ("reset", None),
        ("drop", None),
        ("cut", None),
        ("garbage", None),
        ("errcode", -1),
        ("errcode", 40001),
        ("errcode", 42001),
        ("errcode", 40007),
        ("slow", 0.0005),
    ],
)
async def test_after_a_bad_moment_of_the_platform_it_is_there(
    service: Service, kind: Kind, value: float | None
) -> None:
    service.sandbox.platform.faults.add(Fault(MEDIA, kind, value))

    await voice(service.phone())

    assert await settled(service, "kept") == [("kept", "fetched")]
    assert content_of(service) == media.SILENCE
    assert files(service) == ["1.sealed"]


async def test_garbage_under_the_right_type_is_kept_as_nothing_else(service: Service) -> None:
    page = b"<html><script>alert(1)</script></html>"

    await image(service.phone(), page)
    pushed = await service.phone().waits_for_push(1)

    assert rows(service) == [("lost", "not of a type that is kept: image")]
    assert files(service) == []
    assert "图片没有收下来" in pushed[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"#!AMR\n" + bytes(3 << 20), "the answer is too large")],
    ids=["empty", "too large"],
)
async def test_what_cannot_be_kept_says_why(service: Service, content: bytes, reason: str) -> None:
    phone = service.phone()

    await voice(phone, content)
    pushed = await phone.waits_for_push(1)

    assert rows(service) == [("lost", reason)]
    assert "语音没有收下来" in pushed[0]
    assert files(service) == []


async def test_a_file_of_another_account_is_lost_after_a_few_tries(timed: Service, clock: SetClock) -> None:
    platform = timed.sandbox.platform
    media_id = platform.add_media(media.SILENCE, "audio/amr", "v.amr", "mini")
    phone = timed.phone()

    await phone.does("voice", media_id)
    for tries in (1, 2, 3):
        await _tried(timed, tries)
        clock.move(seconds=30)

    assert await settled(timed, "lost") == [("lost", rows(timed)[0][1])]
    assert rows(timed)[0][1].startswith("40007 media id unknown or expired")


async def test_a_used_up_quota_waits_for_midnight_in_beijing(timed: Service, clock: SetClock) -> None:
    timed.sandbox.platform.days.limits[MEDIA] = 1
    await image(timed.phone())
    await settled(timed, "kept")

    await voice(timed.phone())
    await _tried(timed, 1)
    await image(timed.phone("oTest-other"))
    await asyncio.sleep(1.5)

    assert asked(timed) == 2, "no further call before midnight"
    assert ("media_stopped", "oa") in alarms(timed)
    assert [state for state, _reason in rows(timed)] == ["kept", "waiting", "waiting"]
    clock.move(hours=14, minutes=5)
    timed.sandbox.platform.days.limits[MEDIA] = 100
    assert await settled(timed, "kept") == [("kept", "fetched")] * 3


async def test_a_file_that_stays_out_of_reach_for_three_days_is_lost_and_told(
    timed: Service, clock: SetClock
) -> None:
    timed.sandbox.platform.faults.add(Fault(MEDIA, "http", 500, None))
    phone = timed.phone()
    await voice(phone)
    await _tried(timed, 1)

    clock.move(days=3, minutes=1)
    await settled(timed, "lost")

    ((state, reason),) = rows(timed)
    assert (state, reason) == ("lost", "expired after three days: HTTP status 5xx")
    assert ("media", "oa") in alarms(timed)
    while timed.rows("select state from outbox") != [("kept",)]:
        await asyncio.sleep(0.05)
    told = await phone.says("你好")
    assert "语音没有收下来" in told, "the window of 48 hours was over: it is told with the next word"


async def test_a_voice_from_the_spool_is_fetched_too(tmp_path: Path, template_db: Path) -> None:
    async with serving(tmp_path, template=template_db) as service:
        import sqlite3

        phone = service.phone()
        lock = sqlite3.connect(tmp_path / "xiaosi.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        told = await voice(phone)
        lock.execute("ROLLBACK")
        lock.close()

        assert "收到" in told
        assert await settled(service, "kept") == [("kept", "fetched")]


async def test_a_full_or_missing_folder_is_an_alarm_and_is_tried_again(
    timed: Service, clock: SetClock, tmp_path: Path
) -> None:
    folder = timed.store.uploads.folder
    folder.write_text("a file where a folder should be")
    await voice(timed.phone())
    await _tried(timed, 1)

    assert ("uploads", "oa") in alarms(timed)
    folder.unlink()
    clock.move(minutes=2)
    assert await settled(timed, "kept") == [("kept", "fetched")]
    assert ("uploads", "oa") not in alarms(timed)


async def test_on_a_disk_that_runs_full_files_wait_and_the_database_keeps_its_room(
    tmp_path: Path, template_db: Path
) -> None:
    async with serving(tmp_path, template=template_db) as service:
        service.sandbox.platform.faults.add(Fault(MEDIA, "http", 500, None))
        await voice(service.phone())
        await _tried(service, 1)
        store = service.store
        tools = Tools(
            store.writer,
            store.reader,
            HttpGateway(store.writer, store.clock, "n9"),
            store.uploads,
            store.settings,
            SetClock(store.clock.now() + timedelta(hours=1)),
            "n9",
            lambda _kind: "",
            reserve=2**60,
        )

        begun = await Fetcher(tools).look()
        full = alarms(service)
        service.sandbox.platform.faults.clear()
        await settled(service, "kept")

        assert begun == 0
        assert ("uploads", "") in full
        assert alarms(service) == [], "it ends with the next file that is kept"


async def test_of_two_nodes_the_slower_one_changes_nothing(timed: Service, clock: SetClock) -> None:
    timed.sandbox.platform.faults.add(Fault(MEDIA, "hang", 0, None))
    for _number in range(AT_ONCE):  # all hands full: the slow node takes none of them up again by itself
        await voice(timed.phone())
    await _settles(timed, "fetching")
    node, attempts = timed.rows("select lease_by, attempts from media where id = 1")[0]
    slow = Claimed(1, 1, "oa", "voice", attempts, 0, "", "")

    clock.move(minutes=3)
    taken = await timed.store.writer.do(media_acts.claim, "n2", AT_ONCE, ("oa",))
    with pytest.raises(Fenced):
        await timed.store.writer.do(media_acts.record, slow, node, Verdict("lost", "late"))

    assert (1, attempts + 1) in [(one.id, one.attempts) for one in taken]
    assert timed.rows("select distinct state, lease_by from media") == [("fetching", "n2")]


async def test_an_account_that_cannot_call_promises_nothing(tmp_path: Path, template_db: Path) -> None:
    from handlers.media import sentences

    assert "留下" not in sentences.got("voice", keeps=False, hears=False)
    assert "留下" not in sentences.got("image", keeps=False, hears=False)


async def test_what_was_erased_while_it_was_fetched_leaves_no_file(service: Service) -> None:
    service.sandbox.platform.faults.add(Fault(MEDIA, "hang", 5.0))
    await voice(service.phone())
    await _settles(service, "fetching")

    await service.store.writer.do(erasure.expire, 2**60)
    await _gone(service)

    assert files(service) == []


@pytest.mark.servers
async def test_the_same_on_postgres(tmp_path: Path, postgres_server: servers.Postgres) -> None:
    with postgres_server.migrated() as url:
        async with serving(tmp_path, database_url=url) as service:
            service.sandbox.platform.faults.add(Fault(MEDIA, "http", 500))
            phone = service.phone()
            await voice(phone)
            await image(phone)

            assert await settled(service, "kept") == [("kept", "fetched")] * 2
            assert content_of(service) == media.SILENCE


async def _tried(service: Service, times: int) -> None:
    """Wait until the newest file was tried so often, and what became of it stands in its row.

    That the platform was asked says less: the service may not have looked at its clock yet.
    """
    end = asyncio.get_running_loop().time() + 60
    newest = "select attempts, state from media order by id desc limit 1"
    while service.rows(newest)[0] not in [(times, "waiting"), (times, "lost")]:
        assert asyncio.get_running_loop().time() < end, service.rows(newest)
        await asyncio.sleep(0.05)


async def _settles(service: Service, state: str) -> None:
    end = asyncio.get_running_loop().time() + 60
    while {one for one, _reason in rows(service)} != {state}:
        assert asyncio.get_running_loop().time() < end, rows(service)
        await asyncio.sleep(0.02)


async def _gone(service: Service) -> None:
    end = asyncio.get_running_loop().time() + 60
    while rows(service) or files(service):
        assert asyncio.get_running_loop().time() < end, rows(service)
        await asyncio.sleep(0.05)
