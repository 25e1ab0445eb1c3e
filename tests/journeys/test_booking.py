"""预约 in chat, from the first word to the number: for oneself, for another, of every kind."""

import re

import pytest

from bot.clock import SetClock
from tests.journeys.booking_desk import (
    SELF,
    STORY,
    bookings,
    cells,
    desk,
    neighbour,
    says_all,
    shown,
    to_summary,
)
from tests.support.service import Service

__all__ = ["desk"]
LENT = "借给朋友三万块钱，有借条，他不还怎么办？"


def labels(reply: str) -> list[str]:
    return [found[1] for found in re.finditer(r"^\d+ (.+)$", reply, re.MULTILINE)]


async def test_mediation_is_booked_in_six_turns(desk: Service) -> None:
    phone = await neighbour(desk)
    intro = await phone.hears("我要调解")
    who = await phone.hears(STORY)
    contact = await phone.hears("1")
    times = await phone.hears(SELF)
    summary = await phone.hears("2")

    end = await phone.hears("1")

    assert intro.startswith("人民调解不收费，双方自愿。对方也可以不来。")
    assert labels(who) == ["给我自己", "替别人约（他本人同意了）"]
    assert "怎么称呼您" in contact
    assert times.startswith("柳河司法所，最近能约的时间：")
    assert labels(times)[:3] == ["今天 14:00", "明天（周二）8:30", "明天（周二）14:00"]
    assert summary.split("\n")[:7] == [
        "请看对不对：",
        "约：人民调解",
        "时间：明天（周二）8:30，大约 1 小时",
        "地点：柳河司法所调解室，柳河镇政府院内一楼，一楼东头",
        "给谁：您自己（王秀英，138****1234）",
        f"事情：{STORY}",
        "这个时间替您留 10 分钟，到今天 10:10。",
    ]
    assert re.match(r"约好了。您的号是 Y-0001，纸上记 [2-9A-Z]{6}。\n人民调解，明天（周二）8:30。", end)
    assert "柳河镇政府院内一楼" in end
    assert "带上：身份证；能说明事情经过的材料" in end
    assert "到时候会提前提醒您一次。" in end
    assert "回复“取消预约”" in end
    assert [(kind, post, shown(at)) for kind, post, at in bookings(desk)] == [
        ("mediation", "liuhe-room", "11-24 08:30")
    ]


async def test_what_was_told_is_kept_with_the_booking_and_sealed(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone)
    await phone.hears("确认")

    (row,) = bookings(desk, "matter, name, phone")

    assert STORY.encode() not in bytes(row[0])
    assert "王秀英".encode() not in bytes(row[1])
    assert b"13800001234" not in bytes(row[2])


async def test_a_reminder_is_agreed_to_only_by_the_line_that_names_it(desk: Service) -> None:
    first, second = await neighbour(desk), await neighbour(desk, "oTest-resident-2")
    await to_summary(first, pick="2")
    await to_summary(second, pick="3")

    told = [await first.hears("确认，提前提醒我一次"), await second.hears("好的")]

    assert "到时候会提前提醒您一次。" in told[0]
    assert "要提前提醒，回复“提醒我”。" in told[1]
    assert [row[0] for row in desk.rows("select appointment_id from reminder_wish")] == [1]


async def test_a_reminder_can_be_wished_for_afterwards(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")
    await phone.hears("确认")

    reply = await phone.hears("提醒我")

    assert reply == "好，明天（周二）8:30的人民调解，提前提醒您一次。"
    assert [row[0] for row in desk.rows("select appointment_id from reminder_wish")] == [1]


async def test_no_reminder_is_offered_for_what_begins_too_soon(desk: Service) -> None:
    phone = await neighbour(desk)

    summary = await to_summary(phone, pick="1")

    assert "今天 14:00" in summary
    assert labels(summary) == ["确认", "改一下"]


async def test_without_a_home_station_the_nearest_is_asked_for_and_a_village_will_do(desk: Service) -> None:
    phone = desk.phone()
    asked = await says_all(phone, "我要调解", STORY, "1", SELF)

    times = await phone.hears("南岭村")
    await says_all(phone, "1")
    end = await phone.hears("确认")

    assert asked.startswith("离您最近的是哪个司法所？")
    assert times.startswith("石桥司法所，最近能约的时间：")
    assert end.startswith("约好了。您的号是 Y-0001")


async def test_a_place_that_is_sent_answers_which_station_is_nearest(desk: Service) -> None:
    phone = desk.phone()
    await says_all(phone, "我要调解", STORY, "1", SELF)

    times = await phone.does("location", 34.03, 112.47, "家")

    assert times.startswith("城东司法所，最近能约的时间：")


async def test_for_another_with_consent_name_and_phone_in_eight_turns(desk: Service) -> None:
    phone = desk.phone()
    lines = ("预约", "1", STORY, "替别人约", "李大山，电话 138 0000 5678", "柳河", "2")
    summary = await says_all(phone, *lines)

    end = await phone.hears("确认")

    assert len(lines) + 1 == 8
    assert "给谁：李大山，138****5678（您代约，他本人同意了）" in summary
    assert end.startswith("约好了。")
    assert [row[0] for row in bookings(desk, "proxy_no")] == [1]


async def test_a_short_wish_in_plain_words_begins_the_right_kind(desk: Service) -> None:
    phone = await neighbour(desk)

    assert (await phone.hears("我想预约一下调解")).startswith("人民调解不收费")
    await phone.hears("取消")
    assert (await phone.hears("帮我约个律师")).startswith("值班律师解答法律问题")
    await phone.hears("取消")
    assert (await phone.hears("我要预约")).startswith("想约哪一种？")


@pytest.mark.parametrize(
    ("word", "kind", "lines", "where"),
    [
        ("法律援助预约", "legal_aid", ("老板欠薪半年", "1", SELF, "1"), "柳河司法所调解室"),
        ("约律师", "lawyer", ("离婚时房子怎么分", "1", SELF, "1"), "柳河值班律师"),
        ("上门", "home", ("老人想立遗嘱", "1", SELF, "柳河村二组 8 号", "1"), "上门地址：柳河村二组 8 号"),
        ("预约服务车", "car", ("问问土地承包", "1", SELF, "1", "1"), "李家庄村村委会门口"),
        ("约法律顾问", "adviser", ("问问土地承包", "1", SELF, "1", "1"), "柳河村村委会"),
    ],
)
async def test_every_kind_goes_the_same_way(
    desk: Service, word: str, kind: str, lines: tuple[str, ...], where: str
) -> None:
    phone = await neighbour(desk)
    await says_all(phone, word, *lines)

    end = await phone.hears("确认")

    assert end.startswith("约好了。您的号是 Y-0001")
    assert where in end
    assert [row[0] for row in bookings(desk)] == [kind]


async def test_a_call_needs_a_number_and_nobody_is_sent_anywhere(desk: Service) -> None:
    phone = await neighbour(desk)
    times = await says_all(phone, "约律师", "离婚时房子怎么分", "1", "不留")
    places = await phone.hears("换个地方")
    await phone.hears("电话咨询")
    asked = await phone.hears("1")
    summary = await phone.hears("13800001234")

    end = await phone.hears("确认")

    assert "换个地方（别的司法所、电话里谈、到村里的点）" in times
    assert [one.split("，")[0] for one in labels(places)] == [
        "柳河司法所",
        "城东司法所",
        "值班律师电话咨询",
        "李家庄村（村委会门口）",
        "上湾村（村口广场）",
        "东岗社区（社区活动室门口）",
        "石桥村（村委会门口）",
    ]
    assert asked == "到时间打哪个电话？请写号码。"
    assert "方式：到时间打您的电话 138****1234" in summary
    assert end.startswith("约好了。")


async def test_where_the_nearest_station_has_no_lawyer_others_are_named(desk: Service) -> None:
    phone = await neighbour(desk, station="shiqiao")

    places = await says_all(phone, "约律师", "离婚时房子怎么分", "1", "不留")

    assert places.startswith("石桥司法所没有值班律师。别处可以：")
    assert [one.split("，")[0] for one in labels(places)][:3] == [
        "柳河司法所",
        "城东司法所",
        "值班律师电话咨询",
    ]


async def test_all_times_of_a_day_can_be_seen(desk: Service) -> None:
    phone = await neighbour(desk)
    days = await says_all(phone, "我要调解", STORY, "1", SELF, "别的时间")

    times = await phone.hears("11月26日")

    assert labels(days)[:3] == ["今天，下午", "明天（周二），上午、下午", "11月25日（周三），上午、下午"]
    assert times.startswith("柳河司法所，想几点？\n1 11月26日（周四）8:30\n2 11月26日（周四）9:00")
    assert labels(times)[-1] == "换一天"


@pytest.mark.parametrize("by", ["number", "word"])
async def test_the_choice_under_an_answer_books_with_what_is_known(desk: Service, by: str) -> None:
    phone = await neighbour(desk)
    answer = await phone.hears(LENT)
    (line,) = [one for one in answer.split("\n") if one.endswith(" 预约")]

    kinds = await phone.hears(line.split()[0] if by == "number" else "预约")
    who = await phone.hears("人民调解")
    summary = await says_all(phone, "1", "不留", "1")
    end = await phone.hears("确认")

    assert labels(kinds)[-1] == "别的事，给所里留话"
    assert who.startswith("给谁约？")
    assert f"事情：{LENT}" in summary
    assert "借条或欠条原件" in end


async def test_a_question_about_the_services_is_not_taken_for_somebodys_matter(desk: Service) -> None:
    phone = await neighbour(desk)
    answer = await phone.hears("人民调解收费吗？")
    (line,) = [one for one in answer.split("\n") if one.endswith(" 预约")]
    await phone.hears(line.split()[0])

    reply = await phone.hears("人民调解")

    assert "跟谁、因为什么事？" in reply


async def test_where_a_county_has_no_supply_a_word_can_be_left(timed: Service, clock: SetClock) -> None:
    phone = await neighbour(timed)

    for word in ("预约", "我要调解", "约律师"):
        assert "1 留个话，请所里的人回我" in await phone.hears(word)
        await phone.hears("2")
    assert cells(timed) == 0


async def test_a_matter_told_before_is_not_asked_again_when_a_booking_is_wished_in_words(
    desk: Service,
) -> None:
    phone = await neighbour(desk)
    await phone.hears(LENT)

    who = await phone.hears("我想约个调解")
    summary = await says_all(phone, "给我自己", SELF, "1")

    assert "给谁约？" in who
    assert f"事情：{LENT}" in summary


async def test_a_question_about_the_service_itself_is_no_matter_to_book(desk: Service) -> None:
    phone = await neighbour(desk)
    await phone.hears("人民调解要收钱吗，怎么申请？")

    asked = await phone.hears("我想约个调解")

    assert "跟谁、因为什么事？" in asked


async def test_the_word_alone_begins_a_booking_and_asks_for_the_story(desk: Service) -> None:
    phone = await neighbour(desk)

    reply = await phone.hears("调解")

    assert reply.startswith("人民调解不收费")
    assert "跟谁、因为什么事？" in reply
