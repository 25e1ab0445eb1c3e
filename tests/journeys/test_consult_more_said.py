"""Words that say something more of the matter before: read together with it, not as a search of their own."""

from tests.journeys.test_consult import WAGES, choices, decisions
from tests.support.service import Service

VISITS = "离婚以后她不让我看孩子怎么办？"
CRASH = "我爸酒后开车撞了人，现在在派出所"


async def test_a_fact_that_no_option_names_stays_with_the_matter(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(WAGES)

    reply = await phone.hears("厂子是外地的")

    assert reply.startswith("记下了：厂子是外地的。还是“单位、老板欠工资不给，怎么要？”这件事")
    assert choices(reply)[0] == "该怎么办，一步一步说"
    assert choices(reply)[-1] == "找人"


async def test_a_side_that_is_picked_is_told_from_the_same_entry(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(WAGES)
    await phone.hears("厂子是外地的")

    reply = await phone.hears("1")

    assert reply.startswith("接着说“单位、老板欠工资不给，怎么要？”：\n一步一步：")


async def test_afterwards_the_talk_still_leans_on_the_matter(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(WAGES)
    await phone.hears("厂子是外地的")

    reply = await phone.hears("要带什么？")

    assert reply.startswith("接着说“单位、老板欠工资不给，怎么要？”：\n带上：")


async def test_a_word_of_an_option_chooses_it_where_it_was_just_asked(timed: Service) -> None:
    phone = timed.phone()
    asked = await phone.hears(VISITS)

    reply = await phone.hears("我是孩子爷爷")

    assert "爷爷奶奶、外公外婆想看" in choices(asked)
    assert reply.startswith("照您说的情况：爷爷奶奶、外公外婆想看。")


async def test_under_a_guide_titles_are_sought_for_both_together(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(CRASH)

    reply = await phone.hears("能不能保出来？")

    assert reply.startswith("记下了：能不能保出来。连着前面说的")
    assert "酒驾、醉驾被查，会怎么处理？" in choices(reply)
    assert "取保候审怎么办、要什么条件、多久？" in choices(reply)
    assert choices(reply)[-1] == "都不是"


async def test_another_matter_is_not_drawn_into_the_one_before(timed: Service) -> None:
    phone = timed.phone()
    await phone.hears(WAGES)

    reply = await phone.hears("邻居家装修漏水")

    assert "记下了" not in reply
    assert "wages" not in decisions(timed)[-1]
