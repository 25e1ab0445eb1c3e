"""Answers to what leans on the last topic: from its entry's full text, or that nothing is written there."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from bot.words import _
from handlers.consult.leaning import Aspect, Leaning
from handlers.consult.periods import period_words
from knowledge.entry import Citation, Entry, Option
from knowledge.naming import article_words
from knowledge.normal import bare

ROOM = 300
"""Characters of what is said."""
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_MONEY = re.compile(r"收费|免费|费用|诉讼费|鉴定费|不要钱|交钱|多少钱|元")
_PERIOD = re.compile(
    r"[0-9一二两三四五六七八九十百半几]+个?(?:工作日|小时|天|日|周|月|年)(?!份|底|初|代|[0-9一二三四五六七八九十]+[月日])"
)
_PROXY = re.compile(r"代办|代为|代理|代交|委托|家属|家里人|家人|亲属|本人|监护人|父母|别人|代理人")
_FURTHER = re.compile(r"起诉|仲裁|投诉|举报|调解|执行|报警|复议|申请|法院|支付令|保全|不成|不给|不理|拒")
_SLIGHT = frozenset(
    "的了着过是我你您他她它们有没不在就也都还又再说要会能可以怎么样什这那个吗呢吧啊和跟与被把给对从到让"
)
_ENTRY = re.compile(r"[a-z_]+\.[a-z0-9_]+")


def told(entry: Entry, clean: str) -> tuple[int, int] | None:
    """Question and option of an entry that the words tell; None for none, or for two."""
    for number, ask in enumerate(entry.ask):
        options = _compiled(tuple(option.patterns for option in ask.options))
        found = [n for n, patterns in enumerate(options) if any(p.search(clean) for p in patterns)]
        if len(found) == 1:
            return number, found[0]
    return None


def option_named(entry: Entry, plain: str) -> tuple[int, int] | None:
    """Question and option that words name, as 我是爷爷 does 爷爷奶奶想看; None for none or two.

    Args: plain: without punctuation. A pair of characters names an option that stands in no other label of
    its question and holds more than pronouns, particles and the like.
    """
    pairs = _pairs(plain)
    for number, ask in enumerate(entry.ask):
        labels = [_pairs(bare(option.label)) for option in ask.options]
        named = [
            n
            for n, own in enumerate(labels)
            if (own & pairs).difference(*(other for m, other in enumerate(labels) if m != n))
        ]
        if len(named) == 1:
            return number, named[0]
    return None


def _pairs(plain: str) -> set[str]:
    pairs = {plain[n : n + 2] for n in range(len(plain) - 1)}
    return {pair for pair in pairs if not _SLIGHT & set(pair)}


def mentions(entry: Entry, matter: str) -> bool:
    """Whether all that is left of the words is spoken of in an entry."""
    whole = _whole(entry)
    return all(part in whole for part in matter.split())


def written(entry: Entry, lean: Leaning) -> str:
    """What an entry says about what is asked; empty when it says nothing about it."""
    parts = [part for part in lean.matter.split() if len(part) > 1]
    if parts and lean.aspect is not Aspect.WHAT_IF:
        about = _about(entry, parts, _WANTED.get(lean.aspect))
        if about:
            return _fitted(about)
    read = _READ.get(lean.aspect)
    if read is not None and not (parts and not mentions(entry, lean.matter)):
        return _fitted(read(entry))
    return _fitted(_about(entry, parts, None)) if parts else ""


def head(entry: Entry) -> str:
    """Whose words follow, so that nobody takes them for another matter's."""
    return _("接着说“{title}”：").format(title=entry.title)


def unwritten(entry: Entry) -> str:
    """Nothing is written there, and nothing is made up."""
    return _("“{title}”这一条里没写到这一点，我不能乱说。您可以请工作人员看，或者换个说法再问。").format(
        title=entry.title
    )


# -- what is asked, and where it stands --------------------------------------------------------


def _cost(entry: Entry) -> Iterator[str]:
    yield from entry.full.cost
    yield from (_("{way}：{cost}").format(way=way.way, cost=way.cost) for way in entry.ways if way.cost)
    if not entry.full.cost and not entry.ways:
        yield from _sentences(entry, _MONEY)


def _time(entry: Entry) -> Iterator[str]:
    limits = [
        _("{what}：{period}").format(what=limit.what, period=period_words(limit.period))
        + (_("，从{start}算起").format(start=limit.start) if limit.start else "")
        for limit in entry.limits
    ]
    ways = [
        _("{way}：{period}").format(way=way.way, period=period_words(way.period))
        for way in entry.ways
        if way.period and way.period != "none"
    ]
    spoken = [*_sentences(entry, _PERIOD), *(line for line in _lines(entry) if _PERIOD.search(line))]
    written_down = limits or ways or spoken
    if written_down:
        yield _("整件事多久办完，各家不一样，说不准。这里写明的是下面这些")
        yield from written_down


def _papers(entry: Entry) -> Iterator[str]:
    wanted = entry.full.papers or entry.proof
    if wanted:
        yield _("带上：{papers}").format(papers=_("、").join(wanted))


def _where(entry: Entry) -> Iterator[str]:
    yield from entry.full.where
    yield from (_("{way}：{where}").format(way=way.way, where=way.where) for way in entry.ways if way.where)
    if entry.full.where or entry.ways:
        yield _("司法所的地址和上班时间，回复“司法所在哪”")


def _steps(entry: Entry) -> Iterator[str]:
    steps = entry.full.steps or entry.today
    if steps:
        yield _("一步一步：{steps}").format(steps=_(" → ").join(steps))


def _more(entry: Entry) -> Iterator[str]:
    yield from _steps(entry)
    traps = entry.full.traps or entry.do_not
    if traps:
        yield _("要留心：{traps}").format(traps=_("；").join(traps))


def _refused(entry: Entry) -> Iterator[str]:
    steps = [step for step in entry.full.steps if _FURTHER.search(step)]
    if steps:
        yield _("对方不配合，您还可以：{steps}").format(steps=_(" → ").join(steps))
        yield from entry.full.where
    elif entry.ways:
        yield _("对方不配合，您还可以走：{ways}").format(ways=_("、").join(way.way for way in entry.ways))
        yield from (_("{way}：{where}").format(way=w.way, where=w.where) for w in entry.ways if w.where)


def _proxy(entry: Entry) -> Iterator[str]:
    yield from (line for line in (*_sentences(entry, _PROXY), *_lines(entry)) if _PROXY.search(line))


def _why(entry: Entry) -> Iterator[str]:
    first: dict[tuple[str, int | str], Citation] = {}
    for citation in entry.citations:
        first.setdefault((citation.law, citation.article), citation)
    for citation in list(first.values())[:3]:
        yield _("《{law}》{article}写着“{says}”").format(
            law=citation.law, article=article_words(citation.article), says=citation.says
        )


_READ: dict[Aspect, Callable[[Entry], Iterator[str]]] = {
    Aspect.COST: _cost,
    Aspect.TIME: _time,
    Aspect.PAPERS: _papers,
    Aspect.WHERE: _where,
    Aspect.STEPS: _steps,
    Aspect.MORE: _more,
    Aspect.REFUSED: _refused,
    Aspect.PROXY: _proxy,
    Aspect.WHY: _why,
}
_WANTED = {Aspect.COST: _MONEY, Aspect.TIME: _PERIOD, Aspect.PROXY: _PROXY}


# -- reading an entry --------------------------------------------------------------------------


def _about(entry: Entry, parts: Sequence[str], wanted: re.Pattern[str] | None) -> list[str]:
    """The sentences of an entry that speak of all these words, and of what is asked where that is named."""
    said = [*_sentences(entry, None), *_lines(entry), *_limits(entry)]
    return [
        line
        for line in said
        if all(part in line for part in parts) and (wanted is None or wanted.search(line))
    ]


def _limits(entry: Entry) -> Iterator[str]:
    for limit in entry.limits:
        yield _("{what}：{period}").format(what=limit.what, period=period_words(limit.period))


def _lines(entry: Entry) -> Iterator[str]:
    full = entry.full
    yield from (*full.steps, *full.papers, *full.where, *full.cost, *full.traps)
    yield from (*entry.today, *entry.proof, *entry.do_not)


def _sentences(entry: Entry, wanted: re.Pattern[str] | None) -> Iterator[str]:
    for found in _SENTENCE.findall(entry.short):
        if wanted is None or wanted.search(found):
            yield found


def _fitted(lines: Sequence[str] | Iterator[str]) -> str:
    """As many whole lines as there is room for, each once."""
    said: list[str] = []
    room = ROOM
    for line in dict.fromkeys(one.rstrip("。；;") for one in lines):
        if len(line) + 1 > room and said:
            break
        said.append(line[:room])
        room -= len(line) + 1
    return "。\n".join(said) + "。" if said else ""


def _whole(entry: Entry) -> str:
    answers = [part for ask in entry.ask for o in ask.options for part in (o.label, _spoken(o))]
    words = [form for keyword in entry.keywords for form in keyword.forms]
    limits = [limit.what for limit in entry.limits]
    ways = [part for way in entry.ways for part in (way.way, way.where)]
    return "\n".join(
        (entry.title, entry.short, *entry.wordings, *_lines(entry), *answers, *words, *limits, *ways)
    )


def _spoken(option: Option) -> str:
    return "" if _ENTRY.fullmatch(option.then) else option.then


@lru_cache(maxsize=1000)
def _compiled(options: tuple[tuple[str, ...], ...]) -> tuple[tuple[re.Pattern[str], ...], ...]:
    return tuple(tuple(re.compile(pattern) for pattern in patterns) for patterns in options)
