"""11月10号收到判决书: a told day makes a limit countable; corrections and facts are read with the matter."""

import re
from datetime import UTC, datetime

import pytest

from bot.clock import SetClock
from tests.journeys.test_consult import LENT, UNKNOWN, WAGES, choices, decisions, number_of
from tests.journeys.test_handoff import later
from tests.support.service import Service

JUDGED = "不服一审判决怎么上诉"
APPEAL = "接着说“一审判了不服，怎么上诉、几天内？”："
AFTER = ["没解决", "找人", "预约"]
TABLE_ENDS = "数到的那年，放假安排我还没有：那天要是放假，顺延到下一个工作日，到时请问我们。"


async def talk(service: Service, *said: str, who: str = "oLimits-1") -> str:
    """Say one after another; the last reply."""
    phone = service.phone(who)
    replies = [await phone.hears(words) for words in said]
    return replies[-1]


async def test_a_limit_is_counted_and_it_is_said_how(timed: Service) -> None:
    reply = await talk(timed, JUDGED, "11月2号收到判决书")

    assert reply.startswith(APPEAL)
    assert "您说的“11月2号”，我按 2026 年 11 月 2 日（周一）算。您没说全，我按最近的算" in reply
    assert (
        "【不服一审判决上诉】15 天内，从判决书送达那天算起（《民事诉讼法》第 171 条）。当天不算，"
        "2026 年 11 月 3 日是第一天，最后一天是 2026 年 11 月 17 日（周二），按这个数已经过了。" in reply
    )
    assert "请带上文书让工作人员核对" in reply
    assert re.search(r"^核对日期：", reply, re.MULTILINE)
    assert choices(reply) == AFTER
    assert decisions(timed)[-1] == "answer:legal_aid_mediation.appeal:limit"


@pytest.mark.parametrize(
    ("question", "told", "last"),
    [
        ("对事故认定书不服怎么办", "昨天拿到的认定书", "11 月 25 日（周三），还有 2 天"),
        ("对交警的责任认定不服", "认定书是9月30号送到的", "10 月 10 日（周六），按这个数已经过了"),
        ("网购七天无理由退货", "大前天收到的货", "11 月 27 日（周五），还有 4 天"),
        ("收到罚款决定书不服怎么办", "2026年9月25日收到的", "11 月 24 日（周二），还有 1 天"),
        ("调解协议怎么司法确认", "协议是10月25签的", "11 月 24 日（周二），还有 1 天"),
        ("劳动仲裁时效多久", "我2025年11月23号离职的", "11 月 23 日（周一），就是今天"),
        ("工伤鉴定结论不服怎么办", "鉴定是十一月十二号拿到的 我不服", "11 月 27 日（周五），还有 4 天"),
        ("判决生效多久能申请执行", "判决让他2024年11月底前给钱", "11 月 30 日（周一），还有 7 天"),
        ("老板欠我工资不给怎么办", "去年12月1号走的", "12 月 1 日（周二），还有 8 天"),
    ],
)
async def test_limits_of_many_topics_are_counted(timed: Service, question: str, told: str, last: str) -> None:
    reply = await talk(timed, question, told)

    assert f"2026 年 {last}。" in reply


async def test_a_last_day_in_the_holidays_moves_and_the_article_is_named(timed: Service) -> None:
    reply = await talk(timed, LENT, "条子上写的2023年10月1号还")

    assert (
        "数到 2026 年 10 月 1 日（周四），这天休息，顺延到 2026 年 10 月 8 日（周四）"
        "（《民法典》第 203 条），按这个数已经过了。" in reply
    )


async def test_beyond_the_table_the_counted_day_is_given_and_nothing_is_moved_silently(
    timed: Service,
) -> None:
    reply = await talk(timed, WAGES, "上个月15号走的")

    assert "数到 2027 年 10 月 15 日（周五），还有 326 天。" in reply
    assert TABLE_ENDS in reply


async def test_a_law_that_moves_nothing_is_not_said_to(timed: Service) -> None:
    reply = await talk(timed, "我上班受伤了单位不管", "10月22号伤的")

    assert "最后一天是 2026 年 11 月 21 日（周六），按这个数已经过了。" in reply
    assert "最后一天碰上休息日，这部法没写能顺延，请提前办。" in reply


async def test_few_days_left_bring_the_place_and_a_person_now(timed: Service) -> None:
    reply = await talk(timed, JUDGED, "11月10号收到判决书")

    assert "还有 2 天。\n时间很紧，今天就去办，别等。\n去哪办：交原审法院" in reply
    assert "现在就回复“找人”，请工作人员帮您看。" in reply
    assert "{tel:" not in reply


async def test_with_time_left_nobody_is_hurried(timed: Service) -> None:
    reply = await talk(timed, "劳动仲裁裁决下来了不服怎么办", "11月20日收到裁决书")

    assert "时间很紧" not in reply
    assert "可能已过" not in reply
    assert "现在就回复“找人”" not in reply


@pytest.mark.parametrize(
    ("question", "told", "says"),
    [
        (WAGES, "前年三月走的", "单位答应过的，从那时重新算（《劳动争议调解仲裁法》第 27 条）"),
        (LENT, "2020年5月8日到期", "一般从那时重新算（《民法典》第 195 条）"),
        (JUDGED, "10月8号收到判决书", "障碍消除后十日内可以申请顺延，由法院定（《民事诉讼法》第 86 条）"),
        ("收到罚款决定书不服怎么办", "今年1月6号收到的", "从障碍消除那天接着算"),
        ("我妈把房子遗赠给我，侄子能拿到吗", "7月8号知道的", "能不能补救请工作人员看材料"),
    ],
)
async def test_what_seems_over_is_never_said_to_be_lost(
    timed: Service, question: str, told: str, says: str
) -> None:
    reply = await talk(timed, question, told)

    assert "可能已过" in reply
    assert "别自己放弃" in reply
    assert says in reply


async def test_a_month_gives_the_earliest_and_the_latest_end(timed: Service) -> None:
    reply = await talk(timed, WAGES, "前年三月走的")

    assert "您说的“前年三月”，是 2024 年 3 月 1 日到 2024 年 3 月 31 日之间。" in reply
    assert "从最早那天数，最后一天是 2025 年 3 月 3 日；从最晚那天数，是 2025 年 3 月 31 日" in reply
    assert "告诉我准日子，我再数一遍。" in reply


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (
            "农历九月十五收到的判决书",
            "“农历九月十五”是农历的日子或节，我不换算，怕算错。请告诉我公历是哪年几月几号。",
        ),
        ("重阳节前收到的判决书", "是农历的日子或节"),
        ("2月30号收到的判决书", "“2月30号”这一天日历上没有"),
        ("2028年3月1号收到的判决书", "还没到，是不是说错了？"),
    ],
)
async def test_what_is_no_day_is_asked_for_and_then_counted(timed: Service, told: str, says: str) -> None:
    phone = timed.phone()
    await phone.hears(JUDGED)

    asked, counted = await phone.hears(told), await phone.hears("11月10号")

    assert says in asked
    assert "最后一天是 2026 年 11 月 25 日" in counted


async def test_a_day_that_is_ahead_is_counted_and_said_to_be_ahead(timed: Service) -> None:
    reply = await talk(timed, JUDGED, "明天才能收到判决书")

    assert "这一天还没到，先按它数。" in reply
    assert "最后一天是 2026 年 12 月 9 日（周三），还有 16 天。" in reply


async def test_around_new_year_a_month_without_a_year_is_the_last_one(
    timed: Service, clock: SetClock
) -> None:
    clock.at = datetime(2027, 1, 4, 2, tzinfo=UTC)

    reply = await talk(timed, JUDGED, "12月20号收到判决书")

    assert "我按 2026 年 12 月 20 日（周日）算。您没说全" in reply
    assert "数到 2027 年 1 月 4 日（周一），就是今天。" in reply
    assert TABLE_ENDS in reply


async def test_in_time_is_asked_first_and_the_day_told_after(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(WAGES)

    asked = await phone.hears("还来得及吗")
    counted = await phone.hears("今年5月6号走的")
    again = await phone.hears("那还剩几天")

    assert "告诉我离职那天是哪年几月几号，我给您数出最后一天。" in asked
    assert "数到 2027 年 5 月 6 日（周四），还有 164 天。" in counted
    assert "按您说的 2026 年 5 月 6 日（周三）算。" in again
    assert "还有 164 天。" in again


async def test_a_question_that_tells_the_day_is_answered_with_the_limit(timed: Service) -> None:
    phone = timed.phone()

    reply = await phone.hears("厂里上个月15号把我辞了，欠我8000工资不给，还能要吗")
    again = await phone.hears("过期了没有")

    assert "【离职后申请仲裁要工资】1 年内，从离职那天算起" in reply
    assert reply.index("【离职后") < reply.index("依据：")
    assert len(reply.encode()) <= 2048
    assert "按您说的 2026 年 10 月 15 日（周四）算。" in again


async def test_a_period_of_work_is_no_day_to_count_from(timed: Service) -> None:
    reply = await talk(timed, "10月15号到11月15号的工资没发怎么办")

    assert "【" not in reply


async def test_a_day_of_something_else_is_not_counted(timed: Service) -> None:
    reply = await talk(timed, "网购七天无理由退货", "11月3号收到判决书")

    assert "【无理由退货】7 天内" not in reply


async def test_a_day_after_a_guide_belongs_to_the_title_that_is_picked(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears("别人打伤我能要赔偿吗")

    which = await phone.hears("前年3月8号的事")
    picked = await phone.hears("1")
    counted = await phone.hears("还来得及吗")

    assert which.startswith("记下了：前年3月8号的事。您说的是下面哪一样？选好了，能数期限的我接着数。")
    assert choices(which)[-1] == "都不是"
    assert f"/a/{decisions(timed)[-2].split(':')[1]}" in picked
    assert "2024 年 3 月 8 日" in counted


async def test_a_corrected_day_is_counted_anew(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(JUDGED)
    await phone.hears("11月8号收到判决书的")

    one = await phone.hears("不对，是12号")
    two = await phone.hears("不是11月，是10月28号")

    assert "最后一天是 2026 年 11 月 27 日（周五），还有 4 天。" in one
    assert "最后一天是 2026 年 11 月 12 日（周四），按这个数已经过了。" in two


async def test_a_corrected_person_gets_the_answer_anew(timed: Service) -> None:
    phone = timed.phone()
    first = await phone.hears("我上班受伤了单位不管")

    reply = await phone.hears("不是我，是我姐")

    assert reply.startswith("好，改过来了：是您姐，不是您。下面说的“您”，指的是您姐。\n先治伤")
    assert choices(reply) == choices(first)
    assert decisions(timed)[-1] == decisions(timed)[0]


async def test_another_person_than_was_said_is_put_right(timed: Service) -> None:
    reply = await talk(timed, "我哥借了我朋友的钱不还怎么办", "不是我哥，是我姐夫")

    assert reply.startswith("好，改过来了：是您姐夫，不是您哥。\n")
    assert "/a/lending.not_repaid" in reply


async def test_a_corrected_thing_may_be_another_matter(timed: Service) -> None:
    reply = await talk(timed, "老板不发工资", "不是老板，是包工头")

    assert reply.startswith("好，改过来了：是包工头，不是老板。\n")
    assert "/a/labour.site_wages" in reply


async def test_a_title_that_was_not_answered_before_says_what_it_takes_for_granted(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(JUDGED)

    first, second = await phone.hears("11月10号收到判决书"), await phone.hears("还剩几天")

    assert "这是按这样的情况说的：是民事判决，不是刑事判决" in first
    assert "这是按这样的情况说的" not in second


async def test_a_corrected_fact_that_finds_the_same_answer_says_that_it_may_not_fit(timed: Service) -> None:
    reply = await talk(timed, "交通事故对方全责不赔钱", "不对，是我全责")

    assert reply.startswith("好，改过来了：是您全责。下面这条要是不合您的事，请把事情重新说一句。\n")


async def test_somebody_who_is_beaten_is_told_what_to_do_and_not_asked_to_sort_a_day(timed: Service) -> None:
    phone = timed.phone()
    first = await phone.hears("老公打我怎么办")

    day = await phone.hears("昨天打的")
    other = await phone.hears("不是我，是我妹妹")

    assert day.splitlines()[0] == first.splitlines()[0]
    assert other.startswith("好，改过来了：是您妹妹，不是您。")
    assert "110" in other


async def test_an_amount_is_noted_and_the_talk_stays_with_the_matter(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears("朋友借钱不还怎么要")

    noted = await phone.hears("欠了八千")
    counted = await phone.hears("2022年5月8号到期")

    assert "记下了：欠了八千。" in noted
    assert number_of(noted, "没写还款日")
    assert "【起诉要钱（写了还款日）】3 年内" in counted


async def test_what_was_told_is_not_asked_again(timed: Service) -> None:
    phone = timed.phone()
    question = "孩子玩游戏充了一万二"
    first = await phone.hears(question)
    told = await phone.hears("他今年九岁")

    again = await phone.hears("孩子打游戏充值的钱怎么退")

    assert "八岁到十六岁" in choices(first)
    assert told.startswith("照您说的情况：八岁到十六岁。")
    assert again.startswith("照您说的情况：八岁到十六岁。")
    assert choices(again) == AFTER


async def test_what_was_told_of_another_topic_is_not_used(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears("孩子玩游戏充了一万二")
    await phone.hears("他今年九岁")
    await phone.hears(WAGES)

    reply = await phone.hears("孩子玩游戏充了一万二")

    assert "八岁到十六岁" in choices(reply)


async def test_half_an_hour_later_the_day_is_forgotten(timed: Service, clock: SetClock) -> None:
    phone = timed.phone()
    await phone.hears(JUDGED)
    await phone.hears("11月10号收到判决书")
    await later(timed, clock, minutes=31)

    reply = await phone.hears("还来得及吗")

    assert "11 月 25 日" not in reply


@pytest.mark.parametrize("words", ["不想活了，11月10号就去死", "11月10号他又打我，拿刀要杀我"])
async def test_danger_passes_the_day_by(timed: Service, words: str) -> None:
    reply = await talk(timed, WAGES, words)

    assert "【" not in reply
    assert "110" in reply or "120" in reply


async def test_after_words_that_found_nothing_a_day_belongs_to_nothing(timed: Service) -> None:
    reply = await talk(timed, JUDGED, UNKNOWN[0], "11月10号")

    assert "【" not in reply
