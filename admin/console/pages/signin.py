"""Signing in and out, and the page of the one-time link."""

import re

from aiohttp import web

from admin.console import doors
from admin.console.passwords import Passwords, TooManyAtOnce, too_weak
from admin.console.shell import COOKIE, DOOR, Shell, Visitor, field
from bot.errors import Refused
from bot.words import _
from handlers.handoff import staff

_INSIDE = re.compile(r"/admin(?:/[a-z0-9/]*)?(?:\?[a-z0-9=&]*)?")


class SignIn:
    """The door. Args: passwords: checks them beside the event loop."""

    def __init__(self, shell: Shell, passwords: Passwords) -> None:
        self._shell, self._passwords = shell, passwords

    def routes(self) -> list[web.RouteDef]:
        """All routes of the door."""
        shell = self._shell
        return [
            web.get("/admin/signin", shell.safe(self.form)),
            web.post("/admin/signin", shell.safe(self.enter)),
            web.get("/admin/me", shell.page(self.me, "own")),
            web.post("/admin/signout", shell.page(self.leave, "own")),
            web.get("/admin/setup/{token}", shell.safe(self.set_up_form)),
            web.post("/admin/setup/{token}", shell.safe(self.set_up)),
        ]

    async def form(self, request: web.Request) -> web.StreamResponse:
        """The form."""
        return await self._form(request, following=_following(request.query.get("next", "")))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Sign in. One answer to a wrong name, a wrong password and a lock; the work is the same too."""
        form = await request.post()
        self._shell.own_form(request, form, request.cookies.get(DOOR, ""))
        login, password = field(form, "login", 40).strip().lower(), field(form, "password")
        following = _following(field(form, "next"))
        store = self._shell.store
        allowed = await store.writer.do(doors.attempt, login)
        known = await store.reader(staff.credentials, login)
        try:
            right = await self._passwords.check(known[1] if known else None, password)
        except TooManyAtOnce as refusal:
            return await self._form(request, following=following, login=login, wrong=refusal.say, status=503)
        if not (allowed and right and known):
            wrong = _("工号或密码不对，或者试的次数太多了。15 分钟后再试，或请管理员重设。")
            return await self._form(request, following=following, login=login, wrong=wrong, status=401)
        token = doors.fresh_token()
        await store.writer.do(doors.begin, known[0], login, token)
        response = web.HTTPSeeOther(following)
        self._shell.set_cookie(request, response, COOKIE, token)
        raise response

    async def me(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Who is signed in, and the way out."""
        return await self._shell.show(visitor, "me.html", place="me")

    async def leave(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Sign out."""
        await self._shell.store.writer.do(doors.end, visitor.token)
        response = web.HTTPSeeOther("/admin/signin")
        response.del_cookie(COOKIE, path="/admin")
        raise response

    async def set_up_form(self, request: web.Request) -> web.StreamResponse:
        """The page of the one-time link."""
        await self._open_link(request)
        return await self._set_up_form(request)

    async def set_up(self, request: web.Request) -> web.StreamResponse:
        """Make the first account."""
        token = await self._open_link(request)
        form = await request.post()
        self._shell.own_form(request, form, request.cookies.get(DOOR, ""))
        login, name = field(form, "login", 40).strip().lower(), field(form, "name", 40)
        password = field(form, "password")
        wrong = too_weak(login, password)
        if not wrong and password != field(form, "again"):
            wrong = _("两次写的密码不一样。")
        if not wrong:
            try:
                made = await self._passwords.hashed(password)
                if not await self._shell.store.writer.do(doors.use_link, token, login, name, made):
                    raise web.HTTPNotFound
            except Refused as refusal:
                wrong = refusal.say
        if wrong:
            return await self._set_up_form(request, login=login, name=name, wrong=wrong, status=422)
        raise web.HTTPSeeOther("/admin/signin")

    async def _open_link(self, request: web.Request) -> str:
        token = request.match_info["token"]
        if not await self._shell.store.reader(doors.link_holds, token, self._shell.now_ms):
            raise web.HTTPNotFound
        return token

    async def _set_up_form(
        self, request: web.Request, *, login: str = "", name: str = "", wrong: str = "", status: int = 200
    ) -> web.Response:
        return await self._at_door(
            request, "setup.html", status, action=request.path, login=login, name=name, wrong=wrong
        )

    async def _form(
        self, request: web.Request, *, following: str, login: str = "", wrong: str = "", status: int = 200
    ) -> web.Response:
        return await self._at_door(
            request, "signin.html", status, following=following, login=login, wrong=wrong
        )

    async def _at_door(self, request: web.Request, template: str, status: int, **parts: str) -> web.Response:
        cookie = request.cookies.get(DOOR) or doors.fresh_token()
        response = await self._shell.plain(
            request, template, status=status, token=doors.form_token(cookie), **parts
        )
        self._shell.set_cookie(request, response, DOOR, cookie)
        return response


def _following(path: str) -> str:
    """Where to go after signing in: only inside the console."""
    return path if _INSIDE.fullmatch(path) else "/admin"
