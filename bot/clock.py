"""The time, passed in: UTC inside, China time at the edges."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; tests bring one that they can set."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        """Go forward by a timedelta given in keywords, as in ``move(minutes=31)``."""
        self.at += timedelta(**span)


def millis(at: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC of an aware instant: the form in which tables keep time."""
    return round(at.timestamp() * 1000)


def instant(ms: int) -> datetime:
    """The aware UTC instant of a count of milliseconds; the reverse of `millis`."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def in_china(at: datetime) -> datetime:
    """The same instant on a clock in China."""
    return at.astimezone(CHINA)
