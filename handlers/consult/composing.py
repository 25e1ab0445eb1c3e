"""The reply of a decision: its text with basis, date, next step, link and numbered choices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from bot.clock import Clock, SystemClock, in_china
from bot.dialogue.reply import Choice, Reply
from bot.words import _
from handlers.consult.masking import Masker
from knowledge.counting import DaysOff
from knowledge.decision import Decision, Outcome
from knowledge.entry import Citation, Entry
from knowledge.matching import Matcher
from knowledge.naming import article_words
from knowledge.normal import Normal, bare
from knowledge.statutes import Statutes

SHOWN_CITATIONS = 3
ROOM = 2048
"""Bytes of one reply with its numbered lines."""
_MOST_TAILS = 4000
_ABOUT_LAW = frozenset({Outcome.ANSWER, Outcome.CLARIFY, Outcome.REFER, Outcome.ESCALATE, Outcome.REFUSE})
PERSON, VISIT, CARD, RATE = "handoff.person", "appointments.book", "directory.card", "feedback.give"
"""Journeys to which an answer leads."""


@dataclass(frozen=True)
class Tail:
    """What stands after the text of an answer: basis, date, next step, link, question; and its choices."""

    text: str
    choices: tuple[Choice, ...]
    link: str


@dataclass(frozen=True)
class Desk:
    """What a consultation needs.

    Attributes:
        matcher: built on the entries that may be used, all in trial mode, else the adopted ones.
        link_base: root of the links, without a slash at the end.
        trial: whether replies say that the content is an example.
        statutes: where the page finds the cited articles, when they are loaded.
        county: name on top of the page.
        masker: takes persons out of wordings that found no answer; without one they are not collected.
        editions: names the exact text of each entry; what is told is recorded where one stands.
        off: days off, for counting time limits.
        clock: tells the day on which they are counted.
        tails: what was put together for an entry before; the same for every resident.
    """

    matcher: Matcher
    link_base: str
    trial: bool = False
    statutes: Statutes | None = None
    county: str = ""
    masker: Masker | None = None
    editions: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    off: DaysOff = field(default_factory=DaysOff, compare=False, repr=False)
    clock: Clock = field(default_factory=SystemClock, compare=False, repr=False)
    tails: dict[object, Tail] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def normal(self) -> Normal:
        """Brings a resident's words into the form that patterns are written for."""
        return Normal(self.matcher.triage.slips)

    @property
    def today(self) -> date:
        """The day in China."""
        return in_china(self.clock.now()).date()

    def plain(self, text: str) -> str:
        """A resident's words cleaned, without punctuation."""
        return bare(self.normal.clean(text))


class Consultation(NamedTuple):
    """A decision with its reply.

    Attributes:
        body: the reply without numbered lines (for an answer given in the middle of a journey).
        choices: the numbered lines; ``pick`` words are understood by `pick` and by the adviser.
        link: address of the full page, or empty.
        also: further entries that the body answers with, when several things were asked.
    """

    decision: Decision
    body: str
    choices: tuple[Choice, ...] = ()
    link: str = ""
    also: tuple[str, ...] = ()

    @property
    def reply(self) -> str:
        """The whole text as the resident gets it."""
        return self.as_reply().lines()

    def as_reply(
        self, *, side: bool = False, whole: bool = True, memory: Mapping[str, Any] | None = None
    ) -> Reply:
        """As the dialogue takes it. Args: side: without numbered lines; whole, memory: see `Reply`."""
        return Reply(
            self.body,
            choices=() if side else self.choices,
            link=self.link,
            decision=self.key,
            found=self.decision.found,
            whole=whole,
            memory=memory,
        )

    @property
    def key(self) -> str:
        """The decision in one word, with the entry where there is one."""
        found = self.decision
        if not found.entry:
            return found.decision.value
        return f"{found.decision.value}:{'+'.join((found.entry, *self.also))}"

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


def compose(desk: Desk, found: Decision) -> Consultation:
    """The reply of a decision: text, basis, date, next step, link, the line of the trial, choices."""
    if found.source is not None:
        tail = tail_of(desk, found)
        return Consultation(found, f"{found.text}\n{tail.text}", tail.choices, tail.link)
    lines = [found.text]
    if found.decision is Outcome.CLARIFY:
        lines.append(desk.matcher.triage.sayings["person_too"])
    if found.decision in _ABOUT_LAW and desk.trial:
        lines.append(trial_words())
    return Consultation(found, "\n".join(lines), _to_clarify(found))


def tail_of(desk: Desk, found: Decision) -> Tail:
    """What stands after an answer's text; made once for an entry as it is asked."""
    source = found.source
    assert source is not None
    key = (source.id, found.ask is None, found.options)
    tail = desk.tails.get(key)
    if tail is None:
        if len(desk.tails) >= _MOST_TAILS:
            desk.tails.clear()
        tail = desk.tails[key] = _tail(desk, found, source)
    return tail


def _tail(desk: Desk, found: Decision, source: Entry) -> Tail:
    link = link_of(desk, source)
    choices = (*_branches(found, source), *after_answer(source), *_instead(found))
    if source.is_guide:
        choices = (*_branches(found, source), *_titles(found), *after_answer(source))
    question = ""
    if found.ask is not None:
        last = len(found.ask.options)
        question = _("{question}（回复 1 到 {last}，我说得更准）").format(
            question=found.ask.question, last=last
        )
    lines = [
        basis(found.citations),
        checked(source),
        next_step(desk, source),
        _("详细：{link}").format(link=link),
        trial_words() if desk.trial else "",
        question,
    ]
    return Tail("\n".join(line for line in lines if line), choices, link)


def link_of(desk: Desk, entry: Entry) -> str:
    """The address of an entry's page."""
    return f"{desk.link_base}/a/{entry.id}"


def trial_words() -> str:
    """Said under whatever rests on entries that nobody has adopted."""
    return _("示例内容，未经当地法律人员审核。")


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


def next_step(desk: Desk, entry: Entry) -> str:
    """The line of what comes next, or nothing. Where it is a number to call, with the number."""
    sayings = {
        "book_mediation": _("愿意坐下来谈的，可以申请人民调解，不收费，回复“预约”"),
        "apply_for_aid": _("请不起律师的，问问能不能申请法律援助，回复“找人”"),
        "ask_person": _("拿不准的，请工作人员看材料，回复“找人”"),
    }
    steps = []
    for step in entry.next[:2]:
        line = desk.matcher.hotlines.by_key.get(step.removeprefix("call:"))
        if line is not None and step.startswith("call:"):
            steps.append(_("{what}打 {number}").format(what=line.what, number=line.number))
        elif step in sayings:
            steps.append(sayings[step])
    return _("下一步：{steps}。").format(steps=_("；").join(steps)) if steps else ""


def after_answer(entry: Entry) -> tuple[Choice, ...]:
    """The three lines under every answer, always in this order."""
    return (
        Choice(_("没解决"), pick=f"unsolved:{entry.id}"),
        Choice(_("找人"), go=PERSON),
        Choice(_("预约"), pick=f"visit:{entry.id}"),
    )


def _branches(found: Decision, source: Entry) -> Iterator[Choice]:
    if found.ask is not None:
        question = source.ask.index(found.ask)
        for n, option in enumerate(found.ask.options):
            yield Choice(option.label, pick=f"branch:{source.id}:{question}:{n}")


def _titles(found: Decision) -> tuple[Choice, ...]:
    return tuple(
        Choice(title, pick=entry if entry.startswith("topic:") else f"entry:{entry}")
        for entry, title in found.options
    )


def _instead(found: Decision) -> Iterator[Choice]:
    """Under an answer: what may be meant instead, behind the lines that stand under every answer."""
    for entry, title in found.options:
        yield Choice(_("也许您问的是：{title}").format(title=title), pick=f"entry:{entry}")


def _to_clarify(found: Decision) -> tuple[Choice, ...]:
    """Titles with a way out: none of them, or, where nothing was found, a person."""
    if found.decision is not Outcome.CLARIFY or not found.options:
        return _titles(found)
    out = Choice(_("都不是"), pick="none") if found.found else Choice(_("找人"), go=PERSON)
    return (*_titles(found), out)
