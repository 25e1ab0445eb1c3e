"""Files go with their message: by leaving, by withdrawing a right, and by time."""

import asyncio
from pathlib import Path

from admin.sandbox import events
from admin.sandbox.faults import Fault
from bot.clock import SetClock, SystemClock, millis
from bot.wechat import erasure, media_acts
from bot.wechat.gateway import MEDIA
from bot.wechat.media_keeping import GRACE_MS, Keeping
from tests.journeys.test_leaving import erase, leaves
from tests.media.sending import files, image, rows, settled, voice
from tests.support.service import Service, serving


def keeping(service: Service, *, later_ms: int = 0) -> Keeping:
    """The rounds that take files away. Args: later_ms: on a clock that is ahead."""
    store, clock = service.store, SetClock(SystemClock().now())
    clock.move(milliseconds=later_ms)
    return Keeping(store.writer, store.reader, store.uploads, clock)


async def sent(service: Service) -> None:
    phone = service.phone()
    await voice(phone)
    await image(phone)
    await settled(service, "kept")


async def test_who_leaves_takes_the_files_along(service: Service) -> None:
    await sent(service)

    await leaves(service, service.phone())
    await erase(service)
    state = service.rows("select distinct state, key, words, digest, source from media")
    await keeping(service).remove()

    unreadable = ("erasing", None, None, None, None)
    assert state in ([unreadable], []), "at once, whoever has the file; or gone by the service's own round"
    assert (rows(service), files(service)) == ([], [])


async def test_a_withdrawn_right_to_pictures_takes_the_pictures_alone(
    service: Service,
) -> None:
    await sent(service)

    revoke = events.person_changed(
        service.lines.next(service.phone().who), "user_authorization_revoke", "wx1", revoked="207"
    )
    await service.sandbox.push("oa", revoke)
    await keeping(service).remove()

    assert service.rows("select kind from media") == [("voice",)]
    assert files(service) == ["1.sealed"]


async def test_old_files_go_with_the_retention(service: Service) -> None:
    await sent(service)

    await service.store.writer.do(erasure.expire, 2**60)
    await keeping(service).remove()

    assert (rows(service), files(service)) == ([], [])


async def test_the_rounds_of_the_service_do_it_by_themselves(service: Service) -> None:
    await sent(service)

    await leaves(service, service.phone())
    await erase(service)

    await settled_away(service)
    assert files(service) == []


async def test_a_crash_in_the_middle_is_made_good_at_a_start(tmp_path: Path, template_db: Path) -> None:
    async with serving(tmp_path, template=template_db) as service:
        await sent(service)
        credentials = service.sandbox.credentials
        await service.store.writer.do(erasure.expire, 2**60)  # and then the power goes
        next(service.store.uploads.folder.rglob("1.sealed")).unlink()  # one of the two was removed before

    async with serving(tmp_path, credentials=credentials) as service:
        await settled_away(service)

        assert files(service) == []


async def test_files_without_a_row_and_half_written_ones_are_swept_up(service: Service) -> None:
    await sent(service)
    folder = service.store.uploads.folder
    (folder / "2a").mkdir()
    for name in ("2a/42.sealed", "01/1.sealed.0a0b.part"):
        (folder / name).write_bytes(b"left by a crash")
    (folder / "readme.txt").write_text("of the operator")

    young = await keeping(service).sweep()
    old = await keeping(service, later_ms=2 * GRACE_MS).sweep()

    assert (young, old) == (0, 2)
    assert files(service) == ["1.sealed", "2.sealed", "readme.txt"]
    assert rows(service) == [("kept", "fetched")] * 2


async def test_a_file_whose_message_went_by_any_other_way_goes_too(service: Service) -> None:
    await sent(service)
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("update inbox set body = null")
        connection.exec_driver_sql("COMMIT")

    await keeping(service).sweep()
    await keeping(service).remove()

    assert (rows(service), files(service)) == ([], [])


async def test_nothing_is_fetched_any_more_for_who_has_left(service: Service) -> None:
    service.sandbox.platform.faults.add(Fault(MEDIA, "http", 500, None))
    await voice(service.phone())

    await leaves(service, service.phone())
    await erase(service)
    await keeping(service).remove()
    calls = service.sandbox.platform.count(MEDIA)
    due = service.store.reader.now(media_acts.anything_due, millis(SystemClock().now()) + 10**9)

    assert rows(service) == []
    assert not due
    assert service.sandbox.platform.count(MEDIA) == calls


async def settled_away(service: Service) -> None:
    """Wait until the service has removed all files by itself."""
    end = asyncio.get_running_loop().time() + 120
    while rows(service):
        assert asyncio.get_running_loop().time() < end, rows(service)
        await asyncio.sleep(0.1)
