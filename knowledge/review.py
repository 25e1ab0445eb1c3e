"""What can be checked of entries by machine before a person reads them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.entry import Citation, Entry
from knowledge.hotlines import Hotlines, keys_in
from knowledge.law_changes import LawChanges
from knowledge.library import Library
from knowledge.naming import article_words, same_law
from knowledge.normal import Normal, bare
from knowledge.ranking import bigrams, shared
from knowledge.statutes import Article, Statutes
from knowledge.topics import TOPICS

LONGEST_TITLE, LONGEST_SHORT, LONGEST_THEN = 24, 300, 120
SHORTEST_SIDE, LONGEST_SIDE = 30, 240
"""Characters of a side's text, which is said alone."""
SAYS = (6, 30)
FEWEST_WORDINGS = 6
ALIKE_INSIDE, ALIKE_ACROSS = 0.5, 0.6

PROMISES = re.compile(
    r"肯定(?!要|的答复)|绝对|稳赢|包赢|包你|包您|必胜|必赢|一定(?:能|会|可以)(?:赢|胜|判|拿到|要回|成功)|保证(?:能|赢|您)|百分之百|100%"
)
PAID = re.compile(
    r"律师费(?:大概|大约|一般)?(?:是|为|要)?\s*\d|找我们律师|加微信|收费标准\s*\d|推荐律师|付费咨询|聘请.{0,6}律师事务所"
)
NUMBERLIKE = re.compile(
    r"(?<!\d)(?:1\d{10}|0\d{2,3}[- ]?\d{7,8}|[48]00[- ]?\d{3}[- ]?\d{4}|12\d{3}|1[12]\d|96\d{3,4})(?!\d)"
    r"(?!\s*[年元天岁条个日万号%.])"
)
_TOPIC_WORDS = """
工伤 物业 合同 劳动 离婚 家庭 继承 遗产 社保 保险 借款 欠款 邻居 土地 拆迁
征地 交通事故 车祸 医疗 消费 诈骗 学校 孩子 老人 赡养 家暴 刑事 行政 调解
法律援助 租房 买房 房子 公司 单位 老板 工资 钱 车 医院 村里
"""
TOPIC_WORDS = frozenset(_TOPIC_WORDS.split())
"""Words that belong to a whole topic and tell no entry from its sisters."""
_ID = re.compile(r"[a-z_]+\.[a-z0-9_]+")
_PERIOD = re.compile(r"none|\d+[dmyhw]")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, what kind of check found it, and what it says."""

    file: str
    line: int
    entry: str
    field: str
    check: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.entry} {self.field}: {self.what}"


@dataclass(frozen=True)
class Report:
    """The result of a check; ``unverified`` lists the citations whose law is not among the statutes."""

    entries: int
    guides: int
    citations: int
    verified: int
    faults: tuple[Fault, ...]
    unverified: tuple[str, ...]


def check(library: Library, hotlines: Hotlines, changes: LawChanges, today: date,
          statutes: Statutes | None = None) -> Report:  # fmt: skip
    """Check a whole library.

    Args: today: the day against which review dates count; statutes: the texts, when they are at hand.
    """
    faults: list[Fault] = []
    for entry in library:
        faults += _entry(entry, library, hotlines, changes, today)
    faults += _wordings(library)
    faults += _keywords(library)
    verified, wrong, missing = _citations(library, statutes)
    faults += wrong
    return Report(
        entries=len(library.entries),
        guides=len(library) - len(library.entries),
        citations=sum(len(e.citations) for e in library),
        verified=verified,
        faults=tuple(sorted(faults, key=lambda f: (f.file, f.line, f.field))),
        unverified=missing,
    )


def fault(entry: Entry, field: str, check_name: str, what: str) -> Fault:
    """A fault of an entry at the line of its field."""
    return Fault(entry.place.file, entry.place.of(field), entry.id, field, check_name, what)


def texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Everything of an entry that a resident may read, each with its field."""
    yield "title", entry.title
    yield "short", entry.short
    yield "assumes", entry.assumes
    for ask in entry.ask:
        yield "ask", ask.question
        for option in ask.options:
            yield "ask", option.label
            yield "ask", option.then
    for part in (entry.full.steps, entry.full.papers, entry.full.where, entry.full.cost, entry.full.traps):
        yield from (("full", line) for line in part)
    for name in ("today", "proof", "do_not"):
        yield from ((name, line) for line in getattr(entry, name))
    for way in entry.ways:
        yield "ways", f"{way.way} {way.where} {way.cost}"
    for limit in entry.limits:
        yield "limits", f"{limit.what} {limit.start}"


def _entry(
    entry: Entry, library: Library, hotlines: Hotlines, changes: LawChanges, today: date
) -> Iterator[Fault]:
    yield from _lengths(entry)
    yield from _sides(entry)
    yield from _dates(entry, today)
    yield from _words(entry, hotlines)
    yield from _links(entry, library, hotlines)
    yield from _freshness(entry, changes)


def _lengths(entry: Entry) -> Iterator[Fault]:
    if len(entry.title) > LONGEST_TITLE:
        yield fault(entry, "title", "length", f"{len(entry.title)} characters, at most {LONGEST_TITLE}")
    if len(entry.short) > LONGEST_SHORT:
        yield fault(entry, "short", "length", f"{len(entry.short)} characters, at most {LONGEST_SHORT}")
    if len(entry.ask) > 2:
        yield fault(entry, "ask", "length", "more than two questions")
    for option in (o for ask in entry.ask for o in ask.options):
        most = LONGEST_SIDE if option.side else LONGEST_THEN
        if len(option.then) > most:
            yield fault(
                entry, "ask", "length", f"{option.label}: {len(option.then)} characters, at most {most}"
            )
    if not entry.citations:
        yield fault(entry, "citations", "citation", "no citation")
    for citation in entry.citations:
        if not SAYS[0] <= len(citation.says) <= SAYS[1]:
            what = (
                f"says of {_name(citation)}: {len(citation.says)} characters, expected {SAYS[0]} to {SAYS[1]}"
            )
            yield fault(entry, "citations", "length", what)
    for limit in entry.limits:
        if not _PERIOD.fullmatch(limit.period):
            yield fault(entry, "limits", "form", f"period {limit.period!r}: expected one like 30d, 1y, none")
    if not entry.is_guide and len(set(entry.wordings)) < FEWEST_WORDINGS:
        yield fault(
            entry, "wordings", "count", f"{len(set(entry.wordings))} wordings, at least {FEWEST_WORDINGS}"
        )


def _dates(entry: Entry, today: date) -> Iterator[Fault]:
    review = entry.review
    if review.due < today:
        yield fault(entry, "review", "review", f"was due on {review.due}")
    if review.checked_on > today:
        yield fault(entry, "review", "review", f"checked on {review.checked_on}, which is in the future")
    if review.due <= review.checked_on:
        yield fault(entry, "review", "review", "due is not after checked_on")
    if review.reviewer != "none" and review.reviewer == review.author:
        yield fault(entry, "review", "review", "the reviewer is the author")


def _words(entry: Entry, hotlines: Hotlines) -> Iterator[Fault]:
    for field, text in texts(entry):
        if found := PROMISES.search(text):
            yield fault(entry, field, "promise", f"promises: {found.group()}")
        if found := PAID.search(text):
            yield fault(entry, field, "price", f"names a price or a paid lawyer: {found.group()}")
        if found := NUMBERLIKE.search(text):
            yield fault(
                entry, field, "number", f"a telephone number in the text: {found.group()}; use {{tel:KEY}}"
            )
        for key in keys_in(text):
            if key not in hotlines.by_key:
                yield fault(entry, field, "number", f"unknown telephone key {key}")


def _sides(entry: Entry) -> Iterator[Fault]:
    """A side is answered with its own text alone, so that text must be one, and one side be the entry's."""
    for ask in entry.ask:
        for option in (o for o in ask.options if o.side):
            if _ID.fullmatch(option.then):
                yield fault(entry, "ask", "side", f"{option.label}: a side needs a text, not another entry")
            elif len(option.then) < SHORTEST_SIDE:
                what = f"{option.label}: {len(option.then)} characters said alone, at least {SHORTEST_SIDE}"
                yield fault(entry, "ask", "side", what)
        if all(option.side for option in ask.options):
            yield fault(entry, "ask", "side", "all options are sides: short would never be said")


def _links(entry: Entry, library: Library, hotlines: Hotlines) -> Iterator[Fault]:
    known = frozenset({"book_mediation", "apply_for_aid", "ask_person", "none"})
    for step in entry.next:
        key = step.removeprefix("call:")
        if step not in known and not (step != key and key in hotlines.by_key):
            yield fault(entry, "next", "link", f"unknown next step {step}")
    named = [("related", i) for i in entry.related] + [("not", p.instead) for p in entry.never if p.instead]
    named += [("ask", o.then) for ask in entry.ask for o in ask.options if _ID.fullmatch(o.then)]
    for field, other in named:
        if library.get(other) is None:
            yield fault(entry, field, "link", f"there is no entry {other}")
        elif other == entry.id:
            yield fault(entry, field, "link", "names itself")


def _freshness(entry: Entry, changes: LawChanges) -> Iterator[Fault]:
    for citation in entry.citations:
        change = changes.touching(citation)
        if change and not any(same_law(v.law, citation.law) for v in entry.verify_by):
            what = (
                f"{_name(citation)} changed on {change.start} ({change.what}): say what is right under both "
            )
            yield fault(
                entry, "citations", "stale", what + "texts and name the law in verify_by, or cite another"
            )


def _wordings(library: Library) -> Iterator[Fault]:
    seen: list[tuple[Entry, str, frozenset[str]]] = []
    for entry in library.entries:
        own = [(wording, bigrams(wording)) for wording in dict.fromkeys(entry.wordings)]
        if len(own) < len(entry.wordings):
            yield fault(entry, "wordings", "overlap", "a wording stands twice")
        for n, (wording, pairs) in enumerate(own):
            for other, others in own[:n]:
                if shared(pairs, others) > ALIKE_INSIDE:
                    yield fault(entry, "wordings", "overlap", f"nearly alike: {other} / {wording}")
            for other_entry, other, others in seen:
                if min(len(pairs), len(others)) >= 5 and shared(pairs, others) > ALIKE_ACROSS:
                    yield fault(
                        entry, "wordings", "overlap", f"nearly that of {other_entry.id}: {other} / {wording}"
                    )
        seen += [(entry, wording, pairs) for wording, pairs in own]


def _keywords(library: Library) -> Iterator[Fault]:
    normal = Normal()
    said = {e.id: bare(normal.clean("。".join(e.wordings))) for e in library.entries}
    common = max(4, len(said) // 60)  # sisters share words, and the more of them the larger the base is
    for entry in library:
        for keyword in entry.keywords:
            for form in keyword.forms:
                if form in TOPIC_WORDS or form in TOPICS.values():
                    yield fault(entry, "keywords", "keyword", f"{form} is the word of a whole topic")
                    continue
                word = bare(normal.clean(form))
                hits = [i for i, words in said.items() if word and word in words]
                others = [i for i in hits if i != entry.id]
                if len(others) >= common and len(others) * 2 >= len(hits):
                    yield fault(
                        entry,
                        "keywords",
                        "keyword",
                        f"{form} stands in wordings of {len(others)} other entries",
                    )


def _citations(library: Library, statutes: Statutes | None) -> tuple[int, list[Fault], tuple[str, ...]]:
    verified, faults, missing = 0, [], []
    for entry in library:
        for citation in entry.citations:
            article = statutes.find(citation.law, citation.article) if statutes else None
            wrong = _against(citation, article) if article else _absent(citation, statutes)
            if wrong:
                faults.append(fault(entry, "citations", "citation", wrong))
            elif article:
                verified += 1
            else:
                missing.append(f"{entry.id}: {_name(citation)}")
    return verified, faults, tuple(missing)


def _absent(citation: Citation, statutes: Statutes | None) -> str:
    known = statutes is not None and statutes.knows(citation.law)
    return f"{_name(citation)} does not exist" if known else ""


def _against(citation: Citation, article: Article) -> str:
    """What is wrong with a citation beside the article's text; empty when all is well."""
    if article.superseded_by:
        return f"{_name(citation)} is out of force: {article.superseded_by} took its place"
    if article.version != citation.version:
        return f"{_name(citation)}: cited as of {citation.version}, at hand is the text of {article.version}"
    if _plain(citation.says) not in _plain(article.text):
        return f"{_name(citation)} does not say: {citation.says}"
    return ""


def _name(citation: Citation) -> str:
    return f"《{citation.law}》{article_words(citation.article)}"


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def summary(faults: Iterable[Fault]) -> Mapping[str, int]:
    """How many faults each check found."""
    counts: dict[str, int] = {}
    for one in faults:
        counts[one.check] = counts.get(one.check, 0) + 1
    return counts
