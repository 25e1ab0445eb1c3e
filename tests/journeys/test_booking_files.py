"""A picture or a voice that comes while somebody books belongs to the appointment, and goes with it."""

from bot.clock import SetClock
from handlers.appointments import files, personal
from tests.handlers.office import ms
from tests.journeys.booking_desk import SELF, STORY, desk, neighbour, resident, says_all
from tests.journeys.test_waiting_line import full, offered
from tests.support.service import Phone, Service

__all__ = ["desk"]


async def picture(phone: Phone, source: str) -> int:
    """Send a picture. Returns: the id of its message."""
    await phone.does("image", "https://example.test/p.jpg", source)
    return newest(phone.service)


def newest(service: Service) -> int:
    return int(service.rows("select max(id) from inbox")[0][0])


def tied(service: Service) -> dict[int, tuple[int, ...]]:
    """Messages by appointment."""
    return service.store.reader.now(files.of, (1, 2))


async def test_what_came_while_booking_is_tied_to_the_appointment(desk: Service) -> None:
    phone = await neighbour(desk)
    before = await picture(phone, "media-0")
    await phone.hears("我要调解")
    first = await picture(phone, "media-1")
    await says_all(phone, STORY, "1")
    await phone.does("voice", "media-2")
    voice = newest(desk)
    await says_all(phone, SELF, "2")

    end = await phone.hears("确认")
    after = await picture(phone, "media-3")

    assert end.startswith("约好了。")
    assert tied(desk) == {1: (first, voice)}
    assert {before, after}.isdisjoint(tied(desk)[1])


async def test_a_draft_that_is_dropped_ties_nothing(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("我要调解")
    await picture(phone, "media-1")

    await phone.hears("取消")
    await says_all(phone, "我要调解", STORY, "1", SELF, "2", "确认")

    assert tied(desk) == {}


async def test_the_tie_goes_when_the_resident_leaves(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("我要调解")
    await picture(phone, "media-1")
    await says_all(phone, STORY, "1", SELF, "2", "确认")
    before = len(tied(desk))

    while desk.store.writer.do_now(personal.erase, resident(desk), 200):
        pass

    assert (before, tied(desk)) == (1, {})
    assert desk.rows("select state, resident_id from appointment") == [("booked", None)]


async def test_what_came_before_waiting_is_tied_when_the_time_is_taken(
    desk: Service, clock: SetClock
) -> None:
    phone = await neighbour(desk)
    full(desk)
    await phone.hears("我要调解")
    sent = await picture(phone, "media-1")
    await says_all(phone, STORY, "1", SELF, "排候补")
    await offered(desk, clock, phone)

    end = await phone.hears("要")

    assert end.startswith("约好了：")
    assert tied(desk) == {1: (sent,)}


async def test_the_tie_goes_with_the_appointment(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("我要调解")
    await picture(phone, "media-1")
    await says_all(phone, STORY, "1", SELF, "2", "确认", "取消预约", "是")

    while desk.store.writer.do_now(personal.expire, ms("2027-11-23 10:00"), 200):
        pass

    assert desk.rows("select count(*) from appointment_file") == [(0,)]
