"""`test` runs the tests in two goes, the second alone, and says at the end how each went."""

import sys
from pathlib import Path

import pytest

from admin.commands.check import Step
from admin.commands.test import MOST_WORKERS, TESTS, WORKERS, in_turn


def leaves(path: Path, code: int = 0) -> Step:
    """A step that leaves a file behind and ends with a code."""
    script = f"import pathlib, sys; pathlib.Path({str(path)!r}).touch(); sys.exit({code})"
    return Step(path.name, (sys.executable, "-c", script))


@pytest.mark.parametrize(
    ("codes", "words", "expected"),
    [((0, 0), ["ok", "ok"], 0), ((3, 0), ["FAILED", "ok"], 1), ((0, 1), ["ok", "FAILED"], 1)],
)
def test_both_goes_are_run_and_a_failure_of_either_fails_the_whole(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    codes: tuple[int, int],
    words: list[str],
    expected: int,
) -> None:
    first, second = (tmp_path / name for name in ("first", "second"))

    code = in_turn((leaves(first, codes[0]), leaves(second, codes[1])))

    assert code == expected
    assert first.exists()
    assert second.exists()
    assert [line.split()[:2] for line in capfd.readouterr().out.splitlines()[-2:]] == [
        [words[0], "first"],
        [words[1], "second"],
    ]


def test_all_tests_are_in_one_of_the_goes_and_those_that_measure_time_have_no_neighbour() -> None:
    together, alone = (step.argv for step in TESTS)

    assert [argv[argv.index("-m", 3) + 1] for argv in (together, alone)] == ["not alone", "alone"]
    assert together[together.index("-n") + 1] == str(WORKERS)
    assert 2 <= WORKERS <= MOST_WORKERS
    assert "-n" not in alone


@pytest.mark.faults
def test_both_goes_run_as_they_stand_on_a_file_of_each_kind(tmp_path: Path) -> None:
    here, there = Path(__file__).with_name("test_checks.py"), tmp_path / "test_there.py"
    there.write_text("import pytest\n@pytest.mark.alone\ndef test_alone():\n    assert True\n", "utf-8")
    together, alone = TESTS

    code = in_turn(
        (Step("tests", (*together.argv, str(here))), Step("tests of time", (*alone.argv, str(there))))
    )

    assert code == 0
