"""`staff add`, `reset`, `leave` and `list`."""

from pathlib import Path

import pytest

from admin.cli import main


def run(data: Path, *words: str) -> int:
    return main(["staff", *words, "--data", str(data)])


def password_of(said: str) -> str:
    return said.split("password ")[1].split(" ")[0]


def test_an_account_is_added_listed_reset_and_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [run(tmp_path, "add", "admin1", "--name", "周岚", "--role", "admin")]
    first = password_of(capsys.readouterr().out)
    codes.append(run(tmp_path, "reset", "admin1"))
    second = password_of(capsys.readouterr().out)
    codes += [run(tmp_path, "leave", "admin1"), run(tmp_path, "list")]

    assert codes == [0, 0, 0, 0]
    assert len(first) == len(second) == 19
    assert first != second
    assert "admin1  周岚  admin  whole county  left" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("add", "admin1", "--name", "周岚", "--station", "nowhere"),
        ("add", "x", "--name", "周岚"),
        ("reset", "nobody"),
        ("leave", "nobody"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code = run(tmp_path, *words)

    said = capsys.readouterr()
    assert code == 1
    assert "xiaosi staff" in said.err
    assert "password" not in said.out


def test_a_weak_typed_password_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "admin1admin1")

    code = run(tmp_path, "add", "admin1", "--name", "周岚", "--type")

    assert code == 2
    assert "太好猜" in capsys.readouterr().err
