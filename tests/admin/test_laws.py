"""The command for statutes: import makes the index, search and eval use it, fit learns."""

import json
from pathlib import Path

import pytest

from admin.cli import main
from knowledge.law_search.kept import INDEX, WORDINGS

TEXTS = {
    1: "夫妻离婚时共同财产由双方协议处理。",
    2: "承租人应当按照约定的期限支付租金。",
    3: "用人单位应当及时足额支付劳动报酬。",
    4: "子女对父母负有赡养扶助的义务。",
}
ASKED = {1: "离婚共同财产怎么处理", 2: "租金按什么期限支付", 3: "劳动报酬不足额支付", 4: "子女不赡养父母"}


def _lines(path: Path, rows: list[dict[str, object]]) -> str:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return str(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with four articles."""
    rows: list[dict[str, object]] = [
        {"law": "样例法", "version": "2020-01-01", "level": "法律", "article": number, "text": text}
        for number, text in TEXTS.items()
    ]
    assert main(["laws", "--data", str(tmp_path), "import", _lines(tmp_path / "laws.jsonl", rows)]) == 0
    return tmp_path


def _questions(folder: Path, times: int = 1) -> str:
    return _lines(
        folder / "questions.jsonl",
        [
            {"question": question, "gold": [{"law": "样例法", "article": number}]}
            for number, question in [*ASKED.items()] * times
        ],
    )


def test_import_makes_the_index_and_search_finds_in_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {path.name for path in folder.rglob("*.index")}

    code = main(["laws", "--data", str(folder), "search", "--json", "租金什么期限支付"])

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert files == {INDEX, WORDINGS}
    assert found["hits"][0]["law"] == "样例法"
    assert found["hits"][0]["article"] == 2


def test_eval_tells_how_well_articles_are_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["laws", "--data", str(folder), "eval", "--json", _questions(folder)])

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert (found["questions"], found["recall_at_10"], found["hit_at_5"]) == (4, 1.0, 1.0)


def test_fit_measures_on_parts_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["laws", "--data", str(folder), "fit", _questions(folder, times=7)])

    assert code == 0
    assert "28 questions: of the right articles 100.0% are among 10" in capsys.readouterr().out


def test_too_few_questions_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["laws", "--data", str(folder), "fit", _questions(folder)])

    assert code == 1
    assert "4 questions can be used" in capsys.readouterr().err


def test_a_line_without_articles_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _lines(folder / "bad.jsonl", [{"question": "租金怎么付"}])

    code = main(["laws", "--data", str(folder), "eval", file])

    assert code == 1
    assert "line 1: expected an object with question and gold" in capsys.readouterr().err


def test_without_statutes_the_way_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["laws", "--data", str(tmp_path), "eval", _questions(tmp_path)])

    assert code == 1
    assert "see laws import" in capsys.readouterr().err
