"""A platform on a bad day: no storm of token fetches, no loop, and every reply to a stated end."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from admin.sandbox.faults import Fault
from tests.faults.conftest import Length
from tests.faults.settling import locked, settled
from tests.support.auditor import Books, Findings, audit
from tests.support.node import Node, Place, running
from tests.support.storm import Resident, Storm, platform, to

pytestmark = pytest.mark.faults

TOKEN, SEND = "/cgi-bin/stable_token", "/cgi-bin/message/custom/send"
BAD_SECONDS = 12.0
"""How long the bad day lasts."""


@dataclass(frozen=True)
class Day:
    """What goes wrong. Attributes: always: tried in the short run too."""

    name: str
    fault: Fault
    always: bool = False


DAYS: Sequence[Day] = (
    Day("token answers 500", Fault(TOKEN, "http", 500, None), always=True),
    Day("token hangs", Fault(TOKEN, "hang", None, None), always=True),
    Day("token is garbage", Fault(TOKEN, "garbage", None, None)),
    Day("40001 for ever", Fault(SEND, "errcode", 40001, None), always=True),
    Day("42001 for ever", Fault(SEND, "errcode", 42001, None)),
    Day("45009 quota", Fault(SEND, "errcode", 45009, None), always=True),
    Day("45015 window", Fault(SEND, "errcode", 45015, None), always=True),
    Day("45047 count", Fault(SEND, "errcode", 45047, None)),
    Day("48001 right", Fault(SEND, "errcode", 48001, None), always=True),
    Day("-1 busy", Fault(SEND, "errcode", -1, None)),
    Day("send answers 500", Fault(SEND, "http", 500, None)),
    Day("send hangs", Fault(SEND, "hang", None, None), always=True),
    Day("send resets", Fault(SEND, "reset", None, None)),
    Day("send drops the answer", Fault(SEND, "drop", None, None), always=True),
    Day("send is garbage", Fault(SEND, "garbage", None, None)),
    Day("send drips", Fault(SEND, "slow", 0.3, None)),
)
RESIDENTS = 6
TRIES = 3
"""Calls of the sending API for one reply, at most."""


@dataclass(frozen=True)
class Outcome:
    """What came of one bad day. Attributes: states: of the pushes before the day was over."""

    day: Day
    fetches: int
    sends: int
    states: Counter[str]
    found: Findings


async def test_on_a_bad_day_of_the_platform_nothing_is_lost_and_nothing_loops(
    tmp_path: Path, length: Length
) -> None:
    gate, days = asyncio.Semaphore(8), [day for day in DAYS if day.always or length.whole]

    outcomes = await asyncio.gather(
        *(_lived(day, tmp_path / f"day{number}", gate) for number, day in enumerate(days))
    )

    for one in outcomes:
        print(f"\n{one.day.name}: {one.fetches} fetches, {one.sends} sends, {dict(one.states)}; {one.found}")
    for one in outcomes:
        assert one.fetches <= 3, one.day.name
        assert one.sends <= TRIES * RESIDENTS, one.day.name
        assert one.found.clean, f"{one.day.name}: {one.found}"


async def _lived(day: Day, folder: Path, gate: asyncio.Semaphore) -> Outcome:
    """One cell on one bad day, and its first word on the day after."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(gate)
        sandbox = await stack.enter_async_context(platform())
        place = Place(folder, sandbox.credentials, sandbox.api_base)
        await asyncio.to_thread(place.prepare)
        node = Node(place)
        storm = await stack.enter_async_context(Storm(sandbox, to(node.pushers()), residents=0, repeat=0))
        await stack.enter_async_context(running(node))
        sandbox.platform.faults.add(day.fault)
        people = [storm.stranger(str(number)) for number in range(RESIDENTS)]
        async with locked(place.folder / "xiaosi.db"):  # so that the replies have to be pushed
            await asyncio.gather(*(storm.says(one, "老板拖欠工资怎么办？") for one in people))
        await asyncio.sleep(BAD_SECONDS)
        books = Books(place)
        stack.callback(books.close)
        calls = Counter(call.endpoint for call in sandbox.platform.calls)
        states = Counter(state for (state,) in books.rows("select state from outbox"))
        sandbox.platform.faults.clear()
        await _next_day(books, node, storm, people)
        return Outcome(day, calls[TOKEN], calls[SEND], states, audit(books, storm))


async def _next_day(books: Books, node: Node, storm: Storm, people: list[Resident]) -> None:
    """The platform is well again, and everybody says one more word."""
    await settled(books, node, seconds=90)
    await asyncio.gather(*(storm.says(one, "菜单") for one in people))
    await settled(books, node, seconds=90)
