"""Which line of a booking's question is meant by words that are neither its number nor its label."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.clock import in_china, instant
from bot.words import _
from handlers.appointments.booking_words import miscounted
from handlers.appointments.offering import slot_of, view_of
from handlers.appointments.whenever import MOMENT, Whenever, read

_LONGEST = 20
_MARKS = "。.！!，,？? ～~"
_KIN = (
    r"爸|爹|妈|娘|父亲|母亲|父母|爷|奶|姥|外婆|外公|公公|婆婆|老公|老婆|丈夫|媳妇|老伴|男人|当家的|儿|女|闺女|孩子"
    r"|娃|孙|哥|姐|弟|妹|叔|舅|姑|姨|婶|嫂|伯|亲戚|邻居|朋友|老人|老头|老太|别人|家里人|他|她"
)
_SELF = re.compile(
    r"(?:就|是|就是|给|替|帮|为)*(?:我|俺|咱)?(?:我|俺|咱|自己|自个儿?|本人)(?:的|自己|本人|来|去|约|办|用|谈|的事)*[吧啊呀]?"
)
_OTHER = re.compile(r"(?:是|就是|给|替|帮|为|我|俺|咱|的|想|要)*(?:" + _KIN + r").*")
_AGREED = re.compile(r"同意|愿意|知道|(?:让|叫|托)我|答应")
_REFUSED = re.compile(r"(?:不|没有?|还没|没问).{0,2}(?:同意|愿意|知道|答应|让)|同意[吗么]|同不同意")
_ANY = re.compile(
    r"(?:就|那|那就|选|要|约|给我)*(?:随便(?:哪个|一个|你|您|吧)?|都行|都可以|都好|哪个都(?:行|可以)|啥时候都行|什么时候都行"
    r"|越(?:早|快)越好|最早的?(?:那个|时间)?|最近的?(?:那个|时间)?|早点(?:的|儿)?|尽快|(?:你|您)(?:看着?(?:办|约|安排)|定|决定|安排))"
    r"(?:吧|就行|就好|啊|的|了)*"
)
_NONE_FITS = re.compile(
    r"(?:这(?:些|几个|三个)?|上面)?(?:的)?(?:时间)?(?:都|全)?(?:不行|不合适|没空|不方便|来不了|去不了|不中|不得空)(?:啊|吧|呀|呢|的)*"
    r"|(?:还)?有?(?:没有|没|有)?(?:别的|其他|其它|另外的?)(?:时间|时候|日子|天)?(?:吗|么|没有|没)?"
    r"|(?:想|要|能|能不能)?(?:换|改)(?:个|一个|一)?(?:时间|天|日子)(?:吗|吧)?|没有合适的"
)
_WHEN = re.compile(
    r"(?:就|那|那就|我|俺|想|要|约|选|定|能|是|看|在|还有|有|有没有|行不行|或者)*"
    + MOMENT
    + r"(?:的|那个|时间|来|去|吧|吗|么|呢|啊|有没有|有吗|行|行吗|行不行|可以|可以吗|能约|能约吗|有空|有时间"
    r"|就行|好|合适|方便|我|俺|都行|约)*"
)


def line_meant(text: str, asked: Mapping[str, Any], now_ms: int) -> str:
    """The label that is meant, or nothing.

    Args: asked: the open question, with ``name`` and ``options`` of id and label; now_ms: milliseconds UTC.
    """
    said = "".join(text.split()).strip(_MARKS)
    if not 0 < len(said) <= _LONGEST:
        return ""
    options: Sequence[Sequence[str]] = asked.get("options", [])
    if asked["name"] == "who":
        return _for_whom(said, options)
    if any(ident.startswith(("time|", "day|")) for ident, _label in options):
        return _time(said, options, now_ms)
    if _NONE_FITS.fullmatch(said):
        return _label(options, "person")
    return ""


def told_instead(text: str, asked: Mapping[str, Any], now_ms: int) -> str:
    """What to say before a question is asked again, where words tell why they are no answer; or nothing.

    Args: as of `line_meant`, which found no line.
    """
    said = "".join(text.split()).strip(_MARKS)
    listed = any(ident.startswith(("time|", "day|")) for ident, _label in asked.get("options", []))
    if listed and len(said) <= _LONGEST and _wish(said, in_china(instant(now_ms)).date()):
        return _("您说的时间没有空的了，看看下面这些行不行。")
    if asked["name"] == "station" and len(said) <= _LONGEST:
        if _ANY.fullmatch(said) or _NONE_FITS.fullmatch(said):
            return _("哪个所都不收费，都能约。离您家近的就行，写村名也可以。")
        if _wish(said, in_china(instant(now_ms)).date()):
            return _("先选地方，接着就挑时间。")
    if asked["name"] == "who" and len(said) <= _LONGEST and _OTHER.fullmatch(said) and not _asks(text):
        return _("替别人约，要他本人同意。他同意了，回复 2；还没问，先问他一声。您自己来谈，回复 1。")
    if asked["kind"] == "text" and asked["name"].startswith(("contact", "n", "p")) and miscounted(text):
        return _("手机号是 11 位，您写的好像多了或少了一位，请再看看。")
    return ""


def _asks(text: str) -> bool:
    return text.rstrip("。.！! ").endswith(("?", "？", "吗", "呢", "咋办", "怎么办"))


def _for_whom(said: str, options: Sequence[Sequence[str]]) -> str:
    if _SELF.fullmatch(said):
        return _label(options, "self")
    if _AGREED.search(said) and not _REFUSED.search(said):
        return _label(options, "other")
    return ""


def _time(said: str, options: Sequence[Sequence[str]], now_ms: int) -> str:
    if _ANY.fullmatch(said):
        return next(label for ident, label in options if ident.startswith(("time|", "day|")))
    if _NONE_FITS.fullmatch(said):
        return _others(options)
    wish = _wish(said, in_china(instant(now_ms)).date())
    if wish is None:
        return ""
    return next((label for ident, label in options if _fits(ident, label, wish)), "")


def _others(options: Sequence[Sequence[str]]) -> str:
    """The line that leads to other times: other days, else a person, else other places."""
    for name in ("days|", "person", "places"):
        found = next((label for ident, label in options if ident.startswith(name)), "")
        if found:
            return found
    return ""


def _label(options: Sequence[Sequence[str]], ident: str) -> str:
    return next((label for one, label in options if one == ident), "")


def time_said(text: str, today: date) -> Whenever | None:
    """The time that a short text is, and nothing else: 明天下午三点, 周六上午行不行."""
    said = "".join(text.split()).strip(_MARKS)
    return _wish(said, today) if 0 < len(said) <= _LONGEST else None


def _wish(said: str, today: date) -> Whenever | None:
    found = _WHEN.fullmatch(said)
    return read(found, today) if found is not None else None


def _fits(ident: str, label: str, wish: Whenever) -> bool:
    slot = slot_of(ident)
    if slot is not None:
        return wish.suits(in_china(instant(slot.begins)))
    if not ident.startswith("day|") or wish.clock is not None:
        return False  # an hour is looked for among the times of the day
    if wish.day is None and wish.afternoon is None:
        return False
    half = "" if wish.afternoon is None else _("下午") if wish.afternoon else _("上午")
    return half in label and (wish.day is None or view_of(ident).day == wish.day.isoformat())
