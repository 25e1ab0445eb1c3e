"""What is said to a burst of fragments."""

from collections.abc import Callable
from typing import Any

from bot.dialogue.burst import Burst, reply_to
from bot.dialogue.reply import Reply

LISTENING = "我在听"


def matcher(**known: str) -> Callable[[str], Reply]:
    """Finds the first known word in a text; ``工资="answer:wages"``."""

    def ask(text: str) -> Reply:
        for word, decision in known.items():
            if word in text:
                return Reply(f"关于{word}", decision=decision)
        return Reply("没找到", decision="clarify", found=False)

    return ask


def say(burst: Burst, text: str, ask: Callable[[str], Reply], *, by_time: bool = True, at: int = 0) -> str:
    return reply_to(burst, text, by_time=by_time, now_ms=at, ask=ask, listening=LISTENING).text


def test_an_unfinished_nothing_is_listened_to_once() -> None:
    burst, ask = Burst(), matcher(工资="answer:wages")

    assert say(burst, "你好我想问", ask) == LISTENING
    assert say(burst, "就是那个", ask) == "没找到"
    assert say(burst, "还有", ask) == ""


def test_who_comes_back_after_silence_is_answered() -> None:
    burst, ask = Burst(), matcher(工资="answer:wages")
    say(burst, "老板不给工资", ask)

    assert say(burst, "是", ask, at=20_000) == ""
    assert say(burst, "是", ask, at=40_000) == ""
    assert say(burst, "是", ask, at=80_000) == "没找到"


def test_more_words_that_change_nothing_are_not_answered_again() -> None:
    burst, ask = Burst(), matcher(工资="answer:wages")

    assert say(burst, "老板不给工资", ask) == "关于工资"
    assert say(burst, "三个月了", ask) == ""


def test_more_words_that_change_the_decision_get_a_new_reply() -> None:
    def ask(text: str) -> Reply:
        return matcher(工地="answer:site", 工资="answer:wages")(text)

    burst = Burst()

    assert say(burst, "老板不给工资", ask) == "关于工资"
    assert say(burst, "是工地上的", ask) == "关于工地"


def test_words_after_listening_are_read_together() -> None:
    burst = Burst()

    def ask(text: str) -> Reply:
        both = "老板" in text and "不给钱" in text
        return (
            Reply("找到了", decision="answer:x") if both else Reply("没找到", decision="clarify", found=False)
        )

    assert say(burst, "我们老板", ask) == LISTENING
    assert say(burst, "不给钱", ask) == "找到了"


def test_another_question_gets_its_own_answer() -> None:
    burst, ask = Burst(), matcher(工资="answer:wages", 漏水="answer:leak")
    say(burst, "老板不给工资", ask)

    assert say(burst, "楼上漏水", ask) == "关于漏水"
    assert say(burst, "漏水谁赔？", ask, by_time=False) == "关于漏水"


def test_a_whole_question_after_listening_is_read_with_what_came_before() -> None:
    burst = Burst()

    def ask(text: str) -> Reply:
        found = "厂里" in text and "赔多少" in text
        return (
            Reply("找到了", decision="answer:x")
            if found
            else Reply("没找到", decision="clarify", found=False)
        )

    say(burst, "厂里伤的", ask)

    assert say(burst, "赔多少？", ask, by_time=False) == "找到了"


def test_a_second_question_that_is_not_found_is_not_met_with_silence() -> None:
    burst, ask = Burst(), matcher(工资="answer:wages")

    assert say(burst, "天上有几颗星？", ask, by_time=False) == "没找到"
    assert say(burst, "海里有几条鱼？", ask, by_time=False) == "没找到"


def test_a_burst_is_over_after_two_minutes() -> None:
    context: dict[str, Any] = {}
    burst = Burst(texts=["老板"], at=0)
    burst.keep(context)

    assert Burst.of(context, 120_000).texts == ["老板"]
    assert Burst.of(context, 120_001).texts == []
