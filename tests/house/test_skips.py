"""What is skipped is named; where everything is installed, nothing but absent shared data is skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults  # slow: each starts pytest anew
ROOT = Path(__file__).resolve().parents[2]
ONE = "import pytest\ndef test_one():\n    pytest.skip({reason!r})\n"
FILE = "import pytest\npytest.skip({reason!r}, allow_module_level=True)\n"
FIXTURE = (
    "import pytest\n@pytest.fixture\ndef f():\n    pytest.skip({reason!r})\ndef test_one(f):\n    pass\n"
)


WAYS = {"one": ONE, "file": FILE, "fixture": FIXTURE}


def _pytest(folder: Path, reason: str, *, ci: bool) -> tuple[int, str]:
    for name, text in WAYS.items():
        (folder / f"test_{name}.py").write_text(text.format(reason=reason))
    environ = {name: value for name, value in os.environ.items() if name != "CI"}
    environ |= {"PYTHONPATH": str(ROOT), **({"CI": "true"} if ci else {})}
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.skips", "-rs", "-c", os.devnull]
    command += ["--continue-on-collection-errors", "--rootdir", str(folder), str(folder)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_a_skip_fails_under_ci(tmp_path: Path) -> None:
    code, said = _pytest(tmp_path, "no Redis: none on PATH", ci=True)

    assert code == 1
    assert "1 failed, 2 errors" in said
    assert said.count("no Redis: none on PATH") >= 3
    assert said.count("CI has all that the tests need") == 3


def test_a_skip_is_named_elsewhere(tmp_path: Path) -> None:
    code, said = _pytest(tmp_path, "no Redis: none on PATH", ci=False)

    assert code == 0
    assert "3 skipped" in said
    assert "no Redis: none on PATH" in said


def test_absent_shared_data_may_be_skipped_under_ci(tmp_path: Path) -> None:
    code, said = _pytest(tmp_path, "shared data absent: questions", ci=True)

    assert code == 0
    assert "3 skipped" in said
