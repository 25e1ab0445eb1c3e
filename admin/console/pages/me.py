"""我的: password, second factor, sessions, absence; only ever one's own."""

from aiohttp import web

from admin.audit.record import note
from admin.console import absences, factor, sessions, totp, words
from admin.console.pages.signin import ISSUER
from admin.console.passwords import TooManyAtOnce, too_weak
from admin.console.pictures import code_picture
from admin.console.rights import SECOND_FACTOR
from admin.console.shell import Shell, Visitor, field
from bot.errors import Refused
from bot.words import _
from bot.work.unit import Work
from handlers.directory import stations
from handlers.handoff import named, staff


class Me:
    """One's own page."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def routes(self) -> list[web.RouteDef]:
        """All routes of one's own page."""
        page = self._shell.page
        return [
            web.get("/admin/me", page(self.show, "own")),
            web.post("/admin/me/password", page(self.password, "own")),
            web.post("/admin/me/sessions/{ref}/end", page(self.end_session, "own")),
            web.post("/admin/me/sessions/end", page(self.end_sessions, "own")),
            web.get("/admin/me/second", page(self.enrol_form, "own")),
            web.post("/admin/me/second", page(self.enrol, "own")),
            web.post("/admin/me/second/begin", page(self.begin_enrol, "own")),
            web.post("/admin/me/second/codes", page(self.new_codes, "own")),
            web.post("/admin/me/second/off", page(self.switch_off, "own")),
            web.post("/admin/me/away", page(self.away, "own.away")),
            web.post("/admin/me/back", page(self.back, "own.away")),
        ]

    async def show(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The page."""
        return await self._page(visitor)

    async def password(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A new password; the other sessions end."""
        form = await request.post()
        fresh, store = field(form, "password"), self._shell.store
        wrong = too_weak(visitor.who.login, fresh)
        if not wrong and fresh != field(form, "again"):
            wrong = _("两次写的密码不一样。")
        if not wrong:
            wrong = await self._shell.proved(visitor, field(form, "old"), password_only=True)
        if wrong:
            return await self._page(visitor, status=422, wrong_password=wrong)
        try:
            secret = await self._shell.passwords.hashed(fresh)
        except TooManyAtOnce as refusal:
            return await self._page(visitor, status=503, wrong_password=refusal.say)
        await store.writer.do(_set_password, visitor.who.id, visitor.token, secret)
        return await self._page(visitor, done=_("密码换好了，别处的登录已经退出。"))

    async def end_session(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End one of one's own sessions."""
        await self._shell.store.writer.do(sessions.end_one, visitor.who.id, request.match_info["ref"])
        raise web.HTTPSeeOther("/admin/me")

    async def end_sessions(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End all sessions but this one."""
        await self._shell.store.writer.do(sessions.end_all, visitor.who.id, visitor.token)
        raise web.HTTPSeeOther("/admin/me")

    async def begin_enrol(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Begin to set up a phone, a first or another one."""
        asked = await self._shell.confirm(request, visitor, _("设置动态码"), ask_why=False)
        if isinstance(asked, web.Response):
            return asked
        await self._shell.store.writer.do(factor.prepare, visitor.who.id, totp.fresh_secret())
        raise web.HTTPSeeOther("/admin/me/second")

    async def enrol_form(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The secret of the phone that is being set up."""
        return await self._enrol_form(visitor)

    async def enrol(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The first code of the phone."""
        asked = await self._shell.confirm(request, visitor, _("设置动态码"), ask_why=False)
        if isinstance(asked, web.Response):
            return asked
        form, recovery = await request.post(), factor.fresh_codes()
        given = field(form, "code", 40).replace(" ", "")
        if not await self._shell.store.writer.do(factor.prove, visitor.who.id, given, recovery):
            wrong = _("这个数字不对。看一下手机的时间准不准，等下一个数字再写。")
            return await self._enrol_form(visitor, wrong=wrong, status=422)
        return await self._shell.plain(request, "codes.html", codes=recovery, going="/admin/me")

    async def new_codes(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Ten new recovery codes; the old ones end."""
        asked = await self._shell.confirm(request, visitor, _("换一批备用码"), ask_why=False)
        if isinstance(asked, web.Response):
            return asked
        recovery = factor.fresh_codes()
        if not await self._shell.store.writer.do(_new_codes, visitor.who.id, recovery):
            raise web.HTTPNotFound
        return await self._shell.plain(request, "codes.html", codes=recovery, going="/admin/me")

    async def switch_off(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Give up the second factor, where the role does not need it."""
        if visitor.who.role in SECOND_FACTOR:
            raise web.HTTPNotFound
        asked = await self._shell.confirm(request, visitor, _("停用动态码"), ask_why=False)
        if isinstance(asked, web.Response):
            return asked
        await self._shell.store.writer.do(_switch_off, visitor.who.id)
        raise web.HTTPSeeOther("/admin/me")

    async def away(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Not there for a while: what is held goes on with others, in one step."""
        form = await request.post()
        try:
            since, until = absences.span(form, visitor.now_ms)
            moved = await self._shell.store.writer.do(
                absences.go, visitor.who.id, visitor.who.id, since, until, ""
            )
        except Refused as refusal:
            return await self._page(visitor, status=422, wrong_away=refusal.say)
        return await self._page(visitor, done=absences.moved_words(moved))

    async def back(self, _request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """There again."""
        await self._shell.store.writer.do(absences.back, visitor.who.id, visitor.who.id, "")
        return await self._page(visitor, done=_("记下了：您回来了。转走的事还在接手的人那里。"))

    async def _page(self, visitor: Visitor, *, status: int = 200, **parts: str) -> web.Response:
        store, who, now = self._shell.store, visitor.who, visitor.now_ms
        known = {one.id: one.name for one in await store.reader(stations.all_open)}
        open_now = await store.reader(sessions.of, who.id, now)
        on = await store.reader(factor.on, who.id)
        return await self._shell.show(
            visitor,
            "me.html",
            status=status,
            place="me",
            role=words.ROLES[who.role],
            station=known.get(who.station_id or "", _("全县")),
            kinds=[words.SECLUDED[kind] for kind in await store.reader(named.kinds_of, who.id)],
            factor=on,
            needed=who.role in SECOND_FACTOR,
            codes_left=await store.reader(factor.codes_left, who.id) if on else 0,
            sessions=[
                {
                    "ref": one.ref,
                    "mine": one.ref == visitor.ref,
                    "browser": one.browser or _("别的浏览器"),
                    "begun": words.hour_words(one.begun_at, now),
                    "seen": words.hour_words(one.seen_at, now),
                }
                for one in open_now
            ],
            absence=await store.reader(absences.of, who.id, self._shell.now_ms),
            **{"done": "", "wrong_password": "", "wrong_away": "", **parts},
        )

    async def _enrol_form(self, visitor: Visitor, *, wrong: str = "", status: int = 200) -> web.Response:
        secret = await self._shell.store.reader(factor.waiting_secret, visitor.who.id)
        if secret is None:
            raise web.HTTPSeeOther("/admin/me")
        return await self._shell.show(
            visitor,
            "second.html",
            status=status,
            place="me",
            action="/admin/me/second",
            secret=totp.in_groups(secret),
            picture=code_picture(totp.address(secret, visitor.who.login, ISSUER)),
            wrong=wrong,
        )


def _set_password(work: Work, staff_id: int, token: str, secret: str) -> None:
    staff.set_own_password(work, staff_id, secret)
    sessions.end_all(work, staff_id, token)
    note(work, staff_id, "password", f"staff:{staff_id}")


def _new_codes(work: Work, staff_id: int, recovery: list[str]) -> bool:
    if not factor.on(work.db.connection(), staff_id):
        return False
    factor.keep_codes(work, staff_id, recovery)
    note(work, staff_id, "recovery_new", f"staff:{staff_id}")
    return True


def _switch_off(work: Work, staff_id: int) -> None:
    factor.clear(work, staff_id)
    note(work, staff_id, "factor_off", f"staff:{staff_id}")
