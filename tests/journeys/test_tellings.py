"""Telling people through the running service: what the platform lets us send, and what reaches a phone."""

import asyncio
from typing import Any

import pytest

from admin.sandbox import events
from admin.sandbox.account import TEMPLATE, Door
from admin.sandbox.messages import Lines, Push
from admin.sandbox.pushing import Delivery
from handlers.appointments import calls, consent, stock
from handlers.appointments import service as appointments
from handlers.appointments.slots import Slot
from handlers.handoff import staff
from tests.handlers.booking import demo_supply
from tests.handlers.office import ms
from tests.support.service import Service

TUESDAY = "2026-11-24 10:00"


def granted(running: Service) -> list[tuple[str, int]]:
    """What we think may be sent."""
    rows = running.rows("select template, available from notice_grant order by template")
    return [(row[0], row[1]) for row in rows]


async def pushed(running: Service, push: Push, door: Door = "oa", times: int = 1) -> Delivery:
    """The platform tells the service something."""
    return await running.sandbox.push(door, push, times)


def lines_of(running: Service, door: Door) -> Lines:
    """Pushes of one door."""
    return running.lines if door == "oa" else running.sandbox.platform.book("mini").lines


@pytest.mark.parametrize("door", ["oa", "mini"])
async def test_a_consent_on_the_phone_is_counted_once_for_each_answer(service: Service, door: Door) -> None:
    lines = lines_of(service, door)
    said = events.consent_asked(lines.next("oA"), {TEMPLATE.id: True, "t-other": False})

    thrice = await pushed(service, said, door, 3)
    await pushed(service, said, door)
    await pushed(service, events.consent_asked(lines.next("oA"), {TEMPLATE.id: True}), door)

    await until(service, [(TEMPLATE.id, 2)])
    assert thrice.text == ""


async def until(running: Service, expected: list[tuple[str, int]]) -> None:
    """The mini-program's pushes are answered before they are worked off."""
    end = asyncio.get_running_loop().time() + 60
    while granted(running) != expected and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.02)
    assert granted(running) == expected


async def test_who_switches_notices_off_gets_none(service: Service) -> None:
    lines = service.lines
    await pushed(service, events.consent_asked(lines.next("oA"), {TEMPLATE.id: True}))
    await pushed(service, events.consent_withdrawn(lines.next("oA"), [TEMPLATE.id, "t-unknown"]))

    await until(service, [(TEMPLATE.id, 0)])


async def test_an_answer_about_notices_disturbs_no_conversation(service: Service) -> None:
    phone = service.phone()
    asked = await phone.says("选司法所")

    await pushed(service, events.consent_asked(service.lines.next(phone.who), {TEMPLATE.id: True}))
    answer = await phone.says("1")

    assert asked
    assert "城东司法所" in answer
    await until(service, [(TEMPLATE.id, 1)])


def open_for_booking(running: Service) -> None:
    """The demo county's services, with somebody at work."""
    writer = running.store.writer
    writer.do_now(stock.load_supply, demo_supply())
    for login, station in (("chenmin", "liuhe"), ("zhouhai", "chengdong")):
        writer.do_now(staff.add, login, login, "no password", station, "clerk")


def books(running: Service, resident: int) -> Any:
    """Somebody books."""
    writer = running.store.writer
    slot = Slot("mediation", "liuhe-room", "liuhe", ms(TUESDAY))
    held = writer.do_now(appointments.hold, resident, slot)
    return writer.do_now(appointments.book, resident, held.appointment_id)


async def test_a_booking_that_staff_cancel_is_told_on_the_phone_once(timed: Service) -> None:
    open_for_booking(timed)
    phone = timed.phone()
    await phone.says("你好")
    booked = books(timed, 1)

    timed.store.writer.do_now(appointments.cancel, None, booked.appointment_id)
    told = await phone.waits_for_push()
    await asyncio.sleep(2.5)

    assert phone.pushed() == told
    assert "取消了" in told[0]
    assert "调解" not in told[0]


async def test_a_reminder_reaches_the_phone_as_the_notice_that_was_allowed(
    timed: Service, clock: Any
) -> None:
    open_for_booking(timed)
    phone = timed.phone()
    await phone.says("你好")
    await pushed(timed, events.consent_asked(timed.lines.next(phone.who), {TEMPLATE.id: True}))
    booked = books(timed, 1)
    timed.store.writer.do_now(consent.given, 1, booked.appointment_id)

    clock.move(hours=9)
    sent = await notices_of(timed)

    assert [one.kind for one in sent] == ["notice"]
    assert sent[0].body["data"]["time2"] == {"value": "2026年11月24日 10:00"}
    assert granted(timed) == [(TEMPLATE.id, 0)]


async def notices_of(running: Service) -> list[Any]:
    """What the platform delivered, once there is something."""
    end = asyncio.get_running_loop().time() + 60
    platform = running.sandbox.platform
    while not platform.sent and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    return list(platform.sent)


async def test_a_notice_that_did_not_arrive_is_on_the_call_list(timed: Service, clock: Any) -> None:
    open_for_booking(timed)
    phone = timed.phone()
    await phone.says("你好")
    await pushed(timed, events.consent_asked(timed.lines.next(phone.who), {TEMPLATE.id: True}))
    booked = books(timed, 1)
    timed.store.writer.do_now(appointments.cancel, None, booked.appointment_id)
    await notices_of(timed)
    await until_told(timed)
    msg = timed.rows("select msg from telling")[0][0]

    line = timed.lines.next(phone.who)
    await pushed(timed, events.notice_sent(line, TEMPLATE.id, int(msg), code=20001, status="user block"))

    listed = timed.store.reader.now(calls.due, ["liuhe"], ms("2026-11-23 10:00"))
    assert [one.about for one in listed] == ["cancel"]


async def until_told(running: Service) -> None:
    """Until the sending is written down."""
    end = asyncio.get_running_loop().time() + 60
    while not running.rows("select 1 from telling where state = 'told'"):
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.02)
