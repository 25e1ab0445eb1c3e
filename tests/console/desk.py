"""A member of staff at a browser without script, over real HTTP."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape

import aiohttp
from argon2 import PasswordHasher

from admin.console import factor, people, totp
from admin.console.rights import SECOND_FACTOR
from tests.support.service import Service

PASSWORD = "correct-horse-battery"
_codes: dict[tuple[str, str], list[str]] = {}
"""Recovery codes that are left, by service and login: with them staff of a test take the second step."""


@cache
def _hash() -> str:
    """The hash of `PASSWORD`, a light one: each sign-in checks it at the cost that is written in it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass
class Page:
    """What came back."""

    status: int
    text: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name}"
        return unescape(found[1])


@dataclass
class Browser:
    """Keeps cookies; sends what a browser sends."""

    base: str
    session: aiohttp.ClientSession

    async def opens(self, path: str) -> Page:
        """Follow a link."""
        async with self.session.get(self.base + path) as answer:
            return Page(answer.status, await answer.text(), answer.url.path, dict(answer.headers))

    async def sends(self, path: str, *, origin: str | None = None, **fields: str) -> Page:
        """Send a form as it is given. Args: origin: another site's."""
        headers = {"Origin": self.base if origin is None else origin}
        async with self.session.post(self.base + path, data=fields, headers=headers) as answer:
            return Page(answer.status, await answer.text(), answer.url.path, dict(answer.headers))

    async def signs_in(self, login: str, password: str = PASSWORD, following: str = "") -> Page:
        """Fill in the door."""
        door = await self.opens(f"/admin/signin?next={following}")
        fields = {"login": login, "password": password, "next": door.value("next")}
        page = await self.sends("/admin/signin", form=door.value("form"), **fields)
        known = _codes.get((self.base, login))
        if page.path != "/admin/signin/code" or not known:
            return page
        return await self.gives(page, known.pop())

    async def gives(self, page: Page, code: str) -> Page:
        """Write a code into the page of the second step."""
        fields = {"form": page.value("form"), "next": page.value("next")}
        return await self.sends("/admin/signin/code", code=code, **fields)

    async def presses(self, task: int, what: str, **fields: str) -> Page:
        """Open a task and send one of its forms."""
        page = await self.opens(f"/admin/tasks/{task}")
        hidden = {name: page.value(name) for name in ("once", "seen") if what == "reply"}
        return await self.sends(
            f"/admin/tasks/{task}/{what}", **{"form": page.value("form"), **hidden, **fields}
        )

    def cookie(self, name: str) -> str:
        """What a cookie holds."""
        return next((one.value for one in self.session.cookie_jar if one.key == name), "")


@asynccontextmanager
async def browser(service: Service) -> AsyncIterator[Browser]:
    """A browser with an empty jar."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(service.base, session)


def staffed(
    service: Service,
    login: str = "t001",
    *,
    station: str | None = "liuhe",
    name: str = "陈敏",
    role: str = "clerk",
) -> int:
    """A member of staff with `PASSWORD`, and with a second factor where the role needs one."""
    made = service.store.writer.do_now(people.add, login, name, _hash(), station, role)
    if role in SECOND_FACTOR:
        _codes[service.base, login] = factor.fresh_codes()
        service.store.writer.do_now(
            people.demo_factor, made, totp.fresh_secret(), list(_codes[service.base, login])
        )
    return made


def audited(service: Service) -> list[tuple[str, str]]:
    """What was written down, in order."""
    return [(row[0], row[1]) for row in service.rows("select what, subject from audit order by id")]
