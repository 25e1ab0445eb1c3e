"""From the platform's bytes to what was said, and from a reply to the platform's bytes."""

import hashlib
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ExpatError

from bot.dialogue.said import Said
from bot.wechat.door import Opened, Refusal
from bot.wechat.markup import read_xml
from bot.wechat.sealing import passive_text

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MESSAGES = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "miniprogrampage": "card",
    "file": "file",
    "music": "music",
}
_EVENTS = {
    "subscribe": "follow",
    "unsubscribe": "left",
    "scan": "scan",
    "location": "position",
    "click": "menu",
    "view": "view",
    "view_miniprogram": "view",
    "scancode_push": "scancode",
    "scancode_waitmsg": "scancode",
    "pic_sysphoto": "pics",
    "pic_photo_or_album": "pics",
    "pic_weixin": "pics",
    "location_select": "place",
    "templatesendjobfinish": "job",
    "masssendjobfinish": "job",
    "publishjobfinish": "job",
    "subscribe_msg_popup_event": "consent",
    "subscribe_msg_change_event": "consent",
    "subscribe_msg_sent_event": "consent",
    "user_info_modified": "changed",
    "user_authorization_revoke": "revoked",
    "user_authorization_cancellation": "cancelled",
    "kf_create_session": "desk",
    "kf_close_session": "desk",
    "kf_switch_session": "desk",
    "user_enter_tempsession": "enter",
    "wxa_media_check": "checked",
    "qualification_verify_success": "account",
    "qualification_verify_fail": "account",
    "naming_verify_success": "account",
    "naming_verify_fail": "account",
    "annual_renew": "account",
    "verify_expired": "account",
}
_ABOUT_A_USER = ("user_info_modified", "user_authorization_revoke", "user_authorization_cancellation")
_UNSUPPORTED = "【收到不支持的消息类型"
"""How stickers and other kinds that the platform does not pass on arrive: as a text of this content."""
_KEPT_FIELDS = {
    "image": ("MediaId",),
    "voice": ("MediaId", "Format", "MediaId16K", "Recognition"),
    "video": ("MediaId", "ThumbMediaId"),
    "location": ("Location_X", "Location_Y", "Label"),
    "link": ("Title", "Url"),
    "card": ("Title", "PagePath"),
    "follow": ("EventKey", "Ticket"),
    "scan": ("EventKey", "Ticket"),
    "menu": ("EventKey", "MenuId"),
    "revoked": ("RevokeInfo",),
    "account": ("Event", "ExpiredTime", "FailReason"),
    "enter": ("SessionFrom",),
}
_CONSENTS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")
_NOTICE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_NOTICES = 20


@dataclass(frozen=True)
class Push:
    """One push, read: who, to which account, under which key, and what was said."""

    sender: str = field(repr=False)
    account: str
    key: str = field(repr=False)
    said: Said
    name: str
    """MsgType or Event as the platform wrote it, for the log."""


def read(opened: Opened) -> Push:
    """Read a push that was let in. Raises: Refusal with status 400 when it is not a message."""
    try:
        return _push(_fields(opened))
    except RecursionError:
        raise Refusal(400, "depth") from None


def _push(fields: dict[str, Any]) -> Push:
    kind = _text(fields, "MsgType").lower()
    event = _text(fields, "Event").lower() if kind == "event" else ""
    sender = _text(fields, "OpenID") if event in _ABOUT_A_USER else _text(fields, "FromUserName")
    account = _text(fields, "ToUserName")
    if not kind or not sender or not account or len(sender) > 128 or len(account) > 64:
        raise Refusal(400, "fields")
    meaning = (_EVENTS if event else _MESSAGES).get(event or kind, "unknown")
    words = _words(meaning, fields)
    if meaning == "text" and words.startswith(_UNSUPPORTED):
        meaning, words = "sticker", ""
    values = {name: _value(fields.get(name)) for name in _KEPT_FIELDS.get(meaning, ()) if name in fields}
    if meaning == "consent":
        values = _notices(fields)
    return Push(
        sender=sender,
        account=account,
        key=_key(fields, kind, event),
        said=Said(meaning, words, values),
        name=(event or kind)[:40],
    )


def reply(push: Push, text: str, opened: Opened) -> tuple[str, str]:
    """A passive text reply as (body, content type), sealed as the push was."""
    text = _CONTROL.sub("", text)
    if opened.is_json:
        body = json.dumps(
            {
                "ToUserName": push.sender,
                "FromUserName": push.account,
                "CreateTime": int(time.time()),
                "MsgType": "text",
                "Content": text,
            },
            ensure_ascii=False,
        )
    else:
        body = passive_text(text, source=push.account, target=push.sender)
    if opened.sealer:
        body = opened.sealer.seal(body, is_json=opened.is_json)
    return body, "application/json" if opened.is_json else "text/xml"


def _fields(opened: Opened) -> dict[str, Any]:
    # a real resident can send control characters, which the platform does not escape and no parser takes
    text = _CONTROL.sub("", opened.plain.decode("utf-8", "replace"))
    try:
        if opened.is_json or text.lstrip()[:1] == "{":
            fields = json.loads(text)
        else:
            fields = read_xml(text)
    except (ExpatError, ValueError):
        raise Refusal(400, "body") from None
    if not isinstance(fields, dict):
        raise Refusal(400, "body")
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return (value if value.isprintable() else _CONTROL.sub("", value)).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Refusal(400, f"field {name}")


def _value(value: Any) -> str:
    if value is None:
        return ""
    # JSON can spell half a character (a cut emoji), which nothing can store
    return _CONTROL.sub("", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _words(meaning: str, fields: dict[str, Any]) -> str:
    match meaning:
        case "text":
            return _text(fields, "Content")
        case "menu":
            return _text(fields, "EventKey")
        case "voice":
            return _text(fields, "Recognition")  # withdrawn by the platform since 2023: nearly always empty
        case "location":
            return _text(fields, "Label")
        case "follow" | "scan":
            return _text(fields, "EventKey").removeprefix("qrscene_")
        case _:
            return ""


def _notices(fields: dict[str, Any]) -> dict[str, str]:
    """Template ids that were accepted or refused, and ids of messages that did not arrive.

    A list of one is an object and no list; in JSON the wrapper is missing (both seen by the community).
    """
    wrapper = next((fields[name] for name in _CONSENTS if isinstance(fields.get(name), dict)), fields)
    listed = wrapper.get("List")
    items = [one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, dict)]
    found: dict[str, list[str]] = {"accept": [], "reject": [], "failed": []}
    for one in items[:_MOST_NOTICES]:
        said = str(one.get("SubscribeStatusString") or "")
        if said in ("accept", "reject"):
            found[said].append(str(one.get("TemplateId") or ""))
        elif str(one.get("ErrorCode") or "0") != "0":
            found["failed"].append(str(one.get("MsgID") or one.get("MsgId") or ""))
    kept = {name: [one for one in ids if _NOTICE_ID.fullmatch(one)] for name, ids in found.items()}
    return {name: " ".join(ids) for name, ids in kept.items() if ids}


def message_key(account: str, sender: str, number: str) -> str:
    """The key of a message that has a MsgId. Args: account: ToUserName; sender: FromUserName."""
    return f"{account}|{sender}|m{number}"


def _key(fields: dict[str, Any], kind: str, event: str) -> str:
    account, sender = _text(fields, "ToUserName"), _text(fields, "FromUserName")
    number = _text(fields, "MsgId")
    if kind != "event" and number:
        return message_key(account, sender, number)
    # MsgID of a job event counts jobs, not pushes: it is never a key
    said = {name: value for name, value in fields.items() if name != "Encrypt"}  # sealed anew for each try
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
    at, key = _text(fields, "CreateTime"), _text_or_empty(fields, "EventKey")
    return f"{account}|{sender}|e{at}|{event}|{key}|{digest}"


def _text_or_empty(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return _CONTROL.sub("", value) if isinstance(value, str) else ""
