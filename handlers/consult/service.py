"""Consultation: from a resident's words to the reply, exactly as every door gives it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.dialogue.reply import Choice, Reply
from bot.words import _
from knowledge.decision import Decision, Outcome
from knowledge.entry import Citation, Entry
from knowledge.matching import Matcher
from knowledge.naming import article_words
from knowledge.statutes import Statutes

SHOWN_CITATIONS = 3
_ABOUT_LAW = frozenset({Outcome.ANSWER, Outcome.CLARIFY, Outcome.REFER, Outcome.ESCALATE, Outcome.REFUSE})

Rating = Callable[[str], tuple[Choice, ...]]


def plain_rating(entry_id: str) -> tuple[Choice, ...]:
    """The two lines with which a resident says whether an answer helped, as words for `pick`."""
    return (Choice(_("有用"), pick=f"useful:{entry_id}"), Choice(_("没用"), pick=f"useless:{entry_id}"))


@dataclass(frozen=True)
class Desk:
    """What a consultation needs.

    Attributes:
        matcher: built on the entries that may be used, all in trial mode, else the adopted ones.
        link_base: root of the links, without a slash at the end.
        trial: whether replies say that the content is an example.
        rating: the choices that ask whether an answer helped, for an entry id.
        statutes: where the page finds the cited articles, when they are loaded.
        county: name on top of the page.
    """

    matcher: Matcher
    link_base: str
    trial: bool = False
    rating: Rating = plain_rating
    statutes: Statutes | None = None
    county: str = ""


@dataclass(frozen=True)
class Consultation:
    """A decision with its reply.

    Attributes:
        body: the reply without numbered lines (for an answer given in the middle of a journey).
        choices: the numbered lines; ``pick`` words are understood by `pick`.
        link: address of the full page, or empty.
    """

    decision: Decision
    body: str
    choices: tuple[Choice, ...] = ()
    link: str = ""

    @property
    def reply(self) -> str:
        """The whole text as the resident gets it."""
        return self.as_reply().lines()

    def as_reply(self, *, side: bool = False, whole: bool = True) -> Reply:
        """As the dialogue takes it. Args: side: without numbered lines; whole: see `Reply`."""
        return Reply(
            self.body,
            choices=() if side else self.choices,
            link=self.link,
            decision=self.key,
            found=self.decision.found,
            whole=whole,
        )

    @property
    def key(self) -> str:
        """The decision in one word, with the entry where there is one."""
        found = self.decision
        return f"{found.decision.value}:{found.entry}" if found.entry else found.decision.value

    def fields(self, line_id: Any = None) -> dict[str, Any]:
        """The stable JSON form. Args: line_id: the id that came with the question, if any."""
        found = self.decision
        return {
            "id": line_id,
            "decision": found.decision.value,
            "kind": found.kind,
            "reply": self.reply,
            "entry": found.entry if found.decision is Outcome.ANSWER else None,
            "title": found.title or None,
            "citations": [
                {"law": c.law, "article": c.article, "version": c.version} for c in found.citations
            ],
            "options": [{"entry": entry, "title": title} for entry, title in found.options],
            "confidence": found.confidence,
            "trace": [{"step": step.name, "detail": step.detail} for step in found.trace],
        }


def consult(desk: Desk, text: str) -> Consultation:
    """Answer a resident's words. Args: text: one message, or the joined pieces of one."""
    return compose(desk, desk.matcher.decide(text))


def pick(desk: Desk, word: str) -> Consultation | None:
    """Answer a choice that was shown earlier; None when its word is not ours or its entry is gone.

    Args: word: ``entry:ID``, ``topic:ID`` or ``branch:ID:QUESTION:OPTION`` from a choice's ``pick``.
    """
    kind, _colon, rest = word.partition(":")
    found: Decision | None = None
    if kind == "entry":
        found = desk.matcher.answer(rest)
    elif kind == "topic":
        found = desk.matcher.topic(rest)
    elif kind == "branch":
        entry, _colon, numbers = rest.partition(":")
        question, _colon, option = numbers.partition(":")
        if question.isdecimal() and option.isdecimal():
            found = desk.matcher.branch(entry, int(question), int(option))
    return compose(desk, found) if found else None


def compose(desk: Desk, found: Decision) -> Consultation:
    """The reply of a decision: text, basis, date, link, the line of the trial, choices."""
    lines = [found.text]
    link = ""
    if found.source is not None:
        link = f"{desk.link_base}/a/{found.source.id}"
        lines += [basis(found.citations), checked(found.source), _("详细：{link}").format(link=link)]
    elif found.decision is Outcome.CLARIFY:
        lines.append(desk.matcher.triage.sayings["person_too"])
    if found.decision in _ABOUT_LAW and desk.trial:
        lines.append(_("示例内容，未经当地法律人员审核。"))
    choices = _choices(desk, found)
    if found.ask is not None and found.source is not None:
        last = len(found.ask.options)
        lines.append(
            _("{question}（回复 1 到 {last}，我说得更准）").format(question=found.ask.question, last=last)
        )
    return Consultation(found, "\n".join(line for line in lines if line), choices, link)


@lru_cache(maxsize=2000)
def basis(citations: tuple[Citation, ...]) -> str:
    """The line of sources: at most three, the version once for each law."""
    distinct = {(c.law, c.version, c.article): article_words(c.article) for c in citations}
    groups: dict[tuple[str, str], list[str]] = {}
    for law, version, article in list(distinct)[:SHOWN_CITATIONS]:
        groups.setdefault((law, version), []).append(distinct[law, version, article])
    named = [
        _("《{law}》{articles}（{version} 文本）").format(
            law=law, articles=_("、").join(articles), version=version
        )
        for (law, version), articles in groups.items()
    ]
    if not named:
        return ""
    more = _("等") if len(distinct) > SHOWN_CITATIONS else ""
    return _("依据：{named}{more}").format(named=_("、").join(named), more=more)


def checked(entry: Entry) -> str:
    """The line that says when the entry was last checked."""
    return _("核对日期：{date}").format(date=entry.review.checked_on.isoformat())


def _choices(desk: Desk, found: Decision) -> tuple[Choice, ...]:
    titles = tuple(
        Choice(title, pick=entry if entry.startswith("topic:") else f"entry:{entry}")
        for entry, title in found.options
    )
    if found.source is None:
        return titles
    branches: tuple[Choice, ...] = ()
    if found.ask is not None:
        question = found.source.ask.index(found.ask)
        branches = tuple(
            Choice(option.label, pick=f"branch:{found.source.id}:{question}:{n}")
            for n, option in enumerate(found.ask.options)
        )
    return (*branches, *titles, *desk.rating(found.source.id))
