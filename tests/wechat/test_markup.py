"""The short way through plain pushes reads what the parser reads, or nothing."""

from xml.parsers.expat import ExpatError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import markup

_NAME = st.sampled_from(["ToUserName", "Content", "MsgId", "Event", "xml", "a", "ab"])
_VALUE = st.text(st.sampled_from("工资 \n\t\r]&<>;x0'\"\u3000\u00a0\ufeff😀"), max_size=8)
_ELEMENT = st.builds(
    lambda name, value, shape, gap: f"{gap}<{name}>{shape.format(value)}</{name}>",
    _NAME,
    _VALUE,
    st.sampled_from(["{}", "<![CDATA[{}]]>", " <![CDATA[{}]]>", "<a>{}</a>", "<![CDATA[{}]]>x"]),
    st.sampled_from(["", "\n", "\r\n", " ", "x", "<!-- -->"]),
)


@given(st.lists(_ELEMENT, max_size=5), st.sampled_from(["", "\n", " x"]))
def test_the_short_way_reads_what_the_parser_reads(elements: list[str], tail: str) -> None:
    document = f"<xml>{''.join(elements)}{tail}</xml>"

    flat = markup._flat(document)

    if flat:
        assert flat == markup._parsed(document)


def test_an_ordinary_push_takes_the_short_way() -> None:
    document = "<xml><Content><![CDATA[ 工资 ]]></Content>\n<MsgId>12</MsgId><Event></Event></xml>"

    assert markup._flat(document) == {"Content": "工资", "MsgId": "12", "Event": None}


@pytest.mark.parametrize(
    "document", ["<xml><a>1</b></xml>", "<xml><a>&x;</a></xml>", "<xml>", "<y><a>1</a></y>"]
)
def test_what_is_no_plain_list_is_left_to_the_parser(document: str) -> None:
    assert not markup._flat(document)

    with pytest.raises((ExpatError, ValueError)):
        markup.read_xml(document)
