"""Somebody who opens every link and sends every form of a console, and what a browser would keep of it."""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import aiohttp

Fill = Callable[[str], str]
"""What is typed into a field, by its name."""
_TYPED = {"text", "tel", "search", ""}


@dataclass
class Form:
    """A form of a page. Attributes: fields: as the page gives them; typed: those that somebody fills in."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class Reading(HTMLParser):
    """A page as a browser reads it: its title, its addresses, its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title, self.addresses, self.links, self.forms = "", list[str](), list[str](), list[Form]()
        self._in_title, self._select = False, ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("href", "src", "action", "formaction") if given.get(name)]
        if tag == "a" and given.get("href", "").startswith("/admin"):
            self.links.append(given["href"])
        if tag == "title":
            self._in_title = True
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms:
            self._field(tag, given, self.forms[-1])

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""

    def _field(self, tag: str, given: Mapping[str, str], form: Form) -> None:
        name, kind = given.get("name", ""), given.get("type", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.fields.setdefault(self._select, given.get("value", ""))
        elif tag == "textarea" or (tag == "input" and kind in _TYPED):
            form.typed.append(name)
        elif tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in given):
            form.fields[name] = given.get("value", "")


@dataclass
class Kept:
    """What a browser and the machines on the way keep: addresses, where they led, titles."""

    addresses: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    statuses: dict[str, int] = field(default_factory=dict)


async def crawl(
    session: aiohttp.ClientSession, base: str, begin: str, kept: Kept, fill: Fill, leave_out: str, most: int
) -> None:
    """Open what can be reached from a page, at most so many pages; send each kind of form once.

    Args: leave_out: a pattern of addresses that are not asked for.
    """
    ways, seen, sent = deque([begin]), {begin}, set[str]()
    while ways and len(seen) - len(ways) < most:
        page = await _ask(session, base, kept, "GET", ways.popleft(), None)
        following = list(page.links)
        for form in page.forms:
            kind = re.sub(r"\d+", "0", form.action)
            if form.method != "post" or kind in sent or re.search(leave_out, form.action):
                continue
            sent.add(kind)
            data = {**form.fields, **{name: fill(name) for name in form.typed}}
            answer = await _ask(session, base, kept, "POST", form.action, data)
            following += answer.links
        for one in (way.partition("#")[0] for way in following):
            if one not in seen and not re.search(leave_out, one):
                seen.add(one)
                ways.append(one)


async def _ask(
    session: aiohttp.ClientSession, base: str, kept: Kept, method: str, path: str, data: dict[str, str] | None
) -> Reading:
    headers = {"Origin": base}
    async with session.request(method, base + path, data=data, headers=headers) as answer:
        for step in [*answer.history, answer]:
            kept.addresses.update((str(step.url), step.headers.get("Location", "")))
            kept.addresses.add(step.headers.get("Content-Disposition", ""))
        kept.statuses[f"{method} {path}"] = answer.status
        if not answer.content_type.startswith("text/html"):
            await answer.read()
            return Reading("")
        page = Reading(await answer.text())
    kept.titles.add(page.title)
    kept.addresses.update(page.addresses)
    return page
