"""What a county's file says, as plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class StationCard:
    """What others see of a station.

    Attributes: phone: the office's official number; latitude, longitude: degrees, None when unknown.
    """

    id: str
    name: str
    town: str
    address: str
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Shift:
    """Opening hours of a weekday without a break.

    Attributes: weekday: 0 for Monday; opens, closes: minutes since midnight in China; closes is the
    first minute that is no longer served.
    """

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Closure:
    """Days on which a station is closed for a reason of its own, first and last included."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Village:
    """A village that a station serves. ``adviser_day``: when its legal adviser is there, in words."""

    id: str
    name: str
    adviser_day: str = ""


@dataclass(frozen=True)
class StationEntry(StationCard):
    """A station with all that the file says of it."""

    shifts: tuple[Shift, ...] = ()
    closures: tuple[Closure, ...] = ()
    villages: tuple[Village, ...] = ()


@dataclass(frozen=True)
class County:
    """What a county's file says: its name and its stations."""

    name: str
    stations: tuple[StationEntry, ...]
