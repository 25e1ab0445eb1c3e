"""The webhook beside a bare echo: rates in alternating slices, then latency at half of the top rate."""

import asyncio
import contextlib
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from admin.bench import loops
from admin.bench.load import Lines, Run
from admin.bench.questions import Requests
from admin.bench.rivals import NAMES, Server, cores, invented_account, pinned, place, running

GOALS = {"ratio_path": 0.40, "ratio": 0.25, "p99_ms_at_half": 150.0}
"""At least, at least, less than."""
_CONNECTIONS = (32, 64, 128, 256)
_SLICE = 1.0
Say = Callable[[str], None]


@dataclass
class Measured:
    """Rates of each server by slice, and waits (seconds) at half of its top rate."""

    rates: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})
    waits: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})
    connections: dict[str, int] = field(default_factory=dict)
    ready: dict[str, float] = field(default_factory=dict)
    answered: int = 0
    bad: int = 0

    def rate(self, name: str) -> float:
        """Answers a second in the middle slice."""
        return statistics.median(self.rates[name])

    def ratio(self, name: str) -> float:
        """Share of the echo's rate, in the middle of the rounds: a noisy neighbour spoils single ones."""
        pairs = zip(self.rates[name], self.rates["echo"], strict=True)
        return statistics.median(rate / echo for rate, echo in pairs)

    def wait_ms(self, name: str, share: float) -> float:
        """Milliseconds within which this share of the answers came at half of the top rate."""
        waits = sorted(self.waits[name])
        return waits[min(len(waits) - 1, int(len(waits) * share))] * 1000

    def as_json(self) -> dict[str, Any]:
        """The stable form."""
        found: dict[str, Any] = {
            "bench": "webhook",
            "ratio": round(self.ratio("service"), 3),
            "ratio_path": round(self.ratio("path"), 3),
            **{f"{name}_per_s": round(self.rate(name), 1) for name in NAMES},
            "p50_ms_at_half": round(self.wait_ms("service", 0.50), 2),
            "p99_ms_at_half": round(self.wait_ms("service", 0.99), 2),
            "path_p50_ms_at_half": round(self.wait_ms("path", 0.50), 2),
            "path_p99_ms_at_half": round(self.wait_ms("path", 0.99), 2),
            "half_per_s": round(self.rate("service") / 2, 1),
            "connections": self.connections,
            "rounds": len(self.rates["echo"]),
            "answered": self.answered,
            "bad": self.bad,
            "ready_s": round(self.ready["service"], 2),
            "loop": loops.name(),
            "cores": "one each" if cores() else "shared",
        }
        found["goals"] = {
            "ratio_path": found["ratio_path"] >= GOALS["ratio_path"],
            "ratio": found["ratio"] >= GOALS["ratio"],
            "p99_ms_at_half": found["p99_ms_at_half"] < GOALS["p99_ms_at_half"],
        }
        return found


def measure(beside: Path, *, seconds: float, entries: int | None = None, say: Say) -> Measured:
    """Measure. Args: beside: the data folder, on whose disk it is done; seconds: of load at full rate
    for each server; entries: how many the services answer with, all of the pack if None; say: takes
    progress.

    Raises: NotStarted, NoAnswer.
    """
    account, pair = invented_account(), cores()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(place(beside))
        say("starting echo, service without matcher, service")
        with pinned(pair[0] if pair else None):
            servers = stack.enter_context(running(folder, account, entries=entries))
        stack.enter_context(pinned(pair[1] if pair else None))
        runner = stack.enter_context(asyncio.Runner(loop_factory=loops.new_loop))
        return runner.run(_Bench(servers, Requests(account, entries=entries), seconds, say).all())


class _Bench:
    def __init__(self, servers: Mapping[str, Server], requests: Requests, seconds: float, say: Say) -> None:
        self._servers, self._requests, self._say = servers, requests, say
        self._seconds, self._slice = seconds, min(_SLICE, seconds / 4)
        self._lines: dict[str, Lines] = {}
        self._guess = dict.fromkeys(NAMES, 4000.0)
        self._found = Measured(ready={name: one.ready_seconds for name, one in servers.items()})

    async def all(self) -> Measured:
        self._lines = {name: Lines(server.port) for name, server in self._servers.items()}
        try:
            await self._warm_up()
            for number in range(max(1, round(self._seconds / self._slice))):
                self._say(f"round {number + 1}")
                # who begins changes, so that no server always runs right after another's clean-up
                for name in NAMES[number % 3 :] + NAMES[: number % 3]:
                    run = await self._flat_out(name, self._found.connections[name])
                    self._found.rates[name].append(run.rate)
            await self._at_half()
            return self._found
        finally:
            for lines in self._lines.values():
                await lines.__aexit__(None, None, None)

    async def _warm_up(self) -> None:
        """Find how many connections serve each server best."""
        for name in NAMES:
            self._say(f"warming up: {name}")
            await self._flat_out(name, _CONNECTIONS[0])
            rates = dict.fromkeys(_CONNECTIONS, 0.0)
            for count in (*_CONNECTIONS, *reversed(_CONNECTIONS)):  # one slice alone decides by chance
                rates[count] += (await self._flat_out(name, count)).rate
            self._found.connections[name] = max(rates, key=lambda count: rates[count])

    async def _flat_out(self, name: str, connections: int) -> Run:
        requests = self._requests.take(int(self._guess[name] * self._slice * 1.3) + connections)
        run = await self._lines[name].flat_out(requests, connections=connections, seconds=self._slice)
        self._guess[name] = max(run.rate, 100.0)
        return self._counted(run)

    async def _at_half(self) -> None:
        rounds = max(1, round(self._seconds / self._slice / 2))
        for number in range(rounds):
            self._say(f"at half of the top rate: round {number + 1}")
            for name in NAMES:
                rate = self._found.rate(name) / 2
                requests = self._requests.take(max(20, int(rate * self._slice)))
                connections = max(_CONNECTIONS)
                run = await self._lines[name].at_rate(
                    requests, connections=connections, rate=rate, seed=number
                )
                self._found.waits[name] += self._counted(run).waits

    def _counted(self, run: Run) -> Run:
        self._requests.open(run.sample)  # a body that does not open ends the measurement
        self._found.answered += run.answered
        self._found.bad += run.bad
        return run
