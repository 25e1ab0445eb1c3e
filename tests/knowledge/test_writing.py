"""What is written and read again is the same: as YAML for people, as plain values for the database."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.entry import Ask, Change, Citation, Entry, Keyword, Limit, Option, Pattern
from knowledge.library import Library
from knowledge.plain import from_plain, to_plain
from knowledge.reading import read_text
from knowledge.writing import by_file, written


@pytest.fixture(scope="module")
def library() -> Library:
    """The shipped pack."""
    return Library.load()


def test_the_whole_pack_written_and_loaded_is_the_pack(library: Library, tmp_path: Path) -> None:
    for name, text in by_file(library).items():
        (tmp_path / name).write_text(text, "utf-8")

    again = Library.load(tmp_path)

    assert list(again) == list(library)


def test_the_whole_pack_kept_as_json_comes_back_equal(library: Library) -> None:
    again = [from_plain(json.loads(json.dumps(to_plain(entry)))) for entry in library]

    assert again == list(library)
    assert [repr(replace(one, place=entry.place)) for one, entry in zip(again, library, strict=True)] == [
        repr(entry) for entry in library
    ]


AWKWARD = (
    "第一句。\n第二句：带冒号, 和 {tel:law}",
    "2020-01-01",
    "123",
    "true",
    "null",
    "- 不是列表",
    "\"引号\" 和 '单引号'",
    "#不是注释",
    "end\\",
)


@pytest.mark.parametrize("text", AWKWARD)
def test_no_text_is_taken_for_something_else(library: Library, text: str) -> None:
    entry = replace(
        library.by_id["labour.wages_owed"],
        title=text,
        short=text,
        assumes=text,
        wordings=(text, "另一句"),
        keywords=(Keyword(text), Keyword("词", (text,))),
        never=(Pattern("甲|乙"), Pattern("丙", "labour.fired")),
        ask=(Ask(text, (Option(text, ("丁",), text, side=True), Option("戊", (), text))),),
        limits=(Limit(text, "1y", text, text), Limit("己", "none")),
        citations=(Citation("民法典", "之一", "2020-05-28", text), Citation("民法典", 3, "2020-05-28", text)),
        verify_by=(Change("某法", date(2027, 1, 1), text),),
    )

    assert read_text(written([entry]), "x.yaml") == (entry,)
    assert from_plain(json.loads(json.dumps(to_plain(entry)))) == entry


def test_a_part_that_a_later_release_adds_does_not_stop_an_old_text(library: Library) -> None:
    entry: Entry = library.by_id["guide.labour"]
    kept = to_plain(entry)
    kept["something_new"] = 1
    del kept["today"]

    assert from_plain(kept) == replace(entry, today=())
