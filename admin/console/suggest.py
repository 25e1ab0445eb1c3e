"""What may be put into a reply: reviewed answers near a resident's last words, articles, other bodies."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from admin.law_index import statute_search
from admin.store import Store
from bot.words import _
from bot.work.revisions import revisions
from handlers.consult.composing import basis
from handlers.consult.service import Desk
from handlers.library import statutes
from knowledge.decision import Outcome
from knowledge.entry import Citation
from knowledge.hotlines import Hotlines
from knowledge.law_search.search import StatuteSearch
from knowledge.naming import article_words, same_law
from knowledge.scorer import Found
from knowledge.trace import Trace

SHOWN, ARTICLES = 3, 4
_EXCERPT = 90
_READ = 400
"""Characters of a resident's words that are compared."""


@dataclass(frozen=True)
class Suggestion:
    """A reviewed answer. Attributes: text: as it goes into a reply, with its basis; link: its public page."""

    entry: str
    title: str
    short: str
    text: str
    link: str


@dataclass(frozen=True)
class Body:
    """Another office. Attributes: key: its name in a form; name: what it is for; text: for the resident."""

    key: str
    name: str
    text: str


@dataclass(frozen=True)
class Cited:
    """An article near the matter. Attributes: cited: whether a suggested answer rests on it."""

    name: str
    version: str
    text: str
    cited: bool


@dataclass(frozen=True)
class Near:
    """What was found for some words. Attributes: body: key of the fitting office; citations: of all."""

    suggestions: tuple[Suggestion, ...] = ()
    body: str = ""
    citations: tuple[Citation, ...] = ()


def near(desk: Desk, said: str) -> Near:
    """The reviewed answers nearest to a resident's words, the deciding one first."""
    words = said.strip()[-_READ:]
    if not words:
        return Near()
    found = desk.matcher.decide(words)
    ids = [found.entry] if found.source is not None and found.entry else []
    ids += [ident for ident, _title in found.options if ":" not in ident]
    seen = found.trace.seen(Found) if isinstance(found.trace, Trace) else None
    ids += [one.entry.id for one in seen.scored] if seen else []
    suggestions: list[Suggestion] = []
    citations: list[Citation] = []
    for ident in dict.fromkeys(ids):
        made = suggestion(desk, ident)
        if made is not None and len(suggestions) < SHOWN:
            suggestions.append(made)
            answer = desk.matcher.answer(ident)
            citations += list(answer.citations) if answer else []
    body = _rule_key(found.entry or "") if found.decision is Outcome.REFER else ""
    return Near(tuple(suggestions), body, tuple(citations))


def suggestion(desk: Desk, entry: str) -> Suggestion | None:
    """An entry as something to reply with; None when it may not be used (any more)."""
    answer = desk.matcher.answer(entry)
    if answer is None:
        return None
    told = "\n".join(part for part in (answer.text, basis(answer.citations)) if part)
    link = f"{desk.link_base}/a/{entry}" if desk.link_base else f"/a/{entry}"
    return Suggestion(entry, answer.title, answer.text, told, link)


def bodies(desk: Desk, hotlines: Hotlines) -> list[Body]:
    """Where a matter may be referred to: by the rules of the content, then by the table of numbers."""
    rules = [
        Body(_rule_key(f"refer.{_slug(rule.name)}"), _first_clause(rule.text), rule.text)
        for rule in desk.matcher.triage.rules["refer"].rules
        if rule.text and rule.name != "nothing of ours"
    ]
    numbers = [
        Body(
            f"tel:{line.key}",
            _("{what} {number}").format(what=line.what, number=line.number),
            _("这件事要找{who}。请打 {number}（{what}），说清您的事和地点，问去哪个窗口、带什么。").format(
                who=line.source, number=line.number, what=line.what
            ),
        )
        for line in hotlines.by_key.values()
    ]
    return [*rules, *numbers]


class Articles:
    """Search in the loaded statutes; its index is read, or made, in a thread when it is first asked for."""

    def __init__(self, store: Store, desk: Callable[[], Desk]) -> None:
        self._store, self._desk = store, desk
        self._search: StatuteSearch | None = None
        self._making: asyncio.Task[None] | None = None
        self._revision = -1

    async def near(self, said: str, cited: Sequence[Citation]) -> list[Cited]:
        """Articles that suggested answers rest on, then those nearest in words; empty without statutes."""
        held = self._desk().statutes
        found: dict[tuple[str, str], Cited] = {}
        for one in cited:
            article = held.find(one.law, one.article) if held is not None else None
            if article is not None and len(found) < ARTICLES:
                name = f"《{article.short}》{article_words(article.article)}"
                found[name, ""] = Cited(name, article.version, article.text, cited=True)
        search = await self._index()
        for hit in search.find(said[-_READ:], ARTICLES) if search is not None and said.strip() else ():
            law = hit.article
            name = f"《{law.short}》{article_words(law.article)}"
            known = any(same_law(law.law, one.law) and str(one.article) == str(law.article) for one in cited)
            if not known and len(found) < ARTICLES:
                found[name, ""] = Cited(name, law.version, law.text, cited=False)
        return list(found.values())

    async def _index(self) -> StatuteSearch | None:
        """The index, or None while it is made or where no statutes are loaded."""
        now = (await self._store.reader(revisions)).get(statutes.REVISION, 0)
        if now != self._revision and (self._making is None or self._making.done()):
            self._revision = now
            self._making = asyncio.get_running_loop().create_task(self._make())
        return self._search

    async def _make(self) -> None:
        self._search = await asyncio.get_running_loop().run_in_executor(None, statute_search, self._store)


def excerpt(text: str) -> str:
    """The beginning of an article."""
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"


def _rule_key(entry: str) -> str:
    """``refer.illness`` as a form's value."""
    return f"rule:{entry.partition('.')[2]}" if entry else ""


def _slug(name: str) -> str:
    return name.replace(" ", "_").replace(",", "")


def _first_clause(text: str) -> str:
    clause = text.partition("。")[0]
    return clause if len(clause) <= 30 else clause[:29] + "…"
