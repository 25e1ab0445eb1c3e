"""`/board/{station}`: the public board of a station; `/board`: all of them. Without script, for print too.

`/board/{station}/map` leads on to the station on a public map.
"""

from pathlib import Path
from typing import Any

from aiohttp import web

from bot.clock import Clock, millis
from bot.db import Reader
from bot.web.templating import templates
from handlers.appointments import notice_board
from handlers.directory import links, stations

CARE = "big"
"""Name of the cookie, and of the query word, for larger letters: the same as on the pages of answers."""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Cookie",
}
_templates = templates(Path(__file__).parent / "templates")


def routes(reader: Reader, clock: Clock, county: str, law: str, *, trial: bool) -> list[web.RouteDef]:
    """The routes. Args: county: its name; law: the number of the legal service line."""

    def page(request: web.Request, template: str, status: int = 200, **parts: Any) -> web.Response:
        asked = request.query.get(CARE)
        care = (asked or request.cookies.get(CARE)) == "1"
        text = _templates.get_template(template).render(
            care=care, county=county, law=law, trial=trial, **parts
        )
        response = web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)
        if asked in ("0", "1"):
            response.set_cookie(CARE, asked, max_age=365 * 86_400, httponly=True, samesite="Lax", path="/")
        return response

    async def every(request: web.Request) -> web.Response:
        return page(request, "boards.html", stations=await reader(stations.all_open))

    async def one(request: web.Request) -> web.Response:
        found = await reader(notice_board.of, request.match_info["station"], millis(clock.now()))
        if found is None:
            return page(request, "boards.html", 404, stations=await reader(stations.all_open))
        return page(request, "board.html", board=found)

    async def on_map(request: web.Request) -> web.Response:
        known = await reader(stations.all_open)
        card = next((one for one in known if one.id == request.match_info["station"]), None)
        if card is None:
            return page(request, "boards.html", 404, stations=known)
        where = links.map_of(card) or f"/board/{card.id}"
        return web.Response(status=302, headers={"Location": where, **_HEADERS})

    return [
        web.get("/board", every),
        web.get("/board/{station}", one),
        web.get("/board/{station}/map", on_map),
    ]
