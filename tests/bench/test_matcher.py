"""The measurement of the matcher runs and says what it found; how fast is not for a test to judge."""

import json

import pytest

from admin import cli
from admin.bench.many import many_entries


def test_the_last_line_is_json_with_ratio_and_hits(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("bm25s")

    code = cli.main(["bench", "matcher", "--entries", "120", "--questions", "30", "--rounds", "2"])

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert (found["bench"], found["entries"], found["questions"], found["rounds"]) == ("matcher", 120, 30, 2)
    assert found["texts"] == 120 * 5
    for name in ("ratio", "ratio_low", "ratio_high", "ratio_joined", "questions_per_s", "bm25s_per_s"):
        assert found[name] > 0, name
    for name in ("first", "three", "bm25s_first", "bm25s_three"):
        assert 0 <= found[name] <= 1, name
    assert set(found["goals"]) == {"ratio", "first", "three"}


def test_sizes_that_make_no_sense_are_refused() -> None:
    assert cli.main(["bench", "matcher", "--entries", "5", "--questions", "6"]) == 2


def test_made_entries_differ_and_are_the_same_each_time() -> None:
    library, asked = many_entries(500, 50)

    assert len({entry.wordings for entry in library.entries}) == 500
    assert many_entries(500, 50)[1] == asked
    assert all(one.text not in entry.wordings for one in asked for entry in library.entries)


def test_more_entries_than_pairs_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="pairs"):
        many_entries(10**6, 10)
