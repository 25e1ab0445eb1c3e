"""What a resident says is stored in the order in which it was said, also where the first part had to wait."""

import asyncio
from typing import Any

import pytest

from bot.work.sqlite_writer import SqliteWriter
from tests.support.service import Service


async def test_a_message_does_not_overtake_one_that_goes_to_the_spool(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, known = service.phone(), SqliteWriter.do_by
    await phone.says("菜单")
    gave_up = asyncio.Event()

    async def slow_once(writer: SqliteWriter, when: float, act: Any, *args: Any) -> Any:
        monkeypatch.setattr(SqliteWriter, "do_by", known)
        await asyncio.sleep(0.5)  # as an act that waits for a lock until its time is over
        gave_up.set()
        raise TimeoutError

    monkeypatch.setattr(SqliteWriter, "do_by", slow_once)
    first = asyncio.create_task(phone.says("房东不退押金怎么办？"))
    await asyncio.sleep(0.2)
    second = asyncio.create_task(phone.says("评价"))
    await asyncio.gather(first, second)
    assert gave_up.is_set()
    async with asyncio.timeout(30):
        while len(done := service.rows("select decision from inbox where state = 'done' order by seq")) < 3:
            await asyncio.sleep(0.1)

    assert str(done[1][0]).startswith("answer:housing."), "the question first, then the word that came later"
