"""`./xiaosi` makes its environment from nothing, repairs it, and says in words what is missing."""

import ast
import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.child import as_nobody

SCRIPT = Path(__file__).resolve().parents[2] / "xiaosi"
CLI = """\
import os, sys
import greeting
print(greeting.WORD, *sys.argv[1:], os.getcwd())
sys.exit(7)
"""
slow = pytest.mark.faults  # each makes an environment: seconds


@dataclass
class Clone:
    """A small checkout: the real script, a lock of one package, and a folder of wheels as its index."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def script(self) -> Path:
        """Its `xiaosi`."""
        return self.root / "xiaosi"

    @property
    def ready(self) -> Path:
        """The file that says from what its environment was made."""
        return self.root / ".venv" / "xiaosi-ready"

    def state(self) -> dict[Path, int]:
        """When each file of its environment was written, but for what Python compiled."""
        files = (self.root / ".venv").rglob("*")
        return {path: path.stat().st_mtime_ns for path in files if "__pycache__" not in path.parts}

    def start(self, *words: str, python: str = sys.executable, **environ: str) -> subprocess.Popen[str]:
        """Start it in the background."""
        return subprocess.Popen(
            [python, str(self.script), *words],
            cwd=self.root.parent,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *words: str, **environ: str) -> tuple[int, str, str]:
        """Start it and wait. Returns: exit code, what it printed, what it said beside that."""
        work = self.start(*words, **environ)
        out, err = work.communicate(timeout=120)
        return work.returncode, out, err


def _wheel(folder: Path, name: str) -> str:
    """Write a wheel of one module `name` with a WORD in it; returns its line for a lock."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": 'WORD = "hello"\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text)}\n"
    target = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(target.read_bytes()).hexdigest()}\n"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    root, wheels = tmp_path / "clone", tmp_path / "wheels"
    (root / "admin").mkdir(parents=True)
    wheels.mkdir()
    shutil.copy(SCRIPT, root)
    (root / "admin" / "cli.py").write_text(CLI)
    (root / "requirements.lock").write_text(_wheel(wheels, "greeting"))
    (root / "requirements-test.lock").write_text(_wheel(wheels, "greeting") + _wheel(wheels, "proof"))
    return Clone(
        root,
        {
            "PATH": os.defpath,  # no uv
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_NO_CACHE_DIR": "1",
        },
    )


def test_pythons_from_before_3_11_can_read_it() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign)]


def test_an_old_python_is_told_what_is_needed(clone: Clone) -> None:
    old = "import sys, runpy; sys.version_info = (3, 9, 2); sys.argv = sys.argv[1:]; "
    old += "runpy.run_path(sys.argv[0], run_name='__main__')"

    done = subprocess.run(
        [sys.executable, "-c", old, str(clone.script), "run"],
        env={**clone.environ, "PATH": str(clone.root)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert not (clone.root / ".venv").exists()


def test_a_python_without_ensurepip_is_told_what_to_install(clone: Clone) -> None:
    (clone.root / "ensurepip.py").write_text("raise ImportError")

    code, _, said = clone.call("run", PYTHONPATH=str(clone.root))

    assert code == 1
    assert "apt-get install python3-venv" in said


def test_a_folder_of_somebody_else_is_named(clone: Clone) -> None:
    for folder in clone.root.parents:
        if folder.stat().st_mode & 0o055 == 0:  # pytest closes its folders to others
            folder.chmod(0o755)
    clone.root.chmod(0o555)
    drop = as_nobody() if os.geteuid() == 0 else {}
    # The system's Python where there is one: `nobody` may not reach the one that runs this test.
    python = next((p for p in ("/usr/bin/python3", sys.executable) if Path(p).exists()), sys.executable)
    script = "import sys; sys.version_info = (3, 11); import runpy; sys.argv = sys.argv[1:]; "
    script += "runpy.run_path(sys.argv[0], run_name='__main__')"

    done = subprocess.run(
        [python, "-c", script, str(clone.script), "run"],
        cwd="/",
        env=clone.environ,
        capture_output=True,
        text=True,
        **drop,
    )

    clone.root.chmod(0o755)
    assert done.returncode == 1
    assert f"cannot make {clone.root / '.venv'}: Permission denied" in done.stderr


@slow
def test_the_first_start_sets_up_and_hands_the_words_over(clone: Clone) -> None:
    code, printed, said = clone.call("ask", "--json", "调解")

    assert (code, printed) == (7, f"hello ask --json 调解 {clone.root.parent}\n")
    assert "making .venv" in said
    assert "ready after" in said


@slow
def test_the_next_start_is_silent_and_makes_nothing(clone: Clone) -> None:
    clone.call("ask")
    made = clone.state()

    code, _, said = clone.call("ask", PIP_FIND_LINKS=os.devnull)

    assert (code, said) == (7, "")
    assert clone.state() == made


@slow
def test_what_was_compiled_is_kept_for_the_next_start(clone: Clone) -> None:
    (clone.root / "admin" / "word.py").write_text("WORD = 1\n")
    (clone.root / "admin" / "cli.py").write_text(f"import admin.word\n{CLI}")

    clone.call("ask", PYTHONDONTWRITEBYTECODE="1")

    assert list(clone.root.glob("admin/__pycache__/word.*.pyc"))


@slow
def test_test_adds_what_tests_need_and_keeps_the_rest_ready(clone: Clone) -> None:
    clone.call("check")

    assert clone.ready.read_text().split()[::2] in (
        ["requirements.lock", "requirements-test.lock"],
        ["requirements-test.lock", "requirements.lock"],
    )
    assert list((clone.root / ".venv").rglob("proof.py"))
    assert clone.call("ask")[2] == ""


@slow
def test_a_changed_lock_is_installed(clone: Clone) -> None:
    clone.call("ask")
    shutil.copy(clone.root / "requirements-test.lock", clone.root / "requirements.lock")

    clone.call("ask")

    assert list((clone.root / ".venv").rglob("proof.py"))


@slow
def test_a_package_that_differs_from_the_lock_is_not_installed(clone: Clone) -> None:
    lock = clone.root / "requirements.lock"
    lock.write_text(lock.read_text().replace("sha256:", "sha256:" + "0" * 64)[: -64 - 1] + "\n")

    code, _, said = clone.call("run")

    assert code == 1
    assert "a package differs from what requirements.lock expects" in said
    assert not list((clone.root / ".venv").rglob("greeting.py"))


@slow
def test_without_a_package_index_the_network_is_named(clone: Clone) -> None:
    code, _, said = clone.call(
        "run", PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/simple"
    )

    assert code == 1
    assert "no package index could be reached" in said


@slow
def test_an_optional_package_without_a_wheel_is_said_and_not_fatal(clone: Clone) -> None:
    with (clone.root / "requirements.lock").open("a") as lock:
        lock.write(f"rjieba==9.9 \\\n    --hash=sha256:{'0' * 64}\n")

    code, _, said = clone.call("run")

    assert code == 7
    assert "without the optional 'fast' packages: it will run a little slower" in said


@slow
@pytest.mark.parametrize("damage", ["interpreter", "killed"])
def test_a_half_made_environment_is_made_again(clone: Clone, damage: str) -> None:
    if damage == "interpreter":
        clone.call("ask")
        for link in (clone.root / ".venv" / "bin").glob("python*"):
            link.unlink()
    else:
        work = clone.start("ask")
        _wait(lambda: (clone.root / ".venv" / "xiaosi-unfinished").exists())
        work.send_signal(signal.SIGKILL)
        work.communicate()

    code, printed, said = clone.call("ask")

    assert (code, printed.split()[0]) == (7, "hello")
    assert "making .venv" in said
    assert not (clone.root / ".venv" / "xiaosi-unfinished").exists()


@slow
def test_two_starts_at_once_share_one_set_up(clone: Clone) -> None:
    first = clone.start("ask")
    _wait(lambda: (clone.root / ".venv" / "xiaosi.lock").exists())
    second = clone.start("ask")

    said = [work.communicate(timeout=120)[1] for work in (first, second)]

    assert [first.returncode, second.returncode] == [7, 7]
    assert "making .venv" in said[0]
    assert "making .venv" not in said[1]


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end
        time.sleep(0.01)
