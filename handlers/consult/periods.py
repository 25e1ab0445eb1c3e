"""Time limits as residents read them."""

import re

from bot.words import _

_UNITS = {"d": _("天"), "m": _("个月"), "y": _("年"), "w": _("周"), "h": _("小时")}


def period_words(period: str) -> str:
    """A time limit as residents read it: ``30d`` is 30 天内, ``none`` is 没有期限."""
    if period == "none":
        return _("没有期限")
    found = re.fullmatch(r"(\d+)([dmywh])", period)
    if not found:
        return period
    return _("{count} {unit}内").format(count=found.group(1), unit=_UNITS[found.group(2)])
