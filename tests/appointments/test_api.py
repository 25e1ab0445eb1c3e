"""The API of the appointments, as a mini-program speaks to it: over HTTP, with sessions of the sandbox."""

import asyncio
import dataclasses
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from aiohttp import web

from bot.clock import SetClock, instant
from bot.crypto import vault
from bot.web.api import DECLARED, Route
from bot.web.pace import Pace, Paces
from handlers.appointments import personal, waiting
from handlers.appointments.slots import Shelf
from handlers.handoff import staff
from tests.appointments.program import Program, Trial, trying
from tests.console.desk import browser, staffed

BOTH = pytest.mark.parametrize(
    "either", ["sqlite", pytest.param("postgres", marks=pytest.mark.servers)], indirect=True
)
FAULT = {"code", "message", "field", "retry_after"}


async def test_stations_and_times_are_read_without_a_session(trial: Trial) -> None:
    program = trial.nobody()

    stations = await program.reads("/stations")
    station = await program.reads("/stations/liuhe")
    slots = await program.reads("/slots", station="liuhe", service="mediation")

    assert [one["id"] for one in stations.body["items"]] == ["chengdong", "liuhe", "shiqiao"]
    assert station.body["hours"][0] == {"weekday": 0, "opens": "08:30", "closes": "12:00"}
    assert [one["id"] for one in station.body["services"]][:2] == ["mediation", "legal_aid"]
    assert station.body["services"][0]["papers"]
    first = slots.body["items"][0]
    assert first["begins"] == "2026-11-23T14:00:00+08:00"
    assert first["ends"] == "2026-11-23T15:00:00+08:00"
    assert all(one.headers["X-Request-Id"] for one in (stations, station, slots))


async def test_pages_of_times_follow_each_other_without_a_gap(trial: Trial) -> None:
    program = trial.nobody()
    whole = await program.free("mediation", "liuhe", limit=200)
    paged: list[Any] = []
    cursor = ""

    while True:
        more = {"cursor": cursor} if cursor else {}
        said = await program.reads("/slots", station="liuhe", service="mediation", limit=37, **more)
        paged += said.body["items"]
        cursor = said.body["next"] or ""
        if not cursor:
            break

    assert paged[:200] == whole
    assert len({(one["post"], one["begins"]) for one in paged}) == len(paged) > 200
    assert [one["begins"] for one in paged] == sorted(one["begins"] for one in paged)


async def test_times_between_two_instants_in_any_zone(trial: Trial) -> None:
    found = await trial.nobody().free(
        "mediation", "liuhe", **{"from": "2026-11-24T01:00:00+00:00", "to": "2026-11-24T11:00:00+08:00"}
    )

    assert [one["begins"][11:16] for one in found] == ["09:00", "09:30", "10:00", "10:30"]


async def test_a_time_for_more_people_than_there_are_seats_is_not_offered(trial: Trial) -> None:
    assert await trial.nobody().free("mediation", "liuhe", people=2) == []


@BOTH
async def test_a_resident_holds_books_moves_and_cancels(either: Trial) -> None:
    program = await either.resident()
    first, second = (await program.free())[:2]

    booked = await program.books(first, matter="借了三万块钱不还，借条在")
    listed = await program.reads("/appointments")
    held = await program.holds(second, body={"moving": booked.body["id"]})
    moved = await program.asks("POST", f"/appointments/{booked.body['id']}/move", {"hold": held.body["id"]})
    one = await program.reads(f"/appointments/{booked.body['id']}")
    cancelled = await program.asks("POST", f"/appointments/{booked.body['id']}/cancel")
    after = await program.free()

    assert booked.status == 201, booked.body
    assert len(booked.body["code"]) == 6
    assert [one["id"] for one in listed.body["items"]] == [booked.body["id"]]
    assert (moved.status, moved.body["begins"]) == (200, second["begins"])
    assert (moved.body["code"], moved.body["moves"]) == (booked.body["code"], 1)
    assert one.body["begins"] == second["begins"]
    assert cancelled.body == {"id": booked.body["id"], "state": "cancelled"}
    assert [first, second] == after[:2]


@BOTH
async def test_who_loses_a_time_gets_the_next_three(either: Trial) -> None:
    winner, loser = await either.resident("oProgram-1"), await either.resident("oProgram-2")
    slot, *following = await winner.free()
    await winner.holds(slot)

    lost = await loser.holds(slot)

    assert lost.status == 409
    assert lost.code == "slot_taken"
    assert lost.body["alternatives"] == following[:3]
    assert (await loser.holds(lost.body["alternatives"][0])).status == 201


async def test_a_hold_that_is_over_is_not_booked_and_the_next_times_are_told(
    trial: Trial, clock: SetClock
) -> None:
    program = await trial.resident()
    slot = (await program.free())[0]
    held = await program.holds(slot)
    clock.move(minutes=11)

    lost = await program.asks("POST", "/appointments", {"hold": held.body["id"]})

    assert (lost.status, lost.code) == (409, "hold_lapsed")
    assert len(lost.body["alternatives"]) == 3


async def test_a_hold_given_back_is_free_at_once(trial: Trial) -> None:
    program = await trial.resident()
    slot = (await program.free())[0]
    held = await program.holds(slot)
    assert slot not in await program.free()

    gone = await program.asks("DELETE", f"/holds/{held.body['id']}")

    assert gone.body == {"id": held.body["id"], "state": "released"}
    assert slot in await program.free()


async def test_one_open_booking_of_a_kind(trial: Trial) -> None:
    program = await trial.resident()
    first, second = (await program.free())[:2]
    await program.books(first)

    refused = await program.holds(second)

    assert (refused.status, refused.code, refused.body["field"]) == (409, "already_booked", "kind")
    assert refused.body["existing"] == (await program.reads("/appointments")).body["items"][0]["id"]


async def test_what_is_not_for_mediation_is_led_elsewhere(trial: Trial) -> None:
    program = await trial.resident()
    held = await program.holds((await program.free("mediation", "liuhe"))[0])

    said = await program.asks(
        "POST", "/appointments", {"hold": held.body["id"], "matter": "我老公天天打我，想调解一下"}
    )

    assert (said.status, said.code) == (409, "elsewhere")
    assert said.body["message"]
    assert said.body["reason"] == "violence"
    assert trial.service.rows("select state from appointment") == [("released",)]
    assert len(said.body["alternatives"]) == 3
    assert {one["service"] for one in said.body["alternatives"]} <= {"legal_aid", "lawyer"}
    assert (await program.holds(said.body["alternatives"][0])).status == 201


async def test_a_near_legal_limit_is_booked_and_goes_to_a_person_the_same_day(trial: Trial) -> None:
    program = await trial.resident()
    held = await program.holds((await program.free("legal_aid", "liuhe"))[0])
    matter = "我要申请劳动仲裁，还有三天就过期了，没钱请律师"

    said = await program.asks("POST", "/appointments", {"hold": held.body["id"], "matter": matter})

    clerk = staffed(trial.service, "t009", station=None, role="county_admin")
    (task,) = trial.service.rows("select id from task where kind = 'deadline'")
    assert said.status == 201, said.body
    assert "您的号是 R-0001。" in said.body["note"]
    async with browser(trial.service) as one:
        await one.signs_in("t009")
        assert (await one.opens(f"/admin/tasks/{task[0]}")).status == 200
    assert clerk


@BOTH
async def test_a_write_that_comes_again_is_done_once_and_answered_the_same(either: Trial) -> None:
    program = await either.resident()
    slot = (await program.free())[0]
    held = await program.holds(slot)
    body = {"hold": held.body["id"], "matter": "邻居占了我的地"}

    once = await program.asks("POST", "/appointments", body, key="booking-0001")
    again = await asyncio.gather(
        *(program.asks("POST", "/appointments", body, key="booking-0001") for _time in range(8))
    )

    assert once.status == 201
    assert {one.raw for one in again} == {once.raw}
    assert either.service.rows("select count(*) from appointment where state = 'booked'") == [(1,)]


@BOTH
async def test_the_same_write_many_times_at_once_has_one_effect(either: Trial) -> None:
    program = await either.resident()
    slot = (await program.free())[0]

    said = await asyncio.gather(*(program.holds(slot, key="held-at-once") for _time in range(12)))

    assert {one.status for one in said} == {201}
    assert len({one.raw for one in said}) == 1
    assert either.service.rows("select count(*) from appointment") == [(1,)]


async def test_a_refusal_that_comes_again_is_the_same_refusal(trial: Trial) -> None:
    winner, loser = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    slot = (await winner.free())[0]
    held = await winner.holds(slot)
    lost = await loser.holds(slot, key="lost-once")
    await winner.asks("DELETE", f"/holds/{held.body['id']}")

    again = await loser.holds(slot, key="lost-once")

    assert (again.status, again.raw) == (409, lost.raw)
    assert (await loser.holds(slot)).status == 201


async def test_a_key_is_for_one_request_of_one_caller(trial: Trial) -> None:
    one, other = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    first, second = (await one.free())[:2]
    await one.holds(first, key="same-key-here")

    changed = await one.holds(second, key="same-key-here")
    theirs = await other.holds(second, key="same-key-here")

    assert (changed.status, changed.code) == (422, "key_reused")
    assert theirs.status == 201


async def test_an_answer_is_kept_for_two_days(trial: Trial, clock: SetClock) -> None:
    program = await trial.resident()
    await program.holds((await program.free())[0], key="an-old-key")
    clock.move(hours=49)
    later = await trial.resident()

    said = await later.holds((await later.free())[0])

    assert said.status == 201
    assert trial.service.rows("select count(*) from api_answer") == [(1,)]


async def test_who_leaves_leaves_no_answers_behind(trial: Trial) -> None:
    mine, theirs = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    first, second = (await mine.free())[:2]
    await mine.holds(first)
    await theirs.holds(second)
    (resident,) = trial.service.rows("select min(resident_id) from api_answer")[0]

    for _step in range(5):
        trial.service.store.writer.do_now(personal.erase, resident, 100)

    left = trial.service.rows("select resident_id from api_answer")
    assert len(left) == 1
    assert left != [(resident,)]


async def test_what_was_answered_is_sealed(trial: Trial) -> None:
    program = await trial.resident()
    booked = await program.books((await program.free())[0], person={"name": "王小明", "phone": "13900000009"})

    kept = b"".join(bytes(row[0]) for row in trial.service.rows("select body from api_answer"))

    assert kept
    assert booked.body["code"].encode() not in kept


async def test_nobody_reaches_into_what_is_somebody_else_s(trial: Trial) -> None:
    """Every route with a number, with the numbers of another resident."""
    mine, theirs = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    first, second, third = (await mine.free())[:3]
    booked = await mine.books(first)
    held = await mine.holds(second, body={"moving": booked.body["id"]})
    own = await theirs.books(third)
    ident, hold = booked.body["id"], held.body["id"]

    answers = [
        await theirs.reads(f"/appointments/{ident}"),
        await theirs.asks("POST", f"/appointments/{ident}/cancel"),
        await theirs.asks("POST", f"/appointments/{ident}/move", {"hold": hold}),
        await theirs.asks("POST", f"/appointments/{own.body['id']}/move", {"hold": hold}),
        await theirs.asks("POST", "/appointments", {"hold": hold}),
        await theirs.asks("DELETE", f"/holds/{hold}"),
        await theirs.holds(second, body={"moving": ident}),
    ]
    absent = await theirs.reads("/appointments/99999")

    assert {(one.status, one.raw) for one in answers} == {(404, absent.raw)}
    assert trial.service.rows("select state from appointment order by id") == [
        ("booked",), ("held",), ("booked",)
    ]  # fmt: skip


OWN = [
    ("POST", "/holds"),
    ("DELETE", "/holds/1"),
    ("POST", "/appointments"),
    ("GET", "/appointments"),
    ("GET", "/appointments/1"),
    ("POST", "/appointments/1/move"),
    ("POST", "/appointments/1/cancel"),
    ("POST", "/waitlist"),
    ("GET", "/waitlist"),
]


async def test_what_is_somebody_s_own_needs_a_session(trial: Trial) -> None:
    program, forged = trial.nobody(), trial.nobody()
    forged.token = "trial.1.99999999999999.0123456789012345678901234567890123456789"

    statuses = {(await one.asks(*way)).status for one in (program, forged) for way in OWN}

    assert statuses == {401}


async def test_a_session_of_the_sandbox_ends_after_two_hours(trial: Trial, clock: SetClock) -> None:
    program = await trial.resident()
    clock.move(hours=2, seconds=1)

    assert (await program.reads("/appointments")).status == 401


async def test_the_real_service_neither_gives_nor_takes_sessions_of_the_sandbox(
    tmp_path: Path, template_db: Path
) -> None:
    async with trying(tmp_path, trial=False, template=template_db) as real:
        program = real.nobody()
        code = real.service.sandbox.platform.login_code("oProgram-1")
        until = 99_999_999_999_999
        proof = vault().mark(f"trial|1|{until}")[:40]

        given = await program.asks("POST", "/session", {"code": code})
        program.token = f"trial.1.{until}.{proof}"
        taken = await program.reads("/appointments")

    assert (given.status, given.code) == (403, "no_login")
    assert (taken.status, taken.code) == (401, "no_session")


async def test_a_login_code_is_good_once(trial: Trial) -> None:
    code = trial.service.sandbox.platform.login_code("oProgram-1")
    program = trial.nobody()
    first = await program.asks("POST", "/session", {"code": code})

    again = await program.asks("POST", "/session", {"code": code})

    assert (first.status, again.status, again.code) == (201, 401, "no_session")


BAD: list[tuple[str, Any, str, str]] = [
    ("/holds", {"service": "lawyer"}, "missing_field", "begins"),
    ("/holds", {"service": "lawyer", "post": "p", "begins": "2026-11-25T09:00:00"}, "bad_value", "begins"),
    ("/holds", {"service": 5, "post": "p", "begins": "2026-11-25T09:00:00+08:00"}, "bad_value", "service"),
    ("/holds", {"state": "booked"}, "unknown_field", "state"),
    ("/appointments", {"hold": -1}, "bad_value", "hold"),
    ("/appointments", {"hold": True}, "bad_value", "hold"),
    ("/appointments", {"hold": 10**30}, "bad_value", "hold"),
    ("/appointments", {"hold": 1, "matter": "长" * 501}, "bad_value", "matter"),
    ("/appointments", {"hold": 1, "person": {"name": "a\u0000b"}}, "bad_value", "person.name"),
    ("/appointments", {"hold": 1, "person": {"role": "head"}}, "unknown_field", "person.role"),
    ("/appointments", [1], "bad_request", ""),
    ("/waitlist", {"kind": "marriage", "station": "liuhe"}, "bad_value", "kind"),
]


async def test_what_does_not_fit_the_model_is_refused_with_its_field(trial: Trial) -> None:
    program = await trial.resident()

    said = [await program.asks("POST", path, body) for path, body, _code, _field in BAD]

    told = [(one.status, one.code, one.body["field"] or "") for one in said]
    assert told == [(400, code, field) for _path, _body, code, field in BAD]
    assert all(set(one.body) == FAULT for one in said)


BROKEN = [
    b"{",
    b'{"hold": 1, "hold": 2}',
    b'{"hold": NaN}',
    b"[" * 20_000,
    b'"\xff"',
    b'{"hold": 1' + b" " * 40_000,
]


async def test_what_is_no_json_is_refused(trial: Trial) -> None:
    program = await trial.resident()
    headers = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": "broken-json"}
    statuses = []

    for raw in BROKEN:
        async with program.session.post(
            program.base + "/api/v1/appointments", data=raw, headers=headers
        ) as answer:
            statuses.append(answer.status)
            assert set(await answer.json()) == FAULT

    assert statuses == [400, 400, 400, 400, 400, 413]


async def test_a_write_needs_a_key(trial: Trial) -> None:
    program = await trial.resident()
    told = set()

    for key in ("", "short", "a" * 121, "with space in it", "中文中文中文中文"):
        headers = {"Authorization": f"Bearer {program.token}", **({"Idempotency-Key": key} if key else {})}
        async with program.session.post(
            program.base + "/api/v1/appointments", json={"hold": 1}, headers=headers
        ) as answer:
            said = await answer.json()
            told.add((answer.status, said["code"], said["field"]))

    assert told == {(400, "key_needed", "Idempotency-Key")}


async def test_a_path_that_there_is_not_is_a_fault_like_others(trial: Trial) -> None:
    said = await trial.nobody().reads("/nothing/here")

    assert (said.status, said.code) == (404, "no_such_route")
    assert set(said.body) == FAULT


async def test_a_request_id_comes_back(trial: Trial) -> None:
    program = trial.nobody()
    program.headers["X-Request-Id"] = "my-own-id-0001"

    assert (await program.reads("/stations")).headers["X-Request-Id"] == "my-own-id-0001"


async def test_the_wait_list_is_stood_in_left_and_answered(trial: Trial) -> None:
    program = await trial.resident()
    said = await program.asks("POST", "/waitlist", {"kind": "lawyer", "station": "chengdong"})
    free = await program.free()
    place = (await program.reads("/waitlist")).body["items"][0]
    twice = await program.asks("POST", "/waitlist", {"kind": "lawyer", "station": "chengdong"})
    _offer(trial)
    listed = (await program.reads("/waitlist")).body["items"][0]

    taken = await program.asks("POST", f"/waitlist/{listed['id']}/accept")

    assert said.status == 201
    assert (twice.status, twice.code) == (409, "already_waiting")
    assert twice.body["existing"] == place
    assert twice.body["alternatives"] == free[:3]
    assert listed["offer"] is not None
    assert taken.body["id"] == listed["offer"]
    assert trial.service.rows("select state from appointment") == [("booked",)]


async def test_an_offer_that_is_declined_is_free_at_once(trial: Trial) -> None:
    program = await trial.resident()
    await program.asks("POST", "/waitlist", {"kind": "lawyer", "station": "chengdong"})
    before = await program.free()
    _offer(trial)
    offered = [one for one in before if one not in await program.free()]
    ident = (await program.reads("/waitlist")).body["items"][0]["id"]

    said = await program.asks("POST", f"/waitlist/{ident}/decline")

    assert said.body == {"id": ident, "state": "declined"}
    assert len(offered) == 1
    assert await program.free() == before
    assert (await program.reads("/waitlist")).body["items"] == []


async def test_who_accepts_too_late_gets_the_next_three(trial: Trial, clock: SetClock) -> None:
    program = await trial.resident()
    await program.asks("POST", "/waitlist", {"kind": "lawyer", "station": "chengdong"})
    _offer(trial)
    ident = (await program.reads("/waitlist")).body["items"][0]["id"]
    (until,) = trial.service.rows("select held_until from appointment")[0]
    clock.at = instant(until).astimezone(clock.at.tzinfo)

    again = await trial.resident()  # the session is over by then
    late = await again.asks("POST", f"/waitlist/{ident}/accept")

    assert (late.status, late.code) == (409, "hold_lapsed")
    assert len(late.body["alternatives"]) == 3


async def test_who_leaves_the_line_is_not_in_it(trial: Trial) -> None:
    program, other = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    ident = (await program.asks("POST", "/waitlist", {"kind": "home", "station": "liuhe"})).body["id"]

    stolen = await other.asks("DELETE", f"/waitlist/{ident}")
    left = await program.asks("DELETE", f"/waitlist/{ident}")

    assert (stolen.status, stolen.code) == (404, "not_waiting")
    assert left.body["state"] == "left"


def _offer(trial: Trial) -> None:
    store = trial.service.store
    now = round(store.clock.now().timestamp() * 1000)
    (chance,) = store.reader.now(waiting.chances, Shelf(), now)
    store.writer.do_now(waiting.offer, chance)


async def test_progress_by_paper_code_tells_words_and_pauses_after_five_wrong_tries(
    trial: Trial, clock: SetClock
) -> None:
    program, anybody = await trial.resident(), trial.nobody()
    booked = await program.books((await program.free())[0], person={"name": "王", "phone": "13900001234"})
    code = booked.body["code"]

    right = await anybody.reads(f"/progress/{code.lower()}", phone="1234")
    wrong = [await anybody.reads(f"/progress/{code}", phone="9999") for _time in range(5)]
    paused = await anybody.reads(f"/progress/{code}", phone="1234")
    clock.move(minutes=16)
    again = await anybody.reads(f"/progress/{code}", phone="1234")

    assert right.body == {"state": "booked", "words": "已约好，请按时来"}
    assert {(one.status, one.code) for one in wrong} == {(404, "not_found")}
    assert (paused.status, paused.code) == (429, "paused")
    assert 0 < paused.body["retry_after"] <= 900
    assert int(paused.headers["Retry-After"]) == paused.body["retry_after"]
    assert again.status == 200


async def test_a_right_code_lifts_no_pause_for_others(trial: Trial) -> None:
    """Whoever has one slip cannot try other codes without end."""
    program, anybody = await trial.resident(), trial.nobody()
    booked = await program.books((await program.free())[0], person={"name": "王", "phone": "13900001234"})
    own = f"/progress/{booked.body['code']}"

    statuses = []
    for number in range(7):
        statuses.append((await anybody.reads(f"/progress/WRNG2{number + 2}", phone="1234")).status)
        statuses.append((await anybody.reads(own, phone="1234")).status)

    assert statuses[:8] == [404, 200] * 4
    assert statuses[-4:] == [429] * 4


async def test_a_code_without_a_phone_is_not_told(trial: Trial) -> None:
    program = await trial.resident()
    booked = await program.books((await program.free())[0])

    said = [
        await trial.nobody().reads(f"/progress/{booked.body['code']}", phone=digits)
        for digits in ("0000", "    ")
    ]

    assert [one.status for one in said] == [404, 400]


async def test_staff_book_for_who_stands_at_the_window_and_only_at_their_station(trial: Trial) -> None:
    clerk = await _signed_in(trial, "clerk1", "liuhe")
    there = (await clerk.free("mediation", "liuhe"))[0]
    elsewhere = (await clerk.free("mediation", "chengdong"))[0]

    refused = await clerk.holds(elsewhere)
    held = await clerk.holds(there)
    nameless = await clerk.asks("POST", "/appointments", {"hold": held.body["id"]})
    booked = await clerk.asks(
        "POST",
        "/appointments",
        {"hold": held.body["id"], "person": {"name": "赵大爷", "phone": "13900000001"}},
    )
    day = await clerk.reads("/appointments", day=there["begins"][:10])
    other = await _signed_in(trial, "clerk2", "chengdong")

    assert (refused.status, refused.code) == (403, "ask_staff")
    assert (nameless.status, nameless.code) == (400, "missing_field")
    assert booked.status == 201
    assert [one["id"] for one in day.body["items"]] == [booked.body["id"]]
    assert "赵大爷" not in day.raw.decode()
    assert (await other.reads(f"/appointments/{booked.body['id']}")).status == 404


async def test_every_route_declares_its_models_and_answers_by_them(trial: Trial) -> None:
    """What was answered above is what is declared: checked for one answer of each model that can be had."""
    program = await trial.resident()
    declared: dict[tuple[str, str], Route] = {}
    for one in trial.service.app.router.routes():
        path = one.resource.canonical if one.resource else ""
        if path.startswith("/api/v1") and "{rest}" not in path and one.method != "HEAD":
            declared[one.method, path.removeprefix("/api/v1")] = vars(one.handler)[DECLARED]
    slot = (await program.free())[0]
    answers = {
        ("GET", "/stations"): await program.reads("/stations"),
        ("GET", "/stations/{id}"): await program.reads("/stations/chengdong"),
        ("GET", "/slots"): await program.reads("/slots", station="liuhe", service="mediation"),
        ("POST", "/holds"): await program.holds(slot),
    }
    hold = answers["POST", "/holds"].body["id"]
    booked = await program.asks("POST", "/appointments", {"hold": hold})
    answers["POST", "/appointments"] = booked
    answers["GET", "/appointments"] = await program.reads("/appointments")
    answers["GET", "/appointments/{id}"] = await program.reads(f"/appointments/{booked.body['id']}")

    assert {("POST", "/waitlist/{id}/accept"), ("GET", "/progress/{code}"), ("POST", "/session")} < set(
        declared
    )
    assert all(dataclasses.is_dataclass(one.gives) for one in declared.values())
    assert all(one.writes == (key[0] != "GET") for key, one in declared.items() if key[1] != "/session")
    for key, said in answers.items():
        _fits(said.body, declared[key].gives)


def _fits(value: Any, model: type) -> None:
    assert set(value) == {one.name for one in dataclasses.fields(model)}, model
    for name, kind in get_type_hints(model).items():
        inner = next((one for one in get_args(kind) if dataclasses.is_dataclass(one)), None)
        if kind is datetime:
            assert datetime.fromisoformat(value[name]).tzinfo is not None
        elif inner is not None:
            for item in value[name]:
                _fits(item, inner)  # type: ignore[arg-type]


def test_a_route_without_models_is_seen() -> None:
    """What the test above rests on: a route that bypasses the declaration has nothing that is checked."""

    async def bare(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/api/v1/bare", bare)
    app.router.add_get("/api/v1/{rest:.*}", bare)

    assert _undeclared(app) == ["GET /api/v1/bare"]


async def test_no_route_of_the_service_is_without_its_models(trial: Trial) -> None:
    assert _undeclared(trial.service.app) == []


def _undeclared(app: web.Application) -> list[str]:
    """Routes under `/api/v1` that name no model of their answer, or take a body without one."""
    found = []
    for one in app.router.routes():
        path = one.resource.canonical if one.resource else ""
        if not path.startswith("/api/v1") or "{rest}" in path or one.method == "HEAD":
            continue
        said = vars(one.handler).get(DECLARED)
        name = f"{one.method} {path}"
        if not isinstance(said, Route):
            found.append(name)
            continue
        models = [said.gives, *(model for model in (said.query, said.takes) if model is not None)]
        bodiless = one.method in ("POST", "PUT", "PATCH") and not said.takes and "{id}" not in path
        if bodiless or not all(dataclasses.is_dataclass(model) for model in models):
            found.append(name)
    return found


async def test_who_asks_too_often_waits_for_the_next_minute(trial: Trial, clock: SetClock) -> None:
    reader, other = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    paces = Paces()

    reads = [(await reader.reads("/appointments")).status for _n in range(paces.reads)]
    refused = await reader.reads("/appointments")
    others = await other.reads("/appointments")
    writes = await reader.asks("POST", "/tickets", {"station": "liuhe", "need": "ask"})
    clock.move(minutes=1)
    again = await reader.reads("/appointments")

    assert set(reads) == {200}
    assert (refused.status, refused.code) == (429, "too_often")
    assert 0 < int(refused.headers["Retry-After"]) == refused.body["retry_after"] <= 60
    assert [one.status for one in (others, writes, again)] == [200, 201, 200]


async def test_writes_have_a_limit_of_their_own_and_the_refused_one_may_come_again(
    trial: Trial, clock: SetClock
) -> None:
    program = await trial.resident()
    body = {"station": "liuhe", "need": "ask"}
    paces = Paces()
    for number in range(paces.writes):
        await program.asks("POST", "/tickets", body, key=f"key-of-ticket-{number}")

    refused = await program.asks("POST", "/tickets", body, key="key-of-the-last")
    clock.move(minutes=-5)  # a clock that is set back begins another minute
    again = await program.asks("POST", "/tickets", body, key="key-of-the-last")

    assert (refused.status, refused.code) == (429, "too_often")
    assert again.status == 201
    assert (await program.reads("/appointments")).status == 200


def test_a_count_ends_with_its_minute_and_each_caller_has_one() -> None:
    pace = Pace()
    now = 30_000

    waits = [pace.wait("address:1.2.3.4", 2, now, writes=False) for _n in range(3)]

    assert waits == [0, 0, 30]
    assert pace.wait("address:1.2.3.5", 2, now, writes=False) == 0
    assert pace.wait("address:1.2.3.4", 2, now + 30_000, writes=False) == 0


async def test_staff_of_the_county_name_the_station_whose_day_they_read(trial: Trial) -> None:
    clerk = await _signed_in(trial, "clerk1", "liuhe")
    county = await _signed_in(trial, "county1", None, "county_admin")
    slot = (await clerk.free("mediation", "liuhe"))[0]
    held = await clerk.holds(slot)
    person = {"name": "赵大爷", "phone": "13900000001"}
    booked = await clerk.asks("POST", "/appointments", {"hold": held.body["id"], "person": person})
    day = slot["begins"][:10]

    unnamed = await county.reads("/appointments", day=day)
    named = await county.reads("/appointments", day=day, station="liuhe")
    other = await county.reads("/appointments", day=day, station="chengdong")
    absent = await county.reads("/appointments", day=day, station="nowhere")
    theirs = await clerk.reads("/appointments", day=day, station="chengdong")
    resident = await (await trial.resident()).reads("/appointments", station="liuhe")

    assert (unnamed.status, unnamed.code, unnamed.body["field"]) == (400, "missing_field", "station")
    assert [one["id"] for one in named.body["items"]] == [booked.body["id"]]
    assert other.body["items"] == []
    assert (absent.status, absent.code) == (404, "no_such_station")
    assert (theirs.status, theirs.code) == (403, "ask_staff")
    assert (resident.status, resident.body["field"]) == (400, "station")


async def test_every_write_that_conflicts_over_a_time_gives_the_next_three(
    trial: Trial, clock: SetClock
) -> None:
    program, other = await trial.resident("oProgram-1"), await trial.resident("oProgram-2")
    first, second, third, *_rest = await program.free()
    booked = await program.books(first)
    moving = (await program.holds(second, body={"moving": booked.body["id"]})).body["id"]
    held = (await other.holds(third)).body["id"]

    lost = await other.holds(first)
    twice = await program.holds(third)
    clock.move(minutes=11)
    late = await other.asks("POST", "/appointments", {"hold": held})
    stuck = await program.asks("POST", f"/appointments/{booked.body['id']}/move", {"hold": moving})

    told = {"hold": lost, "second of a kind": twice, "book": late, "move": stuck}
    assert {name: one.status for name, one in told.items()} == dict.fromkeys(told, 409)
    assert {name: len(one.body["alternatives"]) for name, one in told.items()} == dict.fromkeys(told, 3)


async def _signed_in(trial: Trial, login: str, station: str | None, role: str = "clerk") -> Program:
    """A member of staff with a session of the console."""
    from admin.console import sessions

    do = trial.service.store.writer.do_now
    ident = do(staff.add, login, login, "no password", station, role)
    do(sessions.begin, ident, f"token-of-{login}-000000000000")
    program = trial.nobody()
    program.token = f"token-of-{login}-000000000000"
    return program
