"""The bench of the console's list: that it measures what it says. Its figures depend on the machine."""

from pathlib import Path

import pytest

from admin.bench.console import measure, p95
from admin.bench.filled import Amount
from bot.config import Settings
from tests.support.service import SECRET


def _settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, secret_key=SECRET)


def _quiet(_line: str) -> None:
    """Nobody reads along."""


def test_it_fills_a_store_and_says_the_ratio(tmp_path: Path) -> None:
    found = measure(_settings(tmp_path), Amount(1, 200, 120, 600), 20, _quiet).as_json()

    assert {"bench", "ratio", "p95_ms", "rival_p95_ms", "growth", "processor_ms", "bad"} <= set(found)
    assert (found["engine"], found["messages"], found["threads"], found["open"]) == ("sqlite", 600, 200, 120)
    assert found["ratio"] > 1, "fifty rows by key are the least that a list needs"


def test_a_store_that_holds_residents_is_left_alone(tmp_path: Path) -> None:
    measure(_settings(tmp_path), Amount(1, 60, 50, 60), 20, _quiet)

    with pytest.raises(ValueError, match="holds residents already"):
        measure(_settings(tmp_path), Amount(1, 60, 50, 60), 20, _quiet)


def test_the_percentile_is_that_of_the_slow_ones() -> None:
    assert p95([1.0] * 94 + [9.0] * 6) == 9.0
    assert p95([1.0] * 96 + [9.0] * 4) == 1.0
