"""The ordinary messages that residents send, as the platform pushes them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from admin.sandbox.markup import Value, to_json, to_xml
from bot.clock import Clock

UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"


@dataclass(frozen=True)
class Line:
    """One thing that a person does on the phone, before it has a kind.

    Attributes: to: ``gh_`` id of the account. openid: who. at: Unix seconds. msg_id: 64 bits.
    """

    to: str
    openid: str
    at: int
    msg_id: int


class Lines:
    """Draws a new line, with an id of its own, for each thing that somebody does."""

    def __init__(self, to: str, clock: Clock) -> None:
        self.to = to
        self._clock = clock
        self._next = (1 << 62) + secrets.randbits(60)  # beyond what a double can hold, as real ids are

    def next(self, openid: str) -> Line:
        """A line of this person, now."""
        self._next += 1
        return Line(self.to, openid, int(self._clock.now().timestamp()), self._next)


@dataclass(frozen=True)
class Push:
    """What the platform sends to the webhook, before sealing.

    Attributes:
        fields: names and values in the platform's order.
        wrapper: element that XML puts around ``List`` and that JSON leaves out, if any.
    """

    fields: Mapping[str, Value]
    wrapper: str = ""

    @property
    def openid(self) -> str:
        """Whom it concerns: ``OpenID`` where the platform itself is the sender."""
        return str(self.fields.get("OpenID") or self.fields["FromUserName"])

    @property
    def kind(self) -> str:
        """``text``, ``image`` ... or the event's own name."""
        return str(self.fields.get("Event", "") or self.fields["MsgType"])

    @property
    def is_event(self) -> bool:
        """Whether it is an event and not a message."""
        return bool(self.fields["MsgType"] == "event")

    def xml(self) -> str:
        """The XML spelling."""
        return to_xml(self.fields)

    def json(self, *, lone_items_bare: bool = True) -> str:
        """The JSON spelling: without the wrapper, and a list of one as the item alone."""
        fields = dict(self.fields)
        if self.wrapper:
            fields.update(fields.pop(self.wrapper))
        return to_json(fields, lone_items_bare=lone_items_bare)

    def altered(self, **fields: Value) -> "Push":
        """The same push with some fields set otherwise; None takes a field away."""
        mixed = {**self.fields, **fields}
        return replace(self, fields={name: value for name, value in mixed.items() if value is not None})


def message(line: Line, msg_type: str, fields: Mapping[str, Value]) -> Push:
    """An ordinary message of any type, also of one that does not exist yet."""
    head = {
        "ToUserName": line.to,
        "FromUserName": line.openid,
        "CreateTime": line.at,
        "MsgType": msg_type,
    }
    return Push({**head, **fields, "MsgId": line.msg_id})


def text(line: Line, content: str, *, menu_id: str = "") -> Push:
    """A typed line; menu_id: the tapped item of a menu message."""
    return message(line, "text", {"Content": content} | ({"bizmsgmenuid": menu_id} if menu_id else {}))


def sticker(line: Line) -> Push:
    """A sticker, or anything else that the platform does not carry."""
    return text(line, UNSUPPORTED)


def image(line: Line, pic_url: str, media_id: str) -> Push:
    """A picture."""
    return message(line, "image", {"PicUrl": pic_url, "MediaId": media_id})


def voice(line: Line, media_id: str, *, recognition: str | None = None, sound: str = "amr") -> Push:
    """A voice message; recognition: None leaves the field out, which is how it comes since 2023."""
    fields = {"MediaId": media_id, "Format": sound, "MediaId16K": media_id + "-16k"}
    return message(line, "voice", fields | ({} if recognition is None else {"Recognition": recognition}))


def video(line: Line, media_id: str, thumb_id: str, *, short: bool = False) -> Push:
    """A video, or a short one made in the conversation."""
    kind = "shortvideo" if short else "video"
    return message(line, kind, {"MediaId": media_id, "ThumbMediaId": thumb_id})


def location(line: Line, latitude: float, longitude: float, label: str, *, scale: int = 16) -> Push:
    """A place on the map; degrees."""
    fields = {"Location_X": latitude, "Location_Y": longitude, "Scale": scale, "Label": label}
    return message(line, "location", fields)


def link(line: Line, title: str, description: str, url: str) -> Push:
    """A forwarded article."""
    return message(line, "link", {"Title": title, "Description": description, "Url": url})


def from_article(push: Push, data_id: str, index: int = 1) -> Push:
    """The same message, begun under an article of the account."""
    return push.altered(MsgDataId=data_id, Idx=index)


def mini_card(line: Line, title: str, app_id: str, page: str) -> Push:
    """A card of the mini-program, sent into its customer-service chat."""
    fields = {"Title": title, "AppId": app_id, "PagePath": page}
    thumb = {"ThumbUrl": "http://127.0.0.1/thumb.jpg", "ThumbMediaId": "thumb"}
    return message(line, "miniprogrampage", fields | thumb)
