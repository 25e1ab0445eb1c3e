"""When the service cannot start, one line says what is in the way, and nothing else is shown."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(folder: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "admin.cli", "run", "--data", str(folder), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        code, said = _run(tmp_path, "--listen", f"127.0.0.1:{port}")

    assert code == 2
    assert said.startswith(f"xiaosi: port {port} is taken")
    assert len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_another_machine_is_named(tmp_path: Path) -> None:
    code, said = _run(tmp_path, "--listen", "192.0.2.1:8080")

    assert code == 2
    assert said.startswith("xiaosi: cannot listen on 192.0.2.1:8080")
    assert len(said.splitlines()) == 1


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    code, said = _run(tmp_path / "file" / "data", "--listen", "127.0.0.1:0")

    assert code == 2
    assert said.startswith(f"xiaosi: the data folder {tmp_path / 'file' / 'data'}")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "expected"), [(["--listen", "8080"], "expected HOST:PORT"), (["--workers", "2"], "PostgreSQL")]
)
def test_wrong_use_is_named(tmp_path: Path, words: list[str], expected: str) -> None:
    code, said = _run(tmp_path, *words)

    assert code == 2
    assert expected in said
    assert "Traceback" not in said


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("XIAOSI_LISTN=127.0.0.1:0\n")

    code, said = _run(tmp_path)

    assert code == 2
    assert said.startswith("xiaosi: unknown setting XIAOSI_LISTN")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such lock")
def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    import fcntl

    folder = tmp_path / "trial"
    folder.mkdir()
    with (folder / "lock").open("a+") as first:
        fcntl.flock(first, fcntl.LOCK_EX)

        code, said = _run(tmp_path, "--listen", "127.0.0.1:0")

    assert code == 2
    assert "another xiaosi already serves from" in said
