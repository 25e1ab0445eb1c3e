"""Who may do what: the hand-written expectation, cell by cell, against the running service over HTTP."""

import csv
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from admin.console.rights import RIGHTS
from admin.console.shell import RIGHT
from bot.work.unit import Work
from handlers.handoff import named
from handlers.handoff.staff import ROLES
from tests.console.county import HERE, County, answered, county, name_all
from tests.console.desk import Browser, browser
from tests.support.service import Service, pack

EXPECTED = Path(__file__).parent / "expected_rights.csv"
DOOR = {
    "/admin/signin",
    "/admin/signin/code",
    "/admin/signin/second",
    "/admin/setup/{token}",
    "/admin/{rest}",
}
"""Routes before anybody is signed in, and the one for what is not there."""
TASK = "/admin/tasks/{id}"
FIELDS = {
    "reply": "",
    "category": "nothing",
    "why": "",
    "proof": "",
    "until": "2001-01-01T00:00",
    "channel": "robot",
    "place": HERE,
}
"""Forms that are refused by who may send them: what counts is that it was not for a lack of right."""


def expected() -> dict[tuple[str, str], dict[str, bool]]:
    """By object and action: for each role whether it is allowed."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = {(row["object"], row["action"]): {role: row[role] == "allow" for role in ROLES} for row in rows}
    assert len(cells) == len(rows)
    assert {row[role] for row in rows for role in ROLES} == {"allow", "deny"}
    return cells


def routes(app: web.Application) -> Iterator[tuple[str, str, str | None]]:
    """Every route under the console: method, path, right."""
    for route in app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if path.startswith("/admin"):
            yield route.method, path, vars(route.handler).get(RIGHT)


@dataclass
class Desks:
    """Staff of every role, signed in, and what is there for them."""

    service: Service
    here: County
    at: dict[str, Browser]
    forms: dict[str, str]

    async def status(self, role: str, method: str, path: str) -> int:
        """The status of one request, without following it or reading it whole."""
        browser = self.at[role]
        data = {"form": self.forms[role], **FIELDS} if method == "POST" else None
        async with browser.session.request(
            method, browser.base + path, data=data, headers={"Origin": browser.base}, allow_redirects=False
        ) as answer:
            sent = answer.headers.get("Location", "")
            assert "signin" not in sent, f"{role} is signed out by {method} {path}"
            return answer.status

    async def may(self, role: str, method: str, path: str) -> bool:
        """Whether a request is not met by 'there is no such page'."""
        status = await self.status(role, method, path)
        assert status < 500, f"{role} {method} {path}: {status}"
        return status != 404

    async def lists(self, role: str, task: int) -> bool:
        """Whether a task stands in a list, by its number, or in a search for the number."""
        pages = [await self.at[role].opens(path) for path in ("/admin?view=all", "/admin/done")]
        return any(re.search(rf'data-task="{task}"|/admin/tasks/{task}[#/"]', page.text) for page in pages)


@pytest.fixture
async def desks(service: Service) -> AsyncIterator[Desks]:
    here = await county(service)
    async with AsyncExitStack() as stack:
        at = {role: await stack.enter_async_context(browser(service)) for role in ROLES}
        forms = {}
        for role, one in at.items():
            await one.signs_in(role.replace("_", ""))
            forms[role] = (await one.opens("/admin/me")).value("form")
        yield Desks(service, here, at, forms)


async def test_every_route_of_the_console_names_a_right(service: Service) -> None:
    found = list(routes(service.app))

    without = {path for _method, path, right in found if right is None}
    assert without == DOOR
    assert len(found) > 40


def test_every_right_has_a_row_in_the_expectation_and_the_reverse() -> None:
    rows = {action for kind, action in expected() if kind == "right"}

    assert rows == set(RIGHTS)


async def test_each_right_is_where_it_is_expected_on_every_route(desks: Desks) -> None:
    """Denied: every route of the right says that nothing is there. Allowed: at least one route does not."""
    wrong = []
    answered(desks.service, desks.here.clerk_there, desks.here.other)
    by_right: dict[str, list[tuple[str, str]]] = {}
    for method, path, right in routes(desks.service.app):
        if right is not None and method in ("GET", "POST"):
            by_right.setdefault(right, []).append((method, path))
    for (kind, right), cells in expected().items():
        if kind != "right":
            continue
        for role, allowed in cells.items():
            ways = [(method, _filled(desks.here, role, path)) for method, path in sorted(by_right[right])]
            if allowed:
                good = [way for way in ways if way[1] != "/admin/signout"]
                found = False
                for way in good:
                    found = found or await desks.may(role, *way)
                if not found:
                    wrong.append((role, right, "should be allowed", good))
            else:
                for way in ways:
                    if await desks.may(role, *way):
                        wrong.append((role, right, "should be denied", [way]))

    assert [str(one) for one in wrong] == []


async def test_each_object_is_open_to_whom_it_is_expected_to_be(desks: Desks) -> None:
    cells = {key: row for key, row in expected().items() if key[0] != "right"}
    seen: dict[tuple[str, str], dict[str, bool]] = {}
    late = [key for key in cells if key[0].endswith("named")]
    last = [key for key in cells if key[0] == "untaken danger on violence" and key[1] == "take"]
    after = [key for key in cells if key[0].endswith("taken by oneself")]
    first = [key for key in cells if key not in (*late, *last, *after)]

    name_all(desks.service, desks.here)
    desks.service.store.writer.do_now(_named_there, desks.here.clerk_there)
    for key in (*first, *last, *after):
        seen[key] = {role: await _sees(desks, role, *key) for role in ROLES}
    name_all(desks.service, desks.here, "minor")
    for key in late:
        seen[key] = {role: await _sees(desks, role, *key) for role in ROLES}

    wrong = [
        (key, role, "allow" if row[role] else "deny")
        for key, row in cells.items()
        for role in ROLES
        if seen[key][role] != row[role]
    ]
    assert wrong == []


async def _sees(desks: Desks, role: str, thing: str, action: str) -> bool:
    here = desks.here
    if thing.startswith("account") or thing.startswith("one's own"):
        who = {
            "account at one's station": here.clerk_here,
            "account at another station": here.clerk_there,
            "account of a head": here.staff["head"],
            "one's own account": here.staff[role],
        }[thing]
        if action == "read":
            return await desks.may(role, "GET", f"/admin/people/{who}")
        return await desks.may(role, "POST", f"/admin/people/{who}/named")
    task = {
        "own station's open task": here.own,
        "other station's open task": here.other,
        "other station's danger that somebody took": here.taken_there,
        "task that one holds": here.given[role],
        "secluded task": here.secluded,
        "secluded task, named": here.secluded,
        "untaken danger on violence": here.danger[role],
        "danger on violence, taken by oneself": here.danger[role],
        "closed task": here.closed,
    }[thing]
    if action == "list":
        return await desks.lists(role, task)
    media = here.media_here if task in (here.own, here.closed) else here.media_there
    if task == here.secluded or task in here.danger.values():
        media = here.media_secluded
    method, path = {
        "read": ("GET", f"/admin/tasks/{task}"),
        "media": ("GET", f"/admin/tasks/{task}/media/{media}"),
        "reply": ("POST", f"/admin/tasks/{task}/reply"),
        "close": ("POST", f"/admin/tasks/{task}/close"),
        "take": ("POST", f"/admin/tasks/{task}/take"),
    }[action]
    return await desks.may(role, method, path)


def _filled(here: County, role: str, path: str) -> str:
    """The address with ids of what a role has or could have."""
    entry = next(iter(pack().library))
    ids: dict[str, object] = {
        "media": here.media_there,
        "message": here.message_there,
        "entry": entry.id,
        "topic": entry.topic,
    }
    if path.startswith("/admin/people"):
        ids["id"] = here.clerk_here
    elif path.startswith("/admin/tasks"):
        ids["id"] = here.given[role]
    return re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], 1)), path)


def _named_there(work: Work, staff_id: int) -> None:
    """Somebody is named for every kind, so that no thread waits for a name."""
    named.set_kinds(work, None, staff_id, named.KINDS)
