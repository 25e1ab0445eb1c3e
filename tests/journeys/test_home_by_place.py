"""The home station by village, by location and in one's own words; the station's card."""

import pytest

from bot.clock import SetClock
from handlers.directory import stations
from handlers.directory.county import StationEntry, Village
from tests.support.service import Service

ASKED = "您平常去哪个司法所？\n1 城东司法所（城东街道）\n2 柳河司法所（柳河镇）\n3 石桥司法所（石桥乡）"
SURE = "以后就按{name}给您办，对吗？\n1 是\n2 不是，改一下"
BY_LIUHE = (34.0151, 112.4412)
LINKS = "\n地图：https://example.test/board/liuhe/map\n能办什么、今天谁在：https://example.test/board/liuhe"
CARD = (
    "柳河司法所（柳河镇）\n地址：柳河镇政府院内一楼\n电话：0379-0000 0002\n"
    "上班：周一到周五 8:30-12:00、14:00-17:30，节假日不上班。\n"
)


def homes(service: Service) -> list[str]:
    return [row[0] for row in service.rows("select station_id from home_station")]


async def test_a_village_said_out_of_the_blue_offers_its_station(service: Service) -> None:
    phone = service.phone()

    offered = await phone.says("我是柳河村的")
    kept = await phone.says("是")

    assert offered == "柳河村归柳河司法所管。村里的法律顾问每月第二个周三上午在村里。" + SURE.format(
        name="柳河司法所"
    )
    assert kept.startswith("记下了，您常去的是柳河司法所。")
    assert homes(service) == ["liuhe"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("南岭村", "石桥司法所"),
        ("南岭", "石桥司法所"),
        ("我家住石桥乡南岭村三组", "石桥司法所"),
        ("我是东岗社区的居民", ""),
        ("我在东岗社区那边", "城东司法所"),
        ("离石桥近", "石桥司法所"),
        ("柳河镇", "柳河司法所"),
        ("李家庄", "柳河司法所"),
        ("去柳河司法所", "柳河司法所"),
    ],
)
async def test_in_the_question_a_place_in_plain_words_is_understood(
    service: Service, words: str, name: str
) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    reply = await phone.says(words)

    assert reply.endswith(SURE.format(name=name) if name else ASKED)


@pytest.mark.parametrize("words", ["柳河村的王某借钱不还，我该怎么办？", "我想问柳河村征地补偿多少钱？"])
async def test_a_question_about_a_village_is_no_answer_to_the_question_for_the_station(
    service: Service, words: str
) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    reply = await phone.says(words)

    assert reply.endswith(ASKED)
    assert homes(service) == []


async def test_a_bare_village_outside_the_question_is_left_to_the_adviser(service: Service) -> None:
    assert "给您办，对吗" not in await service.phone().says("南岭村")


async def test_a_no_after_a_village_asks_for_the_station_from_all(service: Service) -> None:
    phone = service.phone()
    await phone.says("我是柳河村的")

    assert await phone.says("不是") == "好，那就改一下。\n" + ASKED
    assert await phone.says(
        "南岭村"
    ) == "南岭村归石桥司法所管。村里的法律顾问每月最后一个周五下午在村里。" + SURE.format(name="石桥司法所")


async def test_a_village_of_two_stations_asks_which(service: Service) -> None:
    county = [
        StationEntry("a", "东山司法所", "东山镇", "", villages=(Village("wang-a", "王庄村"),)),
        StationEntry("b", "西山司法所", "西山镇", "", villages=(Village("wang-b", "王庄村"),)),
        StationEntry("c", "北山司法所", "北山镇", ""),
    ]
    service.store.writer.do_now(stations.load_county, county)
    phone = service.phone()

    asked = await phone.says("我是王庄村的")
    one = await phone.says("2")

    assert asked == (
        "叫王庄村的地方不止一个。您平常去哪个司法所？\n1 东山司法所（东山镇）\n2 西山司法所（西山镇）"
    )
    assert one == SURE.format(name="西山司法所")


async def test_a_location_offers_the_nearest_station_and_names_the_distance(service: Service) -> None:
    phone = service.phone()

    offered = await phone.does("location", *BY_LIUHE, "柳河村")
    await phone.says("是")

    assert offered == "位置收到了。离您最近的是柳河司法所，直线约 2.1 公里。" + SURE.format(name="柳河司法所")
    assert homes(service) == ["liuhe"]


async def test_a_location_in_the_question_answers_it(service: Service) -> None:
    phone = service.phone()
    await phone.says("选司法所")

    offered = await phone.does("location", 33.95, 112.38, "南岭")
    no = await phone.says("2")

    assert offered.startswith("位置收到了。离您最近的是石桥司法所，直线约 0.9 公里。")
    assert no == "好，那就改一下。\n" + ASKED


async def test_a_location_far_away_says_that_it_is_far(service: Service) -> None:
    offered = await service.phone().does("location", 39.9, 116.4, "北京")

    assert "直线约 740 公里。有点远，您也许不在本县。" in offered


@pytest.mark.parametrize("place", [(0.0, 0.0), (91.0, 200.0)])
async def test_a_location_that_is_no_use_never_breaks(service: Service, place: tuple[float, float]) -> None:
    assert "位置收到了" in await service.phone().does("location", *place, "")


async def test_a_location_in_another_conversation_is_left_to_it(service: Service) -> None:
    phone = service.phone()
    await phone.says("评价")

    assert "给您办，对吗" not in await phone.does("location", *BY_LIUHE, "柳河村")


async def test_where_is_the_office_asks_once_for_the_station_and_shows_its_card(
    timed: Service, clock: SetClock
) -> None:
    phone = timed.phone()

    asked = await phone.says("司法所在哪？")
    sure = await phone.says("柳河村")
    first = await phone.says("是")
    clock.move(hours=3)  # 13:00 in China
    second = await phone.says("几点上班")
    clock.move(days=6)
    sunday = await phone.says("今天上班吗")

    assert asked == ASKED
    assert sure.endswith(SURE.format(name="柳河司法所"))
    assert first == "记下了，您常去的是柳河司法所。要换请回复“换司法所”。\n" + CARD + (
        "现在在上班，到 12:00。\n请注意：12月4日不办公。" + LINKS
    )
    assert second.endswith(CARD + "现在不上班，今天 14:00 上班。\n请注意：12月4日不办公。" + LINKS)
    assert "现在不上班，明天（周一）8:30 上班。" in sunday


async def test_the_card_says_why_a_station_is_closed_today(timed: Service, clock: SetClock) -> None:
    phone = timed.phone()
    for words in ("选司法所", "2", "是"):
        await phone.says(words)
    clock.move(days=11)  # 4 December, a Friday

    assert "今天不办公：全所下村开展宪法日宣传。现在不上班，12月7日（周一）8:30 上班。" in await phone.says(
        "司法所电话"
    )


async def test_beyond_the_table_of_holidays_no_opening_is_promised(timed: Service, clock: SetClock) -> None:
    phone = timed.phone()
    for words in ("选司法所", "2", "是"):
        await phone.says(words)
    clock.move(days=38, hours=10)  # 31 December, 20:00

    assert "下次哪天上班还没定，去之前请先打电话问一下。" in await phone.says("几点上班")
