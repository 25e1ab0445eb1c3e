"""Which of several appointments is meant by words: 律师那个, 明天那个, 第二个, 都取消."""

import re
from collections.abc import Mapping
from typing import Any

from bot.clock import in_china, instant
from bot.dialogue.reply import number
from handlers.appointments.mine_words import Mine
from handlers.appointments.reading import Visit
from handlers.appointments.whenever import read, taken_out

ALL = "all"
_LONGEST = 20
_KINDS = (
    ("mediation", "调解|调节|说和"),
    ("legal_aid", "援助|法援"),
    ("adviser", "顾问"),
    ("home", "上门"),
    ("car", "车"),
    ("lawyer", "律师"),
)
_EVERY = re.compile(
    r"(?:我|把|请|帮我|我要|我想)*(?:这|那|的|预约|约的|约好的|两个|三个|几个|所有的?)*"
    r"(?:全部|全都?|都|统统|两个都|所有|一起|全部都)(?:的)?(?:预约|约的)?(?:给我|帮我)?(?:取消|退|不要|不约|不来|不去)(?:掉|了)*[吧啊呀]*"
    r"|(?:取消|退掉?)(?:全部|所有|这两个|两个|全都?)(?:的)?(?:预约|约的)?[吧啊呀]*|都要取消|全都要取消"
)
_EVERY_LINE = frozenset({"全部", "都", "两个", "两个都", "全都", "所有的"})
_ORDER = re.compile(r"第([一二三四五六七八九十\d]+)(?:个|项|条)?")
_NOT_THIS = re.compile(r"不(?:是|要取消|取消)|别取消|留着|保留")


def every(text: str) -> bool:
    """Whether all that is booked is to be ended."""
    said = "".join(text.split()).strip("。.！!，,~～")
    return len(said) <= _LONGEST and _EVERY.fullmatch(said) is not None


def meant(text: str, have: Mine, asked: Mapping[str, Any], now_ms: int) -> str:
    """The line of a list of one's appointments that words mean; nothing where they fit none, or several.

    Args: asked: the open question, with ``options`` of id and label; now_ms: milliseconds UTC.
    """
    lines: dict[str, str] = {str(ident): str(label) for ident, label in asked.get("options", [])}
    said = "".join(text.split())
    if (every(said) or said in _EVERY_LINE) and ALL in lines:
        return lines[ALL]
    if not 0 < len(said) <= _LONGEST or _NOT_THIS.search(said):
        return ""
    order = _ORDER.search(said)
    place = number(order[1]) if order else None
    if place is not None:
        found = [one for one in list(lines)[place - 1 : place] if one.isdecimal()]
        return lines[found[0]] if found else ""
    left = _narrowed(said, have, now_ms)
    ids = [str(one.appointment_id) for one in left if str(one.appointment_id) in lines]
    return lines[ids[0]] if len(ids) == 1 and len(left) < len(have.visits) else ""


def _narrowed(said: str, have: Mine, now_ms: int) -> list[Visit]:
    """The appointments whose kind, person and time were named, as far as they were."""
    left = list(have.visits)
    kind = next((kind for kind, words in _KINDS if re.search(words, said)), None)
    if kind is not None:
        left = [one for one in left if one.kind == kind]
    named = [ident for ident, name in have.names.items() if name in said]
    if named:
        left = [one for one in left if one.appointment_id in named]
    elif re.search(r"我自己|自己的|本人", said):
        left = [one for one in left if one.appointment_id not in have.names]
    _rest, found = taken_out(said)
    when = read(found, in_china(instant(now_ms)).date()) if found is not None else None
    if when is not None:
        left = [one for one in left if when.suits(in_china(instant(one.begins)))]
    return left
