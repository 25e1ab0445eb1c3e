"""A day or time in a resident's own words, as an answer or in the middle of what they say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.words import _

NOON = 12
_NUMERALS = "一二三四五六日天"
_AFTERNOON = ("下午", "后晌", "下半天", "晚上")
MOMENT = (
    r"(?P<day>今[天日]|明[天日]|后[天日]|大后天|下下?(?:个)?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|(?:这|本)?(?:个)?(?:周|星期|礼拜)[一二三四五六日天]|(?:\d{1,2}月)?\d{1,2}[号日])?(?:的)?"
    r"(?P<half>上午|早上|早晨|前晌|上半天|中午|下午|后晌|下半天|晚上)?(?:的)?"
    r"(?:(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,2})(?:点钟?|[:：])(?P<minute>半|\d{1,2})?分?)?"
)
"""Day, half of the day and hour; each may be missing."""
_MOMENT = re.compile(MOMENT)
_SIGN = re.compile(
    r"[今明后][天日]|[周期拜][一二三四五六日天]|\d[号日]|[早晚]上|早晨|[上下中]午|[前后]晌|[上下]半天"
    r"|[\d一二两三四五六七八九十][点:：]"
)
"""No moment that tells anything is without one of these; most messages are."""
_FREE = (
    r"(?:我|俺|才|都|就|倒|也|只)*(?:有空|有时间|得空|没事|休息|歇班|放假|方便|合适|能来|能去|能过|可以来|可以去|可以过|有闲"
    r"|过去|过来|去所里|去司法所|去你们|来所里|来司法所|来谈|去谈|行不行|行吗|可以吗|好不好|见面)"
)
_AFTER = re.compile(_FREE)
_BEFORE = re.compile(
    r"(?:最好|希望|尽量|想|想在|想约在?|约在?|预约|约|安排在?|定在?|有空的时间是?|有空是|方便的时间是?|时间)[是:：]?$"
)
_IDLE = re.compile(r"(?:我|俺)?(?:只有|只)?(?:才|都|就)?(?:有空|有时间|得空|方便|没事|休息|歇班)[，,。]?")
_OVER = re.compile(r"(?:上个?|前)(?:周|星期|礼拜|天|月)|昨[天日]|去年")
_CHINESE = {
    word: n for n, word in enumerate(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十"), 1)
} | {
    "两": 2,
    "十一": 11,
    "十二": 12,
}


@dataclass(frozen=True)
class Whenever:
    """A time that is wished; what was not said is None. Attributes: clock: hour and minute in China."""

    day: date | None
    afternoon: bool | None
    clock: tuple[int, int] | None

    def suits(self, begins: datetime) -> bool:
        """Whether a time in China is such a one."""
        if self.day is not None and begins.date() != self.day:
            return False
        if self.clock is not None:
            return (begins.hour, begins.minute) == self.clock
        return self.afternoon is None or (begins.hour >= NOON) == self.afternoon

    def kept(self) -> dict[str, Any]:
        """As plain values, for a conversation. See `of`."""
        day = self.day.isoformat() if self.day else None
        return {"day": day, "afternoon": self.afternoon, "clock": list(self.clock) if self.clock else None}

    def words(self) -> str:
        """As it is said back: 11月26日上午 10:30."""
        day = _("{month}月{day}日").format(month=self.day.month, day=self.day.day) if self.day else ""
        if self.clock is not None:
            return f"{day} {self.clock[0]}:{self.clock[1]:02}".strip()
        half = "" if self.afternoon is None else _("下午") if self.afternoon else _("上午")
        return day + half


def of(kept: Mapping[str, Any] | None) -> Whenever | None:
    """What `Whenever.kept` gave; None for nothing."""
    if not kept:
        return None
    day, clock = kept["day"], kept["clock"]
    return Whenever(
        date.fromisoformat(day) if day else None,
        kept["afternoon"],
        (int(clock[0]), int(clock[1])) if clock else None,
    )


def read(found: re.Match[str], today: date) -> Whenever | None:
    """What a match of `MOMENT` says; None where it says nothing, or a day that there is not."""
    if not (found["day"] or found["half"] or found["hour"]):
        return None
    half = found["half"]
    afternoon = None if half in (None, "中午") else half in _AFTERNOON
    day = _day(found["day"], today) if found["day"] else None
    clock = _clock(found["hour"], found["minute"], afternoon)
    if (found["day"] and day is None) or (clock and not (clock[0] < 24 and clock[1] < 60)):
        return None
    return Whenever(day, afternoon, clock)


def wished_in(text: str, today: date) -> Whenever | None:
    """A time that somebody says they could come, or would like: 我周三上午有空, 最好明天下午.

    Days on which something else happened or will happen, such as a trial, are none of these.
    """
    if _SIGN.search(text) is None:
        return None
    said = "".join(text.split())
    for found in _MOMENT.finditer(said):
        if not _tells(found) or _OVER.search(said[: found.end()]):
            continue
        if _AFTER.match(said, found.end()) or _BEFORE.search(said[: found.start()]):
            return read(found, today)
    return None


def taken_out(text: str) -> tuple[str, re.Match[str] | None]:
    """A short text without the time in it, and the time: 下周三上午想约个调解 is 想约个调解."""
    said = "".join(text.split())
    found = None
    if _SIGN.search(said):
        found = next((one for one in _MOMENT.finditer(said) if _tells(one)), None)
    if found is None:
        return said, None
    rest = _IDLE.sub("", said[: found.start()] + said[found.end() :]).strip("，,。")
    return rest, found


def _tells(found: re.Match[str]) -> bool:
    """A day, half a day or an hour; 早一点 is none."""
    return bool(found["day"] or found["half"] or (found["hour"] and found["hour"] != "一"))


def _clock(hour: str | None, minute: str | None, afternoon: bool | None) -> tuple[int, int] | None:
    if hour is None:
        return None
    number = int(hour) if hour.isdigit() else _CHINESE.get(hour, 0)
    if number < 7 or (afternoon and number < NOON):  # no office is open at two in the night
        number += NOON
    return number, 30 if minute == "半" else int(minute or 0)


def _day(word: str, today: date) -> date | None:
    near = {"今": 0, "明": 1, "后": 2, "大": 3}.get(word[0])
    if near is not None:
        return today + timedelta(days=near)
    if any(week in word for week in ("周", "星期", "礼拜")):
        number = min(_NUMERALS.index(word[-1]), 6)
        weeks = len(re.match(r"下*", word)[0])  # type: ignore[index]
        day = today - timedelta(days=today.weekday()) + timedelta(days=number, weeks=weeks)
        return day if weeks or day >= today else day + timedelta(weeks=1)
    month, _mark, number_of_day = word[:-1].rpartition("月")
    return _dated(today, int(month) if month else None, int(number_of_day))


def _dated(today: date, month: int | None, day: int) -> date | None:
    """The next such day; None where there is none in the next two months."""
    for ahead in range(62):
        found = today + timedelta(days=ahead)
        if found.day == day and month in (None, found.month):
            return found
    return None
