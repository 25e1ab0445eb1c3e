"""One resident cannot fill the disk: so many files and bytes a day, the rest is refused, and told once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from admin import schema
from bot.clock import SetClock, millis
from bot.crypto import Vault, install, vault
from bot.db import postgres_engine, sqlite_engine
from bot.wechat import inbox, media_acts
from bot.wechat.gateway import MEDIA
from bot.wechat.inbox import Letter
from bot.wechat.media_caps import MOST_BYTES, MOST_DAY_BYTES, MOST_FILES
from bot.wechat.media_models import Media
from bot.work.postgres_writer import PostgresWriter
from bot.work.sqlite_writer import SqliteWriter
from bot.work.unit import Work
from bot.work.writer import Writer
from tests.console.desk import browser, staffed
from tests.media.sending import image, settled, voice
from tests.support.servers import Postgres
from tests.support.service import Phone, Service

MANY = ("refused", "more than 100 files of one day")
LARGE = ("refused", "more than 200 MB of one day")


def sent_before(work: Work, count: int, size: int, came: int, state: str = "kept") -> None:
    """Files that the first resident sent on the same day."""
    for number in range(count):
        row = Media(inbox_id=10_000 + number, resident_id=1, door="oa", kind="image", state=state)
        row.reason, row.size, row.came_at, row.due_at = "before", size, came, 0
        work.db.add(row)


async def after(service: Service, count: int, size: int = 1000) -> Phone:
    """A phone that sent so many files before."""
    phone = service.phone()
    await phone.says("你好")
    came = millis(service.store.clock.now())
    await service.store.writer.do(sent_before, count, size, came)
    return phone


def newer(service: Service) -> list[tuple[str, str]]:
    """State and reason of the files that came after those."""
    found = service.rows("select state, reason from media where inbox_id < 10000 order by id")
    return [(state, reason) for state, reason in found]


async def end_of(service: Service, *states: str) -> list[tuple[str, str]]:
    await settled(service, "kept", *states)
    return newer(service)


async def test_more_files_than_a_day_may_have_are_refused_and_it_is_told_once(timed: Service) -> None:
    phone = await after(timed, MOST_FILES - 1)

    last = await image(phone)
    beyond = [await image(phone), await voice(phone), await image(phone)]
    states = await end_of(timed, "refused")
    pushed = await phone.waits_for_push(1)
    await asyncio.sleep(1.2)

    assert "留下了" in last
    assert beyond == ["", "", ""], "what is not kept is not said to be kept"
    assert states == [("kept", "fetched"), MANY, MANY, MANY]
    assert timed.sandbox.platform.count(MEDIA) == 1
    assert phone.pushed() == pushed
    assert pushed == [
        "您这一天发来的语音、图片、视频太多，收不下了，有的没有留下。"
        "明天可以再发，也可以带到司法所来。现在有话请打字说；急的话请打 12348。"
    ]
    assert (
        timed.rows("select source, key, hearing from media where state = 'refused'") == [(None, None, "")] * 3
    )


async def test_on_the_next_day_in_beijing_there_is_room_again(timed: Service, clock: SetClock) -> None:
    phone = await after(timed, MOST_FILES)
    await image(phone)

    clock.move(hours=13, minutes=59)
    before_midnight = await image(phone)
    clock.move(minutes=2)
    next_day = await image(phone)

    assert "留下了" not in before_midnight
    assert "留下了" in next_day
    assert await end_of(timed, "refused") == [MANY, MANY, ("kept", "fetched")]


async def test_an_album_of_sixty_pictures_finds_room(timed: Service) -> None:
    phone = await after(timed, 59, 2 << 20)

    await image(phone)

    assert await end_of(timed) == [("kept", "fetched")]


async def test_more_bytes_than_a_day_may_have_are_refused_and_smaller_files_still_kept(
    timed: Service,
) -> None:
    phone = await after(timed, 1, MOST_DAY_BYTES - MOST_BYTES["image"] + 1)

    for _time in range(2):
        await image(phone)
    await voice(phone)
    states = await end_of(timed, "refused")
    pushed = await phone.waits_for_push(1)
    await asyncio.sleep(1.2)

    assert states == [LARGE, LARGE, ("kept", "fetched")]
    assert len(phone.pushed()) == 1
    assert "收不下了" in pushed[0]


async def test_another_resident_is_not_touched_by_it(timed: Service) -> None:
    await after(timed, MOST_FILES, MOST_DAY_BYTES)

    told = await image(timed.phone("oTest-other"))

    assert "留下了" in told
    assert await end_of(timed) == [("kept", "fetched")]


async def test_in_the_middle_of_a_journey_the_question_stays_open(timed: Service) -> None:
    phone = await after(timed, MOST_FILES)
    await phone.says("选司法所")

    beside = await image(phone)
    chosen = await phone.says("1")

    assert beside == ""
    assert "司法所" in chosen
    assert newer(timed) == [MANY]


@pytest.mark.parametrize(
    ("count", "size", "why"),
    [
        (MOST_FILES, 1, "没有收：对方这一天发的超过 100 个。要的话请对方明天再发"),
        (1, MOST_DAY_BYTES, "没有收：对方这一天发的超过 200 MB。要的话请对方明天再发"),
    ],
    ids=["many", "large"],
)
async def test_staff_see_in_the_thread_why_a_file_is_not_there(
    service: Service, count: int, size: int, why: str
) -> None:
    staffed(service)
    phone = await after(service, count, size)
    await image(phone)
    await settled(service, "kept", "refused")
    await phone.says("人工")

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/tasks/1")

    assert page.text.count(why) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def writer(
    request: pytest.FixtureRequest, template_db: Path, tmp_path: Path, clock: SetClock
) -> Iterator[Writer]:
    """A writer of either engine, without a service around it."""
    install(Vault(b"s" * 32).with_index(b"i" * 32))
    if request.param == "sqlite":
        (tmp_path / "x.db").write_bytes(template_db.read_bytes())
        engine = sqlite_engine(tmp_path / "x.db")
        made: Writer = SqliteWriter(engine, {}, clock)
        yield made
        made.close()
        engine.dispose()
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        engine = postgres_engine(url, pool=8)
        schema.upgrade(engine)
        made = PostgresWriter(engine, {}, clock)
        yield made
        made.close()
        engine.dispose()


def picture(mark: str, came: int) -> Letter:
    source = vault().seal("an id", "media.source")
    return Letter(mark, "w1", "oa", "gh", b"o", "image", b"b", came, "said", source=source)


def in_state(work: Work, *states: str) -> int:
    return work.db.scalar(select(func.count()).select_from(Media).where(Media.state.in_(states))) or 0


async def test_messages_that_come_at_once_do_not_get_past_the_count(writer: Writer, clock: SetClock) -> None:
    came = millis(clock.now())
    await writer.do(inbox.store, picture("first", came), "n0")
    await writer.do(sent_before, MOST_FILES - 4, 1000, came)

    letters = [picture(f"at once {number}", came) for number in range(12)]
    await asyncio.gather(*(writer.do(inbox.store, one, "n0") for one in letters))

    assert await writer.do(in_state, "waiting", "kept") == MOST_FILES
    assert await writer.do(in_state, "refused") == 9


async def test_nodes_that_claim_at_once_do_not_get_past_the_bytes(writer: Writer, clock: SetClock) -> None:
    came = millis(clock.now())
    await writer.do(inbox.store, picture("first", came), "n0")
    room = 3 * MOST_BYTES["image"]
    await writer.do(sent_before, 1, MOST_DAY_BYTES - room, came)
    for number in range(20):
        await writer.do(inbox.store, picture(f"one {number}", came), "n0")

    nodes = [f"n{number}" for number in range(8)]
    claims = await asyncio.gather(*(writer.do(media_acts.claim, node, 3, ("oa",)) for node in nodes))

    assert 1 <= sum(map(len, claims)) <= 3
    assert await writer.do(in_state, "fetching") == sum(map(len, claims))
    assert await writer.do(in_state, "refused") == 0, "those on their way may turn out to be small"


async def test_a_file_waits_for_those_on_their_way_and_is_claimed_when_they_were_small(
    writer: Writer, clock: SetClock
) -> None:
    came = millis(clock.now())
    await writer.do(inbox.store, picture("first", came), "n0")
    await writer.do(inbox.store, picture("second", came), "n0")
    await writer.do(sent_before, 1, MOST_DAY_BYTES - MOST_BYTES["image"] - 2000, came)

    (first,) = await writer.do(media_acts.claim, "n1", 3, ("oa",))
    facts = media_acts.Facts("image/png", 1000, "d")
    await writer.do(media_acts.record, first, "n1", media_acts.Verdict("kept", "fetched", facts=facts))
    at_once = await writer.do(media_acts.claim, "n1", 3, ("oa",))
    clock.move(milliseconds=media_acts.NEXT_MS)
    (second,) = await writer.do(media_acts.claim, "n1", 3, ("oa",))

    assert at_once == ()
    assert second.id != first.id
