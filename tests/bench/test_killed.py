"""A measurement that is killed takes its servers along."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.child import Child

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds: no promise about speed, only an end to the waiting."""

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="no other system ties a child to its parent"),
]


def children(pid: int) -> list[int]:
    """The processes that a process has started and that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def runs(pid: int) -> bool:
    """Whether a process is there; one that only waits to be counted out is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def waits_for(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(autouse=True)
def interrupts() -> Iterator[None]:
    """A shell ignores Ctrl-C for what it runs in the background, and children would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_the_servers_go_with_the_measurement(tmp_path: Path, number: signal.Signals) -> None:
    log, data = tmp_path / "log", tmp_path / "data"
    data.mkdir()
    argv = [sys.executable, "-X", "utf8", "-m", "admin.cli", "bench", "webhook", "--seconds", "600"]
    bench = Child([*argv, "--entries", "3", "--data", str(data)], log, cwd=ROOT)
    bench.start(lambda: "warming up" in log.read_text("utf-8"), seconds=PATIENCE)
    try:
        servers = children(bench.pid)

        bench.send(number)

        assert len(servers) == 3
        assert waits_for(lambda: not any(map(runs, servers)))
    finally:
        bench.kill()
