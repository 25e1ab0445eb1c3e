"""Pictures and voices that came with an appointment, seen beside it on the list of the day."""

import pytest

from bot.clock import SetClock
from handlers.handoff import named, seclusion
from tests.console.desk import audited, browser, staffed
from tests.console.test_media import fetched
from tests.journeys.booking_desk import SELF, STORY, desk, neighbour, says_all
from tests.media.sending import answered, image, settled, voice
from tests.support.service import Service

__all__ = ["desk"]

PICTURE, VOICE = "/admin/day/1/media/2", "/admin/day/1/media/3"


@pytest.fixture
async def day(desk: Service, clock: SetClock) -> str:
    """Somebody of Liuhe booked and sent a picture before, and a picture and a voice while they booked.

    Returns: the address of the day.
    """
    phone = await neighbour(desk)
    await image(phone)
    await answered(desk)
    await phone.hears("我要调解")
    await image(phone)
    await answered(desk)
    await says_all(phone, STORY, "1")
    await voice(phone)
    await answered(desk)
    await says_all(phone, SELF, "2", "确认")
    await settled(desk, "kept")
    (begins,) = desk.rows("select begins from appointment where state = 'booked'")[0]
    on = clock.at.fromtimestamp(begins / 1000 + 8 * 3600, clock.at.tzinfo).date()
    return f"/admin/day?day={on.isoformat()}"


async def test_what_came_with_an_appointment_is_seen_and_heard_beside_it(desk: Service, day: str) -> None:
    staffed(desk)

    async with browser(desk) as at:
        await at.signs_in("t001")
        page = await at.opens(day)
        whole, sound = await fetched(at, PICTURE), await fetched(at, f"{VOICE}/sound")
        saved = await fetched(at, f"{PICTURE}/file")

    assert "发来 2 个图片或语音" in page.text
    assert f'src="{PICTURE}/thumb"' in page.text
    assert f'src="{VOICE}/sound"' in page.text
    assert (whole[0], whole[2]["Content-Type"]) == (200, "image/png")
    assert (sound[0], sound[2]["Content-Type"]) == (200, "audio/wav")
    assert saved[2]["Content-Disposition"].startswith("attachment")
    assert {("media", "media:2"), ("media", "media:3")} <= set(audited(desk))


async def test_what_came_before_is_not_of_the_appointment(desk: Service, day: str) -> None:
    staffed(desk)

    async with browser(desk) as at:
        await at.signs_in("t001")
        other = await fetched(at, "/admin/day/1/media/1")
        cancelled = desk.rows("update appointment set state = 'cancelled' where id = 1 returning id")
        gone = await fetched(at, PICTURE)

    assert cancelled == [(1,)]
    assert (other[0], gone[0]) == (404, 404)
    assert not [row for row in audited(desk) if row[0] == "media"]


async def test_those_of_another_station_and_of_lawyers_are_not_there(desk: Service, day: str) -> None:
    staffed(desk, "t002", station="chengdong", name="周海")
    staffed(desk, "t003", station=None, name="方律师", role="lawyer")
    statuses = []

    for login in ("t002", "t003"):
        async with browser(desk) as at:
            await at.signs_in(login)
            statuses += [(await fetched(at, f"{PICTURE}{end}"))[0] for end in ("", "/thumb", "/file")]
            statuses.append((await fetched(at, f"{VOICE}/sound"))[0])

    assert statuses == [404] * 8


async def test_those_of_a_closed_thread_are_there_for_who_is_named_alone(desk: Service, day: str) -> None:
    clerk, other = staffed(desk), staffed(desk, "t002", name="周海")
    await desk.phone("oTest-resident-1").says("人工")
    (task,) = desk.rows("select max(id) from task")[0]
    desk.store.writer.do_now(named.set_kinds, None, other, ["minor"])
    desk.store.writer.do_now(seclusion.seclude, clerk, task, "minor", "里面有孩子的事")
    pages, statuses = [], []

    for login in ("t001", "t002"):
        async with browser(desk) as at:
            await at.signs_in(login)
            pages.append((await at.opens(day)).text)
            statuses.append([(await fetched(at, f"{PICTURE}{end}"))[0] for end in ("", "/thumb", "/file")])

    assert ["个图片或语音" in page for page in pages] == [False, True]
    assert statuses == [[404] * 3, [200] * 3]
