"""Cut a text to what the platform delivers in one message: at a sentence, with whole characters."""

import re
import unicodedata

from bot.words import _

LIMIT = 2048
"""Bytes of UTF-8 in one text; a longer one is not delivered (measured, not documented)."""
_SENTENCE = re.compile(r"[。！？!?；;…]+[”’」』）)】》]*|\n+")
_CLAUSE = re.compile(r"[，,、：: ]")
_LINK = re.compile(r"<a\b.*?(?:</a>|$)", re.S)
_JOINER = "\u200d"


def fit(text: str, link: str = "", limit: int = LIMIT) -> str:
    """The text itself when it fits, else its first sentences and how to go on.

    Args: text: what is to be said; link: address of the full page, or nothing; limit: bytes of UTF-8.
    Returns: at most `limit` bytes.
    """
    if len(text.encode()) <= limit:
        return text
    tail = "\n" + _("全文请看：{link}").format(link=link) if link else "……"
    if len(tail.encode()) > limit // 2:
        tail = "……"
    return _cut(text, limit - len(tail.encode())).rstrip() + tail


def _cut(text: str, room: int) -> str:
    # "ignore" drops the half character at the end
    most = _whole(text, len(text.encode()[:room].decode(errors="ignore")))
    for boundary, least in ((_SENTENCE, most // 2), (_CLAUSE, most * 3 // 4)):
        ends = [found.end() for found in boundary.finditer(text, 0, most) if found.end() >= least]
        outside = [end for end in ends if _outside_link(text, end) == end]
        if outside:
            return text[: outside[-1]]
    return text[: _outside_link(text, most)]


def _whole(text: str, end: int) -> int:
    """Step back so that no mark, variation or joiner is parted from its character."""
    while 0 < end < len(text) and (
        unicodedata.category(text[end])[0] == "M" or _JOINER in (text[end], text[end - 1])
    ):
        end -= 1
    return end


def _outside_link(text: str, end: int) -> int:
    """Step back to before a link that the cut would break."""
    for found in _LINK.finditer(text):
        if found.start() < end < found.end():
            return found.start()
    return end
