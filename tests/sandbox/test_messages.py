"""Every kind of push, in both spellings, read again by other parsers."""

import json
from datetime import UTC, datetime

import pytest
import xmltodict
from wechatpy import parse_message
from wechatpy.events import BaseEvent

from admin.sandbox import events, messages
from admin.sandbox.account import draw_account
from admin.sandbox.markup import MarkupBroken, from_xml
from admin.sandbox.messages import Line, Lines
from admin.sandbox.samples import every_kind
from bot.clock import SetClock

OPENID = "o-wang"
ACCOUNT = draw_account("oa")
LINE = Line(ACCOUNT.original_id, OPENID, 1_790_000_000, (1 << 62) + 7)
KINDS = every_kind(ACCOUNT, OPENID, Lines(ACCOUNT.original_id, SetClock(datetime(2026, 11, 2, tzinfo=UTC))))
UNREADABLE = {"text control"}


@pytest.mark.parametrize("name", sorted(set(KINDS) - UNREADABLE))
def test_another_parser_reads_the_xml_of_every_kind(name: str) -> None:
    push = KINDS[name]

    read = xmltodict.parse(push.xml())["xml"]

    assert read["ToUserName"] == ACCOUNT.original_id
    assert read["CreateTime"] == "1793577600"
    assert (read.get("Event") or read["MsgType"]) == push.kind
    assert from_xml(push.xml().encode()).keys() == push.fields.keys()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_json_of_every_kind_is_an_object_with_the_same_head(name: str) -> None:
    push = KINDS[name]

    read = json.loads(push.json())

    assert read["FromUserName"] == push.fields["FromUserName"]
    assert read["CreateTime"] == 1793577600
    assert ("MsgId" in read) == (not push.is_event)


@pytest.mark.parametrize("name", sorted(set(KINDS) - UNREADABLE))
def test_wechatpy_takes_the_xml_of_every_kind(name: str) -> None:
    push = KINDS[name]

    read = parse_message(push.xml())

    assert read.source == push.fields["FromUserName"]
    assert push.is_event or not isinstance(read, BaseEvent)


def test_all_documented_kinds_are_among_the_samples() -> None:
    documented = {
        *("text", "image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage"),
        *("subscribe", "unsubscribe", "SCAN", "LOCATION", "CLICK", "VIEW", "view_miniprogram"),
        *("scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"),
        *("location_select", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "PUBLISHJOBFINISH"),
        *("subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"),
        *("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"),
        *("kf_create_session", "kf_close_session", "kf_switch_session", "user_enter_tempsession"),
        *("wxa_media_check", "annual_renew", "verify_expired"),
        *("qualification_verify_success", "qualification_verify_fail"),
        *("naming_verify_success", "naming_verify_fail"),
    }

    assert documented <= {push.kind for push in KINDS.values()}


def test_json_leaves_the_wrapper_out_and_a_lone_item_stands_alone() -> None:
    one = events.consent_asked(LINE, {"t1": True})
    two = events.consent_asked(LINE, {"t1": True, "t2": False})

    assert "<SubscribeMsgPopupEvent><List><TemplateId>" in one.xml()
    assert json.loads(one.json())["List"]["SubscribeStatusString"] == "accept"
    assert [item["TemplateId"] for item in json.loads(two.json())["List"]] == ["t1", "t2"]
    assert json.loads(one.json(lone_items_bare=False))["List"][0]["TemplateId"] == "t1"
    assert "SubscribeMsgPopupEvent" not in json.loads(two.json())


def test_ids_are_numbers_that_a_double_cannot_hold() -> None:
    push = messages.text(LINE, "您好")

    assert json.loads(push.json())["MsgId"] == LINE.msg_id
    assert float(LINE.msg_id) != LINE.msg_id
    assert f"<MsgId>{LINE.msg_id}</MsgId>" in push.xml()


def test_a_text_that_holds_the_end_of_cdata_comes_through() -> None:
    content = "a]]>b<c>&d]]]]>"

    assert from_xml(messages.text(LINE, content).xml().encode())["Content"] == content


def test_control_characters_are_pushed_as_they_are() -> None:
    spelled = messages.text(LINE, "欠\x08薪").xml()

    assert "\x08" in spelled
    with pytest.raises(MarkupBroken):
        from_xml(spelled.encode())


def test_recognition_is_missing_empty_or_given() -> None:
    fields = [messages.voice(LINE, "m", recognition=said).fields for said in (None, "", "您好")]

    assert [each.get("Recognition") for each in fields] == [None, "", "您好"]


def test_revocations_name_the_person_elsewhere() -> None:
    push = events.person_changed(LINE, "user_authorization_revoke", ACCOUNT.app_id, revoked="201")

    assert push.openid == OPENID
    assert push.fields["FromUserName"] != OPENID


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"success",
        b"<html><body>x</body></html>",
        b"<xml>",
        b"<xml></xml>",
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
    ],
)
def test_what_is_no_message_is_not_read_as_xml(body: bytes) -> None:
    with pytest.raises(MarkupBroken):
        from_xml(body)
