"""Words of a text, with either engine."""

import tempfile
from pathlib import Path

import pytest

from knowledge import segment
from knowledge.segment import Segmenter


def test_legal_words_stay_whole() -> None:
    words = Segmenter().words("外嫁女能不能申请劳动仲裁和人身安全保护令")

    assert {"外嫁女", "劳动仲裁", "人身安全保护令"} <= set(words)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning", "ignore::UserWarning")
@pytest.mark.parametrize("keeps", [False, True])
def test_the_plain_engine_writes_nothing_into_the_shared_temp_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    pytest.importorskip("jieba")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "shared"))
    (tmp_path / "shared").mkdir()
    (tmp_path / "own").mkdir()
    monkeypatch.setattr(segment, "_fast", lambda: None)

    slow = Segmenter(tmp_path / "own" if keeps else None)

    assert slow.name == "jieba"
    assert {"外嫁女", "劳动仲裁"} <= set(slow.words("外嫁女能不能申请劳动仲裁"))
    assert list((tmp_path / "shared").iterdir()) == []
    assert bool(list((tmp_path / "own").iterdir())) == keeps
