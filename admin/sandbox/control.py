"""The sandbox's own door, for tests and scripts elsewhere: set faults, move time, read what happened."""

import base64
import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from admin.sandbox.account import Door
from admin.sandbox.faults import Fault
from admin.sandbox.platform import Platform
from admin.sandbox.windows import ALLOWED

HEADER = "X-Sandbox-Control"  # a page of another site cannot send it without being asked first
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LEVELS = ("personal", "subscription", "service")
_PREFIX = "/sandbox/control"
Body = Mapping[str, Any]


def control_routes(platform: Platform) -> list[web.RouteDef]:
    """The routes of control; each takes and gives JSON and wants the header ``X-Sandbox-Control: 1``."""
    posts: dict[str, Callable[[Platform, Body], Body]] = {
        "faults": _faults,
        "clock": _clock,
        "people": _people,
        "act": _act,
        "level": _level,
        "limits": _limits,
        "tokens": _tokens,
        "media": _media,
        "login-code": _login_code,
        "consents": _consents,
    }
    gets: dict[str, Callable[[Platform, Body], Body]] = {"state": _state, "calls": _calls, "sent": _sent}
    return [
        *(web.post(f"{_PREFIX}/{name}", guarded(platform, work)) for name, work in posts.items()),
        *(web.get(f"{_PREFIX}/{name}", guarded(platform, work)) for name, work in gets.items()),
        web.delete(f"{_PREFIX}/faults", guarded(platform, _no_faults)),
    ]


def guarded(platform: Platform, work: Callable[[Platform, Body], Body]) -> Callable[[web.Request], Any]:
    """A handler that turns away other hosts' pages, and says 400 for a body that does not fit."""

    async def handler(request: web.Request) -> web.Response:
        check_control(request)
        try:
            body = await request.json() if request.method == "POST" else dict(request.query)
            return web.json_response(work(platform, body))
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return handler


def check_control(request: web.Request) -> None:
    """Let only programs on this machine in. Raises: web.HTTPForbidden."""
    host = urlsplit(f"//{request.host}").hostname
    if request.headers.get(HEADER) != "1" or host not in _LOOPBACK:
        raise web.HTTPForbidden(text=f"control wants the header {HEADER}: 1 and a loopback address")


def door_of(body: Body) -> Door:
    """The door that a body names; the official account when it names none."""
    return "mini" if body.get("door", "oa") == "mini" else "oa"


def _faults(platform: Platform, body: Body) -> Body:
    fault = Fault(body["endpoint"], body["kind"], body.get("value"), body.get("times", 1))
    platform.faults.add(fault)
    return {"standing": len(platform.faults.standing)}


def _no_faults(platform: Platform, _body: Body) -> Body:
    platform.faults.clear()
    return {"standing": 0}


def _clock(platform: Platform, body: Body) -> Body:
    platform.window_clock.shift += timedelta(seconds=float(body["forward"]))
    return {"shift": platform.window_clock.shift.total_seconds()}


def _people(platform: Platform, body: Body) -> Body:
    book = platform.book(door_of(body))
    platform.touched(door_of(body), body["openid"], None)
    person = book.people[body["openid"]]
    person.follows = bool(body.get("follows", True))
    person.unionid = str(body.get("unionid", person.unionid))
    return dataclasses.asdict(person)


def _act(platform: Platform, body: Body) -> Body:
    if body["act"] not in ALLOWED:
        raise ValueError(f"act is one of {', '.join(ALLOWED)}")
    platform.touched(door_of(body), body["openid"], body["act"])
    return {"left": platform.book(door_of(body)).windows.left(body["openid"])}


def _level(platform: Platform, body: Body) -> Body:
    if body["level"] not in _LEVELS:
        raise ValueError(f"level is one of {', '.join(_LEVELS)}")
    platform.book(door_of(body)).level = body["level"]
    return {"level": body["level"]}


def _limits(platform: Platform, body: Body) -> Body:
    platform.days.limits[body["endpoint"]] = int(body["a_day"])
    return {"a_day": platform.days.limits[body["endpoint"]]}


def _tokens(platform: Platform, body: Body) -> Body:
    if "lifetime" in body:
        platform.tokens.lifetime = timedelta(seconds=float(body["lifetime"]))
    if body.get("expire"):
        platform.tokens.expire_all()
    return {"lifetime": platform.tokens.lifetime.total_seconds()}


def _media(platform: Platform, body: Body) -> Body:
    content = base64.b64decode(body["base64"], validate=True)
    name, door = body.get("name", "file"), door_of(body)
    return {"media_id": platform.add_media(content, body["content_type"], name, door)}


def _login_code(platform: Platform, body: Body) -> Body:
    return {"code": platform.login_code(body["openid"])}


def _consents(platform: Platform, body: Body) -> Body:
    door: Door = "oa" if body.get("door") == "oa" else "mini"
    platform.consent(door, body["openid"], body["template"])
    return {"left": platform.book(door).consents[body["openid"], body["template"]]}


def _state(platform: Platform, _body: Body) -> Body:
    return {
        "now": platform.window_clock.now().isoformat(),
        "shift": platform.window_clock.shift.total_seconds(),
        "faults": [dataclasses.asdict(fault) for fault in platform.faults.standing],
        "calls": len(platform.calls),
        "sent": len(platform.sent),
        "doors": {
            book.account.door: {
                "level": book.level,
                "menu": book.menu is not None,
                "people": {
                    person.openid: {"follows": person.follows, "left": book.windows.left(person.openid)}
                    for person in book.people.values()
                },
            }
            for book in platform.books.values()
        },
    }


def _calls(platform: Platform, query: Body) -> Body:
    wanted = query.get("endpoint", "")
    found = [call for call in platform.calls if not wanted or call.endpoint == wanted]
    return {"calls": [_plain(call) for call in found[-int(query.get("last", 1000)) :]]}


def _sent(platform: Platform, query: Body) -> Body:
    wanted = query.get("openid", "")
    found = [sent for sent in platform.sent if not wanted or sent.openid == wanted]
    return {"sent": [_plain(sent) for sent in found[-int(query.get("last", 1000)) :]]}


def _plain(value: Any) -> Body:
    spelled = json.dumps(dataclasses.asdict(value), default=str, ensure_ascii=False)
    plain: Body = json.loads(spelled)
    return plain
