"""Signing in and out: password, second step, and the page of the one-time link."""

import re
from urllib.parse import quote

from aiohttp import web

from admin.console import doors, factor, sessions, totp
from admin.console.browsers import browser_words
from admin.console.passwords import Passwords, TooManyAtOnce, too_weak
from admin.console.pictures import code_picture
from admin.console.rights import SECOND_FACTOR, home
from admin.console.shell import COOKIE, DOOR, Shell, Visitor, field
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.handoff import staff
from handlers.handoff.staff import Colleague

ISSUER = _("小司工作台")
_INSIDE = re.compile(r"/admin(?:/[a-z0-9/]*)?(?:\?[a-z0-9=&]*)?")


class SignIn:
    """The door. Args: passwords: checks them beside the event loop."""

    def __init__(self, shell: Shell, passwords: Passwords) -> None:
        self._shell, self._passwords = shell, passwords

    def routes(self) -> list[web.RouteDef]:
        """All routes of the door; those before a session are `OPEN`, the others name a right."""
        shell = self._shell
        return [
            web.get("/admin/signin", shell.safe(self.form)),
            web.post("/admin/signin", shell.safe(self.enter)),
            web.get("/admin/signin/code", shell.safe(self.code_form)),
            web.post("/admin/signin/code", shell.safe(self.code)),
            web.get("/admin/signin/second", shell.safe(self.enrol_form)),
            web.post("/admin/signin/second", shell.safe(self.enrol)),
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
        browser = browser_words(request.headers.get("User-Agent", ""))
        stage = await store.writer.do(_begin, known[0], login, token, browser, totp.fresh_secret())
        to = {
            sessions.CODE: f"/admin/signin/code?next={quote(following)}",
            sessions.ENROL: "/admin/signin/second",
        }.get(stage, following)
        if stage == sessions.IN and following == "/admin":
            who = await store.reader(staff.colleague, known[0])
            to = home(who) if who else to
        raise self._with_cookie(request, to, token)

    async def code_form(self, request: web.Request) -> web.StreamResponse:
        """The second step: a code."""
        await self._halfway(request, sessions.CODE)
        return await self._code_form(request, _following(request.query.get("next", "")))

    async def code(self, request: web.Request) -> web.StreamResponse:
        """Check the code; a session of its own begins with it."""
        who, old = await self._halfway(request, sessions.CODE)
        form = await request.post()
        self._shell.own_form(request, form, old)
        following, store = _following(field(form, "next")), self._shell.store
        allowed = await store.writer.do(doors.attempt, doors.second_step(who.id))
        given = field(form, "code", 40).replace(" ", "")
        if not (allowed and await store.writer.do(factor.check, who.id, given)):
            wrong = _("不对，或用过了，或者试的次数太多了。等下一个数字再试；15 分钟后可以重来。")
            return await self._code_form(request, following, wrong=wrong, status=401)
        fresh = doors.fresh_token()
        await store.writer.do(_complete, who.id, old, fresh)
        raise self._with_cookie(request, home(who) if following == "/admin" else following, fresh)

    async def enrol_form(self, request: web.Request) -> web.StreamResponse:
        """The second step of a role that needs one and has none: set it up."""
        who, _old = await self._halfway(request, sessions.ENROL)
        return await self._enrol_form(request, who)

    async def enrol(self, request: web.Request) -> web.StreamResponse:
        """The first code of the phone; the recovery codes are shown once."""
        who, old = await self._halfway(request, sessions.ENROL)
        form = await request.post()
        self._shell.own_form(request, form, old)
        store, recovery = self._shell.store, factor.fresh_codes()
        allowed = await store.writer.do(doors.attempt, doors.second_step(who.id))
        given = field(form, "code", 40).replace(" ", "")
        if not (allowed and await store.writer.do(factor.prove, who.id, given, recovery)):
            wrong = _("这个数字不对。看一下手机的时间准不准，等下一个数字再写。")
            return await self._enrol_form(request, who, wrong=wrong, status=422)
        fresh = doors.fresh_token()
        await store.writer.do(_complete, who.id, old, fresh)
        response = await self._shell.plain(request, "codes.html", codes=recovery, going=home(who))
        self._shell.set_cookie(request, response, COOKIE, fresh)
        return response

    async def leave(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Sign out."""
        await self._shell.store.writer.do(sessions.end, visitor.token)
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

    async def _halfway(self, request: web.Request, stage: str) -> tuple[Colleague, str]:
        """Who gave the right password. Raises: HTTPSeeOther to the door for all others."""
        token = request.cookies.get(COOKIE, "")
        who = await self._shell.store.reader(sessions.halfway, token, stage, self._shell.now_ms)
        if who is None:
            raise web.HTTPSeeOther("/admin/signin")
        return who, token

    def _with_cookie(self, request: web.Request, to: str, token: str) -> web.HTTPSeeOther:
        response = web.HTTPSeeOther(to)
        self._shell.set_cookie(request, response, COOKIE, token)
        return response

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

    async def _code_form(
        self, request: web.Request, following: str, *, wrong: str = "", status: int = 200
    ) -> web.Response:
        return await self._shell.plain(
            request,
            "code.html",
            status=status,
            token=doors.form_token(request.cookies.get(COOKIE, "")),
            following=following,
            wrong=wrong,
        )

    async def _enrol_form(
        self, request: web.Request, who: Colleague, *, wrong: str = "", status: int = 200
    ) -> web.Response:
        secret = await self._shell.store.reader(factor.waiting_secret, who.id)
        if secret is None:
            raise web.HTTPSeeOther("/admin/signin")
        return await self._shell.plain(
            request,
            "enrol.html",
            status=status,
            token=doors.form_token(request.cookies.get(COOKIE, "")),
            action="/admin/signin/second",
            secret=totp.in_groups(secret),
            picture=code_picture(totp.address(secret, who.login, ISSUER)),
            wrong=wrong,
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


def _begin(work: Work, staff_id: int, login: str, token: str, browser: str, secret: str) -> str:
    """The password was right. Args: secret: of the second factor, where one must be set up first."""
    connection = work.db.connection()
    who = staff.colleague(connection, staff_id)
    stage = sessions.IN
    if factor.on(connection, staff_id):
        stage = sessions.CODE
    elif who is not None and who.role in SECOND_FACTOR:
        stage = sessions.ENROL
        factor.prepare(work, staff_id, secret)
    doors.forget_tries(work, login)
    sessions.begin(work, staff_id, token, stage, browser)
    return stage


def _complete(work: Work, staff_id: int, old: str, fresh: str) -> None:
    doors.forget_tries(work, doors.second_step(staff_id))
    sessions.complete(work, old, fresh)


def _following(path: str) -> str:
    """Where to go after signing in: only inside the console."""
    return path if _INSIDE.fullmatch(path) else "/admin"
