"""Which station is meant: by distance, and by names in plain words."""

import pytest

from handlers.directory.county import StationCard
from handlers.directory.places import Meant, VillageAt, introduces, kilometres, meant, nearest, point

STATIONS = [
    StationCard("liuhe", "柳河司法所", "柳河镇", "", "", 34.0, 112.4),
    StationCard("shiqiao", "石桥司法所", "石桥乡", "", "", 33.9, 112.4),
    StationCard("chengdong", "城东司法所", "城东街道", ""),
]
VILLAGES = [
    VillageAt("柳河村", "liuhe"),
    VillageAt("李家庄村", "liuhe"),
    VillageAt("文化路社区", "chengdong"),
    VillageAt("王庄村", "liuhe"),
    VillageAt("王庄村", "shiqiao"),
    VillageAt("旧村", "gone"),
]


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ((39.9042, 116.4074), (31.2304, 121.4737), 1067.3),  # Beijing to Shanghai
        ((34.0, 112.4), (34.0, 112.4), 0.0),
        ((0.0, 0.0), (0.0, 180.0), 20015.1),  # half the way round
        ((0.0, 179.9), (0.0, -179.9), 22.2),  # over the date line
    ],
)
def test_distances_are_great_circles(a: tuple[float, float], b: tuple[float, float], km: float) -> None:
    assert kilometres(*a, *b) == pytest.approx(km, abs=0.6)


def test_the_nearest_station_is_one_whose_place_is_known() -> None:
    found = nearest(STATIONS, 33.92, 112.4)

    assert found is not None
    assert (found[0], round(found[1], 1)) == ("shiqiao", 2.2)
    assert nearest(STATIONS[2:], 33.92, 112.4) is None


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        (("34.5", "112.4"), (34.5, 112.4)),
        (("", ""), None),
        (("91", "0"), None),
        (("nan", "1"), None),
        (("x", "1"), None),
    ],
)
def test_a_point_is_a_point_on_earth(pair: tuple[str, str], found: tuple[float, float] | None) -> None:
    assert point(*pair) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("柳河村", Meant(("liuhe",), "柳河村")),
        ("我是柳河村的", Meant(("liuhe",), "柳河村")),
        ("我们家住在柳河镇柳河村三组", Meant(("liuhe",), "柳河村")),
        ("俺是李家庄的人。", Meant(("liuhe",), "李家庄村")),
        ("文化路社区那边", Meant(("chengdong",), "文化路社区")),
        ("柳河", Meant(("liuhe",))),
        ("柳河镇的", Meant(("liuhe",))),
        ("去 石桥司法所 吧", Meant(("shiqiao",))),
        ("城东", Meant(("chengdong",))),
        ("王庄村", Meant(("liuhe", "shiqiao"), "王庄村")),
        ("石桥乡王庄村", Meant(("shiqiao",), "王庄村")),
        ("旧村", None),
        ("柳河村的王某欠我钱", None),
        ("柳", None),
        ("我是", None),
        ("的", None),
        ("", None),
        ("我想问问柳河村的地怎么补偿的这件事情到底该找谁", None),
    ],
)
def test_a_place_is_understood_only_when_nothing_else_is_said(text: str, found: Meant | None) -> None:
    assert meant(text, STATIONS, VILLAGES) == found


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("我是柳河村的", True),
        ("我家住柳河镇", True),
        ("俺们在南岭", True),
        ("柳河村", False),
        ("老板欠工资怎么办", False),
        ("我是柳河村的，" + "去年借给邻居两万块钱一直没有还，想问问怎么办", False),
    ],
)
def test_only_a_short_introduction_is_looked_up(text: str, does: bool) -> None:
    assert introduces(text) is does
