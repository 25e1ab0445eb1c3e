"""The list of laws newer than the statutes at hand."""

from pathlib import Path

import pytest

from knowledge.entry import Citation
from knowledge.errors import KnowledgeError
from knowledge.law_changes import LawChanges


@pytest.mark.parametrize(
    ("law", "article", "version", "touched"),
    [
        ("治安管理处罚法", 43, "2012-10-26", True),
        ("中华人民共和国治安管理处罚法", 43, "2012-10-26", True),
        ("治安管理处罚法", 51, "2026-01-01", False),
        ("劳动争议解释（一）", 32, "2020-12-29", True),
        ("劳动争议解释（一）", 15, "2020-12-29", False),
        ("民法典", 1, "2020-05-28", False),
    ],
)
def test_a_change_touches_older_texts_of_its_articles(
    law: str, article: int, version: str, touched: bool
) -> None:
    found = LawChanges.load().touching(Citation(law, article, version, ""))

    assert (found is not None) == touched


def test_every_row_says_whence_and_when() -> None:
    rows = list(LawChanges.load())

    assert len(rows) > 20
    assert all(row.source and row.what and row.checked for row in rows)


@pytest.mark.parametrize(
    "text", ["- {law: 甲}", "- 甲", "- {law: 甲, from: bald, what: x, source: y, checked: z}"]
)
def test_a_row_that_is_not_complete_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "law_changes.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(KnowledgeError, match="law_changes"):
        LawChanges.load(path)
