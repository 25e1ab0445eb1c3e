"""The frame of every page: who is signed in, what a form must carry, headers, layout, kind failures."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from admin.console import doors, rights, words
from admin.store import Store
from bot.clock import millis
from bot.errors import StoreAway
from bot.web.templating import templates
from bot.words import _
from handlers.handoff import reading
from handlers.handoff.scope import Scope, scope_of
from handlers.handoff.staff import Colleague

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send Origin: null with forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
COOKIE, DOOR = "xiaosi_staff", "xiaosi_door"
FORM = "form"
_TOUCH_MS = 60_000
_templates = templates(Path(__file__).parent / "templates")

Form = Mapping[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Visitor:
    """Who asks: the member of staff, the token of the session, and the instant."""

    who: Colleague
    token: str
    now_ms: int

    @property
    def scope(self) -> Scope:
        """What of the tasks they may see."""
        return scope_of(self.who)


Page = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]


class Shell:
    """Shared by all pages of one node. Args: county: its name, for the top of pages."""

    def __init__(self, store: Store, county: str) -> None:
        self.store, self.county = store, county

    @property
    def now_ms(self) -> int:
        """The instant, in milliseconds UTC."""
        return millis(self.store.clock.now())

    def page(self, page: Page, right: str) -> Handler:
        """A page for who is signed in and has a right; others are sent to sign in. A form must be our own.

        Raises: KeyError when the right has no row in the table.
        """
        rights.RIGHTS[right]

        async def answer(request: web.Request) -> web.StreamResponse:
            visitor = await self._visitor(request)
            if visitor is None:
                if request.method == "POST":
                    return await self.plain(request, "over.html", status=401)
                raise web.HTTPSeeOther(f"/admin/signin?next={quote(request.path_qs)}")
            if request.method == "POST":
                self.own_form(request, await request.post(), visitor.token)
            if not rights.may(visitor.who, right):
                raise web.HTTPNotFound  # that there is something here is not told either
            return await page(request, visitor)

        return self.safe(answer)

    def safe(self, handler: Handler) -> Handler:
        """Headers on every answer; a database that is away is said, and nothing is lost silently."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                response = await handler(request)
            except web.HTTPNotFound:
                response = await self.plain(request, "absent.html", status=404)
            except web.HTTPException as redirect:
                redirect.headers.update(_HEADERS)
                raise
            except StoreAway:
                response = await self.plain(request, "away.html", status=503)
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return answer

    async def plain(
        self, _request: web.Request, template: str, *, status: int = 200, **parts: Any
    ) -> web.Response:
        """A page without the navigation."""
        text = _templates.get_template(template).render(county=self.county, **parts)
        return web.Response(text=text, status=status, content_type="text/html")

    async def show(self, visitor: Visitor, template: str, *, status: int = 200, **parts: Any) -> web.Response:
        """A page with the navigation, the count of what is open, and the note about danger."""
        counts = await self.store.reader(reading.counts, visitor.scope, visitor.now_ms)
        text = _templates.get_template(template).render(
            county=self.county,
            who=visitor.who,
            counts=counts,
            now=_("{day} {hour}").format(
                day=words.day_words(visitor.now_ms), hour=words.hour_words(visitor.now_ms, visitor.now_ms)
            ),
            token=doors.form_token(visitor.token),
            **parts,
        )
        return web.Response(text=text, status=status, content_type="text/html")

    def own_form(self, request: web.Request, form: Form, cookie: str) -> None:
        """Refuse a form that was not made here for this browser. Raises: HTTPForbidden."""
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        if site is not None and site != "same-origin":
            raise web.HTTPForbidden(text=_("这个请求不是从本页发出的，没有办。"))
        if site is None and (origin is None or urlsplit(origin).netloc not in self._hosts(request)):
            raise web.HTTPForbidden(text=_("这个请求不是从本页发出的，没有办。"))
        if not doors.same(str(form.get(FORM, "")), doors.form_token(cookie)):
            raise web.HTTPForbidden(text=_("页面放久了，请回去刷新一下再办。"))

    def set_cookie(self, request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
        """A cookie that scripts and other sites never see."""
        secure = self._secure(request)
        response.set_cookie(name, value, httponly=True, samesite="Strict", secure=secure, path="/admin")

    def _hosts(self, request: web.Request) -> set[str]:
        return {request.host, urlsplit(self.store.settings.public_url).netloc} - {""}

    def _secure(self, request: web.Request) -> bool:
        settings = self.store.settings
        public = urlsplit(settings.public_url)
        if request.secure or (public.scheme == "https" and public.netloc == request.host):
            return True
        forwarded = request.headers.get("X-Forwarded-Proto", "")
        return (request.remote or "") in settings.trusted_proxies and forwarded == "https"

    async def _visitor(self, request: web.Request) -> Visitor | None:
        token = request.cookies.get(COOKIE, "")
        if not token:
            return None
        now = self.now_ms
        found = await self.store.reader(doors.current, token, now)
        if found is None:
            return None
        who, seen_at = found
        if now - seen_at > _TOUCH_MS:
            await self.store.writer.do(doors.seen, token)
        return Visitor(who, token, now)


def number(request: web.Request, name: str = "id") -> int:
    """The number in the address. Raises: HTTPNotFound."""
    value = request.match_info[name]
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise web.HTTPNotFound
    return int(value)


def field(form: Mapping[str, Any], name: str, most: int = 200) -> str:
    """A text field of a form, cut."""
    value = form.get(name, "")
    return value[:most] if isinstance(value, str) else ""
