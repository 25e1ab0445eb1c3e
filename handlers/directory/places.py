"""Which station is meant: by distance from a point, or by the name of a village, town or station."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from handlers.directory.county import StationCard

EARTH_KM = 6371.0
"""Mean radius; the flattening of the earth errs by less than half a percent."""
_LONGEST = 24
_SIGNS = re.compile(r"[\s，。！？、,.!?~～]+")
_I_AM = re.compile(r"^(?:我们?|俺们?|咱们?)(?:一?家)?(?:是|住在|住|在|就在|家在|家住在|家住|来自)")
_WHERE = re.compile(
    r"^(?:我们?|俺们?|咱们?)?(?:平时|平常|一般|就)?(?:一?家)?(?:是|住在|住|在|来自|离|去|到|找|选|要|用)?(?:的是)?"
)
_TAIL = re.compile(
    r"(?:村民小组|第?[一二三四五六七八九十0-9]+(?:组|队|社))?(?:这边|那边|这儿|那儿|这里|那里|附近|旁边|里|最近|近)?"
    r"(?:的人|的村民|村民|的|人)?(?:吧|呀|啊|哦|呢|了)?$"
)
_VILLAGE = ("村", "社区", "屯", "寨", "庄", "嘎查")
_TOWN = ("街道办事处", "街道", "镇", "乡")
_STATION = ("司法所",)


@dataclass(frozen=True)
class VillageAt:
    """A village with the station that serves it."""

    name: str
    station_id: str
    adviser_day: str = ""


@dataclass(frozen=True)
class Meant:
    """What a text means: stations, and the village when one was named.

    Several stations: places of the same name.
    """

    stations: tuple[str, ...]
    village: str = ""


def kilometres(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """The great-circle distance of two points given in degrees, in kilometres."""
    north, to_north = radians(latitude), radians(to_latitude)
    half_north = sin((to_north - north) / 2)
    half_east = sin(radians(to_longitude - longitude) / 2)
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half_north**2 + cos(north) * cos(to_north) * half_east**2)))


def nearest(stations: Iterable[StationCard], latitude: float, longitude: float) -> tuple[str, float] | None:
    """The id of the nearest station whose place is known, and how many kilometres away it is."""
    ways = [
        (kilometres(latitude, longitude, one.latitude, one.longitude), one.id)
        for one in stations
        if one.latitude is not None and one.longitude is not None
    ]
    if not ways:
        return None
    way, station = min(ways)
    return station, way


def point(latitude: str, longitude: str) -> tuple[float, float] | None:
    """A point from the texts of a message; None when it is no point on earth."""
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return None
    return found if abs(found[0]) <= 90 and abs(found[1]) <= 180 else None


def introduces(text: str) -> bool:
    """Whether a text begins as 我是柳河村的 or 我家住柳河镇 do and is as short.

    A bare name does not: outside a question it may be the beginning of anything.
    """
    return len(text) <= _LONGEST and _I_AM.match(_plain(text)) is not None


def meant(text: str, stations: Sequence[StationCard], villages: Sequence[VillageAt]) -> Meant | None:
    """What a text means as the answer to 'which station': a bare name, or one in a few plain words."""
    word = _plain(text)
    if not word or len(word) > _LONGEST:
        return None
    for core in dict.fromkeys((word, _TAIL.sub("", word), _WHERE.sub("", word), _stripped(word))):
        found = _named(core, stations, villages) if core else None
        if found:
            return found
    return None


def _stripped(word: str) -> str:
    return _TAIL.sub("", _WHERE.sub("", word))


def _named(core: str, stations: Sequence[StationCard], villages: Sequence[VillageAt]) -> Meant | None:
    towns = {one.id: one.town for one in stations}
    there = [
        one
        for one in villages
        if one.station_id in towns
        and core in {where + name for name in (one.name, _short(one.name, _VILLAGE))
                     for where in ("", *_spellings(towns[one.station_id], _TOWN))}
    ]  # fmt: skip
    exact = [one for one in there if core.endswith(one.name)] or there
    by_station = [
        one.id
        for one in stations
        if core in _spellings(one.name, _STATION) or core in _spellings(one.town, _TOWN)
    ]
    if exact and (not by_station or core.endswith(_VILLAGE)):
        return Meant(tuple(dict.fromkeys(one.station_id for one in exact)), exact[0].name)
    return Meant(tuple(by_station)) if by_station else None


def _spellings(name: str, ends: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((name, _short(name, ends))))


def _short(name: str, ends: tuple[str, ...]) -> str:
    """The name without its last word, where two characters are left."""
    for end in ends:
        if name.endswith(end) and len(name) - len(end) >= 2:
            return name.removesuffix(end)
    return name


def _plain(text: str) -> str:
    return _SIGNS.sub("", text)
