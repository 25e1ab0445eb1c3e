"""Figures: what is fewer than five is never told by itself, and a week is found by the key."""

from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SetClock, millis
from handlers.registers import figures
from handlers.registers.figures import Block, Share, merged_blocks, merged_shares
from tests.support.service import Service


@given(st.lists(st.integers(0, 12), min_size=12, max_size=12))
def test_blocks_are_never_small_and_lose_nothing(counts: list[int]) -> None:
    blocks = merged_blocks(counts)

    assert all(one.count == 0 or one.count >= figures.SMALL for one in blocks)
    assert not blocks or sum(one.count for one in blocks) == sum(counts)
    assert [one.until for one in blocks[:-1]] == [one.since for one in blocks[1:]]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 12)))
def test_shares_are_never_small_and_lose_nothing(asked: dict[str, int]) -> None:
    shares = merged_shares(asked)

    assert all(one.count >= figures.SMALL for one in shares)
    assert not shares or sum(one.count for one in shares) == sum(asked.values())


def test_a_few_at_night_go_with_their_neighbour() -> None:
    assert merged_blocks([9, 2, 7]) == (Block(0, 2, 9), Block(2, 6, 9))


def test_what_is_too_few_takes_another_with_it() -> None:
    assert merged_shares({"labour": 20, "lending": 6, "family": 2}) == (Share("labour", 20), Share("", 8))
    assert merged_shares({"family": 4}) == ()


async def test_only_the_last_seven_days_are_counted(timed: Service, clock: SetClock) -> None:
    phone = timed.phone()
    for _n in range(3):
        await phone.says("借条怎么写？")
    clock.move(days=8)
    for _n in range(6):
        await phone.says("单位拖欠工资不给怎么办？")
    newest = millis(clock.at)

    first = timed.store.reader.now(figures.first_since, newest - figures.WEEK_MS)
    week = timed.store.reader.now(figures.week, newest)

    assert first == 4
    assert sum(one.count for one in week.hours) == 6
    assert week.topics == (Share("labour", 6),)
