"""An entry as a form without script: what stands in the fields, and what is read back from them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from multidict import MultiMapping

from bot.words import _
from knowledge.entry import Ask, Citation, Entry, Full, Keyword, Kind, Limit, Review, Risk, Way
from knowledge.hotlines import Hotlines
from knowledge.statutes import Statutes

MOST_LINES = 40
_MOST = 2000
_BAR = "｜"
"""Parts the columns of a line, as in a limit; typed as the ordinary bar too."""
RISKS = {
    "low": _("小：答错了改得过来"),
    "mid": _("中：答错了会耽误事"),
    "high": _("大：牵涉人命、大钱、犯罪或很短的期限"),
}
STEPS = {
    "none": _("没有"),
    "ask_person": _("找工作人员看材料"),
    "book_mediation": _("约人民调解"),
    "apply_for_aid": _("问法律援助"),
}
FIELDS = {
    "title": _("标题"),
    "short": _("短答案"),
    "assumes": _("先当作是"),
    "ask": _("分情况"),
    "full.steps": _("怎么办"),
    "full.papers": _("带上什么"),
    "full.where": _("去哪里"),
    "full.cost": _("花多少钱"),
    "full.traps": _("小心什么"),
    "today": _("今天先做"),
    "proof": _("留好什么"),
    "do_not": _("先别做"),
    "ways": _("几条路"),
    "limits": _("期限"),
    "citations": _("依据"),
    "wordings": _("问法"),
    "keywords": _("关键词"),
    "next": _("下一步"),
    "related": _("相近的条目"),
    "audience": _("给谁看"),
    "risk": _("答错的后果"),
    "verify_by": _("等法律改了再核对"),
    "sure": _("直接答的句式"),
    "never": _("不该答的句式"),
    "scope": _("这一类的词"),
    "not_scope": _("不算这一类的词"),
}
_FULL = ("steps", "papers", "where", "cost", "traps")
_GUIDE = ("today", "proof", "do_not")


def blank(
    topic: str, today: date, *, title: str = "", short: str = "", wordings: tuple[str, ...] = ()
) -> Entry:
    """The beginning of a new entry; its id comes with the draft."""
    return Entry(
        id=f"{topic}.new",
        kind=Kind.ENTRY,
        topic=topic,
        title=title,
        short=short,
        citations=(),
        next=("ask_person",),
        risk=Risk.MID,
        review=Review("", "none", today, today + timedelta(days=180)),
        wordings=wordings,
    )


def steps(hotlines: Hotlines) -> Mapping[str, str]:
    """What can come next after an answer."""
    return STEPS | {
        f"call:{key}": _("打 {number}（{what}）").format(number=line.number, what=line.what)
        for key, line in hotlines.by_key.items()
    }


def keyword_lines(entry: Entry) -> str:
    """Keywords, one a line: the word, then its other forms."""
    return "\n".join(
        _("{word}：{also}").format(word=one.say, also=_("、").join(one.also)) if one.also else one.say
        for one in entry.keywords
    )


def limit_lines(entry: Entry) -> str:
    """Limits, one a line in four columns."""
    return "\n".join(_BAR.join((one.what, one.period, one.start, one.article)) for one in entry.limits)


def way_lines(entry: Entry) -> str:
    """Ways of a guide, one a line in four columns."""
    return "\n".join(_BAR.join((one.way, one.where, one.period, one.cost)) for one in entry.ways)


def read(form: MultiMapping[Any], base: Entry, statutes: Statutes | None) -> Entry:
    """The entry with what the form says; what the form does not show stays.

    Args: statutes: gives the version of a law that was cited without one. It may read the database.
    """
    due = _date(_text(form, "due"), base.review.due)
    changed = replace(
        base,
        title=_text(form, "title"),
        short=_text(form, "short"),
        assumes=_text(form, "assumes"),
        wordings=tuple(_unique(_all(form, "wording"))),
        keywords=tuple(_keyword(line) for line in _lines(form, "keywords")),
        ask=tuple(_ask(form, n, one) for n, one in enumerate(base.ask)),
        limits=tuple(_limit(line) for line in _lines(form, "limits")),
        citations=tuple(_citations(form, statutes)),
        next=_next(form),
        risk=Risk(_text(form, "risk")) if _text(form, "risk") in RISKS else base.risk,
        review=replace(base.review, due=due),
    )
    if base.is_guide:
        lists = {name: tuple(_lines(form, name)) for name in _GUIDE}
        changed = replace(changed, ways=tuple(_way(line) for line in _lines(form, "ways")), **lists)  # type: ignore[arg-type]
    return replace(changed, full=Full(**{name: tuple(_lines(form, name)) for name in _FULL}))


def _text(form: MultiMapping[Any], name: str) -> str:
    value = form.get(name, "")
    return value[:_MOST].replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _all(form: MultiMapping[Any], name: str) -> list[str]:
    return [" ".join(one.split()) for one in form.getall(name, []) if isinstance(one, str)]


def _lines(form: MultiMapping[Any], name: str) -> list[str]:
    return [line.strip() for line in _text(form, name).split("\n") if line.strip()][:MOST_LINES]


def _unique(words: list[str]) -> list[str]:
    return [one[:100] for one in dict.fromkeys(words) if one][:MOST_LINES]


def _keyword(line: str) -> Keyword:
    say, _colon, rest = line.replace(":", "：").partition("：")
    also = rest.replace("，", "、").replace(",", "、").split("、")
    return Keyword(say.strip(), tuple(one.strip() for one in also if one.strip()))


def _columns(line: str) -> tuple[str, str, str, str]:
    parts = [one.strip() for one in line.replace("|", _BAR).split(_BAR)]
    first, second, third, fourth = (*parts, "", "", "", "")[:4]
    return first, second, third, fourth


def _limit(line: str) -> Limit:
    return Limit(*_columns(line))


def _way(line: str) -> Way:
    return Way(*_columns(line))


def _ask(form: MultiMapping[Any], place: int, ask: Ask) -> Ask:
    options = tuple(
        replace(option, then=_text(form, f"then{place}.{n}") or option.then)
        for n, option in enumerate(ask.options)
    )
    return replace(ask, options=options)


def _citations(form: MultiMapping[Any], statutes: Statutes | None) -> list[Citation]:
    laws, articles, versions, quotes = (_all(form, name) for name in ("law", "article", "version", "says"))
    gone = set(_all(form, "uncite"))
    found = []
    for n, (law, article, version, says) in enumerate(zip(laws, articles, versions, quotes, strict=False)):
        law = law.strip("《》")
        if not law or not article or str(n) in gone:
            continue
        number: int | str = int(article) if article.isascii() and article.isdigit() else article
        held = statutes.find(law, number) if statutes is not None and not version else None
        found.append(Citation(law[:100], number, (held.version if held else version)[:10], says[:60]))
    return found


def _next(form: MultiMapping[Any]) -> tuple[str, ...]:
    chosen = [one for one in dict.fromkeys(_all(form, "next")) if one and one != "none"]
    return tuple(chosen[:2]) or ("none",)


def _date(words: str, other: date) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return other
