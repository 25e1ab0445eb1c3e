"""What stands on the demo phones: bubbles by person, and what the platform saw of each push."""

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup, escape

from admin.sandbox.answers import Outcome
from admin.sandbox.markup import items
from admin.sandbox.platform import Sent
from admin.sandbox.pushing import Delivery
from bot.clock import in_china
from bot.words import _

KEPT = 300
Side = Literal["me", "bot", "note"]
_LINK = re.compile(
    r"""<a\s[^>]*?href=["'](?P<href>[^"']*)["'][^>]*>(?P<label>.*?)</a>|(?P<bare>https?://[!-;=?-~]+)""",
    re.S | re.I,
)
_OTHER_KINDS = {
    "image": _("［图片］"),
    "voice": _("［语音］"),
    "video": _("［视频］"),
    "music": _("［音乐］"),
    "transfer_customer_service": _("［转到人工客服台］"),
    "msgmenu": _("［选项消息］"),
    "miniprogrampage": _("［小程序卡片］"),
    "template": _("［模板消息］"),
    "notice": _("［订阅通知］"),
}


@dataclass(frozen=True)
class Shown:
    """A file in a bubble: ``voice``, ``picture`` or ``video``, and the address where the page finds it."""

    kind: str
    address: str


@dataclass(frozen=True)
class Bubble:
    """One line of a conversation.

    Attributes: how: in which way it came; file: what was sent, if it is no text; about: the MsgId of the
    message that it answers, if that is known.
    """

    at: datetime
    side: Side
    text: str
    how: str = ""
    file: Shown | None = None
    about: str = ""

    @property
    def clock(self) -> str:
        """The time in China, such as ``9:05``."""
        there = in_china(self.at)
        return f"{there.hour}:{there.minute:02}"

    @property
    def html(self) -> Markup:
        """The text as a phone shows it: lines and links; everything else of it is plain."""
        return _shown(self.text)


@dataclass(frozen=True)
class Seen:
    """What the platform saw of one push, for the list beside the phone."""

    what: str
    result: str
    tries: int
    seconds: float


class Conversation:
    """One person's conversation with the official account."""

    def __init__(self) -> None:
        self.bubbles: deque[Bubble] = deque(maxlen=KEPT)
        self.seen: deque[Seen] = deque(maxlen=12)
        self.version = 0
        self.waiting = 0
        self.last_text = ""
        self.answered_last = ""
        """MsgId of the message that got a reply last."""
        self._seconds: dict[str, float] = {}

    def add(self, bubble: Bubble) -> None:
        """Put a line at the end."""
        self.bubbles.append(bubble)
        self.version += 1

    def answered(self, at: datetime, delivery: Delivery) -> None:
        """A push came to its end: show the passive reply, or what the platform shows instead."""
        self.version += 1
        if delivery.passive:
            about = str(delivery.push.fields.get("MsgId", ""))
            self.answered_last = about or self.answered_last
            self._seconds[about] = delivery.tries[-1].seconds
            self.add(Bubble(at, "bot", _passive_text(delivery), "passive", about=about))
        elif delivery.outcome is Outcome.FAULT:
            self.add(
                Bubble(
                    at, "note", _("{notice}（{why}）").format(notice=delivery.shown, why=_reason(delivery))
                )
            )
        elif delivery.outcome is Outcome.LOST:
            self.add(Bubble(at, "note", _("微信没有送出这条回复（{why}）").format(why=delivery.why)))
        if len(delivery.tries) > 1:
            self.add(Bubble(at, "note", _tries_note(delivery)))
        seconds = sum(each.seconds for each in delivery.tries)
        what = _PUSHED.get(delivery.push.kind, delivery.push.kind)
        self.seen.appendleft(Seen(what, _RESULTS[delivery.outcome], len(delivery.tries), seconds))

    def seconds(self, about: str) -> float | None:
        """How long the platform waited for the reply to a message."""
        return self._seconds.get(about)

    def reached(self, sent: Sent) -> None:
        """A message came through the API."""
        shown = sent.text or _OTHER_KINDS.get(sent.kind, f"［{sent.kind}］") + _values(sent)
        self.add(Bubble(sent.at, "bot", shown, "pushed"))


def _values(sent: Sent) -> str:
    """What stands on a notice, as the phone shows it."""
    data = sent.body.get("data") if sent.kind == "notice" else None
    values = [str(one.get("value", "")) for one in data.values()] if isinstance(data, dict) else []
    return "\n".join(values)


_PUSHED = {
    "text": _("文字"),
    "voice": _("语音"),
    "image": _("照片"),
    "video": _("视频"),
    "location": _("位置"),
    "subscribe": _("关注"),
    "unsubscribe": _("取消关注"),
    "SCAN": _("扫码"),
    "CLICK": _("点菜单"),
    "VIEW": _("点菜单（网页）"),
    "view_miniprogram": _("点菜单（小程序）"),
}
_RESULTS = {
    Outcome.SUCCESS: _("收到，等会儿再回"),
    Outcome.EMPTY: _("收到，等会儿再回"),
    Outcome.REPLY: _("当场回了"),
    Outcome.LOST: _("回复没有送出"),
    Outcome.FAULT: _("出了故障"),
}


def _reason(delivery: Delivery) -> str:
    last = delivery.tries[-1]
    if last.status in (400, 401, 403):
        return _("小司不认这条消息，回答 {status}：请核对令牌 Token 和密钥").format(status=last.status)
    if last.status is None:
        return _("小司没有回答，试了 {count} 次").format(count=len(delivery.tries))
    return _("小司的回答微信读不懂：{why}").format(why=delivery.why)


def _tries_note(delivery: Delivery) -> str:
    texts = {
        each.answer.passive.text if each.answer and each.answer.passive else "" for each in delivery.tries
    }
    alike = _("每次的回答都一样") if len(texts) == 1 else _("各次的回答不一样")
    return _("这一条微信送了 {count} 次，{alike}").format(count=len(delivery.tries), alike=alike)


def _passive_text(delivery: Delivery) -> str:
    passive = delivery.passive
    if passive is None:
        return ""
    if passive.kind == "news":
        articles = [each for each in items(passive.fields["Articles"]["item"]) if isinstance(each, dict)]
        return "\n".join(f"{each['Title']}\n{each.get('Url', '')}".strip() for each in articles)
    return passive.text or _OTHER_KINDS.get(passive.kind, f"［{passive.kind}］")


def _shown(text: str) -> Markup:
    out, place = Markup(), 0
    for found in _LINK.finditer(text):
        out += _lines(text[place : found.start()])
        href = found["href"] or found["bare"] or ""
        label = found["label"] or found["bare"] or href
        place = found.end()
        if href.startswith(("https://", "http://", "tel:")):
            out += Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(href, label)
        else:
            out += _lines(label)
    return out + _lines(text[place:])


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
