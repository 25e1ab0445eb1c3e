"""How the record says what was done: for auditors and heads, without any word of residents."""

from collections.abc import Mapping
from typing import Any

from admin.console.register_words import BOOKS, month_words
from admin.console.words import ROLES
from bot.clock import in_china, instant
from bot.words import _

WHATS: Mapping[str, str] = {
    "look": _("看了对话"),
    "list": _("看了待办"),
    "search": _("找了人或事"),
    "why": _("看了为什么这样答"),
    "media": _("看了或听了文件"),
    "reply": _("回复了居民"),
    "take": _("接下危险求助"),
    "take_late": _("想接，别人先接了"),
    "back": _("交还小司"),
    "offer": _("转给别人"),
    "accept": _("收下转来的"),
    "refuse": _("退回转来的"),
    "withdraw": _("收回转出的"),
    "release": _("放回所里"),
    "note": _("写了备注"),
    "seclude": _("设成只让指定的人看"),
    "unseclude": _("不再限制谁能看"),
    "contact": _("改了姓名或电话"),
    "call_wanted": _("要打电话"),
    "called": _("打过电话"),
    "call_missed": _("打了电话没人接"),
    "words": _("改了常用语"),
    "words_drop": _("删了常用语"),
    "close": _("办完了"),
    "reveal": _("看了姓名和电话"),
    "audit_export": _("导出了操作记录"),
    "register_export": _("导出了登记簿"),
    "zero_report": _("确认了本月没有"),
    "problem_seen": _("看过一条页面问题"),
    "sign_in": _("登录"),
    "sign_out": _("退出"),
    "session_end": _("退出了别处的登录"),
    "set_up": _("建了第一个账号"),
    "staff_add": _("加了同事"),
    "staff_change": _("改了同事的资料"),
    "staff_reset": _("重设密码"),
    "staff_leave": _("办了离职"),
    "staff_named": _("改了能看不公开对话的人"),
    "factor_on": _("开了第二道验证"),
    "factor_reset": _("重设第二道验证"),
    "recovery_code": _("用了备用码"),
    "recovery_new": _("换了备用码"),
    "calendar_made": _("取了日历地址"),
    "calendar_ended": _("作废了日历地址"),
    "factor_off": _("关了第二道验证"),
    "second_check": _("又输了一次密码"),
    "password": _("改了密码"),
    "away": _("记下不在"),
    "back_again": _("记下回来了"),
    "duty_on": _("排了值班"),
    "duty_off": _("去掉了值班"),
    "staff_phone": _("改了同事的电话"),
    "binding_code": _("要了绑定微信的码"),
    "unbind": _("解了微信绑定"),
    "alert_test": _("试发了通知"),
    "sound_on": _("开关提醒声"),
    "visit_here": _("记下约好的人到了"),
    "visit_done": _("办完了预约"),
    "visit_absent": _("记下没来"),
    "visit_cancel": _("取消了预约"),
    "visit_book": _("帮人约了时间"),
    "visit_move": _("帮人改了时间"),
    "ticket": _("给了号"),
    "ticket_call": _("叫了号"),
    "ticket_done": _("办完了一个号"),
    "ticket_missed": _("叫了号不在"),
    "closing_on": _("停办"),
    "closing_off": _("收回停办"),
}
_KINDS = {
    "task": _("号"),
    "staff": _("同事"),
    "media": _("文件"),
    "audit": _("操作记录"),
    "register": _("登记簿"),
    "problem": _("页面问题"),
    "list": _("待办"),
    "words": _("常用语"),
    "offer": _("转交"),
    "telling": _("预约的电话"),
    "appointment": _("预约"),
    "ticket": _("来访的号"),
    "closing": _("停办"),
}
_FIELDS = {
    "role": _("角色"),
    "station": _("司法所"),
    "state": _("状态"),
    "holder": _("谁在办"),
    "secluded": _("不公开"),
    "category": _("怎么办完的"),
    "kinds": _("能看的不公开对话"),
    "place": _("哪个所"),
    "rows": _("行数"),
    "file": _("文件"),
    "from": _("从"),
    "until": _("到"),
    "phone": _("电话"),
    "who": _("谁"),
    "day": _("哪一天"),
    "what": _("做了什么"),
    "subject": _("哪一件"),
}
_AN_INSTANT = 10**12
"""Numbers above are instants, in milliseconds UTC."""
_CLOSED = "secluded"
"""Of which kind a closed thread is, is for named staff alone, and a record is read by others too."""


def what_words(what: str) -> str:
    """What was done. A word that has no sentence here is shown as it is."""
    return WHATS.get(what) or WHATS.get(what.partition(":")[0], what)


def kind_words(subject: str) -> str:
    """A subject whose kind has a word; a number stays a number."""
    kind, _colon, ident = subject.partition(":")
    book, _dash, month = ident.partition("-")
    if kind == "register" and book in BOOKS and month.isdecimal():
        return _("{book} {month}").format(book=BOOKS[book], month=month_words(int(month)))
    return f"{_KINDS[kind]} {ident}" if kind in _KINDS else subject


def change_words(before: Mapping[str, Any], after: Mapping[str, Any], places: Mapping[str, str]) -> list[str]:
    """One line for each field that changed. Of texts that are not kept it says that they changed.

    Args: places: names of stations by id.
    """
    return [
        _change(name, *(places.get(str(one), one) for one in (before.get(name), after.get(name))))
        for name in {**before, **after}
    ]


def _change(name: str, old: Any, new: Any) -> str:
    field = _FIELDS.get(name, name)
    if name == _CLOSED or any(isinstance(one, str) and one.startswith("#") for one in (old, new)):
        return _("{field}：改了（内容不记）").format(field=field)
    if old is None:
        return _("{field}：{new}").format(field=field, new=_plain(new))
    return _("{field}：{old} 改成 {new}").format(field=field, old=_plain(old), new=_plain(new))


def _plain(value: Any) -> str:
    if isinstance(value, int) and value > _AN_INSTANT:
        return in_china(instant(value)).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _("没有") if value in (None, "") else ROLES.get(str(value), str(value))
