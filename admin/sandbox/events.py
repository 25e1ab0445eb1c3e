"""The events that the platform pushes: follows, taps, scans, results of sendings, revocations."""

from collections.abc import Mapping, Sequence

from admin.sandbox.markup import Value
from admin.sandbox.messages import Line, Push

PLATFORM = "o-platform-itself"  # the sender where the person concerned stands in `OpenID`


def event(line: Line, name: str, fields: Mapping[str, Value] | None = None, *, wrapper: str = "") -> Push:
    """Any event, also one that does not exist yet. Events carry no MsgId."""
    head = {
        "ToUserName": line.to,
        "FromUserName": line.openid,
        "CreateTime": line.at,
        "MsgType": "event",
        "Event": name,
    }
    return Push({**head, **(fields or {})}, wrapper)


def subscribe(line: Line, *, scene: str = "", ticket: str = "ticket") -> Push:
    """Somebody follows; scene: of the code that was scanned, if one was."""
    return event(
        line, "subscribe", {"EventKey": f"qrscene_{scene}", "Ticket": ticket} if scene else {"EventKey": ""}
    )


def unsubscribe(line: Line) -> Push:
    """Somebody stops following."""
    return event(line, "unsubscribe", {"EventKey": ""})


def scan(line: Line, scene: str, *, ticket: str = "ticket") -> Push:
    """A follower scans a code: the scene has no prefix then."""
    return event(line, "SCAN", {"EventKey": scene, "Ticket": ticket})


def whereabouts(line: Line, latitude: float, longitude: float, precision: float = 40.0) -> Push:
    """The position that a phone reports by itself; degrees and metres."""
    return event(
        line, "LOCATION", {"Latitude": latitude, "Longitude": longitude, "Precision": f"{precision:f}"}
    )


def click(line: Line, key: str, *, menu_id: int = 1) -> Push:
    """A tap on a menu button with a key."""
    return event(line, "CLICK", {"EventKey": key, "MenuId": menu_id})


def view(line: Line, url: str, *, menu_id: int = 1) -> Push:
    """A tap on a menu button that opens a page."""
    return event(line, "VIEW", {"EventKey": url, "MenuId": menu_id})


def view_mini(line: Line, page: str, *, menu_id: int = 1) -> Push:
    """A tap on a menu button that opens the mini-program."""
    return event(line, "view_miniprogram", {"EventKey": page, "MenuId": menu_id})


def menu_scan(line: Line, key: str, result: str, *, waits: bool) -> Push:
    """A menu button that scans; waits: the phone waits for the account's word on it."""
    found = {"ScanType": "qrcode", "ScanResult": result}
    name = "scancode_waitmsg" if waits else "scancode_push"
    return event(line, name, {"EventKey": key, "ScanCodeInfo": found})


def menu_pictures(line: Line, name: str, key: str, sums: Sequence[str]) -> Push:
    """A menu button that sends pictures; name: pic_sysphoto, pic_photo_or_album or pic_weixin."""
    pictures = {"item": [{"PicMd5Sum": each} for each in sums]}
    return event(line, name, {"EventKey": key, "SendPicsInfo": {"Count": len(sums), "PicList": pictures}})


def menu_location(line: Line, key: str, latitude: float, longitude: float, label: str) -> Push:
    """A menu button that sends a place."""
    place = {"Location_X": str(latitude), "Location_Y": str(longitude), "Scale": "16", "Label": label}
    return event(line, "location_select", {"EventKey": key, "SendLocationInfo": {**place, "Poiname": ""}})


def template_done(line: Line, msg_id: int, status: str = "success") -> Push:
    """The result of a template message; status: success, or ``failed:`` and why."""
    return event(line, "TEMPLATESENDJOBFINISH", {"MsgID": msg_id, "Status": status})


def mass_done(line: Line, msg_id: int, *, total: int, sent: int, status: str = "send success") -> Push:
    """The result of a mass sending."""
    counts = {"TotalCount": total, "FilterCount": total, "SentCount": sent, "ErrorCount": total - sent}
    copyright_check = {"Count": 0, "ResultList": "", "CheckState": 2}
    urls = {"Count": 1, "ResultList": {"item": [{"ArticleIdx": 1, "ArticleUrl": "http://127.0.0.1/a"}]}}
    fields = {"MsgID": msg_id, "Status": status, **counts}
    return event(
        line,
        "MASSSENDJOBFINISH",
        {**fields, "CopyrightCheckResult": copyright_check, "ArticleUrlResult": urls},
    )


def publish_done(line: Line, publish_id: str, *, status: int = 0) -> Push:
    """The result of a publication; status 0 is good."""
    done = {"publish_id": publish_id, "publish_status": status, "article_id": "article"}
    detail = {"count": 1, "item": [{"idx": 1, "article_url": "http://127.0.0.1/a"}]}
    good = {**done, "article_detail": detail}
    bad = {"publish_id": publish_id, "publish_status": status, "fail_idx": [1, 2]}
    return event(line, "PUBLISHJOBFINISH", {"PublishEventInfo": bad if status else good})


def consent_asked(line: Line, answers: Mapping[str, bool], *, scene: int = 0) -> Push:
    """Somebody answered the question about notices; answers: by template id, True accepts."""
    listed = [
        {
            "TemplateId": template,
            "SubscribeStatusString": "accept" if yes else "reject",
            "PopupScene": str(scene),
        }
        for template, yes in answers.items()
    ]
    return _listed(line, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", listed)


def consent_withdrawn(line: Line, templates: Sequence[str]) -> Push:
    """Somebody switched notices off; only rejections are reported."""
    listed = [{"TemplateId": template, "SubscribeStatusString": "reject"} for template in templates]
    return _listed(line, "subscribe_msg_change_event", "SubscribeMsgChangeEvent", listed)


def notice_sent(line: Line, template: str, msg_id: int, *, code: int = 0, status: str = "success") -> Push:
    """The result of a notice."""
    listed = [{"TemplateId": template, "MsgID": str(msg_id), "ErrorCode": str(code), "ErrorStatus": status}]
    return _listed(line, "subscribe_msg_sent_event", "SubscribeMsgSentEvent", listed)


def _listed(line: Line, name: str, wrapper: str, listed: Sequence[Mapping[str, Value]]) -> Push:
    return event(line, name, {wrapper: {"List": list(listed)}}, wrapper=wrapper)


def person_changed(line: Line, name: str, app_id: str, *, revoked: str = "") -> Push:
    """Somebody changed, revoked or cancelled what the account may know.

    Args: name: user_info_modified, user_authorization_revoke or user_authorization_cancellation.
        revoked: numbers of the data concerned, as in ``201,205``.
    """
    fields = {"OpenID": line.openid, "AppID": app_id} | ({"RevokeInfo": revoked} if revoked else {})
    return event(Line(line.to, PLATFORM, line.at, line.msg_id), name, fields)


def desk(line: Line, act: str, account: str, *, to_account: str = "") -> Push:
    """The platform's own service desk; act: create, close or switch."""
    if act == "switch":
        return event(line, "kf_switch_session", {"FromKfAccount": account, "ToKfAccount": to_account})
    return event(line, f"kf_{act}_session", {"KfAccount": account})


def enters_chat(line: Line, come_from: str) -> Push:
    """Somebody opens the mini-program's customer-service chat."""
    return event(line, "user_enter_tempsession", {"SessionFrom": come_from})


def media_checked(line: Line, app_id: str, trace_id: str, *, suggest: str = "pass", label: int = 100) -> Push:
    """The verdict on a picture or a sound that was given to the platform's check."""
    part = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}
    fields = {"appid": app_id, "trace_id": trace_id, "version": 2, "detail": [part]}
    verdict = {"errcode": 0, "errmsg": "ok", "result": {"suggest": suggest, "label": label}}
    return event(line, "wxa_media_check", fields | verdict)


def verification(line: Line, name: str, *, expires: int = 0, reason: str = "") -> Push:
    """News about the account's own verification; name: such as verify_expired or annual_renew."""
    if reason:
        return event(line, name, {"FailTime": line.at, "FailReason": reason})
    return event(line, name, {"ExpiredTime": expires or line.at})
