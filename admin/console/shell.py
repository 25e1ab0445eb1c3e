"""The frame of every page: who is signed in, what a form must carry, headers, layout, kind failures."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from admin.console import doors, faults, proof, rights, sessions, words
from admin.console.passwords import Passwords
from admin.console.places import places_for
from admin.store import Store
from bot.clock import millis
from bot.errors import StoreAway
from bot.web.templating import templates
from bot.words import _
from handlers.handoff import reading
from handlers.handoff.reading import Counts
from handlers.handoff.scope import Scope, scope_of
from handlers.handoff.staff import Colleague

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
RIGHT = "right"
"""What a guarded handler carries: the name of the right that it asks for."""
_TOUCH_MS = 60_000
_templates = templates(Path(__file__).parent / "templates")
_templates.globals["places_for"] = places_for

Form = Mapping[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Visitor:
    """Who asks: the member of staff, the token of the session, and the instant.

    ref: names the session in lists; confirmed_at: when password or code were given last, 0 for never.
    """

    who: Colleague
    token: str
    now_ms: int
    ref: str = ""
    confirmed_at: int = 0

    def can(self, right: str) -> bool:
        """Whether they have a right. Raises: KeyError for a right that has no row."""
        return rights.may(self.who, right)

    @property
    def scope(self) -> Scope:
        """What of the tasks they may see."""
        return scope_of(self.who)


Page = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]
Rescue = Callable[[web.Request, str], Awaitable[bool]]
"""Keeps what a form brings after its session, named by its token, fell idle; whether it could."""


class Shell:
    """Shared by all pages of one node. Args: county: its name, for the top of pages."""

    def __init__(self, store: Store, county: str, passwords: Passwords | None = None) -> None:
        self.store, self.county = store, county
        self.passwords = passwords or Passwords()

    @property
    def now_ms(self) -> int:
        """The instant, in milliseconds UTC."""
        return millis(self.store.clock.now())

    @property
    def headers(self) -> Mapping[str, str]:
        """What every answer says to the browser, for answers that begin before they end."""
        return _HEADERS

    def page(self, page: Page, right: str, *, quiet: bool = False, rescue: Rescue | None = None) -> Handler:
        """A page for who is signed in and has a right; others are sent to sign in. A form must be our own.

        Args: quiet: that it is asked for keeps no session from falling idle; rescue: for a form that comes
        when the session is over.
        Raises: KeyError when the right has no row in the table.
        """
        rights.RIGHTS[right]

        async def answer(request: web.Request) -> web.StreamResponse:
            visitor = await self._visitor(request, quiet=quiet)
            if visitor is None:
                if request.method == "POST":
                    token = request.cookies.get(COOKIE, "")
                    kept = rescue is not None and bool(token) and await rescue(request, token)
                    return await self.plain(
                        request,
                        "over.html",
                        status=401,
                        kept=kept,
                        following=quote(request.path) if kept else "",
                    )
                raise web.HTTPSeeOther(f"/admin/signin?next={quote(request.path_qs)}")
            if request.method == "POST":
                self.own_form(request, await request.post(), visitor.token)
            if not rights.may(visitor.who, right):
                raise web.HTTPNotFound  # that there is something here is not told either
            return await page(request, visitor)

        guarded = self.safe(answer)
        guarded.__dict__[RIGHT] = right
        return guarded

    async def confirm(
        self, request: web.Request, visitor: Visitor, doing: str, *, ask_why: bool = True
    ) -> str | web.Response:
        """The second check before an export, a look behind a mask, a change of somebody's account.

        To be called by a page that takes a form: password or code within the last ten minutes, and a
        reason. What is missing is asked for on a page that sends the same form again.

        Args: doing: what is about to be done, in words for staff; ask_why: whether a reason is needed.
        Returns: the reason, for the record; or the page that asks, to be returned as it is.
        """
        form = await request.post()
        why, given = field(form, "why", 300).strip(), field(form, "proof")
        fresh = visitor.now_ms - visitor.confirmed_at < sessions.CONFIRMED_MS
        wrong = ""
        if not fresh and given:
            wrong = await self.proved(visitor, given)
            fresh = not wrong
        if fresh and (why or not ask_why):
            return why
        if fresh and "why" in form:
            wrong = _("请写一句为什么，会留在记录里。")
        kept = {
            name: value
            for name, value in form.items()
            if isinstance(value, str) and name not in (FORM, "why", "proof")
        }
        return await self.show(
            visitor,
            "confirm.html",
            status=422 if wrong else 200,
            place="",
            doing=doing,
            action=request.path,
            kept=kept,
            why=why,
            ask_why=ask_why,
            ask_proof=not fresh,
            wrong=wrong,
        )

    async def proved(self, visitor: Visitor, given: str, *, password_only: bool = False) -> str:
        """Check a password or a code, given once more. Returns: what is wrong; empty when it was right."""
        return await proof.proved(
            self.store, self.passwords, visitor.who, visitor.token, given, password_only=password_only
        )

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
            except ConnectionError:  # the browser went away: there is nobody to tell
                raise
            except Exception as fault:  # noqa: BLE001 - said with a number that the log has too
                seen_as = faults.numbered(fault)
                response = await self.plain(request, "fault.html", status=500, number=seen_as)
                self.set_cookie(request, response, faults.COOKIE, seen_as)
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
        counts = Counts()
        if visitor.can("task.list"):
            counts = await self.store.reader(reading.counts, visitor.scope, visitor.now_ms)
        text = _templates.get_template(template).render(
            county=self.county,
            who=visitor.who,
            can=visitor.can,
            counts=counts,
            pretend=self.store.settings.trial,
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

    async def _visitor(self, request: web.Request, *, quiet: bool = False) -> Visitor | None:
        token = request.cookies.get(COOKIE, "")
        if not token:
            return None
        now = self.now_ms
        found = await self.store.reader(sessions.current, token, now)
        if found is None:
            return None
        if not quiet and now - found.seen_at > _TOUCH_MS:
            await self.store.writer.do(sessions.seen, token)
        return Visitor(found.who, token, now, found.ref, found.confirmed_at)


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
