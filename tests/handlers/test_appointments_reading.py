"""Looking up one's own appointments, one by its code, and the list of a day."""

from handlers.appointments import affected, reading, service
from handlers.appointments.service import Person
from tests.handlers.booking import Bookings, shown
from tests.handlers.office import ms

TUESDAY = "2026-11-24"


def test_a_resident_sees_what_is_ahead_by_time_and_nobody_elses(bookings: Bookings) -> None:
    resident, other = bookings.office.resident(), bookings.office.resident()
    bookings.books(resident, f"{TUESDAY} 15:00")
    bookings.books(resident, bookings.slot(f"{TUESDAY} 08:30", service_id="legal_aid"))
    bookings.books(other, f"{TUESDAY} 09:30")

    mine = bookings.office.reads(reading.open_of, resident, bookings.office.now_ms)

    assert [(shown(one.begins), one.service, one.place, one.form) for one in mine] == [
        (f"{TUESDAY} 08:30", "法律援助受理", "一楼东头", "office"),
        (f"{TUESDAY} 15:00", "人民调解", "一楼东头", "office"),
    ]
    assert bookings.office.reads(reading.open_of, resident, ms(f"{TUESDAY} 16:00")) == []


def test_a_code_is_found_however_it_is_written_and_after_the_end_too(bookings: Bookings) -> None:
    booked = bookings.books(bookings.office.resident(), f"{TUESDAY} 15:00")
    written = f" {booked.code[:3].lower()} {booked.code[3:]}"

    found = [bookings.office.reads(reading.by_code, code) for code in (written, "AAAAAA", "")]
    bookings.office.does(service.cancel, None, booked.appointment_id)

    assert [one.appointment_id if one else None for one in found] == [booked.appointment_id, None, None]
    assert bookings.office.reads(reading.by_code, booked.code).state == "cancelled"


def test_the_list_of_a_day_has_the_people_and_who_must_be_asked(bookings: Bookings) -> None:
    clerk = bookings.office.works("clerk")
    held = bookings.holds(None, f"{TUESDAY} 15:00", by=clerk)
    caller = Person("李四", "13900000001", other=True)
    bookings.office.does(service.book, None, held.appointment_id, caller, matter="地界")
    bookings.books(bookings.office.resident(), f"{TUESDAY} 08:30")
    gone = bookings.books(bookings.office.resident(), f"{TUESDAY} 10:00")
    bookings.books(bookings.office.resident(), "2026-11-25 08:30")
    bookings.office.does(service.cancel, None, gone.appointment_id)
    bookings.office.does(
        affected.close, clerk, ms(f"{TUESDAY} 14:00"), ms(f"{TUESDAY} 18:00"), "停电", station_id="liuhe"
    )

    day = bookings.office.reads(reading.on_list, "liuhe", ms(f"{TUESDAY} 00:00"), ms("2026-11-25 00:00"))

    assert [(shown(one.visit.begins)[11:], one.name, one.matter, one.visit.asked) for one in day] == [
        ("08:30", "", "", False),
        ("15:00", "李四", "地界", True),
    ]
    assert "李四" not in repr(day)
