"""The platform's API as an HTTP application: tokens, sending, media, menus, people, login."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from admin.sandbox import sending
from admin.sandbox.account import Level
from admin.sandbox.control import control_routes
from admin.sandbox.errcodes import ApiRefused, answer
from admin.sandbox.faults import suffer
from admin.sandbox.menus import check_menu
from admin.sandbox.platform import Book, Call, Platform

_SECRET = {"access_token", "secret"}
_RANK: Mapping[Level, int] = {"personal": 0, "subscription": 1, "service": 2}
Work = Callable[[Platform, Book, web.Request, bytes], Mapping[str, Any] | web.Response]


@dataclass(frozen=True)
class Endpoint:
    """One call of the API: how it is called, and from which level of account on."""

    method: str
    work: Work
    level: Level = "subscription"
    doors: tuple[str, ...] = ("oa",)
    counted: bool = True


def build(platform: Platform, more: Sequence[web.RouteDef] = ()) -> web.Application:
    """The API, to be served on a loopback port of its own; control stands under ``/sandbox/control``.

    Args: more: further routes of control.
    """
    app = web.Application(client_max_size=4 * 1024 * 1024)
    closing = asyncio.Event()

    async def shut(_app: web.Application) -> None:
        closing.set()

    app.on_shutdown.append(shut)

    async def call(request: web.Request) -> web.StreamResponse:
        return await _logged(platform, request, closing)

    app.router.add_routes([*control_routes(platform), *more])
    app.router.add_get("/sandbox/media/{media_id}", _picture(platform))
    app.router.add_route("*", "/{path:.*}", call)
    return app


async def _logged(platform: Platform, request: web.Request, closing: asyncio.Event) -> web.StreamResponse:
    raw = await request.read()
    fault = platform.faults.take(request.path)
    response: web.StreamResponse | None = None

    async def serve() -> web.StreamResponse:
        return _serve(platform, request, raw)

    try:
        if fault is None:
            response = await serve()
        else:
            response = await suffer(fault, request, serve, closing)
        return response
    finally:
        broken = fault is not None and fault.kind in ("hang", "reset", "drop", "cut")
        platform.calls.append(
            Call(
                at=platform.clock.now(),
                method=request.method,
                endpoint=request.path,
                query={name: value for name, value in request.query.items() if name not in _SECRET},
                body=_without_secret(raw),
                status=None if broken or response is None else response.status,
                errcode=None if broken else _errcode(response),
                fault=fault.kind if fault else "",
            )
        )


def _serve(platform: Platform, request: web.Request, raw: bytes) -> web.Response:
    try:
        done = _done(platform, request, raw)
    except ApiRefused as refused:
        done = answer(refused.errcode)
    if isinstance(done, web.Response):
        return done
    # Labelled as text on purpose: callers have to parse by content.
    return web.Response(text=json.dumps(done, ensure_ascii=False), content_type="text/plain")


def _done(platform: Platform, request: web.Request, raw: bytes) -> Mapping[str, Any] | web.Response:
    if request.path in OPEN:
        method, work = OPEN[request.path]
        _check_method(request, method)
        return work(platform, request, raw)
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        return web.Response(status=404, text="404 page not found")
    _check_method(request, endpoint.method)
    book = platform.books[platform.tokens.owner(request.query.get("access_token", ""))]
    if book.account.door not in endpoint.doors or _RANK[book.level] < _RANK[endpoint.level]:
        raise ApiRefused(48001)
    platform.days.count(book.account.app_id, request.path)
    return endpoint.work(platform, book, request, raw)


def _check_method(request: web.Request, method: str) -> None:
    if request.method != method:
        raise ApiRefused(43001 if method == "GET" else 43002)


def _errcode(response: web.StreamResponse | None) -> int | None:
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes) or not body.startswith(b"{"):  # a file has none
        return None
    code = json.loads(body).get("errcode")
    return code if isinstance(code, int) else None


def _without_secret(raw: bytes) -> str:
    try:
        body = json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")
    if isinstance(body, dict) and "secret" in body:
        return json.dumps({**body, "secret": "***"}, ensure_ascii=False)
    return raw.decode(errors="replace")


def _known(platform: Platform, app_id: str, secret: str) -> Book:
    if not app_id:
        raise ApiRefused(41002)
    if app_id not in platform.books:
        raise ApiRefused(40013)
    if not secret:
        raise ApiRefused(41004)
    book = platform.books[app_id]
    if secret != book.account.app_secret:
        raise ApiRefused(40125)
    return book


def _token(platform: Platform, request: web.Request, _raw: bytes) -> Mapping[str, Any]:
    if request.query.get("grant_type") != "client_credential":
        raise ApiRefused(40002)
    book = _known(platform, request.query.get("appid", ""), request.query.get("secret", ""))
    platform.days.count(book.account.app_id, request.path)
    value, seconds = platform.tokens.plain(book.account.app_id)
    return {"access_token": value, "expires_in": seconds}


def _stable_token(platform: Platform, request: web.Request, raw: bytes) -> Mapping[str, Any]:
    body = sending.read_body(raw, escapes=True)
    if body.get("grant_type") != "client_credential":
        raise ApiRefused(40002)
    book = _known(platform, str(body.get("appid", "")), str(body.get("secret", "")))
    platform.days.count(book.account.app_id, request.path)
    value, seconds = platform.tokens.stable(book.account.app_id, force=body.get("force_refresh") is True)
    return {"access_token": value, "expires_in": seconds}


def _login(platform: Platform, request: web.Request, _raw: bytes) -> Mapping[str, Any]:
    book = _known(platform, request.query.get("appid", ""), request.query.get("secret", ""))
    if book.account.door != "mini":
        raise ApiRefused(40013)
    if request.query.get("grant_type") != "authorization_code":
        raise ApiRefused(40002)
    openid = platform.redeem(request.query.get("js_code", ""))
    person = book.people.get(openid)
    # The same person keeps one session key here; the real platform may change it at each login.
    key = hashlib.sha256(f"{book.account.app_secret}{openid}".encode()).digest()[:16]
    told = {"openid": openid, "session_key": base64.b64encode(key).decode()}
    return told | ({"unionid": person.unionid} if person and person.unionid else {})


def _media_get(
    platform: Platform, book: Book, request: web.Request, _raw: bytes
) -> Mapping[str, Any] | web.Response:
    media_id = request.query.get("media_id", "")
    found = platform.medium(media_id)
    if found.door != book.account.door:  # an id is good for the account to which it was sent
        raise ApiRefused(40007)
    if found.content_type.startswith("video/"):  # told where it lies, and not given
        return {"video_url": f"{request.scheme}://{request.host}/sandbox/media/{media_id}"}
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return web.Response(body=found.content, content_type=found.content_type, headers=headers)


def _picture(platform: Platform) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def picture(request: web.Request) -> web.StreamResponse:
        """The address that a pushed picture names: open to whoever knows it."""
        try:
            found = platform.medium(request.match_info["media_id"])
        except ApiRefused:
            raise web.HTTPNotFound from None
        return web.Response(body=found.content, content_type=found.content_type)

    return picture


def _menu_create(_platform: Platform, book: Book, _request: web.Request, raw: bytes) -> Mapping[str, Any]:
    body = sending.read_body(raw)
    check_menu(body)
    book.menu = body
    return answer(0)


def _menu_get(_platform: Platform, book: Book, _request: web.Request, _raw: bytes) -> Mapping[str, Any]:
    if book.menu is None:
        raise ApiRefused(46003)
    return {"menu": book.menu}


def _menu_delete(_platform: Platform, book: Book, _request: web.Request, _raw: bytes) -> Mapping[str, Any]:
    book.menu = None
    return answer(0)


def _callback_addresses(
    _platform: Platform, _book: Book, _request: web.Request, _raw: bytes
) -> Mapping[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


def _user(_platform: Platform, book: Book, request: web.Request, _raw: bytes) -> Mapping[str, Any]:
    person = book.person(request.query.get("openid", ""))
    if not person.follows:
        return {"subscribe": 0, "openid": person.openid, "tagid_list": []}
    return {
        "subscribe": 1,
        "openid": person.openid,
        "language": "zh_CN",
        "subscribe_time": person.since,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if person.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": person.scene,
    } | ({"unionid": person.unionid} if person.unionid else {})


def _sends(work: Callable[[Platform, Book, bytes], dict[str, Any]]) -> Work:
    def send(platform: Platform, book: Book, _request: web.Request, raw: bytes) -> Mapping[str, Any]:
        return work(platform, book, raw)

    return send


OPEN: Mapping[str, tuple[str, Callable[[Platform, web.Request, bytes], Mapping[str, Any]]]] = {
    "/cgi-bin/token": ("GET", _token),
    "/cgi-bin/stable_token": ("POST", _stable_token),
    "/sns/jscode2session": ("GET", _login),
}
_BOTH = ("oa", "mini")
ENDPOINTS: Mapping[str, Endpoint] = {
    "/cgi-bin/message/custom/send": Endpoint("POST", _sends(sending.custom_send), doors=_BOTH),
    "/cgi-bin/message/custom/typing": Endpoint("POST", _sends(sending.typing)),
    "/cgi-bin/message/custom/business/typing": Endpoint("POST", _sends(sending.typing), doors=("mini",)),
    "/cgi-bin/message/template/send": Endpoint("POST", _sends(sending.template_send), "service"),
    "/cgi-bin/message/subscribe/send": Endpoint("POST", _sends(sending.notice_send), doors=("mini",)),
    "/cgi-bin/message/subscribe/bizsend": Endpoint("POST", _sends(sending.notice_send), "service"),
    "/cgi-bin/media/get": Endpoint("GET", _media_get, doors=_BOTH),
    "/cgi-bin/menu/create": Endpoint("POST", _menu_create),
    "/cgi-bin/menu/get": Endpoint("GET", _menu_get),
    "/cgi-bin/menu/delete": Endpoint("GET", _menu_delete),
    "/cgi-bin/getcallbackip": Endpoint("GET", _callback_addresses, "personal", _BOTH),
    "/cgi-bin/user/info": Endpoint("GET", _user),
}
