"""Walk-in numbers and coming to an appointment, at the API."""

import asyncio

import pytest

from admin.console import sessions
from bot.clock import SetClock
from handlers.appointments import affected, tickets
from handlers.handoff import staff
from tests.appointments.program import Program, Trial
from tests.handlers.office import at, ms


async def clerk(trial: Trial, login: str = "clerk1", station: str = "liuhe") -> tuple[Program, int]:
    """A clerk with a session of the console, and their id."""
    do = trial.service.store.writer.do_now
    ident = do(staff.add, login, login, "no password", station, "clerk")
    do(sessions.begin, ident, f"token-of-{login}-000000000000")
    program = trial.nobody()
    program.token = f"token-of-{login}-000000000000"
    return program, ident


async def test_a_number_tells_now_serving_and_people_ahead(trial: Trial) -> None:
    one, other = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    _desk, ident = await clerk(trial)

    first = await one.asks("POST", "/tickets", {"station": "liuhe", "need": "papers"})
    second = await other.asks("POST", "/tickets", {"station": "liuhe"})
    line = await trial.nobody().reads("/tickets", station="liuhe")
    trial.service.store.writer.do_now(tickets.call_next, "liuhe", ident)
    after = await other.reads(f"/tickets/{second.body['id']}")

    assert first.status == second.status == 201
    assert (first.body["label"], first.body["ahead"], first.body["need"]) == ("A001", 0, "papers")
    assert (second.body["label"], second.body["ahead"], second.body["serving"]) == ("A002", 1, "")
    assert line.body == {"station": "liuhe", "serving": "", "waiting": 2}
    assert (after.body["serving"], after.body["ahead"], after.body["state"]) == ("A001", 0, "waiting")


async def test_a_number_is_given_once_however_often_it_is_asked_for(trial: Trial) -> None:
    program = await trial.resident()

    said = await asyncio.gather(
        *(program.asks("POST", "/tickets", {"station": "liuhe"}, key=f"ticket-{n % 2:05}") for n in range(8))
    )

    assert {one.status for one in said} == {201}
    assert len({one.body["id"] for one in said}) == 1


@pytest.mark.parametrize(
    "when", ["2026-11-23 12:30", "2026-11-23 20:00", "2026-11-28 10:00", "2026-12-04 10:00"]
)
async def test_no_number_is_given_while_the_station_is_closed(
    trial: Trial, clock: SetClock, when: str
) -> None:
    clock.at = at(when)
    program = await trial.resident()

    said = await program.asks("POST", "/tickets", {"station": "liuhe"})

    assert (said.status, said.code) == (409, "closed")
    assert {one["station"] for one in said.body["alternatives"]} == {"liuhe"}
    assert (await program.holds(said.body["alternatives"][0])).status == 201


async def test_a_sudden_closing_ends_the_giving_of_numbers(trial: Trial) -> None:
    program = await trial.resident()
    _desk, ident = await clerk(trial)
    span = (ms("2026-11-23 09:00"), ms("2026-11-23 12:00"))
    trial.service.store.writer.do_now(affected.close, ident, *span, "停电", station_id="liuhe")

    said = await program.asks("POST", "/tickets", {"station": "liuhe"})

    assert (said.status, said.code) == (409, "closed")


async def test_a_number_is_seen_by_its_person_and_the_station_alone(trial: Trial) -> None:
    mine, theirs = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    here, _id = await clerk(trial)
    there, _id = await clerk(trial, "clerk2", "chengdong")
    ident = (await mine.asks("POST", "/tickets", {"station": "liuhe"})).body["id"]

    statuses = [(await one.reads(f"/tickets/{ident}")).status for one in (mine, here, theirs, there)]

    assert statuses == [200, 200, 404, 404]


async def test_what_does_not_fit_is_refused(trial: Trial) -> None:
    program = await trial.resident()

    said = [
        await program.asks("POST", "/tickets", {"station": "nowhere"}),
        await program.asks("POST", "/tickets", {"station": "liuhe", "need": "gossip"}),
        await program.reads("/tickets", station="nowhere"),
        await program.reads("/tickets/99"),
    ]

    assert [(one.status, one.code) for one in said] == [
        (404, "no_ticket"), (400, "bad_value"), (404, "no_such_station"), (404, "no_ticket")
    ]  # fmt: skip


async def test_who_comes_in_time_keeps_the_place_and_who_is_late_gets_a_number(
    trial: Trial, clock: SetClock
) -> None:
    early, late = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    slot = (await early.free("mediation", "liuhe"))[0]
    aid = (await late.free("lawyer", "chengdong"))[0]
    first, second = await early.books(slot), await late.books(aid)
    soon = await early.asks("POST", f"/appointments/{first.body['id']}/check-in")
    clock.at = at("2026-11-23 11:20")
    given = await late.asks("POST", f"/appointments/{second.body['id']}/check-in")
    clock.at = at("2026-11-23 13:30")
    again = await trial.resident("oProgram-1")

    kept = await again.asks("POST", f"/appointments/{first.body['id']}/check-in")

    assert (soon.status, soon.code) == (403, "ask_staff")
    assert kept.body == {"id": first.body["id"], "kept": True, "ticket": None}
    assert given.body["kept"] is False
    assert given.body["ticket"]["label"] == "A001"


async def test_nobody_checks_in_for_somebody_else(trial: Trial) -> None:
    mine, theirs = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    booked = await mine.books((await mine.free())[0])

    said = await theirs.asks("POST", f"/appointments/{booked.body['id']}/check-in")

    assert (said.status, said.code) == (404, "no_appointment")
