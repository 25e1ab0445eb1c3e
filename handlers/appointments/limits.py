"""How many days a resident says are left until a legal limit: a count, a named day or a date.

Only what the words hold is computed. Where a paper was served the shortest usual limits are assumed, since
the day is only used to let a person look in time: appeal 15 days, against a ruling 10 (民事诉讼法 171), suit
after an award 15 (劳动争议调解仲裁法 48, 50), review of a traffic finding 3 (道路交通事故处理程序规定 71).
"""

import re
from datetime import date, timedelta

_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_LIMIT = (
    r"(?:上诉|诉讼时效|时效|起诉(?:期|的?期限)|仲裁(?:期|时效|申请)|复议|法定期限|期限|截止|最后期限|举证|答辩|异议期?"
    r"|开庭|复核|申请执行|执行(?:期|时效)|听证|工伤认定)"
)
_OWN = (
    r"合同|租约|租期|房租|租金|保险|保修|质保|身份证|驾照|社保|保质期|贷款|信用卡|还款|网贷|花呗|工期|试用期"
    r"|会员|签证|护照"
)
"""Ends of private matters: no law lets them run out."""
_ENDS = r"(?:到期|过期|截止|期满|届满|到头|就过了?|就到了?|过时|最后一天|最后期限|就没了|失效|作废)"
_LEFT = re.compile(
    r"(?:还|只|就|仅|才)?(?:剩下?|有|差|余)(?:(?:不到|不足)(?P<week>一个?(?:周|星期|礼拜))"
    r"|(?:不到|不足|最多|大概|也就)?(?P<n>@n@)天(?!前|以?后[^就，]{0,3}[才再]))".replace("@n@", _N)
)
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6}
_NAMED = {"今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明日": 1, "明早": 1, "后天": 2, "大后天": 3}
_DAY = re.compile(
    r"(?P<named>大后天|今天|今晚|今日|明天|明日|明早|后天)"
    r"|(?P<week>这个?|本|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])"
    r"|(?:(?P<month>@n@)月)?(?P<day>@n@)[日号]".replace("@n@", _N)
)
_BODY = re.compile(r"法院|判|仲裁|裁决|裁定|复议|官司|起诉|认定书|决定书|打官司|传票|时效|期限")
_PAPER = re.compile(r"判决|裁定|裁决|认定书|责任认定|支付令")
_GOT = re.compile(r"收到|拿到|领到|领的|下来|出来|送达|到手|寄到|寄来|给的|给了|送来")
_GONE = re.compile(
    r"(?P<when>大前天|今天|今早|昨天|昨晚|前天)"
    r"|(?P<about>一个多(?:星期|礼拜|周)|一周多|十来天|十多天|十几天|半个月|两个?(?:周|星期|礼拜)"
    r"|一个?(?:周|星期|礼拜))"
    r"|(?<!还有)(?<!只剩)(?<!还剩)(?<!有)(?P<n>@n@)天(?!内|之内|上诉|以内|期|的?上诉)"
    r"|(?P<month>@n@)月(?P<day>@n@)[日号]".replace("@n@", _N)
)
_ABOUT = {"一个多": 9, "一周多": 9, "十来天": 10, "十多天": 11, "十几天": 12, "半个月": 15, "两": 14, "一": 7}
_LIMITS = {"判决": 15, "裁定": 10, "裁决": 15, "认定": 3, "责任": 3, "支付": 15}
_AGO = {"今天": 0, "今早": 0, "昨天": 1, "昨晚": 1, "前天": 2, "大前天": 3}
_AGREED = re.compile(
    r"我服|没意见|认了|(?:他|她|对方|公司|老板|就是|还是|一直|也)[^，？]{0,4}"
    r"(?:不给|不付|没给|没付|不还|不履行|不执行|不赔)"
)
"""Who agrees with what was decided, and only waits for the money, has no limit to keep here."""
_AGAINST = re.compile(r"不服|上诉|起诉|去法院|到法院|想告|不公|不认|复核|异议")
RED_WEEK = 6
"""Days that less than a week is taken for."""
_FAR = 400
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def days_left(plain: str, today: date) -> int | None:
    """Days until the legal limit that a text names; negative when it is over.

    Args: plain: cleaned, with ``，`` for every stop; today: in China.
    Returns: None when the text names no such limit.
    """
    found = [*_counted(plain), *_dated(plain, today), *_served(plain, today)]
    return min(found, key=lambda left: (left < 0, left)) if found else None


def _counted(plain: str) -> list[int]:
    """还有五天上诉期就到了."""
    return [
        RED_WEEK if match.group("week") else number(match.group("n"))
        for match in _LEFT.finditer(plain)
        if _about_limit(plain, _around(plain, match.start(), match.end()))
    ]


def _dated(plain: str, today: date) -> list[int]:
    """后天就是最后一天, 11月27号上诉期满."""
    found = []
    for match in _DAY.finditer(plain):
        around = _around(plain, match.start(), match.end(), before=8, after=12)
        if not _about_limit(plain, around):
            continue
        day = _day(match, today)
        if day is not None and abs((day - today).days) <= _FAR:
            found.append((day - today).days)
    return found


def _served(plain: str, today: date) -> list[int]:
    """判决书收到十二天了: the rest of the limit that runs from there."""
    if _AGREED.search(plain) and not _AGAINST.search(plain):
        return []
    found = []
    for paper in _PAPER.finditer(plain):
        around = _around(plain, paper.start(), paper.end(), before=16, after=16)
        gone = _GONE.search(around) if _GOT.search(around) else None
        days = _days_gone(gone, today) if gone else None
        if days is not None:
            found.append(_LIMITS[paper.group()[:2]] - days)
    return found


def _days_gone(gone: re.Match[str], today: date) -> int | None:
    groups = gone.groupdict()
    if groups["when"]:
        return _AGO[groups["when"]]
    if groups["about"]:
        return next(days for words, days in _ABOUT.items() if groups["about"].startswith(words))
    if groups["month"]:
        day = _on(number(groups["month"]), number(groups["day"]), today)
        return (today - day).days if day is not None and day <= today else None
    return number(groups["n"])


def _around(plain: str, start: int, end: int, *, before: int = 14, after: int = 14) -> str:
    return plain[max(0, start - before) : end + after]


def _about_limit(plain: str, around: str) -> bool:
    """Whether it is a legal limit that ends there: it is named, or the matter is before some body."""
    if re.search(_OWN, around):
        return False
    if re.search(_LIMIT, around):
        return True
    return bool(re.search(_ENDS, around)) and bool(_BODY.search(plain)) and not re.search(_OWN, plain)


def _day(match: re.Match[str], today: date) -> date | None:
    groups = match.groupdict()
    if groups["named"]:
        return today + timedelta(days=_NAMED[groups["named"]])
    if groups["weekday"]:
        ahead = _WEEKDAYS[groups["weekday"]] - today.weekday()
        if (groups["week"] or "").startswith("下") or (ahead < 0 and not groups["week"]):
            ahead += 7
        return today + timedelta(days=ahead)
    return _on(number(groups["month"] or str(today.month)), number(groups["day"]), today)


def _on(month: int, day: int, today: date) -> date | None:
    """A day of this year, or of the next where this year's is long over; None where there is none."""
    try:
        found = date(today.year, month, day)
    except ValueError:
        return None
    return found.replace(year=today.year + 1) if (found - today).days < -_FAR // 2 else found


def number(text: str) -> int:
    """A count below one hundred, in digits or Chinese: ``12``, ``十二``, ``二十``."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE.get(text[-1], 0)
    return (_CHINESE.get(tens[-1:], 1) if tens else 1) * 10 + (_CHINESE.get(ones, 0) if ones else 0)
