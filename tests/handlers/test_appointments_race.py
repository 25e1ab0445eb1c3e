"""Many at once for few seats, over threads: exactly the seats win; on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

from bot.errors import Refused
from handlers.appointments import service, stock
from handlers.appointments.service import Booked
from handlers.appointments.slots import Slot, instead
from handlers.appointments.supply import Seat
from tests.handlers.booking import Bookings, demo_supply
from tests.handlers.office import ms

THREADS, RACERS, SEATS = 8, 60, 5
AT = "2026-11-24 09:30"


def seats(bookings: Bookings, count: int) -> None:
    """The room in Liuhe has so many numbered places."""
    supply = demo_supply()
    posts = [
        replace(one, seats=tuple(Seat(f"{one.id}#{n}") for n in range(1, count + 1)))
        if one.id == "liuhe-room"
        else one
        for one in supply.posts
    ]
    bookings.office.does(stock.load_supply, replace(supply, posts=tuple(posts)))


def together(jobs: list[Callable[[], str]]) -> Counter[str]:
    """Run jobs over threads and count how they ended."""

    def one(job: Callable[[], str]) -> str:
        try:
            return job()
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(one, jobs))


def hold_and_book(bookings: Bookings, resident: int, slot: Slot) -> str:
    """A resident chooses and confirms."""
    held = bookings.office.store.writer.do_now(service.hold, resident, slot)
    booked: Booked = bookings.office.store.writer.do_now(service.book, resident, held.appointment_id)
    return "booked" if booked.code else "no code"


def test_exactly_the_seats_win(bookings: Bookings) -> None:
    seats(bookings, SEATS)
    residents = [bookings.office.resident() for _n in range(RACERS)]
    slot = bookings.slot(AT)

    ended = together([lambda who=who: hold_and_book(bookings, who, slot) for who in residents])  # type: ignore[misc]

    assert ended == {"booked": SEATS, "slot_taken": RACERS - SEATS}
    assert bookings.office.rows("select count(*) from appointment") == [(SEATS,)]
    bookings.whole()


def test_times_that_overlap_are_given_once_however_they_lie(bookings: Bookings) -> None:
    residents = [bookings.office.resident() for _n in range(24)]
    starts = ("08:30", "09:00", "09:30", "10:00", "10:30", "11:00")
    slots = [bookings.slot(f"2026-11-24 {starts[n % len(starts)]}") for n in range(24)]

    ended = together(
        [
            lambda who=who, slot=slot: hold_and_book(bookings, who, slot)  # type: ignore[misc]
            for who, slot in zip(residents, slots, strict=True)
        ]
    )

    rows = bookings.office.rows("select since, until from appointment where state = 'booked' order by since")
    assert 1 <= len(rows) == ended["booked"] <= 3
    assert all(one.until <= other.since for one, other in pairwise(rows))
    bookings.whole()


def test_one_person_who_taps_at_many_times_at_once_has_one_booking(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    slots = [bookings.slot(f"2026-11-{24 + n % 3} 09:30") for n in range(16)]

    together([lambda slot=slot: hold_and_book(bookings, resident, slot) for slot in slots])  # type: ignore[misc]

    open_rows = bookings.office.rows(
        "select state, count(*) from appointment where ended_at is null group by 1"
    )
    assert open_rows == [("booked", 1)]
    bookings.whole()


def test_confirming_many_times_at_once_books_once(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    held = bookings.holds(resident, AT)

    def confirm() -> str:
        booked: Booked = bookings.office.store.writer.do_now(service.book, resident, held.appointment_id)
        return booked.code

    ended = together([confirm] * 16)

    assert len(ended) == 1
    assert bookings.office.rows("select count(*) from appointment where state = 'booked'") == [(1,)]


def test_two_clerks_who_book_one_caller_at_once_make_one_booking(bookings: Bookings) -> None:
    """Nobody's row is there to be locked: the key of the table alone decides."""
    clerk = bookings.office.works("clerk")
    caller = service.Person("李四", "13900000001", other=True)
    slots = [bookings.slot(f"2026-11-{24 + n} 09:30", "chengdong-room") for n in range(3)]
    held = [bookings.holds(None, slot, by=clerk) for slot in slots]

    ended = together(
        [
            lambda one=one: (  # type: ignore[misc]
                bookings.office.store.writer.do_now(service.book, None, one.appointment_id, caller).code
                and "booked"
            )
            for one in held
        ]
    )

    assert ended == {"booked": 1, "already_booked": 2}
    bookings.whole()


def test_who_lost_is_offered_the_next_three(bookings: Bookings) -> None:
    bookings.books(bookings.office.resident(), AT)

    found = instead(bookings.board(), bookings.slot(AT), "liuhe")

    assert [one.begins for one in found] == [ms(f"2026-11-24 {at}") for at in ("11:00", "14:00", "14:30")]
