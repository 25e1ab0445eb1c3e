"""Which limit a told day belongs to, by which law it is counted, and that the law says so."""

import re
from datetime import date

import pytest

from admin.desk import days_of
from handlers.directory.notice import shipped
from knowledge.counting import DaysOff
from knowledge.deadlines import (
    LAWS,
    MOST,
    countable,
    due,
    fit,
    law_of,
    meant,
    papers_in,
    runs_from_a_day,
    start_of,
    what_of,
    working_days,
)
from knowledge.entry import Limit
from knowledge.statutes import read_statutes
from tests.knowledge.pack import SHARED
from tests.support.service import pack

OFF = days_of(shipped())
APPEAL = Limit("上诉", "15d", "判决书送达那天", "民事诉讼法 171")
RULING = Limit("对裁定上诉", "10d", "裁定书送达那天", "民事诉讼法 171")
REVIEW = Limit("申请复议", "60d", "知道决定那天", "行政复议法 20")
AFTER = Limit("复议后起诉", "15d", "收到复议决定书那天", "行政诉讼法 45")
LEFT = Limit("申请仲裁", "1y", "离职那天", "劳动争议调解仲裁法 27")
KNEW = Limit("起诉", "3y", "知道损害和责任人那天", "民法典 188")


@pytest.mark.parametrize(
    ("limit", "words", "fits"),
    [
        (APPEAL, "号收到判决书", True),
        (APPEAL, "收到裁定书", False),
        (RULING, "收到裁定书", True),
        (REVIEW, "号收到罚款决定书", True),
        (REVIEW, "知道的", True),
        (AFTER, "收到复议决定", True),
        (AFTER, "收到判决书", False),
        (LEFT, "号走的", True),
        (LEFT, "被辞退的", True),
        (LEFT, "号撞的", False),
        (KNEW, "知道的", True),
    ],
)
def test_words_around_a_day_say_of_which_limit_it_is_the_start(limit: Limit, words: str, fits: bool) -> None:
    assert (fit(limit, words) > 1) is fits


def test_an_event_may_be_the_day_of_knowing_but_that_is_not_said() -> None:
    assert fit(KNEW, "漏水的事") == 1


def test_a_day_alone_may_belong_to_any_limit_and_none_is_said_to_be_it() -> None:
    entry = pack().library.by_id["contract.cheated"]

    found = meant(entry, "")

    assert len(found) == min(MOST, len(countable(entry))) > 1
    assert not any(sure for _limit, sure in found)


def test_a_paper_that_is_named_leaves_out_what_runs_from_another() -> None:
    entry = pack().library.by_id["administrative.review_or_sue"]

    assert {limit.start for limit, _sure in meant(entry, "收到复议决定")} <= {AFTER.start}


def test_a_day_of_something_else_belongs_to_none() -> None:
    assert meant(pack().library.by_id["legal_aid_mediation.appeal"], "辞职的") == ()


def test_the_papers_of_a_question_are_found() -> None:
    assert papers_in("判觉书不服，认定书也不服") == "判觉 认定"


@pytest.mark.parametrize(
    ("limit", "days"),
    [
        (Limit("申请复核（三个工作日，这里按三天提醒）", "3d", "送到那天", "道路交通事故处理程序规定 71"), 3),
        (
            Limit(
                "政府答复（二十个工作日，这里按二十八天提醒）", "28d", "收到申请那天", "政府信息公开条例 33"
            ),
            20,
        ),
        (Limit("告知停领", "20d", "该停领的事发生那天（工作日）", "社会保险经办条例 25"), 20),
        (Limit("要求听证", "5d", "告知那天", "行政处罚法 64"), 5),
        (REVIEW, 0),
        (APPEAL, 0),
        (LEFT, 0),
    ],
)
def test_working_days_are_told_by_the_limit_or_by_its_law(limit: Limit, days: int) -> None:
    assert working_days(limit) == days


def test_remarks_on_counting_are_not_shown() -> None:
    limit = Limit("申请复核（三个工作日，这里按三天提醒）", "3d", "接到判决书的第二日（早问为好）", "x 1")

    assert (what_of(limit), start_of(limit)) == ("申请复核", "接到判决书那天")


@pytest.mark.parametrize(
    ("period", "start", "what", "runs"),
    [
        ("none", "", "要求停止", False),
        ("3y", "每期租金该交那天", "起诉", False),
        ("48h", "去世那时", "尸检", False),
        ("60d", "签证停留期满前", "延长", False),
        ("6m", "生孩子那天", "男方不得提离婚", False),
        ("6m", "判决或撤诉以后", "再起诉（没有新情况、新理由）", False),
        ("15d", "判决书送达那天", "上诉", True),
    ],
)
def test_only_a_limit_with_a_day_of_its_own_is_counted(
    period: str, start: str, what: str, runs: bool
) -> None:
    assert runs_from_a_day(Limit(what, period, start, "民法典 188")) is runs


def test_a_span_is_counted_from_both_its_ends() -> None:
    found = due(LEFT, date(2024, 3, 1), date(2024, 3, 31), OFF, sure=True)

    assert (found.early.last, found.late.last) == (date(2025, 3, 3), date(2025, 3, 31))
    assert found.ends == date(2025, 3, 3)


def test_every_countable_limit_of_the_pack_is_counted_from_any_day() -> None:
    for entry in pack().library:
        for limit in countable(entry):
            for start in (date(2024, 2, 29), date(2026, 12, 31)):
                found = due(limit, start, start, OFF, sure=False)
                assert found.early.day_one > start
                assert found.early.last is None or found.early.last >= found.early.day_one


def test_without_a_table_nothing_is_moved() -> None:
    found = due(APPEAL, date(2026, 11, 6), date(2026, 11, 6), DaysOff(), sure=True)

    assert (found.early.counted, found.early.last) == (date(2026, 11, 21), None)


def test_a_law_without_a_rule_counts_calendar_days_and_moves_nothing() -> None:
    limit = Limit("申请认定", "30d", "受伤那天", "工伤保险条例 17")

    found = due(limit, date(2026, 10, 8), date(2026, 10, 8), OFF, sure=True)

    assert law_of(limit).moves == ""
    assert found.early.last == date(2026, 11, 7)  # a Saturday


def test_the_articles_by_which_limits_are_counted_say_it() -> None:
    if not SHARED.exists():
        pytest.skip("shared data absent: ../shared/data/statutes.jsonl.gz")
    wanted = {article for law in LAWS.values() for article in (law.moves, law.by) if article}
    texts: dict[str, str] = {}
    for one in read_statutes(SHARED / "statutes.jsonl.gz"):
        name = f"{one.short} {one.article}"
        if name in wanted:
            texts[name] = one.text

    assert set(texts) == wanted
    for law in LAWS.values():
        if law.moves:
            assert re.search("休假日|节假日", texts[law.moves]), law.moves
        if law.by:
            assert "工作日" in texts[law.by]
            chinese = {1: "一", 2: "二", 3: "三", 5: "五", 7: "七", 10: "十", 15: "十五"}
            assert all(f"“{chinese[days]}日”" in texts[law.by] for days in law.working), law.by
