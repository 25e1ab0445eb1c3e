"""What a browser calls itself, in words of ours: enough to know one's own sessions, too little to trace."""

from bot.words import _

_BROWSERS = (
    ("MicroMessenger", _("微信")),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("QQBrowser", _("QQ 浏览器")),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", _("安卓手机")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """Kind of browser and system. Args: agent: the ``User-Agent`` header."""
    found = [next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return _("　").join(one for one in found if one) or _("别的浏览器")
