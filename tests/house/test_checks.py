"""`check` says of each step how it went, and fails when one fails."""

import sys

import pytest

from admin.commands.check import QUICK, STATIC, TESTS, Step, report

GOOD = Step("quiet", (sys.executable, "-c", "print('not shown')"))
BAD = Step("loud", (sys.executable, "-c", "import sys; print('what is wrong'); sys.exit(3)"))


def test_good_steps_take_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    code = report([GOOD])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split()[:2] for line in lines] == [["ok", "quiet"], ["good", "1"]]


def test_a_failed_step_shows_what_it_wrote_and_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    code = report([BAD, GOOD])

    out = capsys.readouterr().out
    assert code == 1
    assert "FAILED loud" in out
    assert "what is wrong" in out
    assert "not shown" not in out


def test_check_runs_format_lint_types_contracts_and_quick_tests() -> None:
    assert [step.name for step in (TESTS, *STATIC)] == ["quick tests", "types", "format", "lint", "contracts"]
    assert QUICK in TESTS.argv
