"""The bench of the console's list: that it measures what it says. Its figures depend on the machine."""

from pathlib import Path

import pytest

from admin.bench import console
from admin.bench.console import measure, p95
from admin.bench.filled import Amount
from admin.bench.kept import Keep
from bot.config import Settings
from tests.support import servers

SMALL = Amount(1, 200, 120, 600)


@pytest.fixture(autouse=True)
def few_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty screens are for the measurement itself."""
    monkeypatch.setattr(console, "SCREENS", 5)


def _keep(folder: Path, *, database_url: str = "", kept: bool = False) -> Keep:
    return Keep(Settings(data_dir=folder), folder, database_url, kept)


def _quiet(_line: str) -> None:
    """Nobody reads along."""


def test_it_fills_two_stores_says_the_ratios_and_does_not_fill_again_what_was_kept(tmp_path: Path) -> None:
    said: list[str] = []
    measure(_keep(tmp_path, kept=True), SMALL, 40, said.append)
    first = list(said)

    found = measure(_keep(tmp_path, kept=True), SMALL, 40, said.append).as_json()

    expected = {"ratio", "growth", "p95_ms", "tenth_p95_ms", "rival_p95_ms", "processor_ms", "bad"}
    assert expected <= set(found)
    assert (found["engine"], found["messages"], found["threads"], found["open"]) == ("sqlite", 600, 200, 120)
    assert found["ratio"] > 1, "fifty rows by key are the least that a list needs"
    assert found["together_p95_ms"] > 0
    assert [one for one in first if one.startswith("inbox: 600 rows")]
    assert not [one for one in said[len(first) :] if "rows" in one]


def test_a_tenth_has_as_many_open_tasks_and_a_tenth_of_the_closed_ones() -> None:
    assert Amount(1, 100_000, 10_000, 1_000_000).tenth == Amount(1, 19_000, 10_000, 190_000)


@pytest.mark.servers
def test_it_runs_on_postgresql(tmp_path: Path, postgres_server: servers.Postgres) -> None:
    found = measure(_keep(tmp_path, database_url=postgres_server.url), SMALL, 40, _quiet).as_json()

    assert (found["engine"], found["threads"], found["goal_ms"]) == ("postgresql", 200, 150.0)
    assert list(tmp_path.iterdir()) == [], "what is not to be kept is thrown away"


def test_the_percentile_is_that_of_the_slow_ones() -> None:
    assert p95([1.0] * 94 + [9.0] * 6) == 9.0
    assert p95([1.0] * 96 + [9.0] * 4) == 1.0
