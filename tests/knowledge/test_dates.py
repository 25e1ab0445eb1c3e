"""Days as residents tell them: what is read, what is filled in, and what is no day of the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import Kind, as_read, dates_in, may_hold_date, number

TODAY = date(2026, 11, 22)
"""A Sunday."""


def only(words: str, today: date = TODAY, near: date | None = None) -> tuple[Kind, str, str, bool]:
    """Kind, first and last day, and whether something was filled in, of the one date in the words."""
    (told,) = dates_in(words, today, near)
    return told.kind, str(told.first), str(told.last), told.guessed


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026年9月25日收到的", "2026-09-25"),
        ("二〇二四年十二月三十一日", "2024-12-31"),
        ("二零二四年三月五号", "2024-03-05"),
        ("24年3月5日签的", "2024-03-05"),
        ("98年3月5号", "1998-03-05"),
        ("2026-10-15", "2026-10-15"),
        ("2026.1.5", "2026-01-05"),
        ("2026/10/15那天", "2026-10-15"),
        ("20261015", "2026-10-15"),
        ("２０２６年１０月１５日", "2026-10-15"),
        ("2024年2月29号还钱", "2024-02-29"),
        ("去年11月20号伤的", "2025-11-20"),
        ("去年的11月20日", "2025-11-20"),
        ("前年三月初一那天不是，是前年3月2号", "2024-03-02"),
        ("大前年腊月不算，大前年12月1号", "2023-12-01"),
        ("今年5月1号走的", "2026-05-01"),
        ("上年5月1号走的", "2025-05-01"),
        ("上个月15号知道的", "2026-10-15"),
        ("上月十五收到", "2026-10-15"),
        ("上各月十五号走的", "2026-10-15"),
        ("上上个月18号", "2026-09-18"),
        ("这个月二十一号", "2026-11-21"),
        ("本月20日", "2026-11-20"),
        ("今天收到的", "2026-11-22"),
        ("昨天拿到的认定书", "2026-11-21"),
        ("昨晚", "2026-11-21"),
        ("前天", "2026-11-20"),
        ("大前天收到的货", "2026-11-19"),
        ("明天才能收到", "2026-11-23"),
        ("三天前", "2026-11-19"),
        ("十天以前收到的", "2026-11-12"),
        ("上周五收到的", "2026-11-13"),
        ("上个礼拜三", "2026-11-11"),
        ("上上周一", "2026-11-02"),
        ("上星期天", "2026-11-15"),
        ("这周二", "2026-11-17"),
    ],
)
def test_a_whole_day_is_read(words: str, day: str) -> None:
    days = [told for told in dates_in(words, TODAY) if told.kind is Kind.DAY]

    assert [(str(told.first), str(told.last), told.guessed) for told in days] == [(day, day, False)]


@pytest.mark.parametrize(
    ("words", "today", "day"),
    [
        ("11月10号收到判决书", TODAY, "2026-11-10"),
        ("十一月十号收到滴", TODAY, "2026-11-10"),
        ("协议是10月25签的", TODAY, "2026-10-25"),
        ("12月5号收到的", TODAY, "2025-12-05"),
        ("11月22号", TODAY, "2026-11-22"),
        ("12月20号给的", date(2027, 1, 3), "2026-12-20"),
        ("1月3号才看到", date(2027, 1, 3), "2027-01-03"),
        ("1月4号", date(2027, 1, 3), "2026-01-04"),
        ("二十号拿到的", TODAY, "2026-11-20"),
        ("25号拿到的", TODAY, "2026-10-25"),
        ("28号拿到的", date(2027, 1, 3), "2026-12-28"),
        ("周五收到的", TODAY, "2026-11-20"),
        ("10.15号收到", TODAY, "2026-10-15"),
        ("10/15收到", TODAY, "2026-10-15"),
    ],
)
def test_what_was_left_out_is_the_latest_such_day_and_is_said_to_be_filled_in(
    words: str, today: date, day: str
) -> None:
    assert only(words, today) == (Kind.DAY, day, day, True)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("前年三月走的", "2024-03-01", "2024-03-31"),
        ("2022年5月到期", "2022-05-01", "2022-05-31"),
        ("今年6月底", "2026-06-21", "2026-06-30"),
        ("去年二月下旬", "2025-02-21", "2025-02-28"),
        ("上个月收到的", "2026-10-01", "2026-10-31"),
        ("上个月中旬", "2026-10-11", "2026-10-20"),
        ("前年冬天的事", "2024-11-01", "2025-02-28"),
        ("去年夏天", "2025-05-01", "2025-08-31"),
        ("去年底", "2025-11-01", "2025-12-31"),
        ("去年上半年", "2025-01-01", "2025-06-30"),
        ("1998年下的岗", "1998-01-01", "1998-12-31"),
        ("去年国庆搬走的", "2025-10-01", "2025-10-08"),
        ("去年五一", "2025-05-01", "2025-05-05"),
        ("上周收到的", "2026-11-09", "2026-11-15"),
        ("三年前借的", "2022-11-23", "2024-02-22"),
        ("一年多以前", "2024-11-22", "2025-11-22"),
        ("半年前", "2026-04-26", "2026-06-10"),
    ],
)
def test_a_month_a_season_or_a_time_ago_is_a_span(words: str, first: str, last: str) -> None:
    kind, *span, _guessed = only(words)

    assert (kind, span) == (Kind.SPAN, [first, last])


@pytest.mark.parametrize(
    "words",
    [
        "农历八月十五收到的",
        "阴历三月初三",
        "今年六月初八",
        "去年腊月二十三",
        "正月里",
        "腊月底",
        "大年初三",
        "去年春节前离职",
        "中秋节那天",
        "端午收的",
        "除夕晚上",
        "过年前走的",
        "年前走的",
        "闰六月初二",
        "上月初五",
    ],
)
def test_the_lunar_calendar_is_recognised_and_not_computed(words: str) -> None:
    (told,) = dates_in(words, TODAY)

    assert (told.kind, told.first) == (Kind.LUNAR, None)


@pytest.mark.parametrize(
    "words", ["2月30号", "13月5号", "2026年2月29日", "11月31日收到", "2026-13-01", "四月三十一号"]
)
def test_a_day_that_the_calendar_does_not_have_is_impossible(words: str) -> None:
    assert only(words)[:2] == (Kind.IMPOSSIBLE, "None")


@pytest.mark.parametrize(
    "words",
    [
        "三个月没发工资",
        "七天无理由退货",
        "30日内申请",
        "住15号楼",
        "第15号文件",
        "卡号尾号",
        "月薪8000",
        "我今年十七岁",
        "坐月子",
        "欠了八千",
        "10月15号到11月15号的工资",
        "干了24年",
        "周末上班",
        "两年多没联系",
        "几号到期",
        "哪天",
        "一年内",
    ],
)
def test_what_is_no_date_is_not_read_as_one(words: str) -> None:
    assert dates_in(words, TODAY) == ()


def test_a_corrected_day_keeps_month_and_year_of_the_day_before() -> None:
    before = date(2025, 3, 8)

    assert only("不对，是12号", near=before) == (Kind.DAY, "2025-03-12", "2025-03-12", True)
    assert only("是3月12号", near=before) == (Kind.DAY, "2025-03-12", "2025-03-12", True)
    assert only("是31号", near=date(2025, 4, 8))[0] is Kind.IMPOSSIBLE


def test_two_days_stand_in_order_with_their_places() -> None:
    words = "我2020年1月1日入职，2026年10月31日被辞退"

    found = dates_in(words, TODAY)

    assert [words[told.start : told.end] for told in found] == ["2020年1月1日", "2026年10月31日"]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("十", 10),
        ("十一", 11),
        ("二十", 20),
        ("廿一", 21),
        ("卅", 30),
        ("三十一", 31),
        ("两", 2),
        ("九", 9),
        ("15", 15),
        ("一百", 100),
        ("百", 100),
        ("一百二十", 120),
        ("半", None),
        ("十十", None),
    ],
)
def test_numerals_are_read(words: str, value: int | None) -> None:
    assert number(words) == value


_DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@given(day=_DAYS, today=_DAYS)
def test_every_full_date_is_read_as_itself_on_every_day(day: date, today: date) -> None:
    for words in (
        f"{day.year}年{day.month}月{day.day}日收到",
        f"收到判决是{day:%Y-%m-%d}",
        f"{day:%Y.%m.%d}",
    ):
        assert only(words, today) == (Kind.DAY, str(day), str(day), False)


@given(day=_DAYS, today=_DAYS)
def test_a_day_without_its_year_is_never_after_today_and_at_most_a_leap_cycle_ago(
    day: date, today: date
) -> None:
    (told,) = dates_in(f"{day.month}月{day.day}号收到", today)

    if told.first is not None:
        assert told.guessed
        assert told.first <= today
        assert today - told.first <= timedelta(days=366)
    else:
        assert (day.month, day.day) == (2, 29)


@given(
    text=st.text(
        alphabet="0123456789年月日号初上个前去今昨天周星期礼拜一二三十正腊农历春节半多底末-/. 收到",
        max_size=24,
    )
)
def test_no_words_break_it_and_every_date_lies_in_the_text(text: str) -> None:
    read = as_read(text)

    for told in dates_in(text, TODAY):
        assert may_hold_date(read)
        assert told.words in read
        assert (told.first is None) == (told.kind in (Kind.LUNAR, Kind.IMPOSSIBLE))
        assert told.first is None or told.last is None or told.first <= told.last
