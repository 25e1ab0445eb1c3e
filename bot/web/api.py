"""What every route under `/api/v1` shares: declared models, one form of faults, request ids, who asks."""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from bot.clock import Clock, millis
from bot.db import Reader
from bot.errors import Refused, StoreAway, where
from bot.web import answered
from bot.web.answered import Sent
from bot.web.pace import Pace
from bot.web.reading import MOST_BYTES, BadRequest, loaded, read
from bot.words import _
from bot.work.writer import Writer

ROOT = "/api/v1"
KEY, REQUEST_ID = "Idempotency-Key", "X-Request-Id"
DECLARED = "declared"
"""What the handler of a route carries: its `Route`."""
_log = logging.getLogger(__name__)
_OUR_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_A_KEY = re.compile(r"[!-~]{8,120}")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_STATUS = {
    "bad_request": 400,
    "bad_json": 400,
    "unknown_field": 400,
    "missing_field": 400,
    "bad_value": 400,
    "key_needed": 400,
    "no_session": 401,
    "ask_staff": 403,
    "no_appointment": 404,
    "no_such_station": 404,
    "no_ticket": 404,
    "not_found": 404,
    "not_waiting": 404,
    "key_reused": 422,
    "paused": 429,
}
"""By the code of a refusal; any other is 409."""


@dataclass(frozen=True)
class Caller:
    """Who asks: a resident, or a member of staff for somebody at the window or on the phone.

    Attributes: station_id: of the member of staff; None: for all of the county.
    """

    resident_id: int | None = None
    staff_id: int | None = None
    station_id: str | None = None

    @property
    def name(self) -> str:
        """Tells callers apart."""
        return f"resident:{self.resident_id}" if self.staff_id is None else f"staff:{self.staff_id}"


NOBODY = Caller()
CallerOf = Callable[[web.Request], Awaitable[Caller | None]]
Turn = Callable[[Refused], Awaitable["Turned"]]


class Turned(Exception):
    """A refusal as it is sent.

    Args: more: fields beside the four of every fault.
    """

    def __init__(
        self, refused: Refused, status: int, *, retry_after: int | None = None, more: Mapping[str, Any] = {}
    ) -> None:
        super().__init__(refused.code)
        self.refused, self.status, self.retry_after, self.more = refused, status, retry_after, more

    @property
    def sent(self) -> Sent:
        """Status and JSON."""
        return _fault(
            self.status, self.refused.code, self.refused.say, self.refused.field, self.retry_after, self.more
        )


@dataclass(frozen=True)
class Ask:
    """A request as a route's function gets it.

    Attributes: query, body: models as declared, None where none is; address: of the network, behind our own
    proxies.
    """

    request: web.Request
    caller: Caller
    now_ms: int
    query: Any = None
    body: Any = None
    raw: bytes = b""
    address: str = ""

    def number(self, name: str = "id") -> int:
        """A number in the address. Raises: BadRequest."""
        said = self.request.match_info[name]
        if not (said.isascii() and said.isdecimal() and len(said) < 16):
            raise BadRequest(_("编号是一个数字。"), code="bad_value", field=name)
        return int(said)

    def key(self) -> answered.Asked:
        """The write under its key. Raises: BadRequest without one."""
        keys = self.request.headers.getall(KEY, [])
        if len(keys) != 1 or not _A_KEY.fullmatch(keys[0]):
            say = _("写操作要带请求编号：8 到 120 个字母、数字或符号，同一次操作重发时不变。")
            raise BadRequest(say, code="key_needed", field=KEY)
        what = f"{self.request.method} {self.request.path} {_canonical(self.raw)}"
        return answered.asked(self.caller.name, keys[0], what, self.caller.resident_id)


@dataclass(frozen=True)
class Route:
    """A route with its models.

    Attributes: gives: model of the answer; query, takes: models of the request; session: whether a caller
    must be known; writes: whether an idempotency key is taken; summary: for whoever reads the interface.
    """

    method: str
    path: str
    answer: Callable[[Ask], Awaitable[Any]]
    gives: type
    summary: str
    query: type | None = None
    takes: type | None = None
    status: int = 200
    session: bool = True
    writes: bool = False


@dataclass(frozen=True)
class Service:
    """What routes need of the node.

    Attributes: caller_of: who asks, None for nobody that is known; proxies: addresses of our own; pace: how
    often callers may ask.
    """

    writer: Writer
    reader: Reader
    clock: Clock
    caller_of: CallerOf
    proxies: tuple[str, ...] = ()
    pace: Pace = field(default_factory=Pace)

    async def kept(self, ask: Ask) -> Sent | None:
        """What was answered to a write before, for a route that looks at something outside its act."""
        return await self.reader(answered.kept, ask.key())

    async def once(
        self, ask: Ask, status: int, act: Callable[..., Any], *args: Any, turned: Turn | None = None
    ) -> Sent:
        """Do a write once, under its key; a refusal is kept under it too.

        Args: act: gives a model; turned: makes of a refusal what is sent.
        """
        key = ask.key()
        try:
            return await self.writer.do(answered.do_once, key, status, act, *args)
        except answered.KeyReused:
            raise
        except Refused as refused:
            made = Turned(refused, status_of(refused)) if turned is None else await turned(refused)
            return await self.writer.do(answered.keep, key, made.sent)


def address_of(request: web.Request, proxies: tuple[str, ...]) -> str:
    """From where a request came: the last address that is none of our own proxies.

    A proxy on this machine is our own without being named.
    """
    ours = request.remote in (*proxies, "127.0.0.1", "::1")
    ways = request.headers.get("X-Forwarded-For", "").split(",") if ours else []
    for one in reversed(ways):
        if one.strip() and one.strip() not in proxies:
            return one.strip()[:64]
    return request.remote or ""


def status_of(refused: Refused) -> int:
    """The status of a refusal that has none of its own."""
    return _STATUS.get(refused.code, 409)


def routes(service: Service, declared: Iterable[Route]) -> list[web.RouteDef]:
    """The routes for aiohttp."""
    return [web.route(one.method, ROOT + one.path, _answering(service, one)) for one in declared]


def nothing() -> web.RouteDef:
    """The last route: a fault in the form of all others for what is not there."""

    async def absent(request: web.Request) -> web.Response:
        sent = _fault(404, "no_such_route", _("没有这个接口。"))
        return _response(sent, _request_id(request))

    return web.route("*", ROOT + "/{rest:.*}", absent)


def _answering(service: Service, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        ident = _request_id(request)
        try:
            sent = await _sent(service, route, request)
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - said with the id that the log has too
            _log.error("request %s: %s", ident, where(error))
            sent = _fault(500, "fault", _("这边出了问题，已经记下了，请过一会儿再试。"), retry_after=10)
        return _response(sent, ident)

    answer.__dict__[DECLARED] = route
    return answer


async def _sent(service: Service, route: Route, request: web.Request) -> Sent:
    try:
        caller = await service.caller_of(request)
        if caller is None and route.session:
            raise Refused(_("请先登录。"), code="no_session")
        now = millis(service.clock.now())
        address = address_of(request, service.proxies)
        _in_pace(service.pace, caller, address, now, writes=request.method != "GET")
        query = _query(request, route.query)
        raw = await _body(request)
        body = _model(raw, route.takes)
        found = await route.answer(Ask(request, caller or NOBODY, now, query, body, raw, address))
    except Turned as turned:
        return turned.sent
    except Refused as refused:
        return Turned(refused, status_of(refused)).sent
    except StoreAway:
        return _fault(503, "away", _("这会儿存不进去，请过几秒再试。"), retry_after=5)
    except web.HTTPRequestEntityTooLarge:
        return _fault(413, "too_large", _("发来的内容太长了。"))
    return found if isinstance(found, Sent) else Sent(route.status, answered.said(found))


def _in_pace(pace: Pace, caller: Caller | None, address: str, now_ms: int, *, writes: bool) -> None:
    """Raises: Turned for who asks too often; nothing was done, and the same key may be sent again."""
    paces = pace.paces
    if caller is None:
        who, most = f"address:{address}", paces.address
    elif caller.staff_id is not None:
        who, most = caller.name, paces.staff
    else:
        who, most = caller.name, paces.writes if writes else paces.reads
    wait = pace.wait(who, most, now_ms, writes=writes)
    if wait:
        refused = Refused(_("请求太多了，请过一会儿再试。"), code="too_often")
        raise Turned(refused, 429, retry_after=wait)


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    raw = await request.read()
    if len(raw) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(raw))
    return raw


def _query(request: web.Request, model: type | None) -> Any:
    if len(set(request.query)) < len(request.query):
        raise BadRequest(_("同一项写了两遍。"))
    if model is None and request.query:
        raise BadRequest(_("没有这一项。"), code="unknown_field", field=next(iter(request.query))[:80])
    return read(model, dict(request.query), words=True) if model else None


def _model(raw: bytes, model: type | None) -> Any:
    if model is None and raw.strip() not in (b"", b"{}"):
        raise BadRequest(_("这里不用写内容。"), code="unknown_field")
    return read(model, loaded(raw)) if model else None


def _canonical(raw: bytes) -> str:
    """The same body however it is spaced and ordered."""
    if not raw.strip():
        return ""
    return orjson.dumps(loaded(raw), option=orjson.OPT_SORT_KEYS).decode()


def _request_id(request: web.Request) -> str:
    given = request.headers.get(REQUEST_ID, "")
    return given if _OUR_ID.fullmatch(given) else secrets.token_hex(8)


def _fault(
    status: int,
    code: str,
    message: str,
    field: str | None = None,
    retry_after: int | None = None,
    more: Mapping[str, Any] = {},
) -> Sent:
    fault = {"code": code, "message": message, "field": field, "retry_after": retry_after, **more}
    return Sent(status, orjson.dumps(fault).decode())


def _response(sent: Sent, ident: str) -> web.Response:
    headers = {**_HEADERS, REQUEST_ID: ident}
    if sent.status in (429, 500, 503):
        headers["Retry-After"] = str(orjson.loads(sent.body).get("retry_after") or 1)
    return web.Response(
        body=sent.body.encode(), status=sent.status, content_type="application/json", headers=headers
    )
