"""Residents write one thought in pieces."""

import asyncio

from tests.support.service import Service


async def test_pieces_are_joined_and_answered_once_on_the_newest(service: Service) -> None:
    phone = service.phone()

    first = asyncio.create_task(phone.says("我想问个事"))
    await asyncio.sleep(0.6)
    second = asyncio.create_task(phone.says("就是我们那个老板"))
    await asyncio.sleep(0.6)
    third = await phone.says("拖欠工资三个月不给怎么办？")

    assert (await first, await second) == ("", "")
    assert "工资" in third
    states = [tuple(row) for row in service.rows("select state, channel from inbox order by seq")]
    assert states == [("joined", "none"), ("joined", "none"), ("done", "response")]


async def test_a_lone_fragment_is_listened_to_after_the_gap_and_then_read_with_the_rest(
    service: Service,
) -> None:
    phone = service.phone()

    listening = await phone.says("那个我想说一下")
    answer = await phone.says("法律援助几天给答复？")

    assert "听" in listening
    assert "法律援助" in answer


async def test_danger_over_two_pieces_is_heard_at_once(service: Service) -> None:
    phone = service.phone()
    waiting = asyncio.create_task(phone.says("我真的"))
    await asyncio.sleep(0.3)

    reply = await phone.says("不想活了")
    still = not waiting.done()

    assert "您现在安全吗" in reply
    assert still, "the piece before it is still waiting for more"
    await waiting
    assert [row[0] for row in service.rows("select kind from task")] == ["danger"]
    assert "danger" in [row[0] for row in service.rows("select kind from alarm")]
