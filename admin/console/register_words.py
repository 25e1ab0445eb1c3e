"""How the registers and figures say things; for the eyes of staff."""

from admin.console.words import CATEGORIES
from bot.words import _
from handlers.registers.reading import Row
from handlers.registers.service import CONSULT, RECEIVED, SCREENING, VISITS
from knowledge.topics import TOPICS

BOOKS = {
    CONSULT: _("解答法律咨询登记"),
    VISITS: _("来信来访登记簿"),
    SCREENING: _("矛盾纠纷排查登记"),
}
_KINDS = {
    "person": _("要找工作人员"),
    "escalate": _("要看材料"),
    "misses": _("小司没答上来"),
    "visit": _("约时间来所里"),
    "turned": _("不能在线约"),
    "deadline": _("期限不到七天"),
    "danger": _("危险求助"),
    "mediation": _("来所调解"),
    "legal_aid": _("法律援助受理"),
    "lawyer": _("值班律师"),
    "adviser": _("村法律顾问"),
    "home": _("上门服务"),
    "car": _("法律服务车"),
    "ask": _("来问事"),
    "papers": _("来交材料"),
    "proof": _("来办证明"),
    "other": _("别的事"),
}
_CLUES = {
    "threat": _("扬言伤人"),
    "violence": _("正在挨打"),
    "crowd": _("聚集"),
    "suicide": _("轻生"),
    "child": _("孩子"),
    "fraud_now": _("正在被骗"),
    "accident": _("有人遇险"),
}
_VERDICTS = {"good": _("满意"), "solved": _("解决了"), "bad": _("不满意"), "unsolved": _("没解决")}


def month_words(month: int) -> str:
    """``2026 年 11 月``."""
    return _("{year} 年 {month} 月").format(year=month // 100, month=month % 100)


def matter(row: Row) -> str:
    """What a matter was about: its topic, else how it came."""
    if row.kind == "danger":
        return _CLUES.get(row.reason, _KINDS["danger"])
    return TOPICS.get(row.topic) or _KINDS.get(row.kind, row.kind)


def result(row: Row, stations: dict[str, str]) -> str:
    """How it ended, or where it stands."""
    if row.result == RECEIVED:
        return _("接待了")
    if row.result:
        return CATEGORIES.get(row.result, row.result)
    if row.referred_to:
        return _("转给{station}").format(station=stations.get(row.referred_to, row.referred_to))
    return _("还在办")


def way(row: Row) -> str:
    """How somebody came: by WeChat, by appointment, or without one."""
    if row.appointment_id is not None:
        return _("预约")
    return _("到所") if row.ticket_id is not None else _("微信")


def verdict(row: Row) -> str:
    """What the resident thought of it, if that was said."""
    return _VERDICTS.get(row.verdict, row.verdict)
