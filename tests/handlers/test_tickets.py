"""Numbers of a station's day: given once each, called in order, the same count of people for everybody."""

from concurrent.futures import ThreadPoolExecutor

from handlers.appointments import attending, tickets
from handlers.appointments.service import Person
from handlers.appointments.tickets import Line, Standing, Ticket
from tests.handlers.booking import Bookings

MANY = 24


def takes(bookings: Bookings, station: str = "liuhe", **more: object) -> Ticket:
    """Somebody comes."""
    made: Ticket = bookings.office.does(tickets.take, station, **more)
    return made


def line(bookings: Bookings) -> Line:
    """The line now."""
    found: Line = bookings.office.reads(tickets.line, "liuhe", bookings.office.now_ms)
    return found


def stands(bookings: Bookings, ticket: Ticket) -> Standing:
    """Where a number stands."""
    found: Standing = bookings.office.reads(tickets.standing, ticket.id, bookings.office.now_ms)
    return found


def test_numbers_given_at_once_are_all_different_and_leave_no_gap(bookings: Bookings) -> None:
    def one(_n: int) -> int:
        made: Ticket = bookings.office.store.writer.do_now(tickets.take, "liuhe")
        return made.number

    with ThreadPoolExecutor(8) as pool:
        given = sorted(pool.map(one, range(MANY)))

    assert given == list(range(1, MANY + 1))


def test_a_station_and_a_day_count_for_themselves(bookings: Bookings) -> None:
    takes(bookings)
    elsewhere = takes(bookings, "chengdong")
    bookings.office.now("2026-11-24 09:00")

    assert elsewhere.label == "A001"
    assert takes(bookings).label == "A001"


def test_who_has_an_open_number_keeps_it(bookings: Bookings) -> None:
    resident = bookings.office.resident()
    first = takes(bookings, resident_id=resident)

    assert takes(bookings, resident_id=resident).id == first.id


def test_people_ahead_and_now_serving_follow_the_calls(bookings: Bookings) -> None:
    clerk = bookings.office.works("clerk")
    one, two, three = (takes(bookings) for _n in range(3))
    urgent = takes(bookings, first=True)

    before = [stands(bookings, ticket).ahead for ticket in (urgent, one, two, three)]
    called = bookings.office.does(tickets.call_next, "liuhe", clerk)
    after = stands(bookings, three)

    assert before == [0, 1, 2, 3]
    assert called.label == urgent.label
    assert (after.ahead, after.serving) == (2, "A004")
    assert [ticket.label for ticket in line(bookings).waiting] == ["A001", "A002", "A003"]


def test_of_two_clerks_who_call_one_number_one_is_told(bookings: Bookings) -> None:
    clerk, other = bookings.office.works("clerk"), bookings.office.works("other")
    ticket = takes(bookings)
    bookings.office.does(tickets.call, ticket.id, clerk)

    assert bookings.refusal(tickets.call, ticket.id, other) == "no_ticket"


def test_two_clerks_who_call_the_next_call_two_people(bookings: Bookings) -> None:
    clerk = bookings.office.works("clerk")
    for _n in range(8):
        takes(bookings)

    with ThreadPoolExecutor(4) as pool:
        called = [
            one
            for one in pool.map(
                lambda _n: bookings.office.store.writer.do_now(tickets.call_next, "liuhe", clerk), range(9)
            )
            if one is not None
        ]

    assert sorted(one.number for one in called) == list(range(1, 9))


def test_a_quarter_of_an_hour_late_keeps_the_place_and_later_waits_in_line(bookings: Bookings) -> None:
    clerk = bookings.office.works("clerk")
    early = bookings.books(bookings.office.resident(), "2026-11-24 08:30")
    late = bookings.books(bookings.office.resident(), "2026-11-24 10:00")

    bookings.office.now("2026-11-24 08:45")
    kept = bookings.office.does(attending.check_in, early.appointment_id, clerk)
    bookings.office.now("2026-11-24 10:16")
    lane = bookings.office.does(attending.check_in, late.appointment_id, clerk)
    again = bookings.office.does(attending.check_in, late.appointment_id, clerk)

    assert kept.kept
    assert (lane.kept, lane.ticket.label) == (False, "A001")
    assert again.ticket.id == lane.ticket.id


def test_who_waited_in_line_after_coming_late_is_done_with_the_number(bookings: Bookings) -> None:
    clerk = bookings.office.works("clerk")
    booked = bookings.books(bookings.office.resident(), "2026-11-24 10:00")
    bookings.office.now("2026-11-24 10:30")
    came = bookings.office.does(attending.check_in, booked.appointment_id, clerk)

    bookings.office.does(attending.ticket_done, came.ticket.id, clerk)

    assert bookings.office.rows("select state from appointment") == [("done",)]
    books = bookings.office.rows("select book, appointment_id, ticket_id, kind, result from register_row")
    assert [tuple(row) for row in books] == [("visits", booked.appointment_id, None, "mediation", "received")]
    bookings.whole()


def test_not_come_is_said_only_after_the_quarter_and_is_taken_back_by_coming(bookings: Bookings) -> None:
    clerk = bookings.office.works("clerk")
    booked = bookings.books(bookings.office.resident(), "2026-11-24 10:00")
    bookings.office.now("2026-11-24 10:15")
    early = bookings.refusal(attending.no_show, booked.appointment_id)
    bookings.office.now("2026-11-24 10:16")
    bookings.office.does(attending.no_show, booked.appointment_id)

    came = bookings.office.does(attending.check_in, booked.appointment_id, clerk)

    assert early == "ask_staff"
    assert came.ticket.label == "A001"
    assert bookings.office.rows("select state from appointment") == [("done",)]


def test_a_time_that_staff_could_not_book_leaves_no_hold(bookings: Bookings) -> None:
    clerk = bookings.office.works("clerk")
    caller = Person("李四", "13900000001", other=True)
    bookings.office.does(attending.book_for, clerk, bookings.slot("2026-11-24 08:30"), caller)

    again = bookings.refusal(attending.book_for, clerk, bookings.slot("2026-11-25 08:30"), caller)

    assert again == "already_booked"
    assert bookings.office.rows("select count(*) from appointment where state = 'held'") == [(0,)]
    bookings.whole()
