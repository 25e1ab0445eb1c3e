"""How a time limit is counted: which day is day one, which the last, and what a day off does to it.

The day itself is not counted (民法典 201, 民事诉讼法 85, 刑事诉讼法 105). A limit of months or years ends on
the corresponding day, or on the month's last day where there is none (民法典 202). Where the law says so, a
last day that is a day off moves to the next day that is none. Days off stand in a table; beyond it nothing is
moved.
"""

import calendar as months
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

_SATURDAY = 5
_PERIOD = re.compile(r"(\d+)([dwmy])")
_ALL = 1000
"""Working days that are counted at most: more are no limit of any law, but a slip of the pen."""


@dataclass(frozen=True)
class DaysOff:
    """What is known of days off.

    Attributes:
        special: days of the State Council's notices: True for a make-up work day, False for a holiday.
        years: those whose notice is known as a whole.
    """

    special: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def works(self, day: date) -> bool | None:
        """Whether a day is a working day; None in a year whose notice is not known."""
        if day.year not in self.years:
            return None
        return self.special.get(day, day.weekday() < _SATURDAY)


class Counted(NamedTuple):
    """A limit, counted.

    Attributes:
        start: the day from which it runs, not counted itself.
        day_one: the first day that counts.
        counted: the last day by counting alone; None where working days go beyond the table.
        last: the last day that holds; None where the table says nothing about ``counted``.
    """

    start: date
    day_one: date
    counted: date | None
    last: date | None


def is_counted(period: str) -> bool:
    """Whether a period such as ``30d`` or ``1y`` is one that this module counts."""
    return _PERIOD.fullmatch(period) is not None


def count(start: date, period: str, off: DaysOff, *, moves: bool) -> Counted:
    """Count calendar days, weeks, months or years.

    Args: start: not counted itself; period: like ``30d``, ``2w``, ``6m``, ``1y``; moves: whether the law
    moves a last day that is a day off. Raises: ValueError for another period.
    """
    found = _PERIOD.fullmatch(period)
    if not found:
        raise ValueError(f"period {period!r} cannot be counted")
    amount, unit = int(found.group(1)), found.group(2)
    if unit in "dw":
        end = start + timedelta(days=amount * (7 if unit == "w" else 1))
    else:
        end = _corresponding(start, amount * (12 if unit == "y" else 1))
    return Counted(start, start + timedelta(days=1), end, _moved(end, off) if moves else end)


def count_working(start: date, amount: int, off: DaysOff) -> Counted:
    """Count working days: the first after ``start`` is day one. Args: amount: 1 to 1000."""
    if not 1 <= amount <= _ALL:
        raise ValueError(f"{amount} working days cannot be counted")
    day, left, first = start, amount, None
    while left:
        day += timedelta(days=1)
        works = off.works(day)
        if works is None:
            return Counted(start, first or start + timedelta(days=1), None, None)
        if works:
            first = first or day
            left -= 1
    assert first is not None
    return Counted(start, first, day, day)


def _moved(day: date, off: DaysOff) -> date | None:
    """The day, or the first working day after it; None where that is not known."""
    works = off.works(day)
    while works is False:
        day += timedelta(days=1)
        works = off.works(day)
    return day if works else None


def _corresponding(start: date, by: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + by, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))
