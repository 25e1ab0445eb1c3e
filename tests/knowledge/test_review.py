"""The check of entries: each planted fault is found, and a sound pack has none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from knowledge.entry import Change, Citation, Entry, Keyword, Limit, Option, Pattern, Risk
from knowledge.hotlines import Hotlines
from knowledge.law_changes import LawChange, LawChanges
from knowledge.library import Library
from knowledge.review import Report, check
from knowledge.statutes import Article, StatuteBook
from tests.knowledge.pack import SHARED

TODAY = date(2026, 11, 22)
CHANGES = LawChanges(
    (LawChange("民法典", date(2026, 6, 1), "改了", "样例", TODAY, articles=(300,)),
     LawChange("旧法", date(2026, 6, 1), "全改", "样例", TODAY))
)  # fmt: skip


def _texts(library: Library, **changes: str) -> StatuteBook:
    articles = [
        Article(f"中华人民共和国{c.law}", c.law, c.version, "法律", c.article, "", f"甲{c.says}乙")
        for entry in library
        for c in entry.citations
    ]
    return StatuteBook(replace(a, **changes) if a.short == "民法典" else a for a in articles)


def _check(library: Library, hotlines: Hotlines, *, statutes: StatuteBook | None = None) -> Report:
    return check(library, hotlines, CHANGES, TODAY, statutes)


def _with(library: Library, **changes: Any) -> Library:
    """The pack with the entry on leaks changed."""
    leak = replace(library.by_id["neighbour.leak"], **changes)
    return Library({**library.by_id, leak.id: leak})


def test_a_sound_pack_has_no_fault(library: Library, hotlines: Hotlines) -> None:
    report = _check(library, hotlines, statutes=_texts(library))

    assert report.faults == ()
    assert (report.entries, report.guides) == (3, 1)
    assert report.verified == report.citations == 7


def test_without_statutes_nothing_is_verified_and_nothing_is_wrong(
    library: Library, hotlines: Hotlines
) -> None:
    report = _check(library, hotlines)

    assert report.faults == ()
    assert report.verified == 0
    assert len(report.unverified) == 7


SAYS = "应当尽量避免对相邻的不动产权利人造成损害"
ONE = Citation("民法典", 296, "2020-05-28", SAYS)


@pytest.mark.parametrize(
    ("changes", "kind", "says"),
    [
        ({"title": "字" * 25}, "length", "25 characters, at most 24"),
        ({"short": "字" * 301}, "length", "301 characters"),
        ({"short": "您这个肯定能赢。"}, "promise", "promises"),
        ({"short": "官司一定能赢。"}, "promise", "promises"),
        ({"short": "请加微信找我们律师。"}, "price", "paid lawyer"),
        ({"short": "请打 12348 问。"}, "number", "12348"),
        ({"short": "请打 110。"}, "number", "110"),
        ({"short": "找老王 13800138000。"}, "number", "13800138000"),
        ({"short": "请打 {tel:nobody}。"}, "number", "nobody"),
        ({"wordings": ("一二三四", "五六七八")}, "count", "2 wordings"),
        ({"citations": ()}, "citation", "no citation"),
        ({"citations": (replace(ONE, says="避免"),)}, "length", "2 characters"),
        ({"citations": (replace(ONE, law="旧法"),)}, "stale", "《旧法》第 296 条 changed"),
        ({"citations": (replace(ONE, article=300),)}, "stale", "changed on 2026-06-01"),
        ({"limits": (Limit("起诉", "三年"),)}, "form", "period '三年'"),
        ({"next": ("call:nobody",)}, "link", "call:nobody"),
        ({"related": ("neighbour.gone",)}, "link", "neighbour.gone"),
        ({"related": ("neighbour.leak",)}, "link", "names itself"),
        ({"never": (Pattern("新房", "property.gone"),)}, "link", "property.gone"),
        ({"keywords": (Keyword("邻居"),)}, "keyword", "word of a whole topic"),
    ],
)
def test_a_planted_fault_is_found(
    library: Library, hotlines: Hotlines, changes: dict[str, Any], kind: str, says: str
) -> None:
    report = _check(_with(library, **changes), hotlines)

    found = [f for f in report.faults if f.entry == "neighbour.leak" and f.check == kind]

    assert found
    assert says in str(found[0])
    assert str(found[0]).startswith("neighbour.yaml:")


def test_a_known_change_is_fine_once_the_entry_names_it(library: Library, hotlines: Hotlines) -> None:
    changed = _with(
        library,
        citations=(replace(ONE, law="旧法"),),
        verify_by=(Change("旧法", date(2026, 6, 1)),),
    )

    assert _check(changed, hotlines).faults == ()


@pytest.mark.parametrize(
    ("checked_on", "due", "says"),
    [
        (TODAY - timedelta(400), TODAY - timedelta(1), "was due"),
        (TODAY + timedelta(1), TODAY + timedelta(300), "in the future"),
        (TODAY, TODAY, "due is not after"),
    ],
)
def test_review_dates_are_watched(
    library: Library, hotlines: Hotlines, checked_on: date, due: date, says: str
) -> None:
    review = replace(library.by_id["neighbour.leak"].review, checked_on=checked_on, due=due)

    report = _check(_with(library, review=review), hotlines)

    assert any(says in f.what for f in report.faults)


def test_an_author_does_not_review_himself(library: Library, hotlines: Hotlines) -> None:
    review = replace(library.by_id["neighbour.leak"].review, author="周岚", reviewer="周岚")

    report = _check(_with(library, review=review), hotlines)

    assert any("the reviewer is the author" in f.what for f in report.faults)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": "别的话"}, "does not say"),
        ({"version": "2026-01-01"}, "at hand is the text of 2026-01-01"),
        ({"superseded_by": "新民法典"}, "out of force: 新民法典"),
        ({"article": 297}, "does not exist"),
    ],
)
def test_a_citation_is_held_against_the_text(
    library: Library, hotlines: Hotlines, changes: dict[str, Any], says: str
) -> None:
    report = _check(library, hotlines, statutes=_texts(library, **changes))

    assert [says in f.what for f in report.faults] == [True]
    assert report.verified == 6


def test_spaces_in_the_text_do_not_matter(library: Library, hotlines: Hotlines) -> None:
    report = _check(library, hotlines, statutes=_texts(library, text=" ".join(SAYS)))

    assert report.faults == ()


def test_wordings_that_are_nearly_alike_are_found(library: Library, hotlines: Hotlines) -> None:
    leak = library.by_id["neighbour.leak"]
    inside = _with(library, wordings=(*leak.wordings, "楼上卫生间漏水我家顶棚发霉了"))
    across = _with(library, wordings=(*leak.wordings, "老板拖欠工资一直不给咋办"))

    assert any("nearly alike" in f.what for f in _check(inside, hotlines).faults)
    assert any("nearly that of labour.wages" in f.what for f in _check(across, hotlines).faults)


def test_a_long_branch_is_found(library: Library, hotlines: Hotlines) -> None:
    wages: Entry = library.by_id["labour.wages"]
    ask = replace(wages.ask[0], options=(Option("长", then="字" * 121), wages.ask[0].options[1]))
    changed = Library({**library.by_id, wages.id: replace(wages, ask=(ask,), risk=Risk.LOW)})

    assert any("121 characters" in f.what for f in _check(changed, hotlines).faults)


def test_the_shipped_pack_has_no_fault() -> None:
    report = check(Library.load(), Hotlines.load(), LawChanges.load(), _newest_check())

    assert [str(f) for f in report.faults] == []
    assert report.entries >= 40


def test_every_citation_of_the_shipped_pack_is_verified() -> None:
    path = SHARED / "statutes.jsonl.gz"
    if not path.exists():
        pytest.skip("shared data absent: ../shared/data/statutes.jsonl.gz")
    from knowledge.statutes import read_statutes

    report = check(
        Library.load(), Hotlines.load(), LawChanges.load(), _newest_check(), StatuteBook(read_statutes(path))
    )

    assert [str(f) for f in report.faults] == []
    assert report.verified == report.citations


def test_nobody_is_invented_as_reviewer_of_shipped_entries() -> None:
    assert {(e.review.author, e.review.reviewer) for e in Library.load()} == {("xiaosi", "none")}


def _newest_check() -> date:
    """The day on which the shipped pack was last checked: the test must not fail by the calendar alone."""
    return max(entry.review.checked_on for entry in Library.load())
