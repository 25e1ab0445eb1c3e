"""A question in one's own words: the answer with what it rests on, and what can be done with it."""

import re

from admin.sandbox import events
from tests.journeys.test_handoff import staffed, tasks, with_home
from tests.support.service import Phone, Service

LENT = "朋友借我三万不还怎么办？"
WAGES = "单位拖欠工资不给怎么办？"
UNKNOWN = ("咕噜咕噜呱呱？", "叽里咕噜哇啦？")


def choices(reply: str) -> list[str]:
    """The numbered lines of a reply, without their numbers."""
    return re.findall(r"^\d+ (.+)$", reply, re.MULTILINE)


def number_of(reply: str, label: str) -> str:
    return str(choices(reply).index(label) + 1)


def decisions(service: Service) -> list[str]:
    return [row[0] for row in service.rows("select decision from inbox order by id")]


async def test_an_answer_shows_basis_date_next_step_and_the_three_choices_last(timed: Service) -> None:
    reply = await timed.phone().says(WAGES)

    assert len(reply.split("\n这是按")[0]) <= 300
    assert re.search(r"^依据：《劳动法》第 50 条（\d{4}-\d\d-\d\d 文本）", reply, re.MULTILINE)
    assert re.search(r"^核对日期：\d{4}-\d\d-\d\d$", reply, re.MULTILINE)
    assert re.search(r"^下一步：.+。$", reply, re.MULTILINE)
    assert choices(reply)[-3:] == ["没解决", "找人", "预约"]
    assert len(reply.encode()) <= 2048


async def test_the_deciding_question_comes_first_and_is_answered_by_number_or_words(timed: Service) -> None:
    first, second, third = (timed.phone(f"oDecides-{n}") for n in range(3))
    shown = [await phone.says(LENT) for phone in (first, second, third)]
    label = choices(shown[0])[2]

    replies = [
        await first.says("３"),
        await second.says(label),
        await third.says("条子上没写日期"),
    ]

    assert label == "没写还款日"
    assert [reply.startswith("照您说的情况：没写还款日。") for reply in replies] == [True] * 3
    assert choices(replies[0]) == ["没解决", "找人", "预约"]


async def test_not_solved_asks_what_is_missing_and_the_second_time_brings_a_person(timed: Service) -> None:
    staffed(timed)
    phone = await with_home(timed)
    answer = await phone.says(LENT)

    missing = await phone.says(number_of(answer, "没解决"))
    other = await phone.says("1")
    person = await phone.says(number_of(other, "没解决"))

    assert missing.startswith("没说到点上，对不起。")
    assert choices(missing)[-1] == "找人"
    assert len(choices(missing)) > 1
    assert "依据：" in other
    assert "您的号是 R-0001。柳河司法所的工作人员今天 11:00 前回您。" in person
    assert [row[1] for row in tasks(timed)] == ["misses"]
    assert [row[0] for row in timed.rows("select verdict from feedback")] == ["bad", "bad"]


async def test_not_solved_counts_as_a_miss(timed: Service) -> None:
    phone = timed.phone()
    answer = await phone.says(LENT)
    await phone.says(number_of(answer, "没解决"))

    person = await phone.says(UNKNOWN[0])

    assert "R-0001" in person
    assert choices(person) == ["预约去司法所"]


async def test_what_was_missing_is_told_in_words_and_matched_with_the_topic(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(LENT)
    await phone.says("没用")

    reply = await phone.says("没打借条，只有微信转账")

    assert "/a/lending.no_iou" in reply
    assert tasks(timed) == []


async def test_a_person_is_one_choice_away(timed: Service) -> None:
    staffed(timed)
    phone = await with_home(timed)
    answer = await phone.says(WAGES)

    reply = await phone.says(number_of(answer, "找人"))

    assert "您的号是 R-0001。" in reply
    assert [row[1] for row in tasks(timed)] == ["person"]


async def test_an_appointment_names_station_hours_and_papers_and_books_nothing(timed: Service) -> None:
    phone = await with_home(timed)
    answer = await phone.says(LENT)

    reply = await phone.says(number_of(answer, "预约"))
    end = await phone.says("2")

    assert "这件事的时间要和所里的人约" in reply
    assert "柳河司法所" in reply
    assert re.search(r"^电话：.+$", reply, re.MULTILINE)
    assert re.search(r"^上班：.+$", reply, re.MULTILINE)
    assert "借条或欠条原件" in reply
    assert end.startswith("好。")
    assert tasks(timed) == []


async def test_a_word_can_be_left_so_that_the_station_arranges_a_time(timed: Service) -> None:
    staffed(timed)
    phone = await with_home(timed)
    await phone.says("预约")

    reply = await phone.says("1")

    assert reply.startswith("好，给所里留了话。您的号是 R-0001。柳河司法所的工作人员今天 11:00 前回您。")
    assert "定好的时间，由工作人员告诉您" in reply
    assert [row[1:3] for row in tasks(timed)] == [("visit", "liuhe")]


async def test_without_a_home_station_one_is_chosen_for_the_visit_and_can_be_taken_back(
    timed: Service,
) -> None:
    phone = timed.phone()
    asked = await phone.says("预约")
    await phone.says("石桥")

    again = await phone.says("返回")
    left = await phone.says("取消")

    assert "您想去哪个司法所？" in asked
    assert again.startswith("您想去哪个司法所？")
    assert "不办了" in left
    assert tasks(timed) == []


async def test_useful_said_in_words_names_the_answer(timed: Service) -> None:
    phone = timed.phone()
    await phone.says(WAGES)

    thanks = await phone.says("有用！")

    assert thanks.startswith("谢谢您告诉我们")
    (answered,) = timed.rows("select min(id) from inbox")
    assert [tuple(row) for row in timed.rows("select verdict, message_id from feedback")] == [
        ("good", answered[0])
    ]


async def test_two_misses_offer_a_person_and_an_appointment(timed: Service) -> None:
    phone = timed.phone()

    first, second = [await phone.says(words) for words in UNKNOWN]

    assert choices(first)[-1] == "找人"
    assert len(choices(first)) == 4
    assert "12348" in second
    assert choices(second) == ["预约去司法所"]


# -- clarify ---------------------------------------------------------------------------------------

VAGUE = "签了字能反悔吗？"


async def asks(phone: Phone) -> list[str]:
    shown = choices(await phone.says(VAGUE))
    assert shown[-1] == "都不是"
    return shown


async def test_a_closed_question_has_two_to_four_choices_and_takes_number_word_or_text(
    timed: Service,
) -> None:
    phones = [timed.phone(f"oVague-{n}") for n in range(3)]
    for phone in phones:
        shown = await asks(phone)

    replies = [
        await phones[0].says("第一个"),
        await phones[1].says(shown[0]),
        await phones[2].says("在网上买的，七天内想退货"),
    ]

    assert 2 <= len(shown) <= 4
    assert ["依据：" in reply for reply in replies] == [True] * 3
    assert replies[0] == replies[1]


async def test_none_of_them_is_asked_by_topic_once_and_then_goes_to_a_person(timed: Service) -> None:
    phone = timed.phone()
    shown = await asks(phone)

    by_topic = await phone.says(str(len(shown)))
    person = await phone.says(UNKNOWN[0])

    assert by_topic.startswith("那是下面哪一类？")
    assert choices(by_topic)[-1] == "找人"
    assert "R-0001" in person


async def test_at_most_two_questions_are_asked_then_comes_the_best_answer_or_a_person(
    timed: Service,
) -> None:
    phone = timed.phone()
    await asks(phone)

    replies = [await phone.says(words) for words in ("就是签了字怎么办？", "反正就是这样怎么办？")]

    asked = [reply for reply in replies if choices(reply)[-1:] == ["都不是"]]
    assert len(asked) <= 1
    assert any("依据：" in reply or "R-0001" in reply for reply in replies)


async def test_a_reply_beside_the_question_is_answered_briefly_and_asked_again_once(timed: Service) -> None:
    phone = timed.phone()
    shown = await asks(phone)

    beside = await phone.says("你好")
    left = await phone.says("谢谢")
    after = await phone.says("1")

    assert "刚才那件事，您说的是下面哪一样？" in beside
    assert choices(beside) == shown
    assert "刚才那件事" not in left
    assert "依据：" in after  # the list is still good for its number


async def test_another_question_beside_the_closed_one_gets_its_answer_first(timed: Service) -> None:
    phone = timed.phone()
    shown = await asks(phone)

    beside = await phone.says(WAGES)

    assert beside.index("核对日期：") < beside.index("刚才那件事，您说的是下面哪一样？")
    assert "劳动保障监察" in beside
    assert choices(beside) == shown


# -- what is no words ------------------------------------------------------------------------------


async def test_whatever_is_sent_gets_a_reply_that_leads_on(timed: Service) -> None:
    sent = {
        "sticker": (),
        "link": ("标题", "描述", "https://example.org/"),
        "mini_card": ("卡", "wx1", "pages/index"),
    }

    replies = {kind: await timed.phone(f"oSends-{kind}").does(kind, *values) for kind, values in sent.items()}
    empty = await timed.phone("oSends-nothing").says(" ")

    assert {kind for kind, reply in replies.items() if "一句话" in reply} == set(sent)
    assert empty == "没收到字。请用一句话说说您遇到的事。"


async def test_a_story_is_answered_by_its_question_with_what_was_understood(timed: Service) -> None:
    story = (
        "我在一家小饭馆打工，从去年三月干到今年九月，说好一个月四千五，开始三个月按时发，后来就说生意不好先欠着，"
        "我想着都是熟人就没计较。中间我母亲住院，我去要钱，他给了两千块就再没有了。我前后去找过他七八次，每次都说下个月，"
        "电话也不接了。我手里只有一个记工的本子和几条微信，也没有交社保。现在孩子要交学费，家里实在等着用钱。"
        "村里人说要去什么地方告他，也有人说告了也白告，我心里没有底。请问单位拖欠工资不给我该怎么办？"
    )

    reply = await timed.phone().says(story)

    assert len(story) > 200
    assert reply.startswith("您写得长，我看下来主要是：单位、老板欠工资不给，怎么要？")
    assert "依据：" in reply


async def test_the_welcome_has_at_most_120_characters_and_three_things_to_try(timed: Service) -> None:
    phones = [timed.phone(f"oFollows-{n}") for n in range(3)]
    pushes = [events.subscribe(timed.lines.next(phone.who)) for phone in phones]
    welcomes = [(await timed.sandbox.push("oa", push)).text for push in pushes]

    tried = [await phone.says(number) for phone, number in zip(phones, "123", strict=True)]

    assert len(welcomes[0]) <= 120
    assert len(choices(welcomes[0])) == 3
    assert ["依据：" in reply for reply in tried] == [True, True, False]
    assert "您平常去哪个司法所？" in tried[2]
