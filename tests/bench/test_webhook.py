"""The measurement of the webhook runs and says what it found; how fast is not for a test to judge."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from admin.bench.questions import questions
from admin.bench.webhook import Measured
from bot.config import read_settings
from knowledge.danger import Danger
from knowledge.hotlines import Hotlines

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.faults
@pytest.mark.alone
def test_the_last_line_is_json_with_the_ratios_and_no_wrong_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "utf8", "-m", "admin.cli", "bench", "webhook", "--seconds", "0.4"]

    done = subprocess.run(
        [*command, "--data", str(tmp_path)], cwd=ROOT, capture_output=True, timeout=150, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["bench"] == "webhook"
    assert found["bad"] == 0
    assert found["answered"] > 100
    for name in ("ratio", "ratio_path", "echo_per_s", "path_per_s", "service_per_s", "p99_ms_at_half"):
        assert found[name] > 0, name
    assert list(tmp_path.iterdir()) == [], "the servers' folders are removed"


def test_no_question_is_asked_twice_and_each_is_complete() -> None:
    asked = list(islice(questions(), 2000))

    assert len(set(asked)) == 2000
    assert all(text.endswith("？") for text in asked)


def test_no_question_rings_danger_with_the_name_and_number_around_it() -> None:
    danger = Danger.load(Hotlines.load())

    asked = list(islice(questions(), 2000))

    assert [text for text in asked if danger.screen([text])] == []


def test_ratios_are_taken_round_by_round_so_that_one_bad_round_does_not_count() -> None:
    found = Measured()
    found.rates = {"echo": [100.0, 400.0, 10.0], "path": [50.0, 200.0, 10.0], "service": [25.0, 100.0, 1.0]}

    assert found.ratio("path") == 0.5
    assert found.ratio("service") == 0.25


def test_no_setting_switches_the_matcher_off() -> None:
    settings = read_settings({}, data_dir=Path("nowhere"))

    assert not [name for name in vars(settings) if "match" in name or "bench" in name]
    assert "admin.bench" not in (ROOT / "admin" / "commands" / "run.py").read_text("utf-8")
