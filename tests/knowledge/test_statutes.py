"""Statutes from JSON lines, Markdown and .docx."""

import gzip
import json
import zipfile
from pathlib import Path

import docx
import pytest

from knowledge.errors import KnowledgeError
from knowledge.naming import article_words, number, same_law, short_name
from knowledge.statutes import StatuteBook, read_statutes

LAW = """\
# 中华人民共和国样例法

2001年7月13日 样例大会通过

2011年11月17日 样例大会修正

<!-- INFO END -->

## 第一章 总则

第一条 为了样例，制定本法。

第二条 有下列情形之一的，算样例：

（一）甲；

（二）乙。

## 第二章 分则

### 第一节 甲节

第一百二十条之一 插入的一条。

第一百二十一条 本法自发布之日起施行。
"""
DOCUMENT = """\
中华人民共和国样例法
（2001年7月13日通过　2011年11月17日修正）
目　　录
第一章　总则
第一章　总则
第一条　为了样例，制定本法。
第二条　算样例：
（一）甲。
"""


def _row(**changes: object) -> str:
    row = {
        "law": "中华人民共和国样例法",
        "short": "样例法",
        "version": "2011-11-17",
        "level": "法律",
        "article": 1,
        "title_path": "第一章",
        "text": "为了样例，制定本法。",
    }
    return json.dumps(row | changes, ensure_ascii=False) + "\n"


def test_json_lines_plain_and_packed_are_read_alike(tmp_path: Path) -> None:
    text = _row() + "\n" + _row(article="120之一", superseded_by="新样例法")
    (tmp_path / "a.jsonl").write_text(text, "utf-8")
    with gzip.open(tmp_path / "a.jsonl.gz", "wt", encoding="utf-8") as packed:
        packed.write(text)

    plain, unpacked = (list(read_statutes(tmp_path / name)) for name in ("a.jsonl", "a.jsonl.gz"))

    assert plain == unpacked
    assert [a.article for a in plain] == [1, "120之一"]
    assert plain[1].superseded_by == "新样例法"


@pytest.mark.parametrize("line", ["{", "[]", "{}", _row(article=True), _row(text="")])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_text(_row() + line, "utf-8")

    with pytest.raises(KnowledgeError, match=r"a\.jsonl, line 2: no article"):
        list(read_statutes(tmp_path / "a.jsonl"))


def test_a_packed_file_that_is_cut_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(_row().encode() * 50)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(KnowledgeError, match="no article"):
        list(read_statutes(tmp_path / "a.jsonl.gz"))


def test_a_markdown_law_gives_articles_with_headings_and_version(tmp_path: Path) -> None:
    (tmp_path / "样例法.md").write_text(LAW, "utf-8")

    articles = list(read_statutes(tmp_path / "样例法.md"))

    assert [a.article for a in articles] == [1, 2, "120之一", 121]
    assert {a.version for a in articles} == {"2011-11-17"}
    assert articles[1].text == "有下列情形之一的，算样例：\n（一）甲；\n（二）乙。"
    assert articles[2].title_path == "第二章 分则 / 第一节 甲节"
    assert (articles[0].law, articles[0].short) == ("中华人民共和国样例法", "样例法")


def test_of_two_versions_in_a_folder_the_newer_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "行政法规"
    folder.mkdir()
    (folder / "样例法.md").write_text(LAW, "utf-8")
    (folder / "样例法(2020-01-02).md").write_text(LAW.replace("为了样例", "为了新样例"), "utf-8")
    (tmp_path / "案例").mkdir()
    (tmp_path / "案例" / "某案(2024-01-01).md").write_text(LAW, "utf-8")

    articles = list(read_statutes(tmp_path))

    assert {a.version for a in articles} == {"2020-01-02"}
    assert {a.level for a in articles} == {"行政法规"}
    assert articles[0].text.startswith("为了新样例")


def test_parts_of_one_law_in_several_files_are_joined(tmp_path: Path) -> None:
    (tmp_path / "1(2020-05-28).md").write_text(LAW, "utf-8")
    (tmp_path / "2(2020-05-28).md").write_text(LAW.split("<!--")[0] + "\n第三百条 另一部分。\n", "utf-8")

    articles = list(read_statutes(tmp_path))

    assert [a.article for a in articles] == [1, 2, "120之一", 121, 300]


def test_a_number_that_comes_again_is_marked(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(LAW + "\n第一条 附件里的第一条。\n", "utf-8")

    assert list(read_statutes(tmp_path / "a.md"))[-1].article == "1#2"


def test_an_official_docx_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    for line in DOCUMENT.splitlines():
        document.add_paragraph(line)
    path = tmp_path / "样例法.docx"
    document.save(str(path))

    articles = list(read_statutes(path))

    assert [(a.article, a.version) for a in articles] == [(1, "2011-11-17"), (2, "2011-11-17")]
    assert articles[1].text == "算样例：\n（一）甲。"
    assert articles[0].title_path == "第一章　总则"


def test_the_date_in_a_file_name_of_the_national_database_is_the_version(tmp_path: Path) -> None:
    path = tmp_path / "样例法_20200528.md"
    path.write_text(LAW, "utf-8")

    assert next(read_statutes(path)).version == "2020-05-28"


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        (b"x" * 31_000_000, "unpacks to more than"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
        (b"<a><b></a>", "broken XML"),
    ],
)
def test_a_hostile_docx_is_refused(tmp_path: Path, xml: bytes, says: str) -> None:
    path = tmp_path / "bad.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)

    with pytest.raises(KnowledgeError, match=says):
        list(read_statutes(path))


def test_what_is_no_docx_and_no_known_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"no archive")
    (tmp_path / "a.pdf").write_bytes(b"%PDF")

    with pytest.raises(KnowledgeError, match=r"no \.docx document"):
        list(read_statutes(tmp_path / "a.docx"))
    with pytest.raises(KnowledgeError, match=r"expected \.jsonl"):
        list(read_statutes(tmp_path / "a.pdf"))
    with pytest.raises(FileNotFoundError):
        list(read_statutes(tmp_path / "absent.md"))


def test_articles_are_found_by_long_and_short_name(tmp_path: Path) -> None:
    (tmp_path / "样例法.md").write_text(LAW, "utf-8")
    book = StatuteBook(read_statutes(tmp_path))

    assert book.find("样例法", 2) == book.find("中华人民共和国样例法", "2")
    assert book.find("样例法", "120之一") is not None
    assert book.find("样例法", 3) is None
    assert book.knows("样例法")
    assert not book.knows("别的法")


@pytest.mark.parametrize(
    ("chinese", "value"),
    [("十", 10), ("二十", 20), ("一百零五", 105), ("一百二十", 120), ("一千二百六十", 1260), ("12", 12)],
)
def test_numerals_are_read(chinese: str, value: int) -> None:
    assert number(chinese) == value


def test_names_of_laws_are_shortened_as_lawyers_do() -> None:
    long = "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"

    assert short_name("中华人民共和国民法典") == "民法典"
    assert short_name(long) == "劳动争议解释（一）"
    assert same_law(long, "劳动争议解释（一）")
    assert not same_law("劳动法", "劳动合同法")


def test_articles_are_named_as_residents_read_them() -> None:
    assert article_words(14) == "第 14 条"
    assert article_words("120之一") == "第 120 条之一"
    assert article_words("1#2") == "第 1 条"
    assert article_words("全文") == "全文"
