"""Danger comes before everything else."""

from tests.support.service import Service


async def test_danger_in_a_journey_leaves_the_journey_where_it_is(service: Service) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    safety = await phone.says("活着没意思，我不想活了")
    after = await phone.says("2")

    assert "您现在安全吗" in safety
    assert after.startswith("以后就按柳河司法所")
    ((reason, urgent, state),) = service.rows("select reason, urgent, state from task")
    assert (reason, bool(urgent), state) == ("suicide", True, "open")


async def test_danger_passes_the_rate_limit(service: Service) -> None:
    from bot.wechat.reception import RATE

    phone = service.phone()
    for number in range(RATE + 1):
        last = await phone.says(f"你好{number}？")
    silent = await phone.says("你好？")

    safety = await phone.says("我不想活了")

    assert "您发得太快了" in last
    assert silent == ""
    assert "您现在安全吗" in safety


async def test_the_word_after_danger_is_an_ordinary_word_again(service: Service) -> None:
    phone = service.phone()
    await phone.says("我不想活了")

    reply = await phone.says("你好")

    assert "您现在安全吗" not in reply
    assert len(service.rows("select id from task")) == 1
