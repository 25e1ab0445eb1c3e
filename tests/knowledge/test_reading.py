"""Content files: what they become, and how faults are told."""

from pathlib import Path

import pytest

from knowledge.entry import Kind, Risk
from knowledge.errors import ReadingError
from knowledge.library import Library
from tests.knowledge.pack import LEAK, WAGES, write_pack


def test_an_entry_is_read_with_all_its_parts(library: Library) -> None:
    entry = library.by_id["labour.wages"]

    assert entry.kind is Kind.ENTRY
    assert entry.risk is Risk.MID
    assert entry.keywords[0].forms == ("欠薪", "拖欠工资", "工钱")
    assert entry.never[0].instead == "labour.site"
    assert entry.ask[0].options[0].then == "可以拿欠条直接起诉。"
    assert entry.limits[0].start == "离开那天"
    assert entry.full.where == ("县劳动监察",)
    assert entry.citations[0].version == "2018-12-29"
    assert entry.next == ("call:labour",)
    assert entry.place.file == "labour.yaml"


def test_a_guide_serves_its_topic(library: Library) -> None:
    assert library.guides["labour"].is_guide
    assert [e.id for e in library.entries] == ["labour.wages", "labour.site", "neighbour.leak"]


def test_only_gives_a_smaller_library(library: Library) -> None:
    assert list(library.only(["neighbour.leak"]).by_id) == ["neighbour.leak"]
    assert len(library.only(lambda key: key.startswith("labour"))) == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  risk: low\n", "", r"neighbour\.yaml:1, entry neighbour\.leak, field risk: is missing"),
        ("risk: low", "risk: none", r"neighbour\.yaml:11, .*field risk: 'none': expected low"),
        ("  title:", "  titel: x\n  title:", r"neighbour\.yaml:3, .*field titel: unknown field"),
        ("'漏水|渗水|滴水'", "'漏水|('", r"field sure: pattern '漏水\|\('"),
        ("'漏水|渗水|滴水'", "'漏水|'", r"field sure: pattern .* matches the empty text"),
        ("article: 296,", "", r"field citations: article is missing"),
        ("id: neighbour.leak", "id: Leak", r"field id: 'Leak': expected topic\.short_name"),
        ("topic: neighbour", "topic: weather", r"field topic: unknown topic 'weather'"),
        ("topic: neighbour", "topic: labour", r"field topic: belongs into labour\.yaml"),
        ("checked_on: 2026-11-20", "checked_on: soon", r"field review: checked_on: expected a date"),
        ("steps: [拍照]", "steps: [{tel: x}]", r"field full: expected text, found braces or a colon"),
        ("next: book_mediation", "next: book_mediation\n  next: none", r"neighbour\.yaml:11, .*stands twice"),
        ("wordings: [", "wordings: [[", r"neighbour\.yaml:\d+: not valid YAML"),
    ],
)  # fmt: skip
def test_a_fault_names_file_entry_field_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in LEAK

    with pytest.raises(ReadingError, match=says):
        Library.load(write_pack(tmp_path, neighbour=LEAK.replace(old, new)))


def test_an_id_is_never_used_twice(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"neighbour\.yaml:\d+, .*id is also used in neighbour\.yaml:1"):
        Library.load(write_pack(tmp_path, neighbour=LEAK + LEAK))


def test_a_file_that_is_no_topic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="'weather' is no topic"):
        Library.load(write_pack(tmp_path, weather=WAGES))


def test_an_empty_folder_and_an_empty_file_hold_nothing(tmp_path: Path) -> None:
    assert len(Library.load(tmp_path)) == 0
    assert len(Library.load(write_pack(tmp_path, labour=""))) == 0
