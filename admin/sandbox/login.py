"""`/try/login`: what a program on the phone gets when it asks the platform who is using it."""

import re

from aiohttp import web

from admin.sandbox.platform import Platform

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def login_route(platform: Platform) -> web.RouteDef:
    """POST with ``who``, the sandbox's name for somebody: a code to sign in with once, as JSON."""

    async def login(request: web.Request) -> web.Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise web.HTTPForbidden
        who = str((await request.post()).get("who", ""))
        if not _NAME.fullmatch(who):
            raise web.HTTPBadRequest
        return web.json_response({"code": platform.login_code(who)}, headers={"Cache-Control": "no-store"})

    return web.post("/try/login", login)
