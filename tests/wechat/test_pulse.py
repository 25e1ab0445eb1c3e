"""When the system need not be asked about connections: a real loop that comes round in time, or does not."""

import asyncio
import time

from bot.wechat.pulse import Pulse


async def _settled(pulse: Pulse) -> None:
    for _ in range(400):
        if pulse.steady():
            return
        await asyncio.sleep(0.02)


async def test_nothing_is_taken_for_granted_at_first() -> None:
    assert not Pulse().steady()


async def test_a_loop_that_comes_round_in_time_is_steady_after_a_while() -> None:
    pulse = Pulse()

    await _settled(pulse)

    assert pulse.steady()


async def test_a_process_that_was_held_up_is_not_steady_also_once_it_goes_on() -> None:
    pulse = Pulse()
    await _settled(pulse)

    time.sleep(0.4)
    at_once = pulse.steady()
    await asyncio.sleep(0.1)
    after = pulse.steady()

    assert (at_once, after) == (False, False)


async def test_after_a_silence_it_begins_anew() -> None:
    pulse = Pulse()
    await _settled(pulse)

    await asyncio.sleep(0.3)  # nobody asked: it stopped beating

    assert not pulse.steady()
