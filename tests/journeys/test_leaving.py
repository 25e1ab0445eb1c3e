"""Leaving the account erases what may go; an open matter keeps what it needs."""

from admin.housekeeping import Housekeeping
from admin.sandbox import events
from admin.slices import SLICES
from bot.wechat import erasure
from tests.support.service import Phone, Service


async def leaves(service: Service, phone: Phone) -> None:
    await service.sandbox.push("oa", events.unsubscribe(service.lines.next(phone.who)))


async def erase(service: Service) -> None:
    keeping = Housekeeping(service.store, None, None, SLICES, lambda: None)  # type: ignore[arg-type]
    await keeping.erase()


def held(service: Service, table: str, column: str) -> int:
    return int(service.rows(f"select count(*) from {table} where {column} is not null")[0][0])


async def test_who_leaves_is_forgotten(service: Service) -> None:
    phone = service.phone()
    for words in ("选司法所", "1", "是", "法律援助几天给答复？"):
        await phone.says(words)

    await leaves(service, phone)
    await erase(service)

    left = [
        held(service, "inbox", "body"),
        held(service, "inbox", "reply"),
        held(service, "resident", "openid"),
        held(service, "resident", "context"),
        held(service, "home_station", "station_id"),
        held(service, "conversation", "answers"),
        held(service, "act_done", "result"),
    ]
    assert left == [0] * 7
    assert held(service, "inbox", "mark") == 5


async def test_who_follows_again_begins_anew(service: Service) -> None:
    phone = service.phone()
    await phone.says("你好")
    await leaves(service, phone)
    await erase(service)

    welcome = await service.sandbox.push("oa", events.subscribe(service.lines.next(phone.who)))

    assert "小司" in welcome.text
    assert len(service.rows("select id from resident")) == 2


async def test_an_open_danger_keeps_its_words_for_staff_but_not_the_account(service: Service) -> None:
    phone = service.phone()
    await phone.says("你好")
    await phone.says("我不想活了")

    await leaves(service, phone)
    await erase(service)

    bodies = service.rows("select kind, body is not null from inbox order by id")
    assert [bool(row[1]) for row in bodies] == [False, True, False]
    assert held(service, "resident", "openid") == 0


async def test_a_withdrawn_right_to_the_place_deletes_the_places(service: Service) -> None:
    phone = service.phone()
    await phone.does("location", 34.0, 112.0, "柳河村三组")
    await phone.says("你好")

    revoke = events.person_changed(
        service.lines.next(phone.who), "user_authorization_revoke", "wx1", revoked="206"
    )
    await service.sandbox.push("oa", revoke)

    kept = {row[0]: bool(row[1]) for row in service.rows("select kind, body is not null from inbox")}
    assert (kept["location"], kept["text"]) == (False, True)


async def test_old_texts_go_after_the_retention(service: Service) -> None:
    await service.phone().says("你好")

    changed = await service.store.writer.do(erasure.expire, 2**60)

    assert changed == 1
    assert held(service, "inbox", "body") == 0
