"""The public page of an answer, `/a/{entry}`."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.web.templating import templates
from bot.words import _
from handlers.consult.periods import period_words
from handlers.consult.service import Desk
from knowledge.entry import Citation, Entry
from knowledge.naming import article_words
from knowledge.statutes import Article, Statutes

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Cookie",
}
_ENTRY = re.compile(r"[a-z_]+\.[a-z0-9_]+")
CARE = "big"
"""Name of the cookie, and of the query word, for larger letters."""


def routes(desk_of: Callable[[web.Request], Desk]) -> list[web.RouteDef]:
    """The routes of the public page. Args: desk_of: gives the desk that answers now."""

    async def answer(request: web.Request) -> web.Response:
        desk = desk_of(request)
        entry = desk.matcher.library.get(request.match_info["entry"])
        if entry is None:
            return _page(
                request, "absent.html", status=404, desk=desk, law=desk.matcher.hotlines.number("law")
            )
        basis = await _basis(entry, desk.statutes)
        return _page(request, "answer.html", status=200, desk=desk, **_parts(entry, desk), basis=basis)

    return [web.get("/a/{entry}", answer)]


@dataclass(frozen=True)
class Basis:
    """One cited article, with its text when the statutes are loaded in the cited version."""

    name: str
    version: str
    text: str


@dataclass(frozen=True)
class Call:
    """A number on a button."""

    number: str
    what: str


def _parts(entry: Entry, desk: Desk) -> dict[str, Any]:
    library, hotlines = desk.matcher.library, desk.matcher.hotlines
    related = [library.get(i) for i in entry.related]
    calls = [hotlines.by_key[step.removeprefix("call:")] for step in entry.next if step.startswith("call:")]
    questions = [
        (ask.question, [(o.label, hotlines.fill(o.then), library.get(o.then)) for o in ask.options])
        for ask in entry.ask
    ]
    return {
        "entry": entry,
        "fill": hotlines.fill,
        "calls": [Call(line.number, line.what) for line in calls],
        "limits": [(limit.what, limit.start, period_words(limit.period)) for limit in entry.limits],
        "ways": [(way, period_words(way.period) if way.period else "") for way in entry.ways],
        "questions": questions,
        "is_entry_id": lambda text: bool(_ENTRY.fullmatch(text)),
        "related": [e for e in related if e is not None],
        "law": hotlines.number("law"),
    }


async def _basis(entry: Entry, statutes: Statutes | None) -> list[Basis]:
    distinct = list({(c.law, c.version, c.article): c for c in entry.citations}.values())
    if statutes is None:
        return [_cited(citation, None) for citation in distinct]
    found = await asyncio.to_thread(lambda: [statutes.find(c.law, c.article) for c in distinct])
    return [_cited(citation, article) for citation, article in zip(distinct, found, strict=True)]


def _cited(citation: Citation, article: Article | None) -> Basis:
    fits = article is not None and article.version == citation.version and not article.superseded_by
    name = _("《{law}》{article}").format(law=citation.law, article=article_words(citation.article))
    return Basis(name, citation.version, article.text if article and fits else "")


_templates = templates(Path(__file__).parent / "templates")


def _page(request: web.Request, template: str, *, status: int, desk: Desk, **parts: Any) -> web.Response:
    asked = request.query.get(CARE)
    care = (asked or request.cookies.get(CARE)) == "1"
    text = _templates.get_template(template).render(care=care, trial=desk.trial, county=desk.county, **parts)
    response = web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)
    if asked in ("0", "1"):
        response.set_cookie(CARE, asked, max_age=365 * 86_400, httponly=True, samesite="Lax", path="/")
    return response
