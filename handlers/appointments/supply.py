"""The supply as plain values: services, the posts that offer them, and the times of each post."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from handlers.directory.county import Closure, Shift

KINDS = ("mediation", "legal_aid", "lawyer", "adviser", "home", "car")
"""人民调解, 法律援助受理, 值班律师, 村（社区）法律顾问, 上门服务, 法律服务车: one open booking of each."""
FORMS = ("office", "phone", "video", "home", "stop")
"""来所里, 电话, 视频, 上门, 到村里的点（服务车、顾问）."""
LAST = -1
_WEEK = 7


@dataclass(frozen=True)
class Service:
    """What can be booked.

    Attributes: kind: of `KINDS`; form: of `FORMS`; minutes: length; after: minutes kept free after it;
    step: minutes between starts, from the beginning of a shift; people: seats that it takes; horizon: days
    ahead; notice: least minutes from now; papers: what to bring.
    """

    id: str
    kind: str
    name: str
    form: str
    minutes: int
    after: int = 0
    step: int = 30
    people: int = 1
    horizon: int = 30
    notice: int = 0
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Times:
    """A time at which a post receives: each week, in a certain week of each month, or on one day.

    Attributes: weekday: 0 for Monday, also of ``day``; week: the how-manieth such weekday of the month, -1
    the last, None each week; opens, closes: minutes since midnight in China.
    """

    weekday: int
    opens: int
    closes: int
    week: int | None = None
    day: date | None = None

    @property
    def weekly(self) -> bool:
        """Whether it is each week."""
        return self.week is None and self.day is None

    def falls_on(self, day: date) -> bool:
        """Whether a day that is no make-up work day has this time."""
        if self.day is not None:
            return self.day == day
        if self.weekday != day.weekday():
            return False
        if self.week is None:
            return True
        if self.week == LAST:
            return (day + timedelta(days=_WEEK)).month != day.month
        return (day.day - 1) // _WEEK + 1 == self.week

    def may_meet(self, other: "Times") -> bool:
        """Whether there may be a day on which both run at the same minute."""
        if not (self.opens < other.closes and other.opens < self.closes) or self.weekday != other.weekday:
            return False
        for one, two in ((self, other), (other, self)):
            if one.day is not None:
                return two.falls_on(one.day)
        weeks = {self.week, other.week}
        return None in weeks or len(weeks) == 1 or weeks == {LAST, 4}


@dataclass(frozen=True)
class Seat:
    """One person, or one numbered place, that a post can give to one appointment at a time.

    Its key is the same at every post at which the same person or car receives.
    """

    key: str

    @property
    def login(self) -> str | None:
        """The work number of the person, None for a numbered place."""
        return self.key[1:] if self.key.startswith("@") else None


@dataclass(frozen=True)
class Post:
    """Who or what receives people: a room, a line, a lawyer on duty, a stop of a car.

    Attributes: station_id: whose list it is on; village_id: where a stop is, None for a post at a station;
    guest: somebody from outside who receives, without an account.
    """

    id: str
    station_id: str
    village_id: str | None
    name: str
    place: str
    guest: str = field(repr=False)
    services: tuple[str, ...]
    seats: tuple[Seat, ...]
    times: tuple[Times, ...]
    closures: tuple[Closure, ...] = ()

    @property
    def stop(self) -> bool:
        """Whether it is a stop in a village: the hours of the station do not bind it."""
        return self.village_id is not None


@dataclass(frozen=True)
class Supply:
    """All services and posts, in the order of the county's file."""

    services: tuple[Service, ...] = ()
    posts: tuple[Post, ...] = ()

    @cached_property
    def by_service(self) -> Mapping[str, Service]:
        """Services by id."""
        return {one.id: one for one in self.services}

    @cached_property
    def by_post(self) -> Mapping[str, Post]:
        """Posts by id."""
        return {one.id: one for one in self.posts}

    @cached_property
    def sharing(self) -> Mapping[str, frozenset[str]]:
        """The posts by seat: whoever receives at two posts is taken at both."""
        found: dict[str, set[str]] = {}
        for post in self.posts:
            for seat in post.seats:
                found.setdefault(seat.key, set()).add(post.id)
        return {key: frozenset(posts) for key, posts in found.items()}

    def offering(self, kind: str) -> list[tuple[Service, Post]]:
        """Who offers a kind, in the order of the file."""
        found = {one.id: one for one in self.services if one.kind == kind}
        return [(found[ident], post) for post in self.posts for ident in post.services if ident in found]


def weekly(shifts: tuple[Shift, ...]) -> tuple[Times, ...]:
    """The hours of a station as times of a post."""
    return tuple(Times(one.weekday, one.opens, one.closes) for one in shifts)
