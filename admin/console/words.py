"""How the console says things: what is left, kinds, fates; all for the eyes of staff."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.clock import CHINA, in_china, instant, millis
from bot.wechat import media_caps
from bot.wechat.media_reading import Card
from bot.words import _
from handlers.handoff.baton import OfferLine
from handlers.handoff.reading import Line
from handlers.handoff.story import Utterance, Window

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
SOON_MS = 20 * _MINUTE
_WEEK = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
ROLES = {
    "county_admin": _("县管理员"),
    "head": _("负责人"),
    "clerk": _("工作人员"),
    "mediator": _("调解员"),
    "lawyer": _("律师、顾问"),
    "curator": _("知识审核"),
    "editor": _("宣传编辑"),
    "auditor": _("审计（只看）"),
    "system": _("系统（不看案件）"),
}
SECLUDED = {"violence": _("家庭暴力"), "minor": _("未成年人"), "correction": _("社区矫正")}
CATEGORIES = {
    "answered": _("答复了"),
    "visit": _("请对方来所里"),
    "elsewhere": _("转给别的部门"),
    "unreachable": _("联系不上"),
    "mistaken": _("点错、误报"),
}
_KINDS = {
    "danger": (_("危险求助（点开才显示内容）"), _("人身安全")),
    "person": (_("居民要找工作人员"), _("转人工")),
    "escalate": (_("这件事要看材料才能答"), _("转人工")),
    "misses": (_("小司两次没答上来"), _("转人工")),
    "visit": (_("居民要约时间来所里"), _("预约")),
    "turned": (_("这件事不能在线约，要人看"), _("转人工")),
    "deadline": (_("法律期限不到七天，今天就要看"), _("期限近")),
}
_DANGERS = {
    "suicide": _("轻生"),
    "violence": _("正在挨打"),
    "child": _("孩子"),
    "threat": _("扬言伤人"),
    "crowd": _("聚集"),
    "fraud_now": _("正在被骗"),
    "accident": _("有人遇险"),
}
_SAID = {
    "image": _("［图片］"),
    "voice": _("［语音］"),
    "video": _("［视频］"),
    "location": _("［位置］"),
    "link": _("［链接］"),
    "card": _("［小程序卡片］"),
    "sticker": _("［表情］"),
    "file": _("［文件］"),
    "music": _("［音乐］"),
    "other": _("［别的消息］"),
    "follow": _("［关注］"),
    "scan": _("［扫码］"),
    "heard": _("［听出来的话］"),
    "menu": _("［点菜单］"),
    "enter": _("［进入小程序］"),
    "gone": _("（内容已按规定删除）"),
}


_LOST = {
    "expired": _("超过三天，微信已经删了"),
    "media id": _("微信那边已经没有了"),
    "too large": _("太大了"),
    "type": _("不是能收的格式"),
    "empty": _("是空的"),
}
"""By a word of the reason that stands in the row."""
_REFUSED = {
    media_caps.MANY: _("对方这一天发的超过 {most} 个").format(most=media_caps.MOST_FILES),
    media_caps.LARGE: _("对方这一天发的超过 {most} MB").format(most=media_caps.MOST_DAY_BYTES >> 20),
}


@dataclass(frozen=True)
class Due:
    """The first column of a task: what is left, which promise, and how it looks."""

    left: str
    promise: str
    look: str


def day_words(ms: int) -> str:
    """``11 月 23 日（周一）``, on China's calendar."""
    at = in_china(instant(ms))
    return _("{month} 月 {day} 日（{week}）").format(month=at.month, day=at.day, week=_WEEK[at.weekday()])


def day_bounds(now_ms: int) -> tuple[int, int]:
    """When this day began and when it ends in China, milliseconds UTC."""
    today = in_china(instant(now_ms)).date()
    return day_start(today), day_start(today + timedelta(days=1))


def day_start(day: date) -> int:
    """When a day begins in China, milliseconds UTC."""
    return millis(datetime.combine(day, time(), CHINA))


def listed(names: Iterable[str]) -> str:
    """Names in a row, as they are read out."""
    return _("、").join(names)


def hour_words(ms: int, now_ms: int) -> str:
    """``9:31`` today, else with the date."""
    at, now = in_china(instant(ms)), in_china(instant(now_ms))
    hour = _("{hour}:{minute:02}").format(hour=at.hour, minute=at.minute)
    if at.date() == now.date():
        return hour
    return _("{month} 月 {day} 日 {hour}").format(month=at.month, day=at.day, hour=hour)


def event_words(at_ms: int, now_ms: int, text: str) -> str:
    """Something that happened, with its time before it."""
    return _("{at}　").format(at=hour_words(at_ms, now_ms)) + text


def span_words(ms: int) -> str:
    """A span: ``12 分钟``, ``1 小时 32 分``, ``47 小时``, ``2 天``; less than a minute counts as one."""
    minutes = max(1, ms // _MINUTE)
    if minutes < 60:
        return _("{count} 分钟").format(count=minutes)
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        if not rest or hours >= 10:
            return _("{count} 小时").format(count=hours)
        return _("{hours} 小时 {minutes} 分").format(hours=hours, minutes=rest)
    return _("{count} 天").format(count=minutes // (24 * 60))


def due(line: Line, now_ms: int) -> Due:
    """What is left of a task, in words."""
    if line.state == "closed":
        closed = hour_words(line.closed_at or now_ms, now_ms)
        return Due(_("办完了"), _("{at} 办完").format(at=closed), "later")
    if line.urgent and not line.taken_by:
        waited = _("等了 {span}").format(span=span_words(now_ms - line.created_at))
        return Due(_("现在"), waited, "now")
    if line.urgent:
        return Due(_("有人在办"), _("{name} 接了").format(name=line.taken_by), "soon")
    if line.answered_at is not None:
        answered = hour_words(line.answered_at, now_ms)
        left = _("对方又写了") if line.waiting else _("等对方")
        return Due(left, _("{at} 回过").format(at=answered), "soon" if line.waiting else "later")
    if line.promised_at is None:
        waited = _("等了 {span}").format(span=span_words(now_ms - line.created_at))
        return Due(waited, _("没有答应时间"), "later")
    promise = _("答应 {at} 回").format(at=hour_words(line.promised_at, now_ms))
    left_ms = line.promised_at - now_ms
    if left_ms < 0:
        return Due(_("已过 {span}").format(span=span_words(-left_ms)), promise, "late")
    look = "soon" if left_ms <= SOON_MS else ""
    return Due(_("还剩 {span}").format(span=span_words(left_ms)), promise, look)


def title(line: Line) -> str:
    """What a task is, without any word of the resident."""
    return _KINDS.get(line.kind, (line.kind, ""))[0]


_SHOWN_CHARS = 60
_LONG_NUMBER = re.compile(r"\d{5,}|\d{3,}(?:[-\s]\d{2,})+")


def asked_words(line: Line, said: str) -> str:
    """The title of a row: the resident's question with long numbers taken out, or what kind of task it is."""
    plain = _LONG_NUMBER.sub("····", " ".join(said.split()))
    if not plain:
        return title(line)
    return plain if len(plain) <= _SHOWN_CHARS else plain[: _SHOWN_CHARS - 1] + "…"


TARGETS = {
    "colleague": _("同事"),
    "station": _("别的司法所"),
    "lawyer": _("律师"),
    "experts": _("专家组"),
    "county": _("县局"),
}


def target_words(offer: OfferLine) -> str:
    """To whom something is offered: a name, else the station or group."""
    return offer.to or offer.station or TARGETS.get(offer.kind, "")


def tag(line: Line) -> str:
    """Its kind in a few characters; for danger, which, unless it is closed to most."""
    if line.urgent and not line.can_open:
        return _KINDS["danger"][1]
    if line.urgent:
        return _DANGERS.get(line.reason, _KINDS["danger"][1])
    return _KINDS.get(line.kind, ("", line.kind))[1]


def said(one: Utterance) -> str:
    """The text of an utterance; other kinds are named."""
    if one.who != "resident":
        return one.text or _("（文字已删除）")
    if one.kind == "text":
        return one.text or _("（空白）")
    mark = _SAID.get(one.kind, _("［其他消息］"))
    return f"{mark}{one.text}" if one.kind in ("voice", "heard", "menu") and one.text else mark


def media_note(card: Card) -> str:
    """What staff must know of a file that is not there."""
    if card.state in ("waiting", "fetching"):
        return _("正在从微信取，过一会儿刷新再看")
    if card.state == "lost":
        why = next((say for sign, say in _LOST.items() if sign in card.reason), _("微信没给"))
        return _("没取到：{why}。要的话请对方再发一次").format(why=why)
    if card.state == "refused":
        why = _REFUSED.get(card.reason, _("对方这一天发得太多"))
        return _("没有收：{why}。要的话请对方明天再发").format(why=why)
    return "" if card.state == "kept" else _SAID["gone"]


def size_words(size: int) -> str:
    """``12 KB``, ``1.4 MB``."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"


def fate(one: Utterance, now_ms: int) -> str:
    """What became of a person's reply; 'read' is never said, because nobody is told."""
    if one.who == "bot":
        return _("还没送到，等对方下次发消息") if one.fate in ("kept", "unknown") else ""
    if one.fate == "sent":
        if one.reason.startswith("shown"):
            return _("对方来消息时一起给了")
        return _("{at} 已交给微信").format(at=hour_words(one.ended_at or one.at, now_ms))
    if one.fate == "unknown":
        return _("不知道送到没有，对方下次来消息时再给一次")
    if one.fate == "kept":
        why = _("次数或时间用完了") if one.reason == "window" else _("这个公众号现在不能主动发")
        return _("要等对方下次发消息：{why}").format(why=why)
    if one.fate in ("dropped", "failed", "gone"):
        left = "left" in one.reason
        return _("没发成：{why}").format(
            why=_("对方取消了关注") if left else _("微信没收，请打电话或请对方来")
        )
    return _("正在交给微信")


@dataclass(frozen=True)
class Meter:
    """The window over the composer: filled and used pips, and the words that say the same."""

    filled: int
    used: int
    left: str
    time: str
    hint: str
    open: bool


def meter(window: Window | None, now_ms: int, *, may_push: bool) -> Meter:
    """What may still be sent, in words."""
    if window is None or window.gone:
        return Meter(0, 5, _("发不了"), _("对方取消了关注"), _("要找到对方，只能打电话"), False)
    if not may_push:
        return Meter(0, 5, _("现在不能主动发"), "", _("您写的留着，对方下次发消息时一起给"), False)
    if not window.left:
        hint = _("您写的留着，对方下次发消息时一起给")
        return Meter(0, 5, _("不能马上发了"), _("等对方再写"), hint, False)
    left_ms = window.until - now_ms
    seconds = _("还剩 {count} 秒").format(count=max(1, left_ms // 1000))
    time = seconds if window.short else _("还剩 {span}").format(span=span_words(left_ms))
    return Meter(
        window.left,
        window.most - window.left,
        _("还能发 {count} 条").format(count=window.left),
        time,
        _("对方再发一条，就重新算"),
        True,
    )
