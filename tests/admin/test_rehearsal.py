"""Practising: made-up residents in a folder of their own, and nothing of it touches what is real."""

import contextlib
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from admin.commands import rehearse
from bot.config import Account, Settings
from tests.support.seen import ROOT

WORDS = [sys.executable, "-m", "admin.cli", "rehearse", "--listen", "127.0.0.1:0"]


@contextlib.contextmanager
def rehearsing(data: Path) -> Iterator[str]:
    """A rehearsal whose residents have written; what it said."""
    process = subprocess.Popen(
        [*WORDS, "--data", str(data)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if "made-up residents wrote" in line:
                break
        yield said
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def tasks(data: Path) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(data / "rehearsal" / "trial" / "xiaosi.db")) as store:
        return store.execute("select kind, station_id from task order by id").fetchall()


def test_a_clerk_finds_made_up_residents_and_each_start_begins_anew(tmp_path: Path) -> None:
    with rehearsing(tmp_path) as said:
        second = subprocess.run(
            [*WORDS, "--data", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        first = tasks(tmp_path)
    (tmp_path / "rehearsal" / "left over").touch()
    with rehearsing(tmp_path):
        again = tasks(tmp_path)

    assert re.search(r"chenmin  \S+  陈敏", said)
    assert [kind for kind, _station in first] == ["person"] * 5 + ["danger"]
    assert first[0] == ("person", "liuhe")
    assert again == first
    assert not (tmp_path / "rehearsal" / "left over").exists()
    assert second.returncode == 2
    assert "already runs" in second.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["rehearsal"]


@pytest.mark.parametrize("name", [one.name for one in fields(Settings)])
def test_no_setting_of_the_real_service_reaches_a_rehearsal(tmp_path: Path, name: str) -> None:
    real = Settings(
        tmp_path,
        listen="0.0.0.0:80",
        public_url="https://real.test",
        database_url="postgresql://real",
        redis_url="redis://real",
        secret_key=b"r" * 32,
        secret_key_previous=b"q" * 32,
        asr_url="https://real.test/asr",
        wecom_robot_url="https://real.test/robot",
        sms_url="https://real.test/sms",
        sms_secret="real-real-real-real",
        uploads=tmp_path / "real",
        wechat=Account("oa", token="real"),
        mini=Account("mini", token="real"),
    )

    apart = rehearse.apart(real, "127.0.0.1:8090")

    assert "real" not in repr(getattr(apart, name)).replace("rehearsal", "").replace(str(tmp_path), "")
    assert apart.trial
