"""Holding, booking, moving, cancelling; on both databases."""

import pytest
from sqlalchemy import text

from handlers.appointments import personal, service
from handlers.appointments.refusals import AlreadyBooked
from handlers.appointments.service import Person
from handlers.appointments.slots import Slot
from tests.handlers.booking import Bookings, shown
from tests.handlers.office import ms

TUESDAY = "2026-11-24"


def test_only_starts_whose_whole_length_fits_are_offered(bookings: Bookings) -> None:
    free = bookings.free("mediation", "liuhe-room", TUESDAY)

    assert free[:6] == ["08:30", "09:00", "09:30", "10:00", "10:30", "11:00"]
    assert free[6:] == ["14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


def test_a_hold_takes_the_time_and_the_minutes_kept_free_after_it(bookings: Bookings) -> None:
    resident = bookings.office.resident()

    held = bookings.holds(resident, f"{TUESDAY} 09:30")

    free = bookings.free("mediation", "liuhe-room", TUESDAY)
    assert free[:3] == ["11:00", "14:00", "14:30"]
    assert bookings.free("legal_aid", "liuhe-room", TUESDAY)[:2] == ["08:30", "11:00"]
    assert held.until == bookings.office.now_ms + 600_000
    bookings.whole()


def test_a_hold_lapses_after_ten_minutes_and_another_may_have_the_time(bookings: Bookings) -> None:
    first, second = bookings.office.resident(), bookings.office.resident()
    held = bookings.holds(first, f"{TUESDAY} 09:30")
    assert bookings.refusal(service.hold, second, bookings.slot(f"{TUESDAY} 09:00")) == "slot_taken"

    bookings.office.clock.move(minutes=10)
    late = bookings.refusal(service.book, first, held.appointment_id)
    seen = bookings.free("mediation", "liuhe-room", TUESDAY)
    bookings.holds(second, f"{TUESDAY} 09:00")

    assert late == "hold_lapsed"
    assert "09:30" in seen
    assert bookings.office.rows("select state from appointment order by id") == [("lapsed",), ("held",)]
    bookings.whole()


def test_a_clock_that_jumps_gives_no_time_twice_and_leaves_none_held(bookings: Bookings) -> None:
    first, second = bookings.office.resident(), bookings.office.resident()
    held = bookings.holds(first, f"{TUESDAY} 09:30")

    bookings.office.now("2026-11-23 08:00")  # back: it is held until the same minute as before
    early = bookings.refusal(service.hold, second, bookings.slot(f"{TUESDAY} 09:30"))
    bookings.office.now("2026-11-24 07:00")  # on: it lapsed, and somebody else takes it
    bookings.holds(second, f"{TUESDAY} 09:30")
    bookings.office.now("2026-11-23 10:05")  # back into its ten minutes: it is gone nevertheless
    late = bookings.refusal(service.book, first, held.appointment_id)

    assert (early, late) == ("slot_taken", "hold_lapsed")
    bookings.whole()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-23 23:55", "2026-11-24 00:05"),
        ("2026-11-30 23:58", "2026-12-01 00:08"),
        ("2026-12-29 23:51", "2026-12-30 00:01"),
    ],
)
def test_a_hold_goes_on_over_midnight_and_month_end(bookings: Bookings, now: str, until: str) -> None:
    bookings.office.now(now)
    resident = bookings.office.resident()
    day = "2026-12-31 09:30" if now > "2026-12" else "2026-12-02 09:30"

    held = bookings.holds(resident, day)
    bookings.office.clock.move(minutes=9, seconds=59)
    booked = bookings.office.does(service.book, resident, held.appointment_id)

    assert held.until == ms(until)
    assert booked.begins == ms(day)


def test_a_message_extends_the_hold_once(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    bookings.holds(resident, f"{TUESDAY} 09:30")
    bookings.office.clock.move(minutes=9)

    first = bookings.office.does(service.extend, resident)
    bookings.office.clock.move(minutes=9)
    second = bookings.office.does(service.extend, resident)

    assert first == ms("2026-11-23 10:19")
    assert second is None


def test_a_hold_that_is_released_is_free_at_once(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    held = bookings.holds(resident, f"{TUESDAY} 09:30")

    bookings.office.does(service.release, held)

    assert "09:30" in bookings.free("mediation", "liuhe-room", TUESDAY)
    assert bookings.cells() == []


def test_choosing_another_time_gives_the_first_back(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    bookings.holds(resident, f"{TUESDAY} 09:30")

    bookings.holds(resident, f"{TUESDAY} 10:00")

    assert bookings.office.rows("select state from appointment order by id") == [("released",), ("held",)]
    bookings.whole()


def test_who_loses_a_race_keeps_what_was_held_before(bookings: Bookings) -> None:
    first, second = bookings.office.resident(), bookings.office.resident()
    bookings.holds(first, f"{TUESDAY} 09:30")
    bookings.holds(second, f"{TUESDAY} 14:00")

    refused = bookings.refusal(service.hold, second, bookings.slot(f"{TUESDAY} 09:30"))

    assert refused == "slot_taken"
    assert bookings.office.rows("select state from appointment order by id") == [("held",), ("held",)]
    bookings.whole()


def test_a_booking_has_a_number_and_a_code_and_confirming_twice_gives_the_same(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    held = bookings.holds(resident, f"{TUESDAY} 09:30")

    first = bookings.office.does(service.book, resident, held.appointment_id, matter="邻居占了地界")
    again = bookings.office.does(service.book, resident, held.appointment_id)

    assert again == first
    assert (len(first.code), shown(first.begins), shown(first.ends)) == (
        6,
        "2026-11-24 09:30",
        "2026-11-24 10:30",
    )
    sealed = bytes(bookings.office.rows("select matter from appointment")[0][0])
    assert "邻居".encode() not in sealed


def test_one_open_booking_of_a_kind_for_a_person(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 09:30")

    with pytest.raises(AlreadyBooked) as refused:
        bookings.holds(resident, f"{TUESDAY} 14:00")
    other_kind = bookings.books(resident, bookings.slot(f"{TUESDAY} 14:00", service_id="legal_aid"))
    bookings.office.does(service.cancel, resident, booked.appointment_id)
    anew = bookings.books(resident, f"{TUESDAY} 15:30")

    assert refused.value.appointment_id == booked.appointment_id
    assert other_kind.appointment_id != anew.appointment_id
    bookings.whole()


def test_one_whose_time_is_over_does_not_stand_in_the_way(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    bookings.books(resident, f"{TUESDAY} 09:30")
    bookings.office.now("2026-11-25 09:00")

    bookings.books(resident, "2026-11-26 09:30")

    assert bookings.office.rows("select state from appointment order by id") == [("passed",), ("booked",)]
    bookings.whole()


def test_for_another_person_two_a_day_and_one_of_a_kind_whoever_books(bookings: Bookings) -> None:
    resident, neighbour = bookings.office.resident(), bookings.office.resident()
    li, zhao = Person("李四", "13900000001", other=True), Person("赵五", "13900000002", other=True)

    def book(who: int, when: str, person: Person) -> str:
        held = bookings.holds(who, when, other=True)
        return bookings.refusal(service.book, who, held.appointment_id, person)

    first = book(resident, f"{TUESDAY} 09:30", li)
    same = book(neighbour, f"{TUESDAY} 14:00", Person("老李", "13900000001", other=True))
    second = book(resident, f"{TUESDAY} 15:30", zhao)
    third = book(resident, "2026-11-25 09:30", Person("钱六", "13900000003", other=True))

    assert (first, same, second, third) == ("", "already_booked", "", "ask_staff")


def test_moving_keeps_number_and_code_and_gives_the_old_time_back(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 09:30")
    held = bookings.holds(resident, "2026-11-25 14:00", moving=booked.appointment_id)

    moved = bookings.office.does(service.move, resident, held.appointment_id)
    again = bookings.office.does(service.move, resident, held.appointment_id)

    assert again == moved
    assert (moved.appointment_id, moved.code, shown(moved.begins)) == (
        booked.appointment_id,
        booked.code,
        "2026-11-25 14:00",
    )
    assert "09:30" in bookings.free("mediation", "liuhe-room", TUESDAY)
    bookings.whole()


def test_two_moves_are_free_then_staff_move_it(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 09:30")
    for day in ("2026-11-25", "2026-11-26"):
        held = bookings.holds(resident, f"{day} 14:00", moving=booked.appointment_id)
        bookings.office.does(service.move, resident, held.appointment_id)
    clerk = bookings.office.works("clerk")

    third = bookings.slot("2026-11-27 14:00")
    alone = bookings.refusal(service.hold, resident, third, moving=booked.appointment_id)
    held = bookings.holds(None, third, moving=booked.appointment_id, by=clerk)
    moved = bookings.office.does(service.move, None, held.appointment_id, clerk)

    assert alone == "ask_staff"
    assert shown(moved.begins) == "2026-11-27 14:00"
    bookings.whole()


def test_somebody_elses_appointment_is_not_there(bookings: Bookings) -> None:
    resident, other = bookings.office.resident(), bookings.office.resident()
    booked = bookings.books(resident, f"{TUESDAY} 09:30")

    refused = [
        bookings.refusal(service.cancel, other, booked.appointment_id),
        bookings.refusal(service.book, other, booked.appointment_id),
        bookings.refusal(
            service.hold, other, bookings.slot(f"{TUESDAY} 14:00"), moving=booked.appointment_id
        ),
    ]

    assert refused == ["no_appointment"] * 3


def test_after_two_no_shows_staff_book_but_never_when_aid_is_urgent(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    for day in (TUESDAY, "2026-11-25"):
        booked = bookings.books(resident, f"{day} 09:30")
        early = bookings.refusal(service.no_show, booked.appointment_id)
        bookings.office.now(f"{day} 10:00")
        bookings.office.does(service.no_show, booked.appointment_id)
        assert early == "ask_staff"

    held = bookings.holds(resident, "2026-11-26 09:30")
    alone = bookings.refusal(service.book, resident, held.appointment_id)
    urgent = bookings.refusal(service.book, resident, held.appointment_id, urgent=True)

    assert (alone, urgent) == ("ask_staff", "")


def test_one_person_is_not_booked_at_two_posts_at_a_time(bookings: Bookings) -> None:
    """Chen mediates and visits at home: both posts take her."""
    first, second = bookings.office.resident(), bookings.office.resident()
    bookings.books(first, "2026-11-26 14:00")

    home = Slot("home", "liuhe-home", "liuhe", ms("2026-11-26 15:00"))
    refused = bookings.refusal(service.hold, second, home)

    assert refused == "slot_taken"
    assert bookings.free("home", "liuhe-home", "2026-11-26") == ["16:00"]


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2026-11-23 11:30", "its length does not fit before noon"),
        ("2026-11-23 10:30", "it begins within the notice"),
        ("2026-11-28 09:00", "a Saturday"),
        ("2026-12-04 09:00", "the station is closed"),
        ("2026-11-24 09:10", "no start of the grid"),
        ("2026-12-24 09:00", "beyond the horizon"),
    ],
)
def test_a_time_that_nobody_offers_cannot_be_held(bookings: Bookings, when: str, why: str) -> None:
    resident = bookings.office.resident()

    refused = bookings.refusal(service.hold, resident, bookings.slot(when))

    assert refused == "slot_gone", why
    assert bookings.office.rows("select count(*) from appointment") == [(0,)]


def test_what_is_over_is_ended_by_the_round_and_old_rows_go_with_the_retention(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    bookings.books(resident, f"{TUESDAY} 09:30")
    bookings.holds(resident, bookings.slot(f"{TUESDAY} 14:00", service_id="legal_aid"))
    bookings.office.now("2026-11-26 09:00")

    ended = bookings.office.does(service.pass_over, ms("2026-11-25 09:00"), 200)

    assert ended == 2
    assert bookings.office.rows("select state from appointment order by id") == [("passed",), ("lapsed",)]
    assert bookings.cells() == []


def test_who_leaves_takes_the_past_along_and_a_booking_ahead_stays_without_them(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    over = bookings.books(resident, f"{TUESDAY} 09:30")
    bookings.office.does(service.cancel, resident, over.appointment_id)
    ahead = bookings.books(resident, f"{TUESDAY} 14:00")
    bookings.holds(resident, bookings.slot("2026-11-25 14:00", service_id="legal_aid"))

    while bookings.office.does(personal.erase, resident, 200):
        pass

    assert bookings.office.rows("select id, resident_id, state from appointment") == [
        (ahead.appointment_id, None, "booked")
    ]
    bookings.office.does(service.cancel, None, ahead.appointment_id)
    gone = bookings.office.does(personal.expire, bookings.office.now_ms + 1, 200)
    assert (gone, bookings.cells()) == (1, [])


def test_what_is_taken_is_read_from_the_open_ones_alone(bookings: Bookings) -> None:
    """The partial index holds nothing that ended: years of appointments do not slow a look-up."""
    query = (
        "select seats, since, until from appointment where ended_at is null and until > 5947000"
        " and post_id in ('liuhe-room', 'liuhe-home')"
    )
    with bookings.office.store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("set enable_seqscan = off"))
            plan = str(connection.execute(text(f"explain {query}")).all())
        else:
            plan = str(connection.execute(text(f"explain query plan {query}")).all())

    assert "ix_appointment_open" in plan
