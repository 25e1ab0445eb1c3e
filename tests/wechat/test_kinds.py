"""Every kind of message and event of the platform's documentation, at both doors, in both spellings."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from admin.sandbox.messages import Push
from admin.sandbox.samples import every_kind
from tests.support.client import Client, platform
from tests.support.service import Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PICS = {"EventKey": "k", "SendPicsInfo": {"Count": 1, "PicList": {"item": {"PicMd5Sum": "5a75aaca"}}}}
_SCANNED = {"EventKey": "k", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "https://example.org"}}
_PLACE = {"Location_X": "34.01", "Location_Y": "112.44", "Scale": "16", "Label": "柳河村", "Poiname": ""}
_ASKED = {"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "0"}

MESSAGES: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    # name: MsgType, fields, and a word of the reply
    "text": ("text", {"Content": "老板欠工资怎么办？"}, "工资"),
    "text of a menu": ("text", {"Content": "老板欠工资怎么办？", "bizmsgmenuid": "101"}, "工资"),
    "text with control characters": ("text", {"Content": "老板\x08欠工资\x00怎么办？\x1f"}, "工资"),
    "text under an article": (
        "text",
        {"Content": "老板欠工资怎么办？", "MsgDataId": "2247483648_1", "Idx": 1},
        "工资",
    ),
    "sticker": ("text", {"Content": "【收到不支持的消息类型，暂无法显示】"}, "一句话"),
    "image": ("image", {"PicUrl": "http://127.0.0.1/p", "MediaId": "m"}, "图片"),
    "voice": ("voice", {"MediaId": "m", "Format": "amr", "MediaId16K": "m16"}, "语音"),
    "voice with nothing recognised": (
        "voice",
        {"MediaId": "m", "Format": "speex", "Recognition": ""},
        "语音",
    ),
    "voice recognised": (
        "voice",
        {"MediaId": "m", "Format": "amr", "Recognition": "老板欠工资怎么办？"},
        "我听到的是",
    ),
    "video": ("video", {"MediaId": "m", "ThumbMediaId": "t"}, "视频"),
    "shortvideo": ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}, "视频"),
    "location": (
        "location",
        {"Location_X": 34.01, "Location_Y": 112.44, "Scale": 16, "Label": "柳河村"},
        "位置",
    ),
    "link": ("link", {"Title": "标题", "Description": "描述", "Url": "https://e.org/?a=1&b=2"}, "链接"),
    "miniprogrampage": (
        "miniprogrampage",
        {"Title": "卡", "AppId": "wx1", "PagePath": "p", "ThumbUrl": "u"},
        "卡片",
    ),
    "file": ("file", {"Title": "合同.docx", "FileKey": "k", "FileTotalLen": 9}, "文件"),
    "music": ("music", {"Title": "歌", "MusicUrl": "https://e.org/m"}, "音乐"),
}
SILENT_MESSAGES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "unknown": ("hologram", {"HoloId": "h1"}),
    "unknown with odd letters": ("全息", {"HoloId": "h1"}),
}
EVENTS: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    # name: Event, fields, and a word of the reply; empty when the acknowledgement is all
    "subscribe": ("subscribe", {"EventKey": ""}, "小司"),
    "subscribe by code": ("subscribe", {"EventKey": "qrscene_poster", "Ticket": "t"}, "小司"),
    "unsubscribe": ("unsubscribe", {"EventKey": ""}, ""),
    "SCAN": ("SCAN", {"EventKey": "poster", "Ticket": "t"}, "小司"),
    "LOCATION": ("LOCATION", {"Latitude": 34.01, "Longitude": 112.44, "Precision": "40.0"}, ""),
    "CLICK": ("CLICK", {"EventKey": "菜单", "MenuId": 1}, "1 "),
    "VIEW": ("VIEW", {"EventKey": "https://example.org/", "MenuId": 1}, ""),
    "view_miniprogram": ("view_miniprogram", {"EventKey": "pages/index", "MenuId": 1}, ""),
    "scancode_push": ("scancode_push", _SCANNED, ""),
    "scancode_waitmsg": ("scancode_waitmsg", _SCANNED, ""),
    "pic_sysphoto": ("pic_sysphoto", _PICS, ""),
    "pic_photo_or_album": ("pic_photo_or_album", _PICS, ""),
    "pic_weixin": ("pic_weixin", _PICS, ""),
    "location_select": ("location_select", {"EventKey": "k", "SendLocationInfo": _PLACE}, ""),
    "TEMPLATESENDJOBFINISH": (
        "TEMPLATESENDJOBFINISH",
        {"MsgID": 200163836, "Status": "failed:user block"},
        "",
    ),
    "MASSSENDJOBFINISH": (
        "MASSSENDJOBFINISH",
        {"MsgID": 3147483650, "Status": "send success", "TotalCount": 9, "SentCount": 8, "ErrorCount": 1}
        | {"CopyrightCheckResult": {"Count": 0, "ResultList": "", "CheckState": 2}},
        "",
    ),
    "PUBLISHJOBFINISH": (
        "PUBLISHJOBFINISH",
        {"PublishEventInfo": {"publish_id": "1", "publish_status": 2, "fail_idx": [1, 2]}},
        "",
    ),
    "popup, a list of one": ("subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": _ASKED}}, ""),
    "popup, a list of two": (
        "subscribe_msg_popup_event",
        {"SubscribeMsgPopupEvent": {"List": [_ASKED, _ASKED]}},
        "",
    ),
    "popup, bare as in JSON": ("subscribe_msg_popup_event", {"List": _ASKED}, ""),
    "change, bare list": ("subscribe_msg_change_event", {"List": [_ASKED]}, ""),
    "sent": (
        "subscribe_msg_sent_event",
        {"SubscribeMsgSentEvent": {"List": {"TemplateId": "t1", "MsgID": "1", "ErrorCode": "0"}}},
        "",
    ),
    "user_info_modified": ("user_info_modified", {"OpenID": "{who}", "AppID": "wx1", "RevokeInfo": ""}, ""),
    "user_authorization_revoke": (
        "user_authorization_revoke",
        {"OpenID": "{who}", "AppID": "wx1", "RevokeInfo": "201,207"},
        "",
    ),
    "user_authorization_cancellation": (
        "user_authorization_cancellation",
        {"OpenID": "{who}", "AppID": "wx1"},
        "",
    ),
    "kf_create_session": ("kf_create_session", {"KfAccount": "kf1@county"}, ""),
    "kf_close_session": ("kf_close_session", {"KfAccount": "kf1@county"}, ""),
    "kf_switch_session": ("kf_switch_session", {"FromKfAccount": "kf1@c", "ToKfAccount": "kf2@c"}, ""),
    "wxa_media_check": (
        "wxa_media_check",
        {"appid": "wx1", "trace_id": "t", "version": 2, "detail": [{"suggest": "pass"}]}
        | {"result": {"suggest": "risky", "label": 100}},
        "",
    ),
    "qualification_verify_success": ("qualification_verify_success", {"ExpiredTime": 1893427200}, ""),
    "qualification_verify_fail": (
        "qualification_verify_fail",
        {"FailTime": 1, "FailReason": "by mistake"},
        "",
    ),
    "naming_verify_success": ("naming_verify_success", {"ExpiredTime": 1893427200}, ""),
    "naming_verify_fail": ("naming_verify_fail", {"FailTime": 1, "FailReason": "by mistake"}, ""),
    "annual_renew": ("annual_renew", {"ExpiredTime": 1893427200}, ""),
    "verify_expired": ("verify_expired", {"ExpiredTime": 1893427200}, ""),
    "unknown": ("user_teleports", {"Where": {"Planet": "x"}}, ""),
}
MINI: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    name: MESSAGES[name] for name in ("text", "image", "miniprogrampage", "sticker")
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with serving(tmp_path_factory.mktemp("kinds")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def oa(service: Service) -> AsyncIterator[Client]:
    async with platform(service.sandbox.credentials.oa, f"{service.base}/wechat") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mini(service: Service) -> AsyncIterator[Client]:
    async with platform(service.sandbox.credentials.mini, f"{service.base}/wechat/mini") as client:
        yield client


def event(client: Client, who: str, name: str) -> dict[str, Any]:
    """One of `EVENTS` by this person."""
    kind, fields, _word = EVENTS[name]
    mine = {key: who if value == "{who}" else value for key, value in fields.items()}
    return client.event("o-platform" if "OpenID" in mine else who, kind, **mine)


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("name", MESSAGES)
async def test_a_message_is_answered(oa: Client, name: str, form: str) -> None:
    kind, fields, word = MESSAGES[name]
    client = oa.turned(form=form)

    reply = await client.push(client.message(f"oM-{name}-{form}", kind, **fields))

    assert word in reply.text
    assert reply.sealed


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("name", EVENTS)
async def test_an_event_is_answered_or_acknowledged(oa: Client, name: str, form: str) -> None:
    client = oa.turned(form=form)

    reply = await client.push(event(client, f"oE-{name}-{form}"[:100], name))

    assert EVENTS[name][2] in reply.text
    assert bool(reply.text) == bool(EVENTS[name][2])


@pytest.mark.parametrize("name", SILENT_MESSAGES)
async def test_an_unknown_message_is_acknowledged_and_logged(
    oa: Client, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    kind, fields = SILENT_MESSAGES[name]

    with caplog.at_level("INFO", "bot.wechat.webhook"):
        reply = await oa.push(oa.message(f"oUnknown-{name}", kind, **fields))

    assert reply.text == ""
    [line] = [one.getMessage() for one in caplog.records if one.name == "bot.wechat.webhook"]
    assert ("hologram" in line) == (kind == "hologram")


async def test_an_unknown_event_is_logged_by_name(oa: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "bot.wechat.webhook"):
        await oa.push(event(oa, "oTeleporter", "unknown"))

    assert any("user_teleports" in record.getMessage() for record in caplog.records)


async def test_every_kind_that_the_sandbox_knows_is_answered(service: Service) -> None:
    lines = service.lines
    account = service.sandbox.credentials.oa
    pushes = {
        name: every_kind(account, f"oS-{number}", lines)[name]
        for number, name in enumerate(every_kind(account, "o", lines))
    }

    deliveries = await asyncio.gather(*(service.sandbox.push("oa", push) for push in pushes.values()))

    assert {name: one.why for name, one in zip(pushes, deliveries, strict=True) if one.shown or one.why} == {}


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("name", MINI)
async def test_the_mini_program_is_acknowledged_and_the_reply_is_pushed(
    service: Service, mini: Client, name: str, form: str
) -> None:
    kind, fields, word = MINI[name]
    who, client = f"oMini-{name}-{form}", mini.turned(form=form)
    message = client.message(who, kind, **fields)
    service.sandbox.platform.acted("mini", Push(message))

    reply = await client.push(message)

    assert reply.text == ""
    [pushed] = await service.phone(who).waits_for_push()
    assert word in pushed
    assert len(pushed.encode()) <= 2048


async def test_whoever_enters_the_mini_programs_chat_is_greeted_by_a_push(
    service: Service, mini: Client
) -> None:
    entering = mini.event("oEnters", "user_enter_tempsession", SessionFrom="pages/index")
    service.sandbox.platform.acted("mini", Push(entering))

    reply = await mini.push(entering)

    assert reply.text == ""
    [pushed] = await service.phone("oEnters").waits_for_push()
    assert "小司" in pushed


@pytest.mark.parametrize("form", ["xml", "json"])
async def test_any_event_at_the_mini_door_is_acknowledged(mini: Client, form: str) -> None:
    client = mini.turned(form=form)

    replies = await asyncio.gather(
        *(client.push(event(client, f"oX-{number}", name)) for number, name in enumerate(EVENTS))
    )

    assert {reply.text for reply in replies} == {""}


async def test_the_mini_door_does_not_wait_for_the_answer(mini: Client, service: Service) -> None:
    reply = await mini.says("oFragment", "那个")

    assert reply.text == ""
    assert service.rows("select state, reply from inbox order by id desc limit 1") == [("open", None)]
