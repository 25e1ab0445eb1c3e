"""人员: the accounts; adding, changing, resetting, naming, letting go. Changes ask again, and ask why."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from admin.console import absences, factor, people, words
from admin.console.passwords import TooManyAtOnce, generated
from admin.console.rights import SECOND_FACTOR
from admin.console.shell import Shell, Visitor, field, number
from bot.errors import Refused
from bot.words import _
from handlers.directory import stations
from handlers.handoff import named, staff
from handlers.handoff.staff import COUNTY_ROLES, ROLES, Colleague

COUNTY = "county"
"""What the form says for 'no station'."""


class PeoplePage:
    """The accounts."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """All routes of accounts."""
        page, one = self._shell.page, "/admin/people/{id}"
        return [
            web.get("/admin/people", page(self.everybody, "people.list")),
            web.get("/admin/people/new", page(self.new, "people.change")),
            web.post("/admin/people/new", page(self.add, "people.change")),
            web.get(one, page(self.show, "people.list")),
            web.post(f"{one}/password", page(self.password, "people.change")),
            web.post(f"{one}/second", page(self.second, "people.change")),
            web.post(f"{one}/role", page(self.role, "people.change")),
            web.post(f"{one}/named", page(self.named, "people.change")),
            web.post(f"{one}/away", page(self.away, "people.change")),
            web.post(f"{one}/back", page(self.back, "people.change")),
            web.post(f"{one}/leave", page(self.leave, "people.change")),
        ]

    async def everybody(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Everybody within sight: who is there, what they may do, who has left."""
        rows, places, factors, kinds, away = await self._shell.store.reader(
            _table, visitor.who, visitor.now_ms
        )
        shown = [
            {
                "id": one.id,
                "name": one.name,
                "login": one.login,
                "role": words.ROLES[one.role],
                "station": places.get(one.station_id or "", _("全县")),
                "factor": one.id in factors,
                "missing": one.role in SECOND_FACTOR and one.id not in factors,
                "kinds": [words.SECLUDED[kind] for kind in kinds.get(one.id, ())],
                "away": away.get(one.id),
                "active": active,
            }
            for one, active in rows
        ]
        return await self._shell.show(
            visitor,
            "people.html",
            place="people",
            here=[row for row in shown if row["active"]],
            gone=[row for row in shown if not row["active"]],
        )

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One account."""
        other, active = await self._other(request, visitor)
        return await self._page(visitor, other, active)

    async def new(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The form for somebody new."""
        return await self._new(visitor)

    async def add(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Somebody new; the password is made, and shown once."""
        form = await request.post()
        login, name = field(form, "login", 40).strip().lower(), field(form, "name", 40).strip()
        role, station = field(form, "role", 16), _station(field(form, "station", 64))
        kept = {"login": login, "name": name, "role": role, "station": station or COUNTY}
        if not people.gives(visitor.who, role, station):
            wrong = _("这个角色或司法所，要县管理员来加。")
            return await self._new(visitor, status=422, wrong=wrong, **kept)
        asked = await self._shell.confirm(request, visitor, _("加一位同事：{name}").format(name=name))
        if isinstance(asked, web.Response):
            return asked
        password = generated()
        try:
            secret = await self._shell.passwords.hashed(password)
            made = await self._shell.store.writer.do(
                people.add, login, name, secret, station, role, visitor.who.id, asked
            )
        except Refused as refusal:
            return await self._new(visitor, status=422, wrong=refusal.say, **kept)
        other, active = await self._shell.store.reader(_found, made)
        return await self._page(visitor, other, active, password=password, done=_("加好了。"))

    async def password(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A new password, shown once. Who had left is back with it."""
        other, active = await self._mine(request, visitor)
        doing = _("给 {name} 换密码") if active else _("请 {name} 回来上班，给新密码")
        asked = await self._shell.confirm(request, visitor, doing.format(name=other.name))
        if isinstance(asked, web.Response):
            return asked
        password = generated()
        try:
            secret = await self._shell.passwords.hashed(password)
        except TooManyAtOnce as refusal:
            return await self._page(visitor, other, active, status=503, wrong=refusal.say)
        await self._shell.store.writer.do(people.reset, other.login, secret, visitor.who.id, asked)
        return await self._page(visitor, other, active=True, password=password, done=_("换好了。"))

    async def second(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The phone is lost: no second factor any more."""
        doing, done = _("清掉 {name} 的动态码"), _("清掉了。下次登录会请对方重新设置。")
        return await self._change(request, visitor, doing, done, people.reset_factor)

    async def role(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Another role or station."""
        form = await request.post()
        role, station = field(form, "role", 16), _station(field(form, "station", 64))
        other, active = await self._mine(request, visitor)
        if not people.gives(visitor.who, role, station):
            wrong = _("这个角色或司法所，要县管理员来改。")
            return await self._page(visitor, other, active, status=422, wrong=wrong)
        doing, done = _("改 {name} 的角色和司法所"), _("改好了，对方要重新登录。")
        return await self._change(request, visitor, doing, done, people.change, role, station)

    async def named(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Name somebody for secluded threads."""
        form = await request.post()
        kinds = [kind for kind in named.KINDS if field(form, f"kind_{kind}", 4)]
        other, active = await self._mine(request, visitor)
        asked = await self._shell.confirm(
            request, visitor, _("指定 {name} 能看的保密对话").format(name=other.name)
        )
        if isinstance(asked, web.Response):
            return asked
        try:
            await self._shell.store.writer.do(people.name_for, other.id, kinds, visitor.who.id, asked)
        except Refused as refusal:
            return await self._page(visitor, other, active, status=422, wrong=refusal.say)
        return await self._page(visitor, other, active, done=_("记下了。"))

    async def away(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Somebody is not there: what they hold goes on with others."""
        other, active = await self._mine(request, visitor)
        asked = await self._shell.confirm(request, visitor, _("记 {name} 不在").format(name=other.name))
        if isinstance(asked, web.Response):
            return asked
        try:
            since, until = absences.span(await request.post(), visitor.now_ms)
            moved = await self._shell.store.writer.do(
                absences.go, visitor.who.id, other.id, since, until, asked
            )
        except Refused as refusal:
            return await self._page(visitor, other, active, status=422, wrong=refusal.say)
        return await self._page(visitor, other, active, done=absences.moved_words(moved))

    async def back(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Somebody is there again."""
        other, active = await self._mine(request, visitor)
        try:
            await self._shell.store.writer.do(absences.back, visitor.who.id, other.id, "")
        except Refused as refusal:
            return await self._page(visitor, other, active, status=422, wrong=refusal.say)
        return await self._page(visitor, other, active, done=_("记下了：回来了。"))

    async def leave(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Somebody leaves for good."""
        doing, done = _("{name} 离开，停用账号"), _("停用了。登录和动态码都没有了，手里的事已经转走。")
        return await self._change(request, visitor, doing, done, people.leave)

    async def _change(
        self,
        request: web.Request,
        visitor: Visitor,
        doing: str,
        done: str,
        act: Callable[..., int],
        *given: object,
    ) -> web.StreamResponse:
        other, active = await self._mine(request, visitor)
        asked = await self._shell.confirm(request, visitor, doing.format(name=other.name))
        if isinstance(asked, web.Response):
            return asked
        try:
            await self._shell.store.writer.do(act, other.login, *given, visitor.who.id, asked)
        except Refused as refusal:
            return await self._page(visitor, other, active, status=422, wrong=refusal.say)
        changed, active = await self._shell.store.reader(_found, other.id)
        if changed.station_id != other.station_id and not self._sees(visitor, changed):
            raise web.HTTPSeeOther("/admin/people")
        return await self._page(visitor, changed, active, done=done)

    async def _other(self, request: web.Request, visitor: Visitor) -> tuple[Colleague, bool]:
        """The account of the address, for who may see it. Raises: HTTPNotFound."""
        found = await self._shell.store.reader(staff.by_id, number(request))
        if found is None or not self._sees(visitor, found[0]):
            raise web.HTTPNotFound
        return found

    async def _mine(self, request: web.Request, visitor: Visitor) -> tuple[Colleague, bool]:
        """The same for who may change it. Raises: HTTPNotFound."""
        other, active = await self._other(request, visitor)
        if not people.manages(visitor.who, other):
            raise web.HTTPNotFound
        return other, active

    def _sees(self, visitor: Visitor, other: Colleague) -> bool:
        return people.sees(visitor.who, other)

    async def _page(
        self, visitor: Visitor, other: Colleague, active: bool, *, status: int = 200, **parts: str
    ) -> web.Response:
        store = self._shell.store
        places = await _places(self._shell)
        return await self._shell.show(
            visitor,
            "person.html",
            status=status,
            place="people",
            other=other,
            active=active,
            mine=people.manages(visitor.who, other),
            role=words.ROLES[other.role],
            station=places.get(other.station_id or "", _("全县")),
            factor=await store.reader(factor.on, other.id),
            needed=other.role in SECOND_FACTOR,
            nameable=other.role in named.NAMEABLE,
            kinds=_kinds(await store.reader(named.kinds_of, other.id)),
            absence=await store.reader(absences.of, other.id, self._shell.now_ms),
            **_choices(visitor.who, places),
            **{"done": "", "wrong": "", "password": "", **parts},
        )

    async def _new(self, visitor: Visitor, *, status: int = 200, **parts: str) -> web.Response:
        """Args: parts: the fields as they were sent."""
        given = {
            "login": "",
            "name": "",
            "role": "clerk",
            "station": visitor.who.station_id or COUNTY,
            "wrong": "",
            **parts,
        }
        choices = _choices(visitor.who, await _places(self._shell))
        return await self._shell.show(
            visitor, "person_new.html", status=status, place="people", given=given, **choices
        )


def _table(connection: Connection, who: Colleague, now_ms: int) -> tuple[Any, ...]:
    rows = people.visible(connection, who)
    away = {one.id: absences.of(connection, one.id, now_ms) for one, active in rows if active}
    return (
        rows,
        {one.id: one.name for one in stations.all_open(connection)},
        factor.with_factor(connection),
        named.everybody(connection),
        away,
    )


def _found(connection: Connection, staff_id: int) -> tuple[Colleague, bool]:
    found = staff.by_id(connection, staff_id)
    if found is None:
        raise web.HTTPNotFound
    return found


async def _places(shell: Shell) -> dict[str, str]:
    return {one.id: one.name for one in await shell.store.reader(stations.all_open)}


def _choices(who: Colleague, places: dict[str, str]) -> dict[str, Any]:
    """The roles and stations that somebody may hand out."""
    county = [(COUNTY, _("全县"))] if who.station_id is None else []
    return {
        "roles": [(one, words.ROLES[one]) for one in ROLES if people.gives(who, one, who.station_id)],
        "stations": county + [pair for pair in places.items() if who.station_id in (None, pair[0])],
        "county_roles": _("、").join(words.ROLES[one] for one in ROLES if one in COUNTY_ROLES),
    }


def _kinds(have: list[str]) -> list[tuple[str, str, bool]]:
    return [(kind, words.SECLUDED[kind], kind in have) for kind in named.KINDS]


def _station(value: str) -> str | None:
    return None if value == COUNTY else value
