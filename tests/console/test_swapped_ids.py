"""Swapped ids: what is another station's or another resident's answers exactly like what was never there."""

import re
from collections.abc import Iterator

from bot.work.unit import Work
from handlers.handoff import baton
from handlers.handoff import service as handoff
from handlers.handoff.baton import Target
from tests.console.county import HERE, THERE, County, county, make_task
from tests.console.desk import Browser, browser
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
_TOKEN = re.compile(r'name="form" value="[^"]*"')
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


def swapped(service: Service, here: County, offer: int, row: int) -> Iterator[tuple[str, str, str]]:
    """Method, address with ids of the other station, the same address with ids that nobody has."""
    theirs = {"tasks": here.other, "people": here.clerk_there, "offers": offer, "registers": row}
    for method, path, right in routes(service.app):
        if right is None or "{" not in path or path.startswith(COUNTY_WIDE) or method not in ("GET", "POST"):
            continue
        ids = {"id": theirs[path.split("/")[2]], "media": here.media_there, "message": 1}
        yield method, _with(path, ids), _with(path, dict.fromkeys(ids, NOBODY))
        if "{media}" in path or "{message}" in path:
            mine = {"id": here.own, "media": here.media_there, "message": here.message_there}
            yield method, _with(path, mine), _with(path, {**dict.fromkeys(ids, NOBODY), "id": here.own})


def _with(path: str, ids: dict[str, int]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), path)


async def test_what_is_another_stations_answers_like_what_was_never_there(service: Service) -> None:
    here = await county(service)
    do = service.store.writer.do_now
    offer = do(baton.offer, here.clerk_there, here.other, Target("county"), "请县里看")
    do(handoff.close, here.clerk_there, here.taken_there, "answered", "")
    row = service.rows("select max(id) from register_row")[0][0] or NOBODY - 1
    leaks, asked = [], 0

    for login in ("here", "head"):
        async with browser(service) as at:
            await at.signs_in(login)
            form = (await at.opens("/admin/me")).value("form")
            for method, theirs, nobodys in swapped(service, here, offer, row):
                asked += 1
                if await answer(at, method, theirs, form) != await answer(at, method, nobodys, form):
                    leaks.append((login, method, theirs))

    assert leaks == []
    assert asked > 60


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


def _waits(work: Work, task_id: int) -> None:
    handoff.look(work, task_id)
