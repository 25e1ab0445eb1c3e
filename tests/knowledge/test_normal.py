"""One form for what people type."""

import pytest

from knowledge.normal import LONGEST, Normal, bare


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("老板ＡＢＣ１２３？", "老板abc123?"),
        ("勞動仲裁嗎", "劳动仲裁吗"),
        ("工​资‮不发", "工资不发"),
        ("欠钱😭😭不还", "欠钱 不还"),
        ("好[捂脸]吧", "好 吧"),
        ("啊啊啊啊啊", "啊啊"),
        ("欠我10000块", "欠我10000块"),
        ("劳动仲栽", "劳动仲裁"),
        ("  一\n二\t三  ", "一 二 三"),
        ("\x00\x07坏字\x7f", "坏字"),
        ("", ""),
    ],
)
def test_texts_get_one_form(typed: str, meant: str) -> None:
    assert Normal({"仲栽": "仲裁"}).clean(typed) == meant


def test_a_long_message_is_cut() -> None:
    assert len(Normal().clean("工资" * LONGEST)) == LONGEST


def test_bare_keeps_words_only() -> None:
    assert bare("欠钱, 不还! abc-1") == "欠钱不还abc1"
