"""A time limit in words: from which day, how it was counted, the last day, what to do near it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.words import _
from handlers.consult.periods import period_words
from knowledge.counting import Counted, DaysOff
from knowledge.dates import Kind, Told
from knowledge.deadlines import Due, Late, countable, start_of, what_of
from knowledge.entry import Entry
from knowledge.naming import article_words

NEAR = 7
"""Days left below which a person is offered at once."""
_SATURDAY = 5
_LONG_OVER = 30
"""Days after which no day off can have moved the end so far."""
_WEEKDAYS = _("一二三四五六日")
_LATE = {
    Late.INTERRUPTED: _(
        "可能已过，但别自己放弃：期间催过他、他答应过还或还过一部分、起诉过或申请过调解的，一般从那时重新算"
        "（《民法典》第 195 条）；对方不提，法院也不会主动说过期（第 193 条）。"
    ),
    Late.LABOUR: _(
        "可能已过，但别自己放弃：期间向单位要过、向劳动监察等部门投诉过、单位答应过的，从那时重新算"
        "（《劳动争议调解仲裁法》第 27 条）。"
    ),
    Late.COURT: _(
        "可能已过，先别自己放弃：因为不可抗拒的事或其他正当理由耽误的，障碍消除后十日内可以申请顺延，由法院定"
        "（《民事诉讼法》第 86 条）。"
    ),
    Late.REVIEW: _(
        "可能已过，先别自己放弃：因不可抗力等正当理由耽误的，从障碍消除那天接着算；当时没告诉您可以复议和期限的，"
        "另有算法，最长一年（《行政复议法》第 20 条）。"
    ),
    Late.SUIT: _(
        "可能已过，先别自己放弃：不是您自己的原因耽误的时间不算在里面；别的特殊情况，障碍消除后十日内可以申请延长，"
        "由法院定（《行政诉讼法》第 48 条）。"
    ),
    Late.CRIMINAL: _(
        "可能已过，先别自己放弃：有正当理由耽误的，障碍消除后五日内可以申请继续，由法院定"
        "（《刑事诉讼法》第 106 条）。"
    ),
    Late.NOTHING: _("可能已过，先别自己放弃，能不能补救请工作人员看材料。"),
}


def day_words(day: date) -> str:
    """``2026 年 10 月 8 日（周四）``."""
    return _("{year} 年 {month} 月 {day} 日（周{weekday}）").format(
        year=day.year, month=day.month, day=day.day, weekday=_WEEKDAYS[day.weekday()]
    )


def plain_day(day: date) -> str:
    """``2026 年 10 月 8 日``."""
    return _("{year} 年 {month} 月 {day} 日").format(year=day.year, month=day.month, day=day.day)


def computed(
    entry: Entry, told: Told, dues: Sequence[Due], off: DaysOff, today: date, *, brief: bool = False
) -> list[str]:
    """The lines of one or several limits.

    Args: told: a day or a span; dues: at least one; brief: without what the law says for who is late.
    """
    lines = [_understood(told, today), *(_one(due, told, today) for due in dues)]
    lines += _days_off(dues, off, today)
    if told.kind is Kind.SPAN:
        lines.append(_("日子不准，先按早的那天办；告诉我准日子，我再数一遍。"))
    lines += _what_now(entry, dues, today, brief)
    lines.append(_("这是照您说的日子数的，请带上文书让工作人员核对。"))
    return lines


def left(dues: Iterable[Due], today: date) -> int:
    """Days until the first limit that is not over ends; below 0 when all are over."""
    days = [(due.ends - today).days for due in dues if due.ends is not None]
    ahead = [one for one in days if one >= 0]
    return min(ahead) if ahead else max(days, default=NEAR)


def not_a_day(told: Told) -> str:
    """What is said to words that name no day of the calendar."""
    if told.kind is Kind.LUNAR:
        return _("“{words}”是农历的日子或节，我不换算，怕算错。请告诉我公历是哪年几月几号。").format(
            words=told.words
        )
    return _("“{words}”这一天日历上没有，请再看看文书，告诉我是哪年几月几号。").format(words=told.words)


def far_ahead(told: Told) -> str:
    """What is said to a day that is far ahead."""
    return _("“{words}”还没到，是不是说错了？请再告诉我是哪年几月几号。").format(words=told.words)


def starts(entry: Entry) -> list[str]:
    """From which day each limit of an entry runs, for somebody who told another one, or none."""
    return [
        _("{what}：{period}，从{start}算起").format(
            what=what_of(limit), period=period_words(limit.period), start=start_of(limit)
        )
        for limit in countable(entry)[:4]
    ]


def tell_me(entry: Entry) -> str:
    """Asks for the day; empty where no limit of the entry runs from one."""
    limits = countable(entry)
    if not limits:
        return ""
    return _("告诉我{start}是哪年几月几号，我给您数出最后一天。").format(start=start_of(limits[0]))


# -- one limit ----------------------------------------------------------------------------------


def _understood(told: Told, today: date) -> str:
    assert told.first is not None
    assert told.last is not None
    if told.kind is Kind.SPAN:
        say = _("您说的“{words}”，是 {first}到 {last}之间。").format(
            words=told.words, first=plain_day(told.first), last=plain_day(told.last)
        )
    elif told.words:
        say = _("您说的“{words}”，我按 {day}算。").format(words=told.words, day=day_words(told.first))
    else:
        say = _("按您说的 {day}算。").format(day=day_words(told.first))
    if told.guessed:
        say += _("您没说全，我按最近的算；不是的话，请把年月日说全。")
    if told.first > today:
        say += _("这一天还没到，先按它数。")
    return say


def _one(due: Due, told: Told, today: date) -> str:
    start = start_of(due.limit)
    period = (
        _("{days} 个工作日内").format(days=due.working) if due.working else period_words(due.limit.period)
    )
    head = _("【{what}】{period}，从{start}算起（{article}）。").format(
        what=due.what, period=period, start=start, article=_named(due.limit.article)
    )
    if not due.sure:
        head += _("如果这天就是{start}：").format(start=start)
    if told.kind is Kind.SPAN:
        return head + _spanned(due, today)
    return head + _counted(due, due.early) + _remaining(due.early, today)


def _counted(due: Due, counted: Counted) -> str:
    if counted.counted is None:
        return _(
            "当天不算，{first}是第一天，只数工作日；数到的那一年放假安排我还没有，数不出哪一天，请问工作人员。"
        ).format(first=plain_day(counted.day_one))
    way = (
        _("只数工作日（{law}），") if due.working and due.law.by else _("只数工作日，") if due.working else ""
    )
    say = _("当天不算，{first}是第一天，{way}").format(
        first=plain_day(counted.day_one), way=way.format(law=_named(due.law.by)) if way else ""
    )
    if counted.last == counted.counted:
        return say + _("最后一天是 {last}").format(last=day_words(counted.counted))
    if counted.last is not None:
        return say + _("数到 {counted}，这天休息，顺延到 {last}（{law}）").format(
            counted=day_words(counted.counted), last=day_words(counted.last), law=_named(due.law.moves)
        )
    return say + _("数到 {counted}").format(counted=day_words(counted.counted))


def _remaining(counted: Counted, today: date) -> str:
    if counted.counted is None:
        return ""
    end = counted.last or counted.counted
    days = (end - today).days
    if days > 0:
        return _("，还有 {days} 天。").format(days=days)
    return _("，就是今天。") if not days else _("，按这个数已经过了。")


def _days_off(dues: Sequence[Due], off: DaysOff, today: date) -> list[str]:
    """What is not known about days off, and what no law says."""
    lines = []
    ends = [due.early for due in dues if due.early.counted is not None]
    near = [one for one in ends if one.counted and (one.counted - today).days > -_LONG_OVER]
    if any(one.last is None for one in near):
        lines.append(_("数到的那年，放假安排我还没有：那天要是放假，顺延到下一个工作日，到时请问我们。"))
    rests = [due.early.counted for due in dues if not due.law.moves and not due.working]
    if any(day is not None and (day - today).days > -_LONG_OVER and _rests(day, off) for day in rests):
        lines.append(_("最后一天碰上休息日，这部法没写能顺延，请提前办。"))
    return lines


def _rests(day: date, off: DaysOff) -> bool:
    works = off.works(day)
    return day.weekday() >= _SATURDAY if works is None else not works


def _spanned(due: Due, today: date) -> str:
    early, late = due.early.last or due.early.counted, due.late.last or due.late.counted
    if early is None or late is None:
        return _("数到的那一年放假安排我还没有，数不出哪一天，请问工作人员。")
    say = _("当天不算，从最早那天数，最后一天是 {early}；从最晚那天数，是 {late}").format(
        early=plain_day(early), late=plain_day(late)
    )
    if late < today:
        return say + _("，按这个数已经过了。")
    if early < today:
        return say + _("，过没过要看准日子。")
    return say + _("，最少还有 {days} 天。").format(days=(early - today).days)


def _what_now(entry: Entry, dues: Sequence[Due], today: date, brief: bool) -> list[str]:
    """What to do today when few days remain, or when it seems over."""
    lines = []
    over = [due for due in dues if due.ends is not None and due.ends < today]
    late = [Late.NOTHING] if brief and over else [due.law.late for due in over]
    lines += list(dict.fromkeys(_LATE[one] for one in late))[:2]
    days = left(dues, today)
    where = _("、").join(entry.full.where[:1])
    if 0 <= days < NEAR:
        lines.append(_("时间很紧，今天就去办，别等。"))
    if where and days < NEAR and not brief:
        lines.append(_("去哪办：{where}。").format(where=where.rstrip("。")))
    if days < NEAR:
        lines.append(_("现在就回复“找人”，请工作人员帮您看。"))
    return lines


def _named(article: str) -> str:
    law, _space, number = article.rpartition(" ")
    return _("《{law}》{article}").format(law=law, article=article_words(number)) if law else article


def soon(told: Told, today: date) -> bool:
    """Whether a told day may be meant, though it is ahead: a letter that comes next week."""
    return told.first is not None and told.first <= today + timedelta(days=60)
