"""Why staff cancelled or moved an appointment, in the words that they meant for the resident."""

import pytest

from handlers.appointments import service as appointments
from handlers.appointments.slots import Slot
from tests.handlers.office import ms
from tests.journeys.booking_desk import bookings, desk, neighbour
from tests.journeys.test_my_bookings import books
from tests.support.service import Service

__all__ = ["desk"]


def moves(service: Service, ident: int, say: str) -> None:
    """A clerk gives an appointment another time."""
    by = int(service.rows("select min(id) from staff")[0][0])
    slot = Slot("mediation", "liuhe-room", "liuhe", ms("2026-11-24 14:00"))
    writer = service.store.writer
    held = writer.do_now(appointments.hold, None, slot, moving=ident, by=by)
    writer.do_now(appointments.move, None, held.appointment_id, by, say=say)


@pytest.mark.parametrize(
    ("say", "told"),
    [
        ("调解员去县里开会。", "因为调解员去县里开会，您约在明天（周二）8:30的预约取消了，对不起。"),
        ("因为停电", "因为停电，您约在明天（周二）8:30的预约取消了，对不起。"),
        ("  ", "您约在明天（周二）8:30的预约取消了，对不起。"),
    ],
)
async def test_a_cancelled_time_is_told_with_the_reason_for_the_resident(
    desk: Service, say: str, told: str
) -> None:
    phone = await neighbour(desk)
    booked = books(desk)

    desk.store.writer.do_now(appointments.cancel, None, booked.appointment_id, say=say)
    (pushed,) = await phone.waits_for_push()

    assert pushed.startswith(told)


async def test_a_moved_time_is_told_with_the_reason_for_the_resident(desk: Service) -> None:
    phone = await neighbour(desk)
    booked = books(desk)

    moves(desk, booked.appointment_id, "上午停电")
    (pushed,) = await phone.waits_for_push()

    assert pushed.startswith("因为上午停电，您的预约改了时间：明天（周二）14:00")


async def test_a_long_reason_is_cut_and_kept_sealed(desk: Service) -> None:
    phone = await neighbour(desk)
    booked = books(desk)

    desk.store.writer.do_now(appointments.cancel, None, booked.appointment_id, say="路上塌方\n" * 20)
    (pushed,) = await phone.waits_for_push()
    (row,) = bookings(desk, "said", "cancelled")

    assert len(pushed) <= 120
    assert "路上塌方".encode() not in bytes(row[0])


async def test_a_reason_of_an_earlier_change_is_not_told_again(desk: Service) -> None:
    phone = await neighbour(desk)
    booked = books(desk)
    moves(desk, booked.appointment_id, "上午停电")
    await phone.waits_for_push()

    desk.store.writer.do_now(appointments.cancel, None, booked.appointment_id)
    told = await phone.waits_for_push(2)

    assert told[1].startswith("您约在明天（周二）14:00的预约取消了")


async def test_no_reason_is_told_where_the_thread_is_secluded(desk: Service) -> None:
    phone = await neighbour(desk)
    booked = books(desk)
    await phone.hears("老公经常动手打我，昨天又把我打伤了")
    before = len(phone.pushed())

    desk.store.writer.do_now(appointments.cancel, None, booked.appointment_id, say="调解员去开会")
    pushed = await phone.waits_for_push(before + 1)

    assert "安排取消了" in pushed[-1]
    assert "开会" not in pushed[-1]
