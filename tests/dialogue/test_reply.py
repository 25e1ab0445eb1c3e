"""Understanding a choice."""

import pytest

from bot.dialogue.reply import Choice, chosen, number

LIST = (Choice("城东司法所（城东街道）"), Choice("柳河司法所（柳河镇）"), Choice("石桥司法所（石桥乡）"))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("1", 0), ("２", 1), ("第三个", 2), ("选2", 1), ("3。", 2), ("二", 1), (" 1 ", 0), ("2、", 1),
        ("柳河司法所（柳河镇）", 1), ("柳河", 1), ("石桥乡", 2),
        ("司法所", None), ("4", None), ("0", None), ("", None), ("河", None), ("不知道", None),
    ],
)  # fmt: skip
def test_a_number_a_label_or_words_of_one_label_are_understood(text: str, index: int | None) -> None:
    assert chosen(text, LIST) == (LIST[index] if index is not None else None)


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("123", None), ("一百", None), ("-1", None), ("1.5", None)]
)
def test_only_short_plain_numbers_are_numbers(text: str, value: int | None) -> None:
    assert number(text) == value
