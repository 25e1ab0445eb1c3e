"""Whether a draft can go out: what the machine can see of it, in words for those who write and adopt."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.words import _
from handlers.library.personal import MASK, signs
from knowledge import review
from knowledge.entry import Entry
from knowledge.hotlines import Hotlines
from knowledge.law_changes import LawChanges
from knowledge.library import Library
from knowledge.naming import article_words
from knowledge.review import FEWEST_WORDINGS, LONGEST_SHORT, LONGEST_TITLE, Fault, Report
from knowledge.statutes import Statutes

LONG_SENTENCE = 60
"""Characters from which a sentence is hard to read aloud."""
_SENTENCE = re.compile(r"[。！？；\n]")
_KEY = re.compile(r"[a-z_]+\.[a-z0-9_]+|\{tel:[a-z_]+\}")


@dataclass(frozen=True)
class Check:
    """One line of the list.

    Attributes: good: whether it is fine; stops: whether the draft cannot be adopted while it is not;
    say: what is so, in Chinese; more: the single places, if any.
    """

    good: bool
    stops: bool
    say: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tables:
    """What drafts are checked against. Attributes: strange: see `personal.signs`."""

    library: Library
    hotlines: Hotlines
    changes: LawChanges
    statutes: Statutes | None = None
    strange: Callable[[str], tuple[str, ...]] | None = None


def checks(entry: Entry, tables: Tables, today: date, base: Entry | None = None) -> tuple[Check, ...]:
    """All checks of a draft. It reads statutes: not for the event loop.

    Args: base: the text that it was made from; strange words are looked for in new lines only.
    """
    report = _report(entry, tables, today)
    by_kind: dict[str, list[Fault]] = {}
    for fault in report.faults:
        by_kind.setdefault(fault.check, []).append(fault)
    return (
        _basis(entry, report, by_kind, tables.statutes is not None),
        *_lengths(entry),
        _promises(by_kind),
        _numbers(by_kind),
        *_persons(entry, base, tables),
        _reading(entry),
        *_rest(by_kind),
    )


def _report(entry: Entry, tables: Tables, today: date) -> Report:
    """The machine's review of this entry among its own topic and those that it names."""
    library = tables.library
    named = {*entry.related, *(one.instead for one in entry.never)}
    named |= {option.then for ask in entry.ask for option in ask.options}
    around = [one for one in library if one.id != entry.id and (one.id in named or one.topic == entry.topic)]
    shown = Library.of([*around, entry])
    found = review.check(shown, tables.hotlines, tables.changes, today, None)
    own = review.check(Library.of([entry]), tables.hotlines, tables.changes, today, tables.statutes)
    faults = [one for one in found.faults if one.entry == entry.id]
    faults += [one for one in own.faults if one.check == "citation" and one not in faults]
    return Report(1, 0, own.citations, own.verified, tuple(faults), own.unverified)


def _basis(entry: Entry, report: Report, faults: Mapping[str, Sequence[Fault]], loaded: bool) -> Check:
    wrong = [*faults.get("citation", ()), *faults.get("stale", ())]
    short = [one for one in faults.get("length", ()) if one.field == "citations"]
    count = len(entry.citations)
    if not count:
        return Check(False, True, _("还没有依据，至少要一条"))
    if wrong or short:
        return Check(
            False,
            True,
            _("依据有错，{n} 处").format(n=len(wrong) + len(short)),
            tuple(_basis_words(entry, wrong + short)),
        )
    if not loaded:
        return Check(True, False, _("依据 {n} 条。没有装法条，文字没核对，请审的人对一遍").format(n=count))
    if report.unverified:
        names = tuple(one.partition(": ")[2] for one in report.unverified)
        return Check(
            True,
            False,
            _("依据 {n} 条，{m} 条没有法条文本，请审的人对一遍").format(n=count, m=len(names)),
            names,
        )
    return Check(True, False, _("依据 {n} 条都现行，文字一致").format(n=count))


def _basis_words(entry: Entry, faults: Sequence[Fault]) -> Iterator[str]:
    """The faults of citations in Chinese, as far as the checks name an article."""
    ways = {
        "does not exist": _("{name}：没有这一条"),
        "out of force": _("{name}：已经不用了"),
        "at hand is the text": _("{name}：版本和装的法条不一样"),
        "does not say": _("{name}：原文里没有引的这句话"),
        "changed on": _("{name}：这部法改了，要写成改前改后都对"),
        "expected": _("{name}：引的原文要 6 到 30 个字"),
    }
    for fault in faults:
        cited = [f"《{one.law}》{article_words(one.article)}" for one in entry.citations]
        name = next((one for one in cited if one in fault.what), _("有一条"))
        say = next((words for sign, words in ways.items() if sign in fault.what), "{name}")
        yield say.format(name=name)


def _lengths(entry: Entry) -> Iterator[Check]:
    title, short = len(entry.title.strip()), len(entry.short.strip())
    good = 0 < title <= LONGEST_TITLE
    say = _("标题 {n} 字") if good else _("标题 {n} 字，要 1 到 {most} 字")
    yield Check(good, True, say.format(n=title, most=LONGEST_TITLE))
    good = 0 < short <= LONGEST_SHORT
    say = _("短答案 {n} 字") if good else _("短答案 {n} 字，要 1 到 {most} 字")
    yield Check(good, True, say.format(n=short, most=LONGEST_SHORT))
    if not entry.is_guide:
        count = len(set(entry.wordings))
        good = count >= FEWEST_WORDINGS
        say = _("问法 {n} 句") if good else _("问法 {n} 句，至少 {least} 句")
        yield Check(good, True, say.format(n=count, least=FEWEST_WORDINGS))


def _promises(faults: Mapping[str, Sequence[Fault]]) -> Check:
    found = [*faults.get("promise", ()), *faults.get("price", ())]
    if not found:
        return Check(True, True, _("没有「一定」「肯定」这类话"))
    return Check(False, True, _("有打包票或者报价的话"), tuple(one.what.partition(": ")[2] for one in found))


def _numbers(faults: Mapping[str, Sequence[Fault]]) -> Check:
    found = faults.get("number", ())
    if not found:
        return Check(True, True, _("电话都从号码表里来"))
    return Check(
        False,
        True,
        _("电话要从号码表里选，不能直接写"),
        tuple(one.what.partition(": ")[2].partition(";")[0] or one.what.rpartition(" ")[2] for one in found),
    )


def _persons(entry: Entry, base: Entry | None, tables: Tables) -> Iterator[Check]:
    lines = lines_of(entry)
    before = set(lines_of(base)) if base is not None else set()
    found = signs("\n".join(line for line in lines if line not in before), tables.strange)
    covered = any(MASK in line for line in lines)
    if found.numbers:
        yield Check(False, True, _("像是谁的号码，要删掉"), found.numbers)
    if covered:
        yield Check(False, True, _("还有遮住的字（□），请改成平常的话"))
    if found.names:
        yield Check(False, False, _("像是人名或者住址，请看一看"), found.names)
    if found.strange:
        yield Check(False, False, _("这些词别的条目没用过，看看里面有没有人名、地名"), found.strange)
    if not found.any and not covered:
        yield Check(True, True, _("没看到人名和号码"))


def lines_of(entry: Entry) -> list[str]:
    """Every line of an entry that somebody wrote for residents, its wordings too."""
    return [text for _field, text in review.texts(entry) if not _KEY.fullmatch(text)] + list(entry.wordings)


def _reading(entry: Entry) -> Check:
    longest = max((len(one.strip()) for one in _SENTENCE.split(entry.short)), default=0)
    if longest > LONG_SENTENCE:
        return Check(False, False, _("最长一句 {n} 字，念起来累，最好断开").format(n=longest))
    return Check(True, False, _("最长一句 {n} 字").format(n=longest))


_OTHER = {
    "link": (True, _("指到了没有的条目或步骤")),
    "overlap": (False, _("有的问法和别的太像")),
    "keyword": (False, _("有的关键词太泛")),
    "side": (True, _("分情况的话没写全")),
    "form": (True, _("期限的写法不对")),
    "review": (True, _("下次核对的日子不对")),
}


def _rest(faults: Mapping[str, Sequence[Fault]]) -> Iterator[Check]:
    for kind, (stops, say) in _OTHER.items():
        found = faults.get(kind, ())
        if found:
            yield Check(False, stops, say, tuple(_places(found)))


def _places(faults: Sequence[Fault]) -> Iterator[str]:
    """What of a fault's English line a reader can use: Chinese words and ids."""
    for fault in faults:
        chinese = re.findall(r"[\u4e00-\u9fff][^a-zA-Z]*", fault.what)
        keys = _KEY.findall(fault.what)
        if chinese or keys:
            yield _("、").join([*(one.strip(" /：") for one in chinese), *keys])
