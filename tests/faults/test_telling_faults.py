"""Telling residents under kills: whoever may have been told is called, and nothing is sent a second time."""

import asyncio

import pytest

from admin.sandbox.account import TEMPLATE
from admin.sandbox.sandbox import Sandbox
from admin.slices import listeners
from admin.store import Store, open_store
from bot.clock import SystemClock, millis
from bot.config import Account, Settings
from bot.wechat.models import Resident
from bot.work.facts import NoticesAnswered
from bot.work.failpoints import TELLING_POINTS
from bot.work.unit import Work
from handlers.appointments import calls, consent, stock
from handlers.appointments.models import Appointment
from handlers.appointments.telling_models import Telling
from handlers.directory import stations
from tests.handlers.booking import demo_supply
from tests.support import node as nodes
from tests.support.node import COUNTY, Node, Place, running, until

pytestmark = pytest.mark.faults
WHO = "oTold-1"
TWO_DAYS_MS = 2 * 86_400_000


def opened(place: Place) -> Store:
    """The store of a place, while no service has it."""
    settings = Settings(
        data_dir=place.folder,
        secret_key=nodes.SECRET,
        database_url=place.database_url,
        wechat=Account("oa", token="t"),
    )
    return open_store(settings, listeners=listeners())


def cancelled_by_staff(work: Work) -> None:
    """Somebody whose time in two days was cancelled, and who is to get a subscribe message now."""
    who = Resident(door="oa", mark="m1", openid=WHO, first_at=work.now_ms, last_at=work.now_ms)
    work.db.add(who)
    work.db.flush()
    begins = work.now_ms // 300_000 * 300_000 + TWO_DAYS_MS
    row = Appointment(
        kind="mediation",
        state="cancelled",
        service_id="mediation",
        post_id="liuhe-room",
        station_id="liuhe",
        begins=begins,
        ends=begins + 3_600_000,
        since=begins // 300_000,
        until=begins // 300_000 + 18,
        seats="",
        resident_id=who.id,
        whose="w",
        name="",
        phone="",
        matter="",
        address="",
        held_until=work.now_ms,
        made_at=work.now_ms,
        ended_at=work.now_ms,
    )
    work.db.add(row)
    work.db.flush()
    work.db.add(
        Telling(
            appointment_id=row.id,
            about="cancel",
            placed=0,
            state="notice",
            channel="notice",
            template=TEMPLATE.id,
            begins=begins,
            due_at=work.now_ms,
            made_at=work.now_ms,
        )
    )
    consent.answered(work, NoticesAnswered(who.id, accepted=(TEMPLATE.id, TEMPLATE.id, TEMPLATE.id)))


def prepare(place: Place, sandbox: Sandbox) -> None:
    """The phone has allowed three notices, and the platform knows of them."""
    store = opened(place)
    try:
        store.writer.do_now(stations.load_county, stations.read_county(COUNTY).stations)
        store.writer.do_now(stock.load_supply, demo_supply())
        store.writer.do_now(cancelled_by_staff)
    finally:
        store.close()
    sandbox.platform.touched("oa", WHO, None)
    for _one in range(3):
        sandbox.platform.consent("oa", WHO, TEMPLATE.id)


@pytest.mark.parametrize("step", TELLING_POINTS)
async def test_killed_while_a_notice_is_sent_somebody_calls_and_nothing_is_sent_again(
    place: Place, sandbox: Sandbox, step: str
) -> None:
    prepare(place, sandbox)
    node = Node(place)
    fields = " ".join(f"{value}:{name}" for value, name in TEMPLATE.fields)
    node.options["env"]["XIAOSI_WECHAT_NOTICES"] = f"cancel={TEMPLATE.id} {fields}"
    node.spawn(f"{step}:1")
    try:
        assert await until(lambda: node.ended, 120), f"{step} was not reached: {node.tail()}"
        async with running(node):
            await asyncio.sleep(5)  # two rounds: nothing more comes
    finally:
        node.kill()

    sent = [one.kind for one in sandbox.platform.sent if one.openid == WHO]
    store = opened(place)
    try:
        listed = store.reader.now(calls.due, ["liuhe"], millis(SystemClock().now()))
    finally:
        store.close()
    assert sent == (["notice"] if step == "telling_said" else [])
    assert [(line.about, line.maybe) for line in listed] == [("cancel", True)]
