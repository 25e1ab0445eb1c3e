"""`ask --why` tells a curator how an answer came about."""

from pathlib import Path

import pytest

from admin import cli


def test_the_steps_stand_before_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["ask", "--data", str(tmp_path), "--why", "口头说好的调解算不算数"])

    said = capsys.readouterr().out
    steps, _blank, reply = said.partition("\n\n")
    assert code == 0
    assert [line.split(":")[0] for line in steps.splitlines()][:3] == ["整理文字", "危险筛查", "规则"]
    assert "结论" in steps
    assert "依据" in reply


def test_without_it_only_the_reply_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["ask", "--data", str(tmp_path), "口头说好的调解算不算数"])

    assert "整理文字" not in capsys.readouterr().out


def test_the_weights_are_learned_and_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge import weights
    from knowledge.library import Library

    small = Library.load().only(lambda entry: entry.startswith(("inheritance.", "neighbour.")))
    monkeypatch.setattr(Library, "load", classmethod(lambda cls: small))
    monkeypatch.setattr(weights, "FILE", tmp_path / "weights.json")

    code = cli.main(["knowledge", "fit", "--data", str(tmp_path), "--write"])

    said = capsys.readouterr().out
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == ["by", "stored", "learned", "written"]
    assert weights.Weights.load(tmp_path / "weights.json").signals
