"""Telling staff under faults: killed, two nodes at once, the database away: told, and never twice."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from admin.console import people
from admin.sandbox import messages
from admin.sandbox.messages import Lines
from admin.sandbox.sandbox import Sandbox
from admin.store import open_store
from bot.clock import SystemClock
from bot.config import Account, Settings
from bot.work.failpoints import ALERT_POINTS
from handlers.alerts import binding
from tests.alerts.receivers import PHONE, SECRET, Receiver, alerting, clerk, cried, receiving, told, told_by
from tests.alerts.receivers import until as comes
from tests.faults.settling import locked
from tests.support import node as nodes
from tests.support import servers
from tests.support.node import Node, Place, running, until

pytestmark = pytest.mark.faults


@asynccontextmanager
async def outside(*at: Node) -> AsyncIterator[Receiver]:
    """A robot and a gateway that these nodes call."""
    async with receiving() as (receiver, root):
        for one in at:
            one.options["env"] |= {
                "XIAOSI_WECOM_ROBOT_URL": f"{root}/robot",
                "XIAOSI_SMS_URL": f"{root}/sms",
                "XIAOSI_SMS_SECRET": SECRET,
            }
        yield receiver


def county_admin(place: Place) -> None:
    """Somebody of the county, with a phone: whatever the hour, danger comes to them."""
    settings = Settings(
        data_dir=place.folder,
        secret_key=nodes.SECRET,
        database_url=place.database_url,
        wechat=Account("oa", token="t"),
    )
    store = open_store(settings)
    try:
        staff = store.writer.do_now(people.add, "t001", "陈敏", "no password", None, "county_admin")
        store.writer.do_now(binding.set_phone, staff, PHONE)
    finally:
        store.close()


def _states(place: Place, channel: str) -> list[Any]:
    with sqlite3.connect(f"file:{place.folder / 'xiaosi.db'}?mode=ro", uri=True) as connection:
        return connection.execute(
            "select state from alert where channel = ? order by id", (channel,)
        ).fetchall()


@pytest.mark.parametrize("step", ALERT_POINTS)
async def test_killed_in_the_middle_of_a_call_the_next_channel_is_used(
    sqlite_place: Place, sandbox: Sandbox, step: str
) -> None:
    node = Node(sqlite_place)
    county_admin(sqlite_place)
    pusher = node.pushers()["oa"]
    push = messages.text(
        Lines(sqlite_place.credentials.oa.original_id, SystemClock()).next("oKills-1"), "我不想活了"
    )
    async with outside(node) as receiver:
        node.spawn(f"{step}:1")
        try:
            await node.up()
            await pusher.deliver(push)
            assert await until(lambda: node.ended, 60), f"{step} was not reached: {node.tail()}"
            async with running(node):
                assert await until(lambda: len(receiver.got["sms"]) == 1, 120), node.tail()
                await asyncio.sleep(1.5)  # nothing more comes
        finally:
            node.kill()
            await pusher.close()

    assert len(receiver.got["robot"]) == (1 if step == "alert_said" else 0)
    assert len(receiver.got["sms"]) == 1
    assert _states(sqlite_place, "robot") == [("unknown",)]


@pytest.mark.servers
async def test_two_nodes_tell_once(
    tmp_path: Path, sandbox: Sandbox, postgres_server: servers.Postgres
) -> None:
    with postgres_server.database(nodes.adopted(postgres_server)) as url:
        places = [
            Place(tmp_path / name, sandbox.credentials, sandbox.api_base, url) for name in ("one", "two")
        ]
        for place in places:
            place.prepare()
        county_admin(places[0])
        both = [Node(place) for place in places]
        pushers = [node.pushers()["oa"] for node in both]
        lines = Lines(places[0].credentials.oa.original_id, SystemClock())
        async with outside(*both) as receiver, running(*both):
            pushes = [messages.text(lines.next(f"oTwo-{number:02d}"), "我不想活了") for number in range(12)]
            await asyncio.gather(*(pushers[number % 2].deliver(push) for number, push in enumerate(pushes)))
            assert await until(lambda: len(receiver.got["robot"]) >= 12, 120), both[0].tail()
            await asyncio.sleep(2)  # nothing more comes
        for one in pushers:
            await one.close()

    assert set(Counter(receiver.said()).values()) == {1}
    assert len(receiver.said()) == 12


async def test_the_database_goes_away_during_a_call(tmp_path: Path, template_db: Path) -> None:
    async with alerting(tmp_path, template_db, "robot") as (service, receiver):
        clerk(service, role="county_admin", station=None)
        receiver.pause = 1.0
        await cried(service)
        await comes(lambda: len(receiver.got["robot"]) == 1)
        async with locked(tmp_path / "xiaosi.db"):
            await asyncio.sleep(4)
        await told_by(service, "robot")

        assert len(receiver.got["robot"]) == 1
        assert [one[3] for one in told(service) if one[1] == "robot"] == ["sent"]


async def test_danger_while_the_database_is_away_is_told_to_the_group(
    tmp_path: Path, template_db: Path
) -> None:
    async with alerting(tmp_path, template_db, "robot") as (service, receiver):
        clerk(service, role="county_admin", station=None)
        async with locked(tmp_path / "xiaosi.db"):
            await cried(service)
            await comes(lambda: len(receiver.got["robot"]) == 1)
            await cried(service, "oTest-resident-2")
            during = receiver.said()
        await told_by(service, "robot")

        assert len(during) == 1
        assert "系统这会儿存不进去" in during[0]
        assert "R-0001" in receiver.said()[1]
