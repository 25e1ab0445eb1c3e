"""Swapped ids: what is another station's or another resident's answers exactly like what was never there."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast

import aiohttp

from admin.pages import Pages
from bot.clock import millis
from bot.work import news
from bot.work.unit import Work
from handlers.appointments import affected, tickets
from handlers.correspondence import service as letters
from handlers.handoff import baton, roster
from handlers.handoff import service as handoff
from handlers.handoff.baton import Target
from tests.console.calling import call_at
from tests.console.county import DAY_MS, HERE, THERE, County, answered, county, make_task
from tests.console.desk import Browser, browser
from tests.console.test_live import streaming
from tests.console.test_rights import FIELDS, routes
from tests.support.service import Service

NOBODY = 999_999
COUNTY_WIDE = (
    "/admin/knowledge",  # one set of entries for the whole county
    "/admin/words",  # sentences of the office, without any resident
    "/admin/problems",  # reports about screens, for the system role
    "/admin/me",  # one's own, by names of sessions
)
"""Places whose ids belong to no station."""
LISTS = ("/admin", "/admin?view=all", "/admin/done", "/admin/calls", "/admin/registers", "/admin/figures")
_TOKEN = re.compile(r'name="(?:form|once)" value="[^"]*"|data-since="[^"]*"')
_UNLIKE = {"Date", "Content-Length", "Server"}


async def answer(at: Browser, method: str, path: str, form: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, text without tokens and without the ids asked for, and headers."""
    data = {"form": form, **FIELDS, "why": "查一下"} if method == "POST" else None
    async with at.session.request(
        method, at.base + path, data=data, headers={"Origin": at.base}, allow_redirects=False
    ) as got:
        headers = sorted((name, value) for name, value in got.headers.items() if name not in _UNLIKE)
        return got.status, _plain((await got.text()).replace(path, "here")), headers


def _plain(text: str) -> str:
    """A page without what differs between two requests for the same."""
    return re.sub(r"\d{1,2}:\d\d", "time", _TOKEN.sub("", text))


def swapped(
    service: Service, here: County, offer: int, row: int, turn: int
) -> Iterator[tuple[str, str, str]]:
    """Method, address with ids of the other station, the same address with ids that nobody has."""
    theirs = {
        "tasks": here.other,
        "people": here.clerk_there,
        "offers": offer,
        "registers": row,
        "duty": turn,
        "tellings": call_at(service, THERE),
        "day": _with_file(service, here),
        "closings": _closed_there(service, here.clerk_there),
    }
    while service.store.writer.do_now(tickets.take, THERE).id < theirs["day"]:
        pass  # numbers with the same id are there too
    for method, path, right in routes(service.app):
        if right is None or "{" not in path or path.startswith(COUNTY_WIDE) or method not in ("GET", "POST"):
            continue
        ids = {"id": theirs[path.split("/")[2]], "media": here.media_there, "message": 1, "what": "done"}
        yield method, _with(path, ids), _with(path, {**dict.fromkeys(ids, NOBODY), "what": "done"})
        if "{media}" in path or "{message}" in path:
            mine = {"id": here.own, "media": here.media_there, "message": here.message_there}
            yield method, _with(path, mine), _with(path, {**dict.fromkeys(ids, NOBODY), "id": here.own})


def _with_file(service: Service, here: County) -> int:
    """The newest appointment is booked by the resident of the other station, and has their picture."""
    (ident,) = service.rows("select max(id) from appointment")[0]
    with service.store.engine.begin() as connection:
        connection.exec_driver_sql(
            f"update appointment set state = 'booked', code = 'THERE{ident}', whose = 'them {ident}',"
            " ended_at = null, resident_id ="
            f" (select resident_id from media where id = {here.media_there}) where id = {ident}"
        )
        connection.exec_driver_sql(
            f"insert into appointment_file select {ident}, inbox_id from media where id = {here.media_there}"
        )
    return int(ident)


def _closed_there(service: Service, clerk: int) -> int:
    now = millis(service.store.clock.now())
    close = partial(affected.close, station_id=THERE)
    return int(service.store.writer.do_now(close, clerk, now, now + DAY_MS, "停电"))


def _with(path: str, ids: Mapping[str, object]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), path)


async def test_what_is_another_stations_answers_like_what_was_never_there(service: Service) -> None:
    here = await county(service)
    do = service.store.writer.do_now
    offer = do(baton.offer, here.clerk_there, here.other, Target("county"), "请县里看")
    do(handoff.close, here.clerk_there, here.taken_there, "answered", "")
    row = service.rows("select max(id) from register_row")[0][0] or NOBODY - 1
    turn = do(_on_duty_there, here.clerk_there)
    leaks, asked = [], 0

    for login in ("here", "head"):
        async with browser(service) as at:
            await at.signs_in(login)
            form = (await at.opens("/admin/me")).value("form")
            for method, theirs, nobodys in swapped(service, here, offer, row, turn):
                asked += 1
                if await answer(at, method, theirs, form) != await answer(at, method, nobodys, form):
                    leaks.append((login, method, theirs))

    assert leaks == []
    assert asked > 60


async def test_a_form_with_a_strange_id_in_it_answers_like_one_with_an_id_that_nobody_has(
    service: Service,
) -> None:
    """Ids that stand in no address: of an offer, of ready words, of a reply, the number of a task."""
    here = await county(service)
    do = service.store.writer.do_now
    answered(service, here.clerk_there, here.other)
    offer = do(baton.offer, here.clerk_there, here.other, Target("county"), "请县里看")
    words = do(letters.keep_words, here.clerk_there, THERE, "他们的话", "请到城东来。")
    (reply,) = service.rows("select max(outbox_id) from staff_reply")[0]
    own = f"/admin/tasks/{here.own}"
    ways: list[tuple[str, str, object]] = [
        (f"{own}/withdraw", "offer", offer),
        (f"{own}/put", "put", f"words:{words}"),
        (f"{own}/learn", "reply", reply),
        ("/admin/search", "q", f"R-{here.other:04d}"),
        ("/admin/search", "q", str(here.taken_there)),
    ]
    leaks = []

    async with browser(service) as at:
        await at.signs_in("here")
        form = (await at.opens("/admin/me")).value("form")
        for path, name, theirs in ways:
            nobodys = re.sub(r"\d+", str(NOBODY), str(theirs))
            got = [await sent(at, path, {"form": form, name: str(one)}) for one in (theirs, nobodys)]
            if got[0] != got[1]:
                leaks.append((path, name))

    assert leaks == []


async def test_nothing_of_another_station_is_changed_by_a_strange_id(service: Service) -> None:
    here = await county(service)
    do = service.store.writer.do_now
    offer = do(baton.offer, here.clerk_there, here.other, Target("county"), "请县里看")
    do(handoff.close, here.clerk_there, here.taken_there, "answered", "")
    row = service.rows("select max(id) from register_row")[0][0] or NOBODY - 1
    before = _standing(service, here)

    async with browser(service) as at:
        await at.signs_in("here")
        form = (await at.opens("/admin/me")).value("form")
        for method, theirs, _nobodys in swapped(service, here, offer, row, NOBODY):
            if method == "POST" and f"/{here.own}/" not in theirs:
                await answer(at, method, theirs, form)

    assert _standing(service, here) == before


async def test_a_stream_that_asks_for_everything_before_tells_nothing_of_another_station(
    service: Service,
) -> None:
    here = await county(service)
    service.store.writer.do_now(_moved, here.other)
    answered(service, here.clerk_there, here.other)

    async with browser(service) as at, browser(service) as other:
        await at.signs_in("here")
        await other.signs_in("there")
        async with streaming(at, "0-0") as mine, streaming(other, "0-0") as theirs:
            seen = {event["task"] for _name, event in mine.events if "task" in event}
            known = {event["task"] for _name, event in theirs.events if "task" in event}

    assert here.other in known
    assert here.other not in seen
    assert not seen & {here.secluded, *here.given.values(), here.taken_there}


OPEN_TO_ALL = {"/api/v1/progress/{code}"}
"""Routes of the API with an id that answer without a session: a paper code tells status words alone."""


async def test_addresses_with_ids_outside_the_console_are_known_and_tell_nothing(service: Service) -> None:
    """Pages that need no account: a whole reply opens by its proof alone, whoever asks for it."""
    here = await county(service)
    paths = {route.resource.canonical for route in service.app.router.routes() if route.resource}
    outside = {path for path in paths if "{" in path and not path.startswith(("/admin", "/static"))}
    api = {path for path in outside if path.startswith("/api/")}

    async with aiohttp.ClientSession() as nobody:
        told = {path: await _asked_by_nobody(nobody, service, path) for path in api}
        mine = await _whole(nobody, service, here.message_there, proof_of=here.messages[HERE][0])
        nobodys = await _whole(nobody, service, NOBODY, proof_of=here.messages[HERE][0])

    pages = {"/m/{token}", "/a/{entry}", "/board/{station}", "/board/{station}/map", "/calendar/{token}.ics"}
    assert outside - api == pages
    assert {path for path, status in told.items() if status not in (401, 404, 405)} == OPEN_TO_ALL
    assert mine == nobodys


async def test_what_happens_at_another_station_changes_no_list_and_no_count(service: Service) -> None:
    here = await county(service)

    async with browser(service) as at:
        await at.signs_in("here")
        before = [_plain((await at.opens(path)).text) for path in LISTS]
        for state in ("open", "open", "closed"):
            make_task(service, here.messages[THERE].pop(), THERE, state=state)
        secluded = here.messages["secluded"].pop()
        make_task(service, secluded, HERE, secluded="minor", holder_id=here.clerk_there)
        service.store.writer.do_now(_waits, here.other)
        after = [_plain((await at.opens(path)).text) for path in LISTS]

    assert after == before


def _on_duty_there(work: Work, staff_id: int) -> int:
    return roster.put_on(work, staff_id, staff_id, THERE, work.now_ms, work.now_ms + DAY_MS)


async def sent(at: Browser, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """Status and text of a form, without what was typed into it."""
    async with at.session.post(
        at.base + path, data=fields, headers={"Origin": at.base}, allow_redirects=False
    ) as got:
        text = await got.text() + got.headers.get("Location", "")
    for typed in sorted(set(fields.values()) - {fields["form"]}, key=len, reverse=True):
        text = text.replace(f'value="{typed}"', "typed").replace(f"“{typed}”", "typed")
    return got.status, _plain(text)


async def _asked_by_nobody(nobody: aiohttp.ClientSession, service: Service, path: str) -> int:
    address = service.base + re.sub(r"\{[^}]+\}", "1", path)
    async with nobody.get(address) as got:
        return got.status


async def _whole(nobody: aiohttp.ClientSession, service: Service, message: int, *, proof_of: int) -> object:
    """A whole reply, asked for with the proof of another message."""
    link = Pages(service.store, cast(Any, None), "", trial=False).link(proof_of)
    proof = link.rpartition("-")[2]
    async with nobody.get(f"{service.base}/m/{message}-{proof}") as got:
        return got.status, await got.text()


def _standing(service: Service, here: County) -> list[object]:
    """Everything that could have been changed at the other station."""
    theirs = [here.other, here.secluded, here.taken_there, *here.given.values()]
    among = f"({', '.join(map(str, theirs))})"
    return [
        service.rows(f"select * from task where id in {among} order by id"),
        service.rows(f"select * from offer where task_id in {among} order by id"),
        service.rows(f"select * from task_note where task_id in {among}"),
        service.rows(f"select * from call where task_id in {among}"),
        service.rows("select * from staff_reply order by id"),
        service.rows("select * from register_row order by id"),
        service.rows("select * from contact"),
        service.rows("select * from absence"),
        service.rows("select * from named_staff"),
        service.rows("select id, password, role, active, station_id from staff order by id"),
    ]


def _moved(work: Work, task_id: int) -> None:
    news.tell(work, "moved", task_id)


def _waits(work: Work, task_id: int) -> None:
    handoff.look(work, 0, task_id)
