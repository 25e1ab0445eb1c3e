"""Many residents want the same few times at the same moment, over HTTP, and say what they were told."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from sqlalchemy import Engine, text

from tests.appointments.program import Program, Said

SLOTS = 20
TRIES = 400
"""Of one request, while nodes are away: with pauses that is a minute and more."""
TOGETHER = 256
"""Requests that are open at once; the others stand in the line of the network."""


@dataclass
class Race:
    """What residents were told. Attributes: codes: of those who won; waits: seconds of each request."""

    codes: list[str] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    offered: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    repeats: int = 0
    seconds: float = 0.0

    @property
    def answered(self) -> int:
        """How many residents know how it ended."""
        return sum(self.ended.values())

    def __str__(self) -> str:
        at = sorted(self.waits)
        p50, p95 = (at[int(len(at) * share)] for share in (0.5, 0.95))
        return (
            f"{self.answered} residents in {self.seconds:.1f} s, {dict(self.ended)}, alternatives"
            f" {dict(self.offered)}, {self.repeats} requests sent again, p50 {p50:.2f} s, p95 {p95:.2f} s"
        )


async def login(session: aiohttp.ClientSession, bases: Sequence[str], who: str) -> Program:
    """Somebody of the sandbox of the first node, signed in: the session is good at every node."""
    async with session.post(f"{bases[0]}/try/login", data={"who": who}) as answer:
        code = (await answer.json())["code"]
    program = Program(session, bases[0])
    said = await program.asks("POST", "/session", {"code": code})
    assert said.status == 201, said.body
    program.token = said.body["token"]
    return program


async def race(bases: Sequence[str], programs: Sequence[Program], slots: Sequence[Any]) -> Race:
    """All at once; see `racing` for what may happen beside it."""
    return await racing(bases, programs, slots, Race())


async def racing(
    bases: Sequence[str], programs: Sequence[Program], slots: Sequence[Any], found: Race
) -> Race:
    """Each resident wants one of the times, and books it when it is held for them.

    A request without an answer is sent again with its key, to any node. Args: found: filled as it goes.
    """
    begun, room = time.monotonic(), asyncio.Semaphore(TOGETHER)

    async def one(number: int, program: Program) -> None:
        async def ask(send: Callable[..., Any], key: str) -> Said:
            for turn in range(TRIES):
                since = time.monotonic()
                try:
                    async with room:
                        said: Said = await send(key=key, base=bases[(number + turn) % len(bases)])
                except (aiohttp.ClientError, OSError, TimeoutError):
                    said = Said(0, {}, {})
                if said.status not in (0, 500, 503):
                    found.waits.append(time.monotonic() - since)
                    return said
                found.repeats += 1
                await asyncio.sleep(0.1 + random.random() * 0.2)
            raise AssertionError("a resident was never answered")

        slot = slots[number % len(slots)]
        held = await ask(lambda **at: program.holds(slot, **at), f"hold-{number:06}")
        if held.status != 201:
            assert held.status == 409, held.body
            found.offered[len(held.body["alternatives"])] += 1
            assert slot not in held.body["alternatives"]
            found.ended[held.code] += 1
            return
        body = {"hold": held.body["id"], "matter": "邻居之间的事"}
        booked = await ask(
            lambda **at: program.asks("POST", "/appointments", body, **at), f"book-{number:06}"
        )
        found.ended["booked" if booked.status == 201 else booked.code] += 1
        found.codes += [booked.body["code"]] if booked.status == 201 else []

    await asyncio.gather(*(one(number, program) for number, program in enumerate(programs)))
    found.seconds = time.monotonic() - begun
    return found


def check(engine: Engine, found: Race, residents: int, slots: int = SLOTS) -> None:
    """Each time was given once, everybody else was offered three others, and nothing is held still."""

    def rows(sql: str) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(text(sql)).all())

    assert found.ended == {"booked": slots, "slot_taken": residents - slots}
    assert found.offered == {3: residents - slots}
    assert rows("select state, count(*) from appointment group by 1") == [("booked", slots)]
    assert rows("select count(distinct begins) from appointment") == [(slots,)]
    assert {row[0] for row in rows("select code from appointment")} == set(found.codes)
    taken = rows("select seat, cell, appointment_id from seat_cell order by 1, 2")
    due = [
        (seat, cell, ident)
        for ident, seats, since, until in rows("select id, seats, since, until from appointment")
        for seat in seats.split()
        for cell in range(since, until)
    ]
    assert [tuple(row) for row in taken] == sorted(due)
