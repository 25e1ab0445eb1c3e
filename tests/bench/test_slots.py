"""The bench of free times: that it measures what it says. Its figures depend on the machine."""

from pathlib import Path

import pytest

from admin.bench.slots import Size, measure
from admin.cli import main


def test_it_lists_a_year_of_all_stations_beside_a_bare_select(tmp_path: Path) -> None:
    said: list[str] = []

    found = measure(tmp_path, Size(3, 4, 20), 3, said.append)

    assert said == ["full: 72 appointments at 3 stations", "tenth: 18 appointments at 3 stations"]
    assert (found["stations"], found["ahead"], found["past"]) == (3, 12, 60)
    assert found["free"] > 3 * 200 * 8, "a year of working days with eight starts and more"
    assert found["p95_ms"] >= found["p50_ms"] > 0
    assert {"ratio", "growth", "rival_p50_ms", "near_p95_ms", "processor_ms", "bad"} <= set(found)


def test_sizes_that_make_no_sense_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "slots", "--past", "0"]) == 2
    assert "--past 1 up" in capsys.readouterr().err
