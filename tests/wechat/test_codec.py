"""Reading pushes: meanings, keys, and that nothing but a push or a refusal ever comes out."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.wechat import codec
from bot.wechat.codec import Push
from bot.wechat.door import Opened, Refusal
from tests.support.client import Client, xml

PLATFORM = Client("", "token", "wx1", "gh_county", mode="plain")
BOUNDED = settings(
    max_examples=300, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
HEAD = b"<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"


def read_xml(fields: Mapping[str, Any]) -> Push:
    return codec.read(Opened(xml("xml", fields).encode(), False, None))


def read_json(fields: Mapping[str, Any]) -> Push:
    return codec.read(Opened(json.dumps(fields).encode(), True, None))


def outcome(body: bytes, is_json: bool) -> str:
    """What became of a body; anything but a push or a refusal is raised."""
    why = _outcome(body, is_json)
    assert why in ("push", "body", "depth", "fields") or why.startswith("field ")
    return why


def _outcome(body: bytes, is_json: bool) -> str:
    try:
        push = codec.read(Opened(body, is_json, None))
    except Refusal as refusal:
        return refusal.why if refusal.status == 400 else "wrong status"
    assert push.sender
    (
        push.key + push.sender + push.said.text + json.dumps(dict(push.said.values), ensure_ascii=False)
    ).encode()
    return "push"


def test_xml_and_json_say_the_same() -> None:
    fields = PLATFORM.message(
        "oA", "location", Location_X="34.5", Location_Y="112.4", Scale="16", Label="柳河村"
    )

    left, right = read_xml(fields), read_json(fields)

    assert left == right
    assert (left.said.kind, left.said.text, left.said.values["Location_X"]) == ("location", "柳河村", "34.5")


def test_the_same_message_has_the_same_key_whatever_else_differs() -> None:
    fields = PLATFORM.message("oA", "text", Content="在吗")

    keys = {read_xml({**fields, "CreateTime": at, "Content": words}).key for at in (1, 2) for words in "ab"}

    assert len(keys) == 1


def test_each_part_of_a_key_counts() -> None:
    message = PLATFORM.message("oA", "text", Content="在吗")
    event = PLATFORM.event("oA", "CLICK", EventKey="a", MenuId=1)
    others = [
        message,
        message | {"MsgId": message["MsgId"] + 1},
        message | {"FromUserName": "oB"},
        message | {"ToUserName": "gh_other"},
        event,
        event | {"CreateTime": event["CreateTime"] + 1},
        event | {"EventKey": "b"},
        event | {"Event": "VIEW"},
        event | {"MenuId": 2},
    ]

    assert len({read_xml(fields).key for fields in others}) == len(others)


def test_the_number_of_a_job_is_no_key() -> None:
    done = PLATFORM.event("oA", "TEMPLATESENDJOBFINISH", MsgID=7, Status="success")
    other = done | {"Status": "failed:user block"}

    assert read_xml(done).key != read_xml(other).key
    assert read_xml(done).key == read_xml(dict(done)).key


def test_an_event_with_a_number_like_a_messages_is_another_thing() -> None:
    message = PLATFORM.message("oA", "text", Content="在吗")
    event = PLATFORM.event("oA", "CLICK", EventKey="a", MsgId=message["MsgId"])

    assert read_xml(message).key != read_xml(event).key


def test_a_ciphertext_beside_the_fields_is_no_part_of_an_events_key() -> None:
    event = PLATFORM.event("oA", "CLICK", EventKey="a")

    assert read_xml(event | {"Encrypt": "AAAA"}).key == read_xml(event | {"Encrypt": "BBBB"}).key


def test_an_event_about_a_person_is_theirs_and_not_the_platforms() -> None:
    event = PLATFORM.event("o-platform", "user_authorization_revoke", OpenID="oA", RevokeInfo="201,206")

    push = read_xml(event)

    assert (push.sender, push.said.kind, push.said.values) == ("oA", "revoked", {"RevokeInfo": "201,206"})


def test_half_a_character_is_dropped_wherever_it_stands() -> None:
    cut = "标题\ud83d"
    link = PLATFORM.message("oA", "link", Title=cut, Url=cut)
    event = PLATFORM.event("oA", "CLICK", EventKey=cut)

    shared, tapped = read_json(link), read_json(event)

    assert shared.said.values["Title"] == "标题"
    (tapped.key + tapped.said.text).encode()


def test_control_characters_are_dropped_and_line_ends_kept() -> None:
    push = read_xml(PLATFORM.message("oA", "text", Content="欠\x08薪\x1f\x00三个月\n怎么办\ufffe"))

    assert push.said.text == "欠薪三个月\n怎么办"


def test_a_picture_that_cannot_be_shown_is_a_sticker() -> None:
    fixed = "【收到不支持的消息类型，暂无法显示】"

    assert read_xml(PLATFORM.message("oA", "text", Content=fixed)).said.kind == "sticker"


@pytest.mark.parametrize("depth", [50, 500, 990, 1500, 5000, 20000])
@pytest.mark.parametrize("where", ["event", "text", "link"])
def test_depth_is_refused_and_never_breaks(depth: int, where: str) -> None:
    kind = f"<MsgType>{where}</MsgType><Event>x</Event><Title>".encode()
    deep_xml = HEAD + kind + b"<a>" * depth + b"</a>" * depth + b"</Title></xml>"
    head = b'{"ToUserName":"gh","FromUserName":"o","MsgType":"%s","Event":"x","Title":' % where.encode()

    assert outcome(deep_xml, False) in ("push", "depth", "body")
    assert outcome(head + b"[" * depth + b"]" * depth + b"}", True) in ("push", "depth", "body")
    assert outcome(head + b'{"a":' * depth + b"1" + b"}" * depth + b"}", True) in ("push", "depth", "body")


NAMES = st.sampled_from(
    (
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "Content", "MsgId"),
        *("OpenID", "MediaId", "Label", "Location_X", "Recognition", "Title", "Url", "List", "Encrypt"),
    )
)
WORDS = st.one_of(
    st.sampled_from(
        ["text", "event", "voice", "link", "subscribe", "SCAN", "CLICK", "gh", "o", "0", "-1", "", " "]
    ),
    st.text(max_size=20),
    st.text(st.characters(codec="utf-16", exclude_categories=()), max_size=8),
)
VALUES = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
GOOD = {"ToUserName": "gh", "FromUserName": "o", "MsgType": "text"}


@BOUNDED
@given(st.dictionaries(NAMES, VALUES, max_size=8), st.booleans())
@example({"MsgType": "link", "Title": "\ud800", "Url": {"\ud800": "\udfff"}}, True)
@example({"MsgType": "event", "Event": "x", "EventKey": "\udc00", "List": [float("nan")]}, True)
def test_any_json_object_is_a_push_or_refused(fields: dict[str, Any], whole: bool) -> None:
    outcome(json.dumps((GOOD if whole else {}) | fields).encode(), True)


@BOUNDED
@given(st.lists(st.tuples(NAMES, VALUES), max_size=8), st.booleans())
def test_any_tree_of_elements_is_a_push_or_refused(fields: list[tuple[str, Any]], whole: bool) -> None:
    inner = "".join(xml(name, value) for name, value in [*(GOOD.items() if whole else ()), *fields])

    outcome(f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass"), False)


@BOUNDED
@given(st.binary(max_size=200), st.booleans(), st.integers(0, 400))
def test_any_bytes_are_a_push_or_refused(noise: bytes, is_json: bool, at: int) -> None:
    fields = GOOD | {"Content": "在吗", "MsgId": 5}
    good = json.dumps(fields).encode() if is_json else xml("xml", fields).encode()

    outcome(noise, is_json)
    outcome(good[:at] + noise + good[at:], is_json)
    outcome(good[:at] + noise + good[at + len(noise) :], is_json)


MARKS = [
    b"<",
    b">",
    b"/",
    b"xml",
    b"<xml>",
    b"</xml>",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE a [",
    b"<!ENTITY a 'b'>",
]
MARKS += [
    b"&a;",
    b"&#0;",
    b"&#xD800;",
    b"<?xml version='1.0' encoding='utf-16'?>",
    b"<!--",
    b"-->",
    b"<MsgType>",
]
MARKS += [
    b"\xff",
    b"\x00",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"[",
    b":",
    b"NaN",
    b"1e999",
]


@BOUNDED
@given(st.lists(st.sampled_from(MARKS), max_size=25), st.booleans())
def test_any_heap_of_marks_is_a_push_or_refused(pieces: list[bytes], is_json: bool) -> None:
    outcome(b"".join(pieces), is_json)
    outcome(HEAD + b"<MsgType>text</MsgType><Content>" + b"".join(pieces) + b"</Content></xml>", is_json)


ANSWER = {"TemplateId": "t-1", "SubscribeStatusString": "accept", "PopupScene": "0"}
NO = {"TemplateId": "t-2", "SubscribeStatusString": "reject", "PopupScene": "0"}
LOST = {"TemplateId": "t-1", "MsgID": "4711", "ErrorCode": "20001", "ErrorStatus": "user block"}
CAME = {"TemplateId": "t-1", "MsgID": "4712", "ErrorCode": "0", "ErrorStatus": "success"}


@pytest.mark.parametrize(
    ("listed", "read"),
    [
        (ANSWER, {"accept": "t-1"}),
        ([ANSWER, NO, ANSWER], {"accept": "t-1 t-1", "reject": "t-2"}),
        ([LOST, CAME], {"failed": "4711"}),
        (CAME, {}),
        ("words", {}),
        ([], {}),
        ({"TemplateId": "a b", "SubscribeStatusString": "accept"}, {}),
        ({"TemplateId": ["t"], "SubscribeStatusString": {"x": "accept"}}, {}),
    ],
)
def test_answers_about_notices_are_read_in_both_spellings(listed: Any, read: Mapping[str, str]) -> None:
    """A list of one is an object; in JSON the wrapper is missing."""
    event = PLATFORM.message("oA", "event", Event="subscribe_msg_popup_event")

    bare = read_json({**event, "List": listed})
    wrapped = read_json({**event, "SubscribeMsgPopupEvent": {"List": listed}})

    assert bare.said.kind == wrapped.said.kind == "consent"
    assert dict(bare.said.values) == dict(wrapped.said.values) == read
