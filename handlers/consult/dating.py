"""A day that a resident tells: to which matter and which limit it belongs, and what is said then."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from bot.dialogue.reply import Choice, Reply
from bot.words import _
from handlers.consult import limits
from handlers.consult.composing import ROOM, Desk, after_answer, checked, link_of, trial_words
from handlers.consult.following import head
from handlers.consult.recent import Recent
from knowledge.dates import Kind, Told, as_read, dates_in, may_hold_date
from knowledge.deadlines import (
    Due,
    countable,
    due,
    fit,
    meant,
    names_paper,
    only_knowing,
    papers_in,
    says_nothing,
)
from knowledge.decision import Decision
from knowledge.entry import Entry, Limit

LONGEST = 60
"""Characters of words that go on with a matter by telling a day; who writes more tells a story."""
_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_WRONG = re.compile(r"不对|不是|说错|记错|搞错|弄错|看错|写错|打错|更正|改成|应该是")
_LEFT_OUT = re.compile(r"(?:不是|没有?在|并非)\s*$")
_IN_TIME = re.compile(
    r"来(?:不来)?[得的]及|来不[得的来]*[及急]|过没过|过了?(?:没|吗|么|期)|过期|到期|哪[天日]|几号|[最迟]晚|最迟|还[剩有](?:下|几|多少)+天|还剩"
    r"|还能不?能?(?:告|要|申请|起诉|退|办|报|弄|赔)|还(?:行|管用|算数|有效)[不吗么]|超(?:过)?期|晚了?[吗没不]|时效|期限|截止|多少天"
)
_ASKING = 18
_IS_TODAY = re.compile("今[天日]")
_UNTIL = ("前", "以前", "之前")


class Day(NamedTuple):
    """A told day with the words around it, which say what happened on it."""

    told: Told
    around: str


def asks_whether_in_time(plain: str) -> bool:
    """Whether short words ask how long there is still time. Args: without punctuation."""
    return len(plain) <= _ASKING and _IN_TIME.search(plain) is not None


def days_told(desk: Desk, words: str, recent: Recent | None = None) -> list[Day]:
    """The days that words tell, with what happened on each; none for 不是10月."""
    text = as_read(words)
    if not may_hold_date(text):
        return []
    near = None
    if recent is not None and recent.day and _WRONG.search(text):
        near = date.fromisoformat(recent.day[0])
    found = dates_in(text, desk.today, near)
    days = []
    for n, told in enumerate(found):
        if _LEFT_OUT.search(text[: told.start]):
            continue
        before = _CLAUSE.split(text[found[n - 1].end if n else 0 : told.start])[-1]
        after = _CLAUSE.split(text[told.end : found[n + 1].start if n + 1 < len(found) else len(text)])[0]
        if _IS_TODAY.match(told.words) and _IN_TIME.search(after):
            continue  # 今天还能退吗
        if told.kind is Kind.SPAN and told.words[-1] in "底末" and text[told.end :].startswith(_UNTIL):
            told = told._replace(kind=Kind.DAY, first=told.last)  # 3月底前给钱
        sign = _("号") if told.words[-1] in "号日" else ""
        days.append(Day(told, f"{before}{sign}{after}"))
    return days


def with_limit(desk: Desk, reply: Reply, found: Decision, near: Sequence[str], words: str) -> Reply:
    """An answer with the limit that its question makes countable, and the day remembered.

    Only where the words say that the day is the one from which a limit runs. Args: near: entries that are
    shown under a guide.
    """
    shown = near if found.source is None or found.source.is_guide else (found.source.id,)
    if not may_hold_date(words) or not any(has_limits(desk.matcher.library.get(one)) for one in shown):
        return reply
    return _with_days(desk, reply, found, near, days_told(desk, words), words)


def with_day_before(desk: Desk, reply: Reply, found: Decision, recent: Recent) -> Reply:
    """An answer that was picked, with the limit of a day that was told before."""
    day = _remembered(recent)
    return _with_days(desk, reply, found, (), [day], recent.said) if day is not None else reply


def _with_days(
    desk: Desk, reply: Reply, found: Decision, near: Sequence[str], days: Sequence[Day], said: str
) -> Reply:
    entry = found.source
    own = entry is not None and not entry.is_guide
    best = _best(desk, (entry.id,) if entry is not None and own else near, days, said)
    if best is None or not best.sure:
        return reply
    first = _("如果是“{title}”：").format(title=best.entry.title) if not own else ""
    kept = (
        replace(Recent.of(reply.memory or {}), day=_kept(best.day)).kept()
        if reply.memory is not None
        else None
    )
    for brief in (False, True):
        lines = _lines(desk, best, brief=brief)
        shown = reply._replace(
            text=_set_in(reply.text, found.text, f"{first}{lines[0]}", lines[1:]), memory=kept
        )
        if len(shown.lines().encode()) <= ROOM:
            return shown
    more = _("您说了日子：要数期限，回复“还来得及吗”。")
    return reply._replace(text=_set_in(reply.text, found.text, more, ()), memory=kept)


def _set_in(text: str, said: str, first: str, rest: Sequence[str]) -> str:
    """Lines after what was said, before its basis and question."""
    lines = "\n".join((first, *rest))
    if text.startswith(said):
        return f"{said}\n{lines}{text[len(said) :]}"
    return f"{text}\n{lines}"


def day_told(desk: Desk, recent: Recent, words: str, message: int) -> Reply | None:
    """The reply to words that tell a day of the matter before; None when they tell none, or another's."""
    if len(words) > LONGEST:
        return None
    days = days_told(desk, words, recent)
    candidates = _candidates(desk, recent)
    if not days or not candidates:
        return None
    if recent.day and all(says_nothing(day.around) for day in days):
        days = [Day(days[-1].told, recent.day[2])]  # only the day was corrected, not what happened on it
    best = _best(desk, candidates, days, recent.said)
    if best is None:
        entry = desk.matcher.library.get(recent.entry) if recent.entry else None
        return no_day_fits(desk, recent, entry, message) if entry is not None and has_limits(entry) else None
    if recent.entry != best.entry.id and only_knowing(best.day.around):
        return None
    if best.sure or recent.entry == best.entry.id:
        return _told(desk, recent, best, message)
    return None


def no_day_fits(desk: Desk, recent: Recent, entry: Entry, message: int) -> Reply:
    """A day was told that is none of those from which the limits of the last entry run."""
    lines = [_("您说的这一天，我对不上是哪个期限的起点。"), *limits.starts(entry), limits.tell_me(entry)]
    return _reply(
        desk, entry, lines, "when", replace(recent.without_question(), entry=entry.id, message=message)
    )


def which_of_them(desk: Desk, recent: Recent, words: str, message: int) -> Reply:
    """A day or an amount was told after a guide, and it is not clear to which of its matters it belongs."""
    days = days_told(desk, words, recent)
    titles = [(one, entry.title) for one in recent.near if (entry := desk.matcher.library.get(one))]
    choices = (
        *(Choice(title, pick=f"entry:{one}") for one, title in titles),
        Choice(_("都不是"), pick="none"),
    )
    kept = replace(recent.knowing(words), message=message)
    say = _("记下了：{words}。您说的是下面哪一样？").format(words=words.strip("。，, ")[:20])
    if days:
        kept = replace(kept, day=_kept(days[-1]))
        say += _("选好了，能数期限的我接着数。")
        if days[-1].told.first is None:
            say = limits.not_a_day(days[-1].told)
    return Reply(say, choices, decision="clarify:day", memory=kept.kept())


def in_time(desk: Desk, recent: Recent, message: int) -> Reply | None:
    """还来得及吗, with a day told before: counted. None without one."""
    day = _remembered(recent)
    best = _best(desk, _candidates(desk, recent), [day], recent.said) if day is not None else None
    return _told(desk, recent, best, message) if best is not None else None


def _remembered(recent: Recent) -> Day | None:
    if not recent.day:
        return None
    first, last = (date.fromisoformat(one) for one in recent.day[:2])
    kind = Kind.DAY if first == last else Kind.SPAN
    return Day(Told(kind, recent.day[3] if kind is Kind.SPAN else "", 0, 0, first, last), recent.day[2])


# -- which limit --------------------------------------------------------------------------------


class _Best(NamedTuple):
    entry: Entry
    day: Day
    limits: tuple[tuple[Limit, bool], ...]

    @property
    def sure(self) -> bool:
        """Whether the words say that it is the day from which the limits run."""
        return any(sure for _limit, sure in self.limits)


def _candidates(desk: Desk, recent: Recent) -> tuple[str, ...]:
    """The entries that a told day may belong to, the likeliest first."""
    entry = desk.matcher.library.get(recent.entry) if recent.entry else None
    if entry is not None and not entry.is_guide:
        return (entry.id,)
    return recent.near or recent.options


def _best(desk: Desk, candidates: Sequence[str], days: Sequence[Day], said: str) -> _Best | None:
    """The entry, day and limits whose words fit best; the first entry among equals, the last day.

    Args: said: the question, which may name the paper that 11月3号收到的 leaves out.
    """
    best, most = None, 0
    for entry in filter(None, map(desk.matcher.library.get, candidates)):
        for day in reversed(days):
            around = day.around
            if not says_nothing(around) and not names_paper(around):
                around = f"{around} {papers_in(said)}".strip()
            found = meant(entry, around)
            score = max((fit(limit, around) if sure else 1 for limit, sure in found), default=0)
            if score > most:
                best, most = _Best(entry, day, found), score
    return best


def _dues(desk: Desk, best: _Best) -> list[Due]:
    told = best.day.told
    assert told.first is not None
    assert told.last is not None
    return [due(one, told.first, told.last, desk.off, sure=sure) for one, sure in best.limits]


# -- what is said -------------------------------------------------------------------------------


def _is_day(desk: Desk, told: Told) -> bool:
    return told.kind in (Kind.DAY, Kind.SPAN) and limits.soon(told, desk.today)


def _lines(desk: Desk, best: _Best, *, brief: bool = False) -> list[str]:
    told = best.day.told
    if told.kind in (Kind.LUNAR, Kind.IMPOSSIBLE):
        return [limits.not_a_day(told)]
    if not limits.soon(told, desk.today):
        return [limits.far_ahead(told)]
    lines = limits.computed(best.entry, told, _dues(desk, best), desk.off, desk.today, brief=brief)
    return [desk.matcher.hotlines.fill(line) for line in lines]


def _kept(day: Day) -> tuple[str, ...]:
    told = day.told
    if told.first is None or told.last is None:
        return ()
    return (told.first.isoformat(), told.last.isoformat(), day.around[:30], told.words[:20])


def _told(desk: Desk, recent: Recent, best: _Best, message: int) -> Reply:
    kept = replace(recent.without_question(), entry=best.entry.id, message=message)
    if _is_day(desk, best.day.told):
        kept = replace(kept, day=_kept(best.day))
    how = "limit" if _is_day(desk, best.day.told) else "when"
    assumed = []
    if best.entry.assumes and best.entry.id != recent.entry:  # its answer was not shown before
        assumed.append(f"{desk.matcher.triage.sayings['assumes']}{best.entry.assumes}")
    whole, brief = (
        _reply(desk, best.entry, [*_lines(desk, best, brief=short), *assumed], how, kept)
        for short in (False, True)
    )
    return whole if len(whole.lines().encode()) <= ROOM else brief


def _reply(desk: Desk, entry: Entry, lines: Sequence[str], how: str, kept: Recent) -> Reply:
    link = link_of(desk, entry)
    tail = [checked(entry), _("详细：{link}").format(link=link), trial_words() if desk.trial else ""]
    body = "\n".join(line for line in (head(entry), *lines, *tail) if line)
    decision = f"answer:{entry.id}:{how}"
    return Reply(body, after_answer(entry), link=link, decision=decision, memory=kept.kept())


def has_limits(entry: Entry | None) -> bool:
    """Whether a told day makes a limit of an entry countable."""
    return entry is not None and bool(countable(entry))
