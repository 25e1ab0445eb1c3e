"""The tables of docs/matching.md: what they hold, and how they get there."""

import json
from pathlib import Path

import pytest

from admin import cli
from admin.bench import ladder, parts
from admin.bench.dirty import KINDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "matching.md"
MARKS = "<!-- tables -->\nold\n<!-- end of tables -->\n"


def test_the_page_has_a_row_for_each_part_and_each_dirt() -> None:
    rows = [line.split(" | ")[0].removeprefix("| ") for line in PAGE.read_text("utf-8").splitlines()]

    assert [f"+ {what}" for what in parts.PARTS.values() if f"+ {what}" not in rows] == []
    assert [f"without {what}" for what in parts.PARTS.values() if f"without {what}" not in rows] == []
    assert [kind for kind in KINDS if kind not in rows] == []


def test_a_page_without_marks_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n", "utf-8")

    assert cli.main(["knowledge", "table", "--write", str(page)]) == 1
    assert "page.md: expected a page with <!-- tables -->" in capsys.readouterr().err


def test_tables_are_put_between_the_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = ladder.Step("as shipped", (), stored=True)
    monkeypatch.setattr(ladder, "steps", lambda: (shipped,))
    monkeypatch.setattr(ladder, "leavings", lambda: ())
    page, asked = tmp_path / "page.md", tmp_path / "asked.jsonl"
    page.write_text(f"before\n{MARKS}after\n", "utf-8")
    asked.write_text(
        json.dumps({"id": "a", "entry": "labour.wages_owed", "question": "老板拖欠工资不发怎么办"}), "utf-8"
    )

    code = cli.main(["knowledge", "table", "--paraphrases", str(asked), "--write", str(page)])

    text = page.read_text("utf-8")
    assert code == 0
    assert text.startswith("before\n<!-- tables -->\n0 labelled questions, 1 paraphrases.\n")
    assert "| as shipped | – | – | – | – | – | – | 1.000 | 1.000 |" in text
    assert "| clean | 1.000 | 1.000 | 0.0 | 0 |" in text
    assert text.endswith("<!-- end of tables -->\nafter\n")
    assert "old" not in text
