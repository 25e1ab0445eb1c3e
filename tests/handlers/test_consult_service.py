"""The reply of a consultation, the same for every door."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from admin.cli import main
from handlers.consult.service import Desk, consult, pick
from knowledge.library import Library
from tests.knowledge.pack import matcher_of, write_pack

AFTER = ["3 没解决", "4 找人", "5 预约"]
QUESTION = "老板拖欠工资不给，咋办"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk of the real service on the small pack."""
    library = Library.load(write_pack(tmp_path_factory.mktemp("pack")))
    return Desk(matcher_of(library), "https://example.gov.cn")


def test_an_answer_shows_basis_date_link_and_choices(desk: Desk) -> None:
    found = consult(desk, QUESTION)

    lines = found.reply.splitlines()

    assert lines[0].startswith("先存好考勤和转账")
    assert (
        "依据：《劳动法》第 50 条（2018-12-29 文本）、《劳动合同法》第 30 条（2012-12-28 文本）、"
        in found.reply
    )
    assert "《劳动争议调解仲裁法》第 27 条（2007-12-29 文本）等" in found.reply
    assert "核对日期：2026-11-20" in lines
    assert "详细：https://example.gov.cn/a/labour.wages" in lines
    assert [line for line in lines if line[0].isdigit()] == ["1 有欠条", "2 没有", *AFTER]
    assert len(found.reply.encode()) < 2048


def test_three_citations_or_fewer_are_named_without_more(desk: Desk) -> None:
    found = pick(desk, "entry:neighbour.leak")

    assert found is not None
    assert "依据：《民法典》第 296 条（2020-05-28 文本）\n" in found.reply
    assert "3 " not in [choice.label for choice in found.choices]


def test_trial_mode_says_that_the_content_is_an_example(desk: Desk) -> None:
    trial = replace(desk, trial=True)

    says = [
        "示例内容，未经当地法律人员审核。" in consult(trial, text).reply
        for text in (QUESTION, "你好", "我不想活了")
    ]

    assert says == [True, False, False]
    assert "示例内容" not in consult(desk, QUESTION).reply


def test_a_clarification_numbers_the_titles_and_names_a_person(desk: Desk) -> None:
    found = consult(desk, "楼上和工地")

    assert found.decision.decision == "clarify"
    assert "人工" in found.body
    assert "1 工地干活，包工头不给钱，找谁？" in found.reply.splitlines()
    assert found.choices[0].pick == "entry:labour.site"


def test_a_guide_offers_its_entries_before_what_stands_after_every_answer(desk: Desk) -> None:
    found = consult(desk, "加班太多被辞退了，打工人难")

    assert found.decision.kind == "guide"
    assert [c.label for c in found.choices[-3:]] == ["没解决", "找人", "预约"]
    assert {c.pick for c in found.choices[:-3]} == {"entry:labour.wages", "entry:labour.site"}


def test_danger_is_answered_with_its_text_alone(desk: Desk) -> None:
    found = consult(desk, "我不想活了")

    assert found.key == "urgent:danger.suicide"
    assert found.reply == found.decision.text
    assert found.choices == ()


def test_a_side_answer_carries_no_numbers(desk: Desk) -> None:
    reply = consult(desk, QUESTION).as_reply(side=True)

    assert reply.choices == ()
    assert "没解决" not in reply.lines()


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("entry:labour.wages", "先存好考勤"),
        ("entry:guide.labour", "先留证据"),
        ("topic:neighbour", "楼上漏水泡了我家"),
        ("branch:labour.wages:0:0", "可以拿欠条直接起诉"),
    ],
)
def test_a_choice_shown_earlier_is_answered(desk: Desk, word: str, says: str) -> None:
    found = pick(desk, word)

    assert found is not None
    assert says in found.reply


@pytest.mark.parametrize(
    "word", ["", "entry:labour.gone", "branch:labour.wages:0:7", "branch:x", "unsolved:labour.wages"]
)
def test_a_choice_that_is_gone_is_told_apart(desk: Desk, word: str) -> None:
    assert pick(desk, word) is None


def test_the_json_form_has_the_stable_fields(desk: Desk) -> None:
    fields = consult(desk, QUESTION).fields("q7")

    assert list(fields) == [
        "id",
        "decision",
        "kind",
        "reply",
        "entry",
        "title",
        "citations",
        "options",
        "confidence",
        "trace",
    ]
    assert fields["id"] == "q7"
    assert fields["citations"][0] == {"law": "劳动法", "article": 50, "version": "2018-12-29"}
    assert fields["reply"] == consult(desk, QUESTION).reply
    assert json.loads(json.dumps(fields, ensure_ascii=False)) == fields


def test_ask_prints_the_reply_of_the_service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["ask", "--data", str(tmp_path), "--json", "楼上漏水泡了我家，找谁赔？"])

    row = json.loads(capsys.readouterr().out)

    assert code == 0
    assert row["decision"] == "answer"
    assert row["entry"].startswith(("neighbour.", "guide.neighbour"))
    assert "示例内容，未经当地法律人员审核。" in row["reply"]
    assert row["citations"]


def test_ask_answers_a_file_in_order_and_names_bad_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"id": 7, "question": "你好"}\nnonsense\n\n{"id": "b", "text": "人工"}\n{"id": 9}\n', "utf-8"
    )

    code = main(["ask", "--data", str(tmp_path), "--json", "--file", str(file)])

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 1
    assert [row["id"] for row in rows] == [7, None, "b", None]
    assert [row.get("decision") for row in rows] == ["smalltalk", None, "escalate", None]
    assert [row["line"] for row in rows if "error" in row] == [2, 5]


@pytest.mark.parametrize("words", [[], ["--file", "x.jsonl"], ["--json", "--file", "absent.jsonl"]])
def test_ask_refuses_wrong_use(tmp_path: Path, words: list[str]) -> None:
    assert main(["ask", "--data", str(tmp_path), *words]) == 2
