"""What residents write around a booking: wishes, names and phones, small questions; which times are shown."""

import pytest

from handlers.appointments.asides import answered
from handlers.appointments.booking_words import contact_of, hidden, length_words, tells, wanted
from handlers.appointments.offering import spread
from handlers.appointments.supply import Service
from tests.handlers.booking import shown
from tests.handlers.office import ms

MEDIATION = Service("mediation", "mediation", "人民调解", "office", 60, papers=("身份证",))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我想预约调解", "mediation"),
        ("帮我约一下法律援助", "legal_aid"),
        ("能约值班律师吗？", "lawyer"),
        ("我想约个村法律顾问", "adviser"),
        ("可以预约上门吗", "home"),
        ("约一下服务车", "car"),
        ("我要约", ""),
        ("能不能帮我约个律师", "lawyer"),
        ("我想去你们那调解", "mediation"),
        ("想让人调解一下", "mediation"),
        ("要调解吗", None),
        ("找谁调解", None),
        ("调解书有法律效力吗", None),
        ("预约明天", None),
        ("约他出来打架", None),
        ("预约结婚登记", None),
        ("怎么约律师", None),
        ("我约好了律师", None),
        ("我想预约调解，邻居占了我家三尺宅基地", None),
    ],
)
def test_only_a_short_wish_begins_a_booking(text: str, kind: str | None) -> None:
    assert wanted(text) == kind


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("王秀英 13800001234", "王秀英", "13800001234"),
        ("我叫王秀英，电话138 0000 1234", "王秀英", "13800001234"),
        ("电话是13800001234，叫王五", "王五", "13800001234"),
        ("138-0000-1234 王秀英", "王秀英", "13800001234"),
        ("１３８００００１２３４", "", "13800001234"),
        ("王秀英，0379-60001234", "王秀英", "037960001234"),
        ("他叫李大山，没有电话", "李大山", ""),
        ("叫我老王就行", "老王", ""),
        ("我妈 李桂英\n13800001234", "我妈李桂英", "13800001234"),
        ("不留", "", ""),
    ],
)
def test_a_name_and_a_phone_are_found_however_they_are_written(text: str, name: str, phone: str) -> None:
    found = contact_of(text)

    assert found is not None
    assert (found.name, found.phone) == (name, phone)


@pytest.mark.parametrize(
    "text",
    [
        "要带身份证吗？",
        "为什么要留电话",
        "我不想写这个，你们到底管不管啊",
        "什么意思",
        "0138",
        "你们管不管啊",
        "快点吧",
    ],
)
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert contact_of(text) is None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("要带身份证吗？", "带上：身份证"),
        ("需要准备什么材料", "带上：身份证"),
        ("要钱吗", "不收费"),
        ("要多久", "一次大约 1 小时"),
        ("为什么要留电话？", "电话可以不留"),
        ("对方不来怎么办", "调解要双方愿意"),
        ("在哪里", "选好时间"),
    ],
)
def test_small_questions_about_a_booking_are_answered(text: str, start: str) -> None:
    assert answered(text, "mediation", [MEDIATION]).startswith(start)


@pytest.mark.parametrize("text", ["老板欠我多少钱不给", "他不给钱", "邻居家的树要砍吗？", "1"])
def test_a_matter_is_no_small_question(text: str) -> None:
    assert answered(text, "mediation", [MEDIATION]) == ""


@pytest.mark.parametrize(("text", "good"), [("离婚", True), ("1", False), ("嗯", False), ("12", False)])
def test_a_number_tells_nothing_of_a_matter(text: str, good: bool) -> None:
    assert tells(text) is good


def test_times_are_of_different_half_days_where_there_are_such() -> None:
    day = [ms(f"2026-11-24 {hour}") for hour in ("08:30", "09:00", "14:00", "14:30")]
    next_day = [ms("2026-11-25 08:30")]

    assert [shown(at)[5:] for at in spread([*day, *next_day], 3)] == [
        "11-24 08:30",
        "11-24 14:00",
        "11-25 08:30",
    ]
    assert [shown(at)[11:] for at in spread(day[:2], 3)] == ["08:30", "09:00"]


def test_a_phone_is_shown_back_without_its_middle() -> None:
    assert hidden("13800001234") == "138****1234"
    assert (length_words(40), length_words(120)) == ("大约 40 分钟", "大约 2 小时")
