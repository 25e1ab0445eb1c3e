"""`/calendar/{token}.ics`: a calendar for the program of a member of staff, who has no session there."""

import hashlib

from aiohttp import web

from bot.clock import Clock, millis
from bot.db import Reader
from bot.words import _
from handlers.appointments import feed
from handlers.appointments.ical import calendar

PATH = "/calendar"
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def routes(reader: Reader, clock: Clock) -> list[web.RouteDef]:
    """The one route; an address that is not good is told from no other page that is not there."""

    async def read(request: web.Request) -> web.Response:
        now = millis(clock.now())
        who = await reader(feed.whose, request.match_info["token"])
        if who is None:
            raise web.HTTPNotFound
        found = await reader(feed.events, who, now)
        body = calendar(_("小司：{name}").format(name=who.name), found)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**_HEADERS, "ETag": tag}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="xiaosi.ics"'
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    return [web.get(PATH + "/{token:[A-Za-z0-9_-]{43}}.ics", read)]
