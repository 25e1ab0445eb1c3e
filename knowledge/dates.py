"""Dates as residents tell them: 上个月15号, 前年三月, 十一月十号, 上周五, and what cannot be read as one.

Nothing is guessed in silence. What was left out (the year, the month) is filled in with the latest day that
is not after today, and ``guessed`` says so. A month, a season or 两年前 is a span. Days of the lunar calendar
and feasts that go by it are recognised and not computed.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from knowledge.patterns import filled

EARLIEST = 1949
"""A year before it is a slip of the pen."""


class Kind(StrEnum):
    """What is known of a told time."""

    DAY = "day"
    SPAN = "span"
    LUNAR = "lunar"
    IMPOSSIBLE = "impossible"


class Told(NamedTuple):
    """A time that words tell.

    Attributes:
        kind: see `Kind`.
        words: as they stand in the text.
        start, end: where they stand in `as_read` of the text.
        first, last: the days between which it lies, the same one for a day; None for what is no date.
        guessed: whether year or month were left out and are filled in here.
    """

    kind: Kind
    words: str
    start: int
    end: int
    first: date | None = None
    last: date | None = None
    guessed: bool = False


def as_read(text: str) -> str:
    """A text in the form whose positions `dates_in` gives: full-width forms made plain."""
    return unicodedata.normalize("NFKC", text)


def may_hold_date(text: str) -> bool:
    """Whether a look is worth its time: most messages tell no date, and this takes a microsecond."""
    return _SIGN.search(text) is not None and _MAY.search(text) is not None


def dates_in(text: str, today: date, near: date | None = None) -> tuple[Told, ...]:
    """The times that a text tells, in order; a range (从 3月到 5月) tells none.

    Args: today: the day in China. near: a day told before, whose month and year fill in for 是12号.
    """
    read = as_read(text)
    if not may_hold_date(read):
        return ()
    found = []
    for match in _DATE.finditer(read):
        told = _READ[str(match.lastgroup)](match, today, near)
        if told is not None:
            found.append(told)
    return _without_ranges(read, found)


# -- the words ----------------------------------------------------------------------------------

_PARTS = {
    "DIGITS": "零〇○一二两三四五六七八九",
    "NUMERAL": r"(?:\d{1,2}|[<DIGITS>十廿卅]{1,3})",
    "LONG_YEAR": r"(?:(?:19|20)\d\d|[一二][<DIGITS>]{3})",
    "YEAR_WORD": "大前年|前年|去年|上一年|上年|今年|本年|明年|后年",
    "YEAR": r"(?:<LONG_YEAR>\s*年?|(?<!\d)\d\d年(?=\s*<NUMERAL>\s*月)|(?:<YEAR_WORD>)的?)",
    "NO_DAY": r"(?![\d内线楼院房车店桌铺厂令文机仓门床病上下桥井矿码人])",  # no day of the month: 15号楼
    "PART": "上旬|中旬|下旬|月?初|月?底|月?末|中",
    "LUNAR": (
        r"(?:(?:<YEAR>)?\s*(?:农历|阴历|旧历)(?:\s*(?:闰?(?:<NUMERAL>|正|冬|腊)月)?\s*(?:初<NUMERAL>|<NUMERAL>))?"
        r"|(?:<YEAR>)?\s*(?:闰?(?:正月|冬月|腊月)\s*(?:初?<NUMERAL>|里|底|头)?|闰<NUMERAL>月\s*<NUMERAL>?|(?:<NUMERAL>|上个?)月\s*初[<DIGITS>十]"
        r"|大年初?[一二三四五六七八九十]+|(?:春节|过年|除夕|年三十|小年|元宵(?:节)?|端午(?:节)?|中秋(?:节)?|七夕|重阳(?:节)?)"
        r"(?:那天|前后|期间|以前|之前|以后|之后|前|后)?|(?<![\d一二两三四五六七八九十几多半])年[前后](?![一二两三四五六七八九十\d])))"
    ),
}
_DATE = re.compile(
    filled(
        r"(?P<lunar><LUNAR>)"
        r"|(?P<digits>(?<!\d)(?:19|20)\d\d(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}(?!\d)"
        r"|(?<!\d)20[0-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
        r"|^\s*\d{1,2}[-/]\d{1,2}\s*$"
        r"|(?<![\d.])\d{1,2}[./]\d{1,2}(?=\s*[日号]|那天|收|拿|知|送|签|到手))"
        r"|(?P<full>(?:(?P<y><YEAR>)\s*)?(?P<m>(?<![\d一二三四五六七八九十两几])<NUMERAL>)\s*月(?!子)(?:份)?的?\s*"
        r"(?:(?P<d><NUMERAL>)\s*(?:[号日](?!内)|(?![\d个天岁块元万千百年月内多点%]))|(?P<p><PART>))?)"
        r"|(?P<month>(?P<r>上上|上|这|本|当|下)[个各]?月(?:份)?的?\s*(?:(?P<rd><NUMERAL>)\s*[号日]?|(?P<rp><PART>))?)"
        r"|(?P<week>(?:(?P<wr>上上|上|这|本|下)一?[个各]?)?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])(?![年口岁后前个])"
        r"|(?P<wo>上上|上|这|本)一?[个各]?(?:周|星期|礼拜)(?![年岁末]))"
        r"|(?P<near>大前天|大前日|大后天|大后日|[昨前今明后](?:天|日|儿)(?!的?日子)|[昨今][早晚])"
        r"|(?P<ago>(?P<n>\d{1,3}|[<DIGITS>十百半几]{1,4})\s*(?P<more>多)?个?\s*(?P<u>天|日|周|星期|礼拜|月|年)(?P<half>半|多)?"
        r"(?:之前|以前|前)(?!后))"
        r"|(?P<feast>(?:(?P<fy><YEAR>)\s*)?(?P<f>国庆(?:节)?|五一(?:节|劳动节)?|劳动节|元旦|清明(?:节)?|圣诞(?:节)?))"
        r"|(?P<year>(?:<YEAR_WORD>|(?:(?<!\d)(?:19|20)\d\d|[一二][<DIGITS>]{3})年)的?\s*"
        r"(?P<ys>年?初|年?底|年?末|上半年|下半年|春天?|夏天?|秋天?|冬天?)?)"
        r"|(?P<day>(?<![\d第账卡尾型\-单编])(?P<only><NUMERAL>)\s*号<NO_DAY>)",
        _PARTS,
    )
)
_SIGN = re.compile("[-0-9月号天日儿年周期拜昨今晚早节庆旦夕历秋午五清]")
_MAY = re.compile(
    r"[月号]|[昨前今明后][天日儿年]|[去上本]一?年|[昨今][早晚]|[周期拜][一二三四五六日天]"
    r"|[上这本]一?[个各]?(?:周|星|礼)|[天日周期拜年](?:多|半)?(?:之前|以前|前)|年[前后]|(?:19|20)\d\d|[12一二][零〇○九]"
    r"|节|国庆|五一|元旦|清明|过年|除夕|大年|农历|阴历|旧历|小年|元宵|端午|中秋|重阳|七夕|\d[./-]\d"
)
_RANGE = re.compile(r"^\s*(?:到|至|[-~—–]+)\s*$")
_WEEKDAYS = "一二三四五六日"
_FEASTS = {
    "国": (10, 1, 8),
    "五": (5, 1, 5),
    "劳": (5, 1, 5),
    "元": (1, 1, 3),
    "清": (4, 4, 6),
    "圣": (12, 24, 25),
}
"""Month, first and last day between which the feast lies."""
_RELATIVE = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1}
_YEARS = {"大前": -3, "前": -2, "去": -1, "上": -1, "今": 0, "本": 0, "明": 1, "后": 2}
_NEAR = {"大前": -3, "大后": 3, "昨": -1, "前": -2, "今": 0, "明": 1, "后": 2}


def number(words: str) -> int | None:
    """A number below 200 in digits or Chinese numerals, as 二十一, 廿一, 十; None for none."""
    if words.isdecimal():
        return int(words)
    values = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
    words = words.replace("廿", "二十").replace("卅", "三十").replace("二十十", "二十")
    hundreds, mark, rest = words.rpartition("百")
    total = 100 * values.get(hundreds or "一", 1) if mark else 0
    tens, mark, ones = rest.lstrip("零").rpartition("十")
    if mark and ((tens and tens not in values) or (ones and ones not in values)):
        return None
    if mark:
        return total + 10 * values.get(tens or "一", 1) + values.get(ones or "零", 0)
    if len(ones) > 1 or (ones and ones not in values):
        return None
    return total + values.get(ones or "零", 0)


# -- what they mean -----------------------------------------------------------------------------


def _day(match: re.Match[str], day: date | None, *, guessed: bool = False) -> Told:
    words = match.group(0).strip()
    if day is None:
        return Told(Kind.IMPOSSIBLE, words, match.start(), match.end())
    return Told(Kind.DAY, words, match.start(), match.end(), day, day, guessed)


def _span(match: re.Match[str], first: date | None, last: date | None, *, guessed: bool = False) -> Told:
    if first is None or last is None:
        return _day(match, None)
    return Told(Kind.SPAN, match.group(0).strip(), match.start(), match.end(), first, last, guessed)


def _lunar(match: re.Match[str], _today: date, _near: date | None) -> Told:
    return Told(Kind.LUNAR, match.group(0).strip(), match.start(), match.end())


def _digits(match: re.Match[str], today: date, _near: date | None) -> Told:
    words = match.group(0)
    parts = [words[:4], words[4:6], words[6:]] if words.isdecimal() else re.split(r"[-/.]", words)
    numbers = [int(part) for part in parts]
    if len(numbers) == 3:
        return _day(match, _made(*numbers))
    month, number_of_day = numbers
    day = _latest(month, number_of_day, today)
    return _day(match, day, guessed=True)


def _full(match: re.Match[str], today: date, near: date | None) -> Told | None:
    month = number(match["m"])
    if month is None:
        return None
    told, part = match["d"], match["p"]
    day = number(told) if told else None
    year = _year(match["y"], today) if match["y"] else None
    guessed = year is None
    if year is None:
        if not 1 <= month <= 12:
            return _day(match, None) if told else None
        year = _latest_year(month, day or 1, today) if near is None or near.month != month else near.year
    if not 1 <= month <= 12 or not year >= EARLIEST:
        return _day(match, None)
    if told:
        return _day(match, _made(year, month, day or 0), guessed=guessed)
    return _span(match, *_part(year, month, part), guessed=guessed)


def _month(match: re.Match[str], today: date, _near: date | None) -> Told:
    year, month = _months_on(today.year, today.month, _RELATIVE[match["r"]])
    if match["rd"]:
        return _day(match, _made(year, month, number(match["rd"]) or 0))
    return _span(match, *_part(year, month, match["rp"]))


def _week(match: re.Match[str], today: date, _near: date | None) -> Told:
    monday = today - timedelta(days=today.weekday())
    if match["wo"]:
        first = monday + timedelta(weeks=_RELATIVE[match["wo"]])
        return _span(match, first, min(first + timedelta(days=6), today))
    day = monday + timedelta(days=_WEEKDAYS.index(match["wd"].replace("天", "日")))
    if match["wr"]:
        return _day(match, day + timedelta(weeks=_RELATIVE[match["wr"]]))
    return _day(match, day if day <= today else day - timedelta(weeks=1), guessed=True)


def _nearby(match: re.Match[str], today: date, _near: date | None) -> Told:
    words = match.group(0)
    return _day(match, today + timedelta(days=_NEAR.get(words[:2], _NEAR.get(words[0], 0))))


def _ago(match: re.Match[str], today: date, _near: date | None) -> Told | None:
    unit = match["u"][0]
    if match["n"] in ("半", "几"):
        if match["n"] == "几" or unit not in "年月":
            return None
        count, unit = (6, "月") if unit == "年" else (15, "天")
    else:
        read = number(match["n"])
        if not read:
            return None
        count = read
    vague = bool(match["more"] or match["half"])
    if unit in "天日" and not vague and match["n"] != "半":
        return _day(match, today - timedelta(days=count))
    one = {"天": 1, "日": 1, "周": 7, "星": 7, "礼": 7, "月": 30, "年": 365}[unit]
    least = count * one + (0 if vague else -max(1, count * one // 12))
    return _span(match, today - timedelta(days=(count + 1) * one), today - timedelta(days=least))


def _feast(match: re.Match[str], today: date, _near: date | None) -> Told:
    month, first, last = _FEASTS[match["f"][0]]
    year = _year(match["fy"], today) if match["fy"] else _latest_year(month, first, today)
    return _span(match, _made(year, month, first), _made(year, month, last), guessed=not match["fy"])


def _whole_year(match: re.Match[str], today: date, _near: date | None) -> Told | None:
    words = match["ys"] or ""
    year = _year(match.group(0)[: len(match.group(0)) - len(words)].strip(), today)
    if not year >= EARLIEST:
        return _day(match, None)
    if year == today.year and not words:
        return None  # 今年十七岁
    sign = words.lstrip("年")[:1]
    months = {"初": (1, 2), "底": (11, 12), "末": (11, 12), "上": (1, 6), "下": (7, 12)}
    months |= {"春": (2, 5), "夏": (5, 8), "秋": (8, 11), "冬": (11, 14)}
    first, last = months.get(sign, (1, 12))
    end_year, end_month = _months_on(year, last, 0)
    return _span(match, date(year, first, 1), _part(end_year, end_month, None)[1])


def _only(match: re.Match[str], today: date, near: date | None) -> Told | None:
    day = number(match["only"])
    if day is None or not 1 <= day <= 31:
        return None
    year, month = (near.year, near.month) if near is not None else (today.year, today.month)
    if near is None and day > today.day:
        year, month = _months_on(year, month, -1)
    return _day(match, _made(year, month, day), guessed=True)


_READ: dict[str, Callable[[re.Match[str], date, date | None], Told | None]] = {
    "lunar": _lunar,
    "digits": _digits,
    "full": _full,
    "month": _month,
    "week": _week,
    "near": _nearby,
    "ago": _ago,
    "feast": _feast,
    "year": _whole_year,
    "day": _only,
}


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(words: str, today: date) -> int:
    told = words.strip().rstrip("的").rstrip().rstrip("年").strip()
    if told in _YEARS or told == "上一":
        return today.year + _YEARS[told[:1] if told == "上一" else told]
    if told.isdecimal():
        year = int(told)
        return year if year > 99 else year + (2000 if year <= today.year % 100 + 5 else 1900)
    signs = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")} | {
        "〇": "0",
        "○": "0",
        "两": "2",
    }
    return int("".join(signs[sign] for sign in told))


def _latest_year(month: int, day: int, today: date) -> int:
    """The year of the latest such day that is not after today."""
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _latest(month: int, day: int, today: date) -> date | None:
    return _made(_latest_year(month, day, today), month, day) if 1 <= month <= 12 else None


def _months_on(year: int, month: int, by: int) -> tuple[int, int]:
    total = year * 12 + month - 1 + by
    return total // 12, total % 12 + 1


def _part(year: int, month: int, part: str | None) -> tuple[date, date]:
    end = calendar.monthrange(year, month)[1]
    word = (part or "").lstrip("月")[:1]
    first, last = {
        "上": (1, 10),
        "初": (1, 10),
        "中": (11, 20),
        "下": (21, end),
        "底": (21, end),
        "末": (21, end),
    }.get(word, (1, end))
    return date(year, month, first), date(year, month, last)


def _without_ranges(text: str, found: list[Told]) -> tuple[Told, ...]:
    """Two dates with 到 between them are how long something went on, not when it began to run."""
    drop = {n for n in range(len(found) - 1) if _RANGE.match(text[found[n].end : found[n + 1].start])}
    return tuple(_kept(found, drop))


def _kept(found: list[Told], drop: set[int]) -> Iterator[Told]:
    for n, told in enumerate(found):
        if n not in drop and n - 1 not in drop:
            yield told
