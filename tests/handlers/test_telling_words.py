"""What is told: plain, short, and nothing of the matter on a lock screen."""

from dataclasses import replace

import pytest

from bot.config import NOTICES
from handlers.appointments import notices
from handlers.appointments.notices import LONGEST, Matter
from handlers.appointments.supply import FORMS
from tests.handlers.booking import demo_supply
from tests.handlers.office import ms

TELLING = ("调解", "援助", "律师", "纠纷", "服务车", "顾问", "离婚", "工资", "法律")
"""Words that would say what it is about."""
PROMISES = ("肯定", "一定", "保证", "马上", "尽快")

MATTER = Matter(
    "remind",
    12,
    ms("2026-11-24 10:00"),
    ms("2026-11-23 12:00"),
    ms("2026-11-23 10:00"),
    "office",
    "一楼东头",
    "柳河司法所",
    "0379-0000 0002",
)


def every() -> list[Matter]:
    """Each kind for each form, open and secluded."""
    return [
        replace(MATTER, about=about, form=form, place=place, reason=reason, secluded=secluded)
        for about in NOTICES
        for form in FORMS
        for place in ("", "村委会门口")
        for reason in ("", "停电")
        for secluded in ("", "violence")
    ]


def test_no_text_tells_what_it_is_about_or_promises_anything() -> None:
    for one in every():
        said = [notices.message_words(one), *notices.notice_values(one).values()]
        assert not [word for text in said for word in (*TELLING, *PROMISES) if word in text], said


def test_every_text_is_short_and_whole() -> None:
    for one in every():
        text, call = notices.message_words(one), notices.call_words(one)
        assert len(text) <= 120
        assert "{" not in text + call
        assert "10:00" in text
        assert "10:00" in call


def test_values_of_subscribe_messages_fit_the_platform() -> None:
    for one in every():
        values = notices.notice_values(one)
        assert tuple(values) == notices.FIELDS
        assert all(0 < len(value) <= LONGEST for value in values.values())
        assert values["when"] == "2026年11月24日 10:00"


def test_where_a_thread_is_secluded_a_time_is_all_that_is_said() -> None:
    for one in (each for each in every() if each.secluded):
        said = notices.message_words(one) + "".join(notices.notice_values(one).values())
        assert not [word for word in ("司法所", "一楼", "村委会", "停电", "0379", "Y-") if word in said], said


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("remind", ("明天（周二）10:00", "在柳河司法所（一楼东头）", "取消预约")),
        ("confirm", ("预约号 Y-0012",)),
        ("change", ("改了时间：明天（周二）10:00", "改时间", "0379-0000 0002")),
        ("cancel", ("因为停电，您约在明天（周二）10:00的预约取消了",)),
        ("ask", ("因为停电，您约在明天（周二）10:00的时间办不了了", "改时间", "取消预约")),
        ("offer", ("给您留到今天 12:00", "“要”", "“不要”")),
    ],
)
def test_each_kind_says_what_to_do(about: str, words: tuple[str, ...]) -> None:
    said = notices.message_words(replace(MATTER, about=about, reason="停电"))

    assert [word for word in words if word not in said] == []


def test_services_and_posts_of_the_demo_county_never_stand_on_a_lock_screen() -> None:
    names = [one.name for one in demo_supply().services] + [one.name for one in demo_supply().posts]

    said = "".join(notices.message_words(one) for one in every())

    assert not [name for name in names if name in said]
