"""Persons are seen in a text before everybody reads it; the shipped entries show how often that is wrong."""

import pytest

from handlers.library.personal import signs, without
from handlers.library.readiness import lines_of
from knowledge.library import Library


@pytest.mark.parametrize(
    "text",
    [
        "请打 13800001111 找我",
        "电话 138 0000 1111",
        "座机 0371-6666777",
        "身份证 410105199001011234",
        "身份证 41010519900101123X",
        "卡号 6222021234567890123",
        "车牌豫A12345",
        "微信号：zhang_san88",
        "邮箱 a.b@example.com",
    ],
)
def test_numbers_of_persons_are_found_and_covered(text: str) -> None:
    assert signs(text).numbers
    assert not signs(without(text)).numbers


@pytest.mark.parametrize(
    "text", ["王师傅说可以", "我叫李小花", "张某欠我钱", "赵建国先生", "住在柳河镇建设路12号", "找陈律师"]
)
def test_names_and_homes_are_found_and_covered(text: str) -> None:
    assert signs(text).names
    assert "□" in without(text)


@pytest.mark.parametrize(
    "text", ["打 {tel:law} 问", "第 1234 条", "赔 300000 元", "2026 年 11 月 22 日", "交 1500.50 元"]
)
def test_amounts_dates_and_slots_are_no_persons(text: str) -> None:
    assert not signs(text).numbers
    assert not signs(text).names


def test_the_shipped_entries_are_hardly_ever_taken_for_persons() -> None:
    lines = [line for entry in Library.load() for line in lines_of(entry)]

    found = [line for line in lines if signs(line).numbers or signs(line).names]

    assert len(found) <= 3


def test_words_that_no_entry_uses_are_named_but_not_twice() -> None:
    found = signs(
        "张翠花说王师傅在，张翠花也在", lambda clause: ("张翠花", "王师傅") if "张" in clause else ()
    )

    assert found.names == ("王师傅",)
    assert found.strange == ("张翠花",)
