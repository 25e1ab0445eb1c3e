"""The way to a station: its address, its map and its public board, as links of the service itself."""

import aiohttp
import pytest

from tests.journeys.booking_desk import desk, neighbour, says_all, to_summary
from tests.journeys.test_my_bookings import books
from tests.support.service import Service

__all__ = ["desk"]
MAP = "地图：https://example.test/board/liuhe/map"


async def test_who_has_booked_gets_the_address_and_a_map(desk: Service) -> None:
    phone = await neighbour(desk)
    await to_summary(phone, pick="2")

    told = await phone.hears("确认")
    mine = await phone.hears("我的预约")

    assert "柳河镇政府院内一楼" in told
    assert MAP in told.split("\n")
    assert "柳河镇政府院内一楼" in mine
    assert MAP in mine.split("\n")


async def test_a_moved_time_says_the_way_again(desk: Service) -> None:
    phone = await neighbour(desk)
    books(desk)

    told = await says_all(phone, "改时间", "2")

    assert MAP in told.split("\n")


@pytest.mark.parametrize("word", ["电话", "上门", "服务车"])
async def test_no_map_is_given_where_nobody_goes_to_the_station(desk: Service, word: str) -> None:
    phone = await neighbour(desk)
    lines = {
        "电话": ("约律师", "离婚时房子怎么分", "1", "王秀英 13800001234", "换个地方", "电话咨询", "1"),
        "上门": ("上门", "老人想立遗嘱", "1", "王秀英 13800001234", "柳河村二组 8 号", "1"),
        "服务车": ("预约服务车", "问问土地承包", "1", "王秀英 13800001234", "1", "1"),
    }[word]

    told = await says_all(phone, *lines, "确认")

    assert told.startswith("约好了。")
    assert "地图" not in told


async def test_without_coordinates_there_is_the_address_alone(desk: Service) -> None:
    phone = await neighbour(desk)
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql("update station set latitude = null, longitude = null")
        connection.exec_driver_sql("update revision set count = count + 1")
    await to_summary(phone, pick="2")

    told = await phone.hears("确认")

    assert "柳河镇政府院内一楼" in told
    assert "地图" not in told


async def test_the_map_of_a_station_opens_by_a_public_address_without_a_key(desk: Service) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{desk.base}/board/liuhe/map", allow_redirects=False) as answer:
            where, status = answer.headers["Location"], answer.status
        async with session.get(f"{desk.base}/board/nowhere/map", allow_redirects=False) as answer:
            unknown = answer.status

    assert (status, unknown) == (302, 404)
    assert where.startswith("https://apis.map.qq.com/uri/v1/marker?marker=coord:34.0098,112.4196;title:")
    assert "key=" not in where


async def test_the_public_board_leads_to_the_map(desk: Service) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{desk.base}/board/liuhe") as answer:
        text = await answer.text()

    assert 'href="/board/liuhe/map">看地图</a>' in text


async def test_where_a_station_is_and_when_it_is_open_comes_with_its_public_board(desk: Service) -> None:
    phone = await neighbour(desk)

    told = await phone.hears("司法所几点上班")

    assert "上班：" in told
    assert MAP in told.split("\n")
    assert "能办什么、今天谁在：https://example.test/board/liuhe" in told.split("\n")
