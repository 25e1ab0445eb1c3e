"""我的预约 in chat: seen, moved and cancelled in two turns; 取消 never ends what nobody meant."""

import pytest

from bot.clock import SetClock
from handlers.appointments import service as appointments
from handlers.appointments.service import MYSELF, Person
from handlers.appointments.slots import Slot
from tests.handlers.office import ms
from tests.journeys.booking_desk import (
    STORY,
    bookings,
    cells,
    desk,
    neighbour,
    resident,
    says_all,
    shown,
    takes,
)
from tests.journeys.test_handoff import later, tasks
from tests.support.service import Service

__all__ = ["desk"]
TUESDAY = "2026-11-24 08:30"


def books(
    service: Service,
    when: str = TUESDAY,
    post: str = "liuhe-room",
    service_id: str = "mediation",
    person: Person = MYSELF,
) -> appointments.Booked:
    """The newest resident has a time."""
    work, who = service.store.writer, resident(service)
    slot = Slot(service_id, post, post.split("-")[0], ms(when))
    held = work.do_now(appointments.hold, who, slot, other=person.other)
    return work.do_now(appointments.book, who, held.appointment_id, person)


def begins(service: Service) -> list[str]:
    """What is booked, in the order of its numbers."""
    return [shown(row[0]) for row in bookings(service, "begins")]


async def test_what_is_booked_is_shown_with_place_papers_number_and_code(desk: Service) -> None:
    phone = await neighbour(desk)
    booked = books(desk)

    told = await phone.hears("我的预约")

    assert told.startswith(
        "人民调解，明天（周二）8:30，柳河司法所\n地点：柳河镇政府院内一楼，柳河司法所调解室"
    )
    assert f"您的号是 Y-0001，纸上记 {booked.code}。" in told
    assert "带上：身份证；" in told
    assert told.endswith("1 改时间\n2 取消这个预约\n3 不用改")


@pytest.mark.parametrize("word", ["我的预约", "取消", "取消预约", "改时间", "查预约"])
async def test_who_has_nothing_is_told_so_and_how_to_book(desk: Service, word: str) -> None:
    phone = await neighbour(desk)

    told = await phone.hears(word)

    assert told.startswith("您现在没有约好的时间。要约，回复“预约”")


async def test_a_time_is_changed_in_two_turns_and_the_number_stays(desk: Service) -> None:
    phone = await neighbour(desk)
    booked = books(desk)

    times = await phone.hears("改时间")
    told = await phone.hears("2")

    assert times.startswith("现在约的是：人民调解，明天（周二）8:30，柳河司法所。回复数字就换好。")
    assert "\n2 明天（周二）10:00\n" in times
    assert told.startswith("改好了：人民调解，明天（周二）10:00，柳河司法所。")
    assert f"号没变：Y-0001，纸上记 {booked.code}。" in told
    assert "自己还能再改 1 次。" in told
    assert begins(desk) == ["11-24 10:00"]
    assert cells(desk) == 18


async def test_an_appointment_is_cancelled_in_two_turns_and_its_time_is_free_at_once(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)

    sure = await phone.hears("取消")
    told = await phone.hears("1")

    assert sure == ("您约的是：人民调解，明天（周二）8:30，柳河司法所。要取消吗？\n1 是，取消\n2 不取消")
    assert told.startswith("取消了：人民调解，明天（周二）8:30。")
    assert (begins(desk), cells(desk)) == ([], 0)


async def test_who_thinks_better_of_it_keeps_it(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)

    told = await says_all(phone, "取消预约", "2")

    assert told == "好，没改。还是明天（周二）8:30，请按时来。"
    assert begins(desk) == ["11-24 08:30"]


async def test_of_several_the_list_comes_first_and_the_number_cancels_that_one(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)
    books(desk, "2026-11-24 14:00", service_id="legal_aid")
    books(desk, "2026-11-26 14:00", service_id="legal_aid", person=Person("李大爷", "13900001111", True))

    which = await phone.hears("取消")
    told = await phone.hears("3")

    assert which.startswith("要取消哪一个？回复数字就取消。\n1 人民调解，明天（周二）8:30，柳河司法所\n")
    assert "3 法律援助受理（替李大爷约的），11月26日（周四）14:00，柳河司法所\n4 都不用动" in which
    assert told.startswith("取消了：法律援助受理，11月26日（周四）14:00。")
    assert begins(desk) == ["11-24 08:30", "11-24 14:00"]


async def test_the_kind_that_was_named_is_the_one_that_is_meant(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, "2026-11-24 14:00", service_id="legal_aid")
    books(desk, "2026-11-25 08:30")

    told = await says_all(phone, "取消调解", "1")

    assert told.startswith("取消了：人民调解")
    assert begins(desk) == ["11-24 14:00"]


async def test_cancel_while_looking_asks_before_it_cancels(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)
    await phone.hears("我的预约")

    sure = await phone.hears("取消")
    still = begins(desk)
    told = await phone.hears("取消")

    assert "要取消吗？" in sure
    assert still == ["11-24 08:30"]
    assert told.startswith("取消了：")


async def test_cancel_in_the_middle_of_a_booking_drops_only_what_is_being_booked(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, "2026-11-24 14:00", service_id="legal_aid")
    await says_all(phone, "我要调解", STORY)

    told = await phone.hears("取消")

    assert "“约人民调解”不办了" in told
    assert begins(desk) == ["11-24 14:00"]


async def test_cancelling_bookings_in_the_middle_of_one_drops_the_draft_alone(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, "2026-11-24 14:00", service_id="legal_aid")
    await says_all(phone, "我要调解", STORY)

    told = await phone.hears("取消预约")
    which = await phone.hears("取消预约")

    assert told.startswith("好，正在约的这个不办了")
    assert "要取消吗？" in which
    assert begins(desk) == ["11-24 14:00"]


async def test_my_bookings_are_shown_in_the_middle_of_a_booking_which_goes_on(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk, "2026-11-24 14:00", service_id="legal_aid")
    asked = await says_all(phone, "我要调解", STORY)

    told = await phone.hears("我的预约")
    following = await phone.hears("1")

    assert told == f"法律援助受理，明天（周二）14:00，柳河司法所\n\n{asked}"
    assert "怎么称呼您？" in following


async def test_two_moves_are_free_then_a_person_does_it_and_the_time_stays(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)
    await says_all(phone, "改时间", "1", "改时间", "1")
    before = begins(desk)

    asks = await phone.hears("改时间")
    told = await phone.hears("1")

    assert asks == "已经自己改过两次了，再改请工作人员来办。\n1 请工作人员帮我改\n2 不改了"
    assert "原来的时间还给您留着" in told
    assert tasks(desk)[0][:2] == (1, "visit")
    assert begins(desk) == before


async def test_a_time_that_another_took_meanwhile_is_told_with_others_to_choose(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)
    await phone.hears("改时间")
    takes(desk, "2026-11-24 10:00")

    others = await phone.hears("2")
    told = await phone.hears("1")

    assert others.startswith("这个时间刚刚约满了，请换一个。\n还可以约：")
    assert "候补" not in others
    assert told.startswith("改好了：")
    assert len(begins(desk)) == 2


async def test_a_question_while_choosing_a_time_is_answered_and_the_times_come_again(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)
    await phone.hears("改时间")

    side = await phone.hears("单位拖欠工资不给怎么办？")
    told = await phone.hears("2")

    assert "依据" in side
    assert "最近能约的时间：" in side
    assert told.startswith("改好了：")


async def test_a_question_leaves_a_list_that_is_only_looked_at(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)
    await phone.hears("我的预约")

    answer = await phone.hears("单位拖欠工资不给怎么办？")

    assert "依据" in answer
    assert "改时间" not in answer
    assert begins(desk) == ["11-24 08:30"]


async def test_a_number_after_a_long_silence_cancels_nothing(desk: Service, clock: SetClock) -> None:
    phone = await neighbour(desk)
    books(desk)
    await phone.hears("取消")
    await later(desk, clock, hours=2)

    told = await phone.hears("1")

    assert "取消了" not in told
    assert "继续" not in told  # nobody is asked to go on with a list
    assert begins(desk) == ["11-24 08:30"]


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        ("能不能改到下周", "现在约的是："),
        ("我想换个时间", "现在约的是："),
        ("明天的调解改天吧", "现在约的是："),
        ("怎么改时间", "现在约的是："),
        ("我要取消明天的预约", "您约的是："),
        ("把调解取消了吧", "您约的是："),
        ("不好意思，我明天来不了了", "人民调解，明天"),
        ("有事去不了", "人民调解，明天"),
        ("不想去了", "人民调解，明天"),
    ],
)
async def test_short_wishes_in_own_words_are_heard(desk: Service, words: str, begin: str) -> None:
    phone = await neighbour(desk)
    books(desk)

    assert (await phone.hears(words)).startswith(begin)


async def test_such_words_of_who_has_nothing_booked_are_a_question_like_any_other(desk: Service) -> None:
    phone = await neighbour(desk)

    assert "现在约的是" not in await phone.hears("想换个时间可以吗")


async def test_the_own_code_from_the_slip_shows_the_appointment(desk: Service) -> None:
    phone = await neighbour(desk)
    booked = books(desk)

    told = await phone.hears(f"编号 {booked.code.lower()}")

    assert told.startswith("人民调解，明天（周二）8:30，柳河司法所")


async def test_a_stranger_with_the_code_reads_status_words_alone(desk: Service) -> None:
    await neighbour(desk)
    booked = books(desk)
    stranger = await neighbour(desk, "oTest-stranger")

    told = await stranger.hears(booked.code)

    assert told.startswith("这个编号：已约好，请按时来。")
    for word in ("调解", "周二", "8:30", "柳河", "Y-0001"):
        assert word not in told


async def test_after_five_wrong_codes_there_is_a_pause_even_for_the_right_one(
    desk: Service, clock: SetClock
) -> None:
    await neighbour(desk)
    booked = books(desk)
    stranger = await neighbour(desk, "oTest-stranger")
    wrong = [await stranger.hears(f"ABC2D{n}") for n in range(2, 7)]

    paused = await stranger.hears(booked.code)
    await later(desk, clock, minutes=16)
    after = await stranger.hears(booked.code)

    assert all(one.startswith("没有查到这个编号。") for one in wrong)
    assert paused.startswith("编号错得太多了")
    assert "这个编号：已约好，请按时来。" in after
