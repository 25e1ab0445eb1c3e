"""The one table of numbers, and pinned files."""

import re
from pathlib import Path

import pytest

from knowledge import danger, hotlines
from knowledge.danger import Danger
from knowledge.errors import KnowledgeError, TamperedError
from knowledge.hotlines import Hotlines, keys_in
from knowledge.library import CONTENT

NEEDED = (
    "labour law police ambulance fire women minors youth mental fraud consumer traffic sms_police "
    "prosecution court discipline union disabled city"
)
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("key", NEEDED.split())
def test_a_number_has_purpose_source_and_date(hotlines: Hotlines, key: str) -> None:
    line = hotlines.by_key[key]

    assert re.fullmatch(r"\d{3,5}", line.number)
    assert line.what
    assert line.source
    assert line.checked.year >= 2026


def test_a_changed_table_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "hotlines.yaml"
    changed.write_text((CONTENT / "hotlines.yaml").read_text("utf-8").replace("12356", "12357"), "utf-8")

    with pytest.raises(TamperedError, match="not the file that was signed off"):
        Hotlines.load(changed)


def test_changed_danger_texts_are_refused(tmp_path: Path, hotlines: Hotlines) -> None:
    changed = tmp_path / "danger.yaml"
    changed.write_text((CONTENT / "danger.yaml").read_text("utf-8") + "\n# one more line\n", "utf-8")

    with pytest.raises(TamperedError, match="danger"):
        Danger.load(hotlines, changed)


def test_windows_line_ends_are_no_tampering(tmp_path: Path) -> None:
    same = tmp_path / "hotlines.yaml"
    same.write_bytes((CONTENT / "hotlines.yaml").read_bytes().replace(b"\n", b"\r\n"))

    assert Hotlines.load(same).number("police")


def test_slots_are_filled_and_unknown_ones_refused(hotlines: Hotlines) -> None:
    number = hotlines.number("law")

    assert hotlines.fill("打 {tel:law}。") == f"打 {number}。"
    assert keys_in("{tel:law} {tel:police}") == ("law", "police")
    with pytest.raises(KnowledgeError, match="'nobody'"):
        hotlines.fill("{tel:nobody}")


def test_no_other_file_of_the_program_holds_one_of_the_long_numbers(hotlines: Hotlines) -> None:
    long = "|".join({line.number for line in hotlines.by_key.values() if len(line.number) > 3})
    held = re.compile(rf"(?<![\d.])(?:{long})(?!\d)")
    files = [
        path
        for folder in ("bot", "handlers", "knowledge")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".yaml", ".html"} and path.name != "hotlines.yaml"
    ]

    found = [str(path.relative_to(ROOT)) for path in files if held.search(path.read_text("utf-8"))]

    assert files
    assert found == []


def test_the_pins_are_those_of_the_shipped_files() -> None:
    assert len(hotlines.PIN) == len(danger.PIN) == 64
