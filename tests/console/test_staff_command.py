"""`staff add`, `reset`, `leave` and `list`."""

from pathlib import Path

import pytest

from admin.cli import main
from admin.console import factor, people, totp
from admin.store import open_store
from bot.config import read_settings


def run(data: Path, *words: str) -> int:
    return main(["staff", *words, "--data", str(data)])


def password_of(said: str) -> str:
    return said.split("password ")[1].split(" ")[0]


def test_an_account_is_added_listed_reset_and_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [run(tmp_path, "add", "head1", "--name", "周岚", "--role", "head")]
    first = password_of(capsys.readouterr().out)
    codes.append(run(tmp_path, "reset", "head1"))
    second = password_of(capsys.readouterr().out)
    codes += [run(tmp_path, "leave", "head1"), run(tmp_path, "list")]

    assert codes == [0, 0, 0, 0]
    assert len(first) == len(second) == 19
    assert first != second
    assert "head1  周岚  head  whole county  left" in capsys.readouterr().out


def test_a_lost_phone_of_the_last_county_admin_is_mended_here_and_they_cannot_be_let_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, "add", "admin1", "--name", "周岚", "--role", "county_admin")
    store = open_store(read_settings({}, data_dir=tmp_path))
    try:
        store.writer.do_now(people.demo_factor, 1, totp.fresh_secret(), factor.fresh_codes())
    finally:
        store.close()
    run(tmp_path, "list")
    before = capsys.readouterr().out

    words = (("reset", "--totp", "admin1"), ("leave", "admin1"), ("list",))
    codes = [run(tmp_path, *one) for one in words]

    said = capsys.readouterr()
    assert codes == [0, 1, 0]
    assert "admin1  周岚  county_admin  whole county  second factor" in before
    assert "admin1  周岚  county_admin  whole county\n" in said.out
    assert "最后一位县管理员" in said.err


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
