"""找人: a number, what happens next, and a time only where it can be kept."""

import asyncio
from datetime import UTC, datetime

from admin.console import people
from bot.clock import SetClock
from handlers.handoff import service as handoff
from handlers.handoff.sentences import back_words
from tests.support.service import Phone, Service

LAW = "12348"
EVENING = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
"""Friday, 19:00 in China."""
NONSENSE = ("咕噜咕噜呱呱？", "叽里咕噜哇啦？")


def staffed(service: Service, login: str = "t001", station: str | None = "liuhe", name: str = "陈敏") -> int:
    return service.store.writer.do_now(people.add, login, name, "no password", station, "clerk")


def at_home(service: Service, station: str = "liuhe", who: str = "oTest-resident-1") -> None:
    with service.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into home_station (resident_id, station_id, chosen_at, times)"
            f" select max(id), '{station}', 0, 1 from resident"
        )


def tasks(service: Service) -> list[tuple[int, str, str | None, int | None]]:
    rows = service.rows("select id, kind, station_id, promised_at from task order by id")
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def replies(service: Service, staff_id: int, text: str, once: str = "a") -> int:
    (task,) = service.rows("select max(id) from task")
    return service.store.writer.do_now(handoff.reply, staff_id, task[0], text, signed=text, once=once, seen=0)


async def later(service: Service, clock: SetClock, **span: float) -> None:
    """Move the clock once the responses are recorded: a shown one is not shown again."""
    while service.rows("select id from inbox where channel = 'response' and written_at is null"):
        await asyncio.sleep(0.05)
    clock.move(**span)


async def with_home(service: Service) -> Phone:
    phone = service.phone()
    await phone.says("你好")
    at_home(service)
    return phone


async def answered(service: Service, clerk: int) -> Phone:
    """The phone of a resident whom a member of staff has answered."""
    phone = await with_home(service)
    await phone.says("人工")
    replies(service, clerk, "看到了。")
    return phone


async def test_in_hours_a_time_is_promised_from_the_stations_hours(timed: Service) -> None:
    staffed(timed)
    phone = await with_home(timed)

    reply = await phone.says("人工")

    assert reply == (
        "好，请工作人员来回您。您的号是 R-0001。柳河司法所的工作人员今天 11:00 前回您。\n"
        "等的时候可以接着写，工作人员都看得到。"
    )
    assert tasks(timed) == [
        (1, "person", "liuhe", round(datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp()) * 1000)
    ]


async def test_the_lunch_break_does_not_count(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    clock.move(minutes=100)  # 11:40: 20 minutes are left before lunch
    phone = await with_home(timed)

    reply = await phone.says("转人工")

    assert "今天 14:40 前回您" in reply


async def test_out_of_hours_the_next_opening_is_named(timed: Service, clock: SetClock) -> None:
    clock.at = EVENING
    staffed(timed)
    phone = await with_home(timed)

    reply = await phone.says("找人")

    assert "现在下班了。柳河司法所11月23日（周一）8:30 上班，11月23日（周一）9:30 前回您。" in reply
    assert LAW in reply


async def test_without_staff_no_time_is_promised(timed: Service) -> None:
    phone = await with_home(timed)

    reply = await phone.says("人工")

    assert "R-0001" in reply
    assert "现在说不准" in reply
    assert LAW in reply
    assert "前回您" not in reply
    assert tasks(timed) == [(1, "person", "liuhe", None)]


async def test_where_nobody_of_the_station_works_another_answers_and_needs_longer(timed: Service) -> None:
    staffed(timed, station="shiqiao")
    phone = await with_home(timed)

    assert "先由县里别的同事看，今天 12:00 前回您。" in await phone.says("人工")


async def test_without_a_home_station_any_station_with_staff_may_answer(timed: Service) -> None:
    staffed(timed)
    phone = timed.phone()

    reply = await phone.says("人工")
    for words in ("选司法所", "柳河", "是"):
        await phone.says(words)

    assert "司法所的工作人员今天 11:00 前回您。" in reply
    assert "回复“选司法所”" in reply
    assert [row[2] for row in tasks(timed)] == ["liuhe"]


async def test_asking_twice_keeps_number_and_promise(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")
    await later(timed, clock, minutes=20)

    again = await phone.says("找工作人员")

    assert again.startswith("已经请了工作人员。您的号是 R-0001。柳河司法所的工作人员今天 11:00 前回您。")
    assert len(tasks(timed)) == 1


async def test_a_promise_that_was_not_kept_is_said_so(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")
    await later(timed, clock, minutes=90)

    late = await phone.says("人工")

    assert "答应您的时间过了，还没人回，对不起。" in late
    assert LAW in late


async def test_two_misses_in_a_row_bring_a_person(timed: Service) -> None:
    staffed(timed)
    phone = await with_home(timed)

    first, second = [await phone.says(words) for words in NONSENSE]

    assert "R-" not in first
    assert second.startswith("这个我两次都没答上来，请工作人员来看。您的号是 R-0001。")
    assert [row[1] for row in tasks(timed)] == ["misses"]


async def test_what_is_written_while_one_waits_is_no_miss(timed: Service) -> None:
    staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")

    noted = [await phone.says(words) for words in NONSENSE]
    answered = await phone.says("单位拖欠工资不给怎么办？")

    assert all(words.startswith("记下了，办 R-0001 的工作人员会一起看。") for words in noted)
    assert "依据：" in answered
    assert len(tasks(timed)) == 1


async def test_an_answer_between_two_misses_begins_the_count_anew(timed: Service) -> None:
    phone = timed.phone()

    for words in (NONSENSE[0], "单位拖欠工资不给怎么办？", NONSENSE[1]):
        await phone.says(words)

    assert tasks(timed) == []


async def test_while_a_person_holds_the_thread_the_bot_is_silent(timed: Service, clock: SetClock) -> None:
    clerk = staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")
    replies(timed, clerk, "看到了，我问一下。")

    receipt, silent = [
        await phone.says(words) for words in ("单位拖欠工资不给怎么办？", "欠了三个月，怎么办？")
    ]
    await later(timed, clock, minutes=61)
    hourly = await phone.says("还在吗？")

    assert receipt.startswith("收到了，陈敏看得到。")
    assert silent == ""
    assert hourly.startswith("收到了，陈敏看得到。")
    assert len(timed.rows("select id from inbox where body is not null")) == 5


async def test_danger_passes_while_a_person_holds_the_thread(timed: Service) -> None:
    phone = await answered(timed, staffed(timed))

    safety = await phone.says("我不想活了")

    assert "您现在安全吗" in safety
    assert [row[1:3] for row in tasks(timed)] == [("person", "liuhe"), ("danger", "liuhe")]


async def test_handed_back_the_bot_says_so_and_answers_again(timed: Service) -> None:
    phone = await answered(timed, staffed(timed))

    timed.store.writer.do_now(handoff.hand_back, 1, back_words())
    pushed = await phone.waits_for_push(2)

    assert pushed[0] == "看到了。"
    assert pushed[1].startswith(back_words())
    assert "依据" in await phone.says("单位拖欠工资不给怎么办？")


async def test_a_resident_can_have_the_bot_back(timed: Service) -> None:
    phone = await answered(timed, staffed(timed))

    back = await phone.says("小司")

    assert back == back_words()
    assert "依据" in await phone.says("单位拖欠工资不给怎么办？")
    assert timed.rows("select state from task") == [("open",)]


async def test_a_hold_lapses_when_its_holder_says_nothing_for_a_day(timed: Service, clock: SetClock) -> None:
    phone = await answered(timed, staffed(timed))
    await later(timed, clock, hours=25)

    assert "依据" in await phone.says("单位拖欠工资不给怎么办？")


async def test_a_closed_matter_goes_with_the_resident_and_an_open_one_stays(timed: Service) -> None:
    clerk = staffed(timed)
    await answered(timed, clerk)
    (resident,) = timed.rows("select resident_id from task")[0]

    kept = timed.store.writer.do_now(handoff.erase, resident, 200)
    timed.store.writer.do_now(handoff.close, clerk, 1, "answered", "办完了。")
    while timed.store.writer.do_now(handoff.erase, resident, 200):
        pass

    assert kept == 0
    assert [
        timed.rows(f"select count(*) from {name}")[0][0] for name in ("task", "thread", "staff_reply")
    ] == [0, 0, 0]


async def test_a_number_is_never_given_twice(timed: Service) -> None:
    clerk = staffed(timed)
    phone = await with_home(timed)
    await phone.says("人工")
    timed.store.writer.do_now(handoff.close, clerk, 1, "answered", "")
    (resident,) = timed.rows("select max(id) from resident")[0]
    timed.store.writer.do_now(handoff.erase, resident, 200)

    assert "R-0002" in await phone.says("人工")


async def test_danger_says_that_nobody_may_be_reading_even_with_staff(service: Service) -> None:
    staffed(service)

    assert "可能没有人在看" in await service.phone().says("我不想活了")


async def test_who_leaves_holds_no_thread_any_more(timed: Service) -> None:
    phone = await answered(timed, staffed(timed))

    timed.store.writer.do_now(people.leave, "t001")

    assert "依据" in await phone.says("单位拖欠工资不给怎么办？")


async def test_what_the_matcher_leaves_to_people_becomes_a_task(timed: Service) -> None:
    staffed(timed)
    phone = await with_home(timed)

    reply = await phone.says("我签的调解协议没盖章，对方已经按它把墙拆了，这算啥？")

    assert "R-0001" in reply
    assert "今天 11:00 前回您" in reply
    assert [row[1] for row in tasks(timed)] == ["escalate"]
