"""The sender against a platform with faults: each message ends sent, kept or dropped, with a reason."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from bot.clock import millis
from bot.wechat import delivery
from bot.wechat.gateway import SEND
from bot.wechat.models import Outbox, Resident
from bot.wechat.outbound_models import AccountRight, ApiStop
from bot.wechat.outbox import mark_shown
from bot.wechat.rights import regain_right
from bot.work.unit import Work
from tests.support.child import free_port
from tests.wechat.cell import NOON, SECRET, Cell, open_cell

MOUTH = "请先写下事情的经过。"


@pytest.fixture
async def cell(tmp_path: Path) -> AsyncIterator[Cell]:
    async with open_cell(tmp_path) as opened:
        yield opened


async def test_a_message_is_pushed_once_and_its_row_says_so(cell: Cell) -> None:
    cell.put(cell.resident(), MOUTH)

    await cell.sender()

    assert await cell.settled() == [("sent", "taken by the platform")]
    assert cell.said() == [MOUTH]
    assert cell.look(Resident)[0].said_left == 4


async def test_what_became_of_messages_is_counted(cell: Cell) -> None:
    before = _counted()
    cell.put(cell.resident("wang"))
    cell.put(cell.resident("li", said=0))
    cell.put(cell.resident("zhao"))
    cell.fault("errcode", 43004)

    await cell.sender()
    await cell.settled()
    await cell.senders[0].stop()

    assert [now - then for now, then in zip(_counted(), before, strict=True)] == [1, 1, 1, 1, 1]


def _counted() -> list[float]:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    return [
        value("xiaosi_push_sent_total", door="oa"),
        value("xiaosi_push_refused_total", door="oa", code="43004"),
        value("xiaosi_push_ended_total", state="kept"),
        value("xiaosi_token_fetches_total", door="oa"),
        value("xiaosi_push_seconds_count"),
    ]


async def test_poking_saves_the_wait(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.wechat.sender.POLL_S", 3600.0)
    resident = cell.resident()
    sender = await cell.sender()
    await asyncio.sleep(0.05)  # it has looked and found nothing

    cell.put(resident)
    sender.poke()

    assert await cell.settled() == [("sent", "taken by the platform")]


async def test_messages_of_one_resident_go_in_order_and_never_two_at_once(cell: Cell) -> None:
    wang, li = cell.resident("wang"), cell.resident("li")
    for number in range(5):
        cell.put(wang, f"王{number}")
        cell.put(li, f"李{number}")
    cell.fault("slow", 0.001, times=4)

    await cell.sender()
    await cell.settled()

    assert [text for text in cell.said() if "王" in text] == [f"王{number}" for number in range(5)]
    assert [text for text in cell.said() if "李" in text] == [f"李{number}" for number in range(5)]


async def test_an_older_message_that_waits_holds_the_newer_one(cell: Cell) -> None:
    resident = cell.resident()
    cell.put(resident, "一")
    cell.put(resident, "二")
    cell.fault("errcode", -1)

    await cell.sender()
    await cell.settled()
    before = cell.said()
    await cell.passes(seconds=4)

    assert before == []
    assert cell.said() == ["一", "二"]


async def test_a_message_for_a_later_day_holds_nothing(cell: Cell) -> None:
    resident = cell.resident()
    cell.put(resident, "明天", due_ms=millis(NOON) + 24 * 3600_000)
    cell.put(resident, "今天")

    await cell.sender()
    await cell.settled()

    assert cell.said() == ["今天"]
    assert cell.rows()[0] == ("created", None)


async def test_a_busy_platform_is_asked_three_times_in_all(cell: Cell) -> None:
    cell.put(cell.resident())
    cell.fault("errcode", -1, times=None)
    await cell.sender()

    for _ in range(6):
        await cell.passes(seconds=10)

    [(state, reason)] = cell.rows()
    assert (state, cell.platform.count(SEND)) == ("kept", 3)
    assert (reason or "").startswith("-1 system busy, rid ")
    assert cell.look(Resident)[0].said_left == 5  # nothing was delivered: the ledger got it back


async def test_a_busy_platform_that_recovers_gets_it(cell: Cell) -> None:
    cell.put(cell.resident())
    cell.fault("errcode", -1, times=2)
    await cell.sender()
    await cell.settled()

    await cell.passes(seconds=4)
    await cell.passes(seconds=10)

    assert cell.rows() == [("sent", "taken by the platform")]
    assert len(cell.said()) == 1


@pytest.mark.parametrize(
    ("kind", "reason", "arrived"),
    [
        ("http", "HTTP status 5xx", 0),
        ("reset", "the connection broke before the answer", 0),
        ("drop", "the connection broke before the answer", 1),
        ("garbage", "the answer is no JSON object", 0),
        ("hang", "no answer in time", 0),
        ("slow", "no answer in time", 1),
    ],
)
async def test_a_push_of_unknown_fate_is_not_sent_again(
    cell: Cell, kind: str, reason: str, arrived: int
) -> None:
    resident = cell.resident()
    cell.put(resident, MOUTH)
    cell.fault(kind, times=1)  # type: ignore[arg-type]
    await cell.sender(total=0.6)

    for _ in range(3):
        await cell.passes(minutes=10)

    assert cell.rows() == [("unknown", reason)]
    assert len(cell.said()) == arrived
    assert cell.platform.count(SEND) == 1
    assert len(cell.kept(resident)) == 1  # shown once more with the next reply


async def test_a_connection_that_was_never_made_is_tried_once_more(cell: Cell) -> None:
    cell.put(cell.resident())
    gateway = cell.gateway()
    account = cell.settings.wechat
    await gateway.call(account, "GET", "/cgi-bin/menu/get")  # brings a token
    away = replace(account, api_base=f"http://127.0.0.1:{free_port()}")
    cell.settings = replace(cell.settings, wechat=away)
    cell.writer.do_now(_moved, f"{away.app_id}@{away.api_base}")
    await cell.sender()

    await cell.settled()
    first = cell.rows()
    await cell.passes(seconds=10)

    assert first == [("created", "the connection was never made")]
    assert cell.rows() == [("kept", "the connection was never made")]
    assert cell.look(Outbox)[0].attempts == 2
    assert cell.look(Resident)[0].said_left == 5


def _moved(work: Work, account: str) -> None:
    from bot.wechat.outbound_models import AccessToken

    row = work.db.get(AccessToken, "oa")
    assert row is not None
    row.account = account


@pytest.mark.parametrize("code", [45015, 45047])
async def test_a_closed_window_keeps_this_and_all_that_follow(cell: Cell, code: int) -> None:
    resident = cell.resident()
    for text in "一二三":
        cell.put(resident, text)
    cell.fault("errcode", code)
    await cell.sender()

    rows = await cell.settled()

    assert [state for state, _reason in rows] == ["kept"] * 3
    assert [reason for _state, reason in rows[1:]] == ["window"] * 2
    assert cell.platform.count(SEND) == 1  # the ledger knows now, and asks no more
    assert cell.look(Resident)[0].said_left == 0


async def test_the_ledger_stops_before_the_platform_has_to(cell: Cell) -> None:
    resident = cell.resident()
    for number in range(7):
        cell.put(resident, str(number))
    await cell.sender()

    rows = await cell.settled()

    assert [state for state, _reason in rows] == ["sent"] * 5 + ["kept"] * 2
    assert cell.platform.count(SEND) == 5


async def test_the_minute_after_a_menu_click_is_used_up_first(cell: Cell) -> None:
    resident = cell.resident(said=5, did=3)
    cell.put(resident)
    await cell.sender()

    await cell.settled()

    row = cell.look(Resident)[0]
    assert (row.did_left, row.said_left) == (2, 5)


async def test_after_48_hours_a_message_is_kept_without_a_call(cell: Cell) -> None:
    cell.put(cell.resident(), due_ms=millis(NOON) + 49 * 3600_000)
    await cell.sender()

    await cell.passes(hours=50)

    assert cell.rows() == [("kept", "window")]
    assert cell.platform.count(SEND) == 0


@pytest.mark.parametrize("code", [40003, 43004, 43019, 48002])
async def test_who_cannot_be_reached_is_not_tried_again(cell: Cell, code: int) -> None:
    resident = cell.resident()
    cell.put(resident, "一")
    cell.fault("errcode", code, times=None)
    await cell.sender()
    await cell.settled()
    cell.put(resident, "二")

    await cell.passes(minutes=1)

    assert [state for state, _reason in cell.rows()] == ["dropped", "kept"]
    assert cell.platform.count(SEND) == 1


async def test_an_account_without_the_right_pushes_nothing_more(cell: Cell) -> None:
    wang, li = cell.resident("wang"), cell.resident("li")
    cell.put(wang)
    cell.platform.book("oa").level = "personal"
    sender = await cell.sender()
    may_before = sender.rights.may_push("oa")
    await cell.settled()
    cell.put(li)

    await cell.passes(seconds=1)

    [right] = cell.look(AccountRight)
    assert may_before
    assert not sender.rights.may_push("oa")
    assert (right.door, right.right, right.allowed) == ("oa", "push", False)
    assert [state for state, _reason in cell.rows()] == ["kept", "kept"]
    assert cell.rows()[1] == ("kept", "the account may not push")
    assert cell.platform.count(SEND) == 1
    assert cell.alarms() == ["push_right"]


async def test_a_right_that_is_given_is_used_again(cell: Cell) -> None:
    resident = cell.resident()
    cell.put(resident)
    cell.fault("errcode", 48001)
    sender = await cell.sender()
    await cell.settled()

    cell.writer.do_now(regain_right, "oa")
    await sender.rights.reload()
    cell.put(resident)
    await cell.passes(seconds=1)

    assert sender.rights.may_push("oa")
    assert [state for state, _reason in cell.rows()] == ["kept", "sent"]
    assert cell.alarms() == []


async def test_a_used_up_day_waits_for_midnight_and_loses_nothing(cell: Cell) -> None:
    residents = [cell.resident(name) for name in ("wang", "li", "zhao")]
    cell.platform.days.limits[SEND] = 1
    for resident in residents:
        cell.put(resident)
    sender = await cell.sender()
    rows = await cell.settled()
    kept = [cell.kept(resident) for resident in residents]
    may = sender.rights.may_push("oa")
    calls = cell.platform.count(SEND)
    cell.put(residents[0])
    await cell.passes(minutes=1)
    calls_meanwhile = cell.platform.count(SEND) - calls
    alarms = cell.alarms()

    await cell.passes(hours=12, minutes=5)  # past midnight in Beijing
    await sender._sweep()
    await cell.passes(seconds=1)

    assert sorted(state for state, _reason in rows) == ["kept", "kept", "sent"]
    assert sum(map(len, kept)) == 2  # a next word would show them
    assert (may, calls_meanwhile) == (False, 0)
    assert alarms == ["send_stopped"]
    cell.platform.days.limits[SEND] = 100
    await cell.passes(hours=24)
    await sender._sweep()
    await cell.passes(seconds=1)
    assert [state for state, _reason in cell.rows()] == ["sent"] * 4
    assert len(cell.said()) == 4
    assert cell.alarms() == []
    assert cell.look(ApiStop) == []


async def test_a_used_up_minute_waits_for_the_next_one(cell: Cell) -> None:
    resident = cell.resident()
    cell.put(resident)
    cell.clock.move(seconds=20)
    cell.fault("errcode", 45011)
    sender = await cell.sender()
    await cell.settled()
    first, may = cell.rows(), sender.rights.may_push("oa")
    await cell.passes(seconds=30)
    early = cell.platform.count(SEND)

    await cell.passes(seconds=40)

    assert first[0][0] == "created"
    assert may  # a pause of a minute does not ask the resident to write again
    assert early == 1
    assert cell.rows() == [("sent", "taken by the platform")]
    assert cell.alarms() == []


async def test_a_token_that_is_refused_for_ever_costs_three_fetches(cell: Cell) -> None:
    residents = [cell.resident(f"r{number}") for number in range(30)]
    for resident in residents:
        cell.put(resident)
    cell.fault("errcode", 40001, times=None)
    sender = await cell.sender()

    await cell.settled()
    at_once = (cell.fetches(), cell.platform.count(SEND))
    for _ in range(5):
        await cell.passes(seconds=45)

    assert at_once[0] <= 2
    assert at_once[1] <= 40  # at most those 16 on their way, twice; no loop
    assert cell.fetches() == 3
    assert {state for state, _reason in cell.rows()} == {"kept"}
    assert all((reason or "").startswith("waits: ") for _state, reason in cell.rows())
    assert "token" in cell.alarms()
    assert not sender.rights.may_push("oa")


async def test_after_the_cool_down_one_fetch_and_then_all_goes_out(cell: Cell) -> None:
    residents = [cell.resident(f"r{number}") for number in range(20)]
    for resident in residents:
        cell.put(resident)
    cell.fault("errcode", 40001, times=None)
    sender = await cell.sender()
    for _ in range(5):
        await cell.passes(seconds=45)
    before = cell.fetches()
    cell.platform.faults.clear()

    cell.clock.move(minutes=8)
    await sender._sweep()
    await cell.passes(seconds=1)

    assert cell.fetches() - before == 1
    assert [state for state, _reason in cell.rows()] == ["sent"] * 20
    assert len(cell.said()) == 20
    assert sender.rights.may_push("oa") or await _reloaded(sender)
    assert "token" not in cell.alarms()


async def _reloaded(sender: object) -> bool:
    from bot.wechat.sender import Sender

    assert isinstance(sender, Sender)
    await sender.rights.reload()
    return sender.rights.may_push("oa")


async def test_an_expired_token_is_fetched_once_and_nobody_notices(cell: Cell) -> None:
    cell.put(cell.resident("wang"))
    await cell.sender()
    await cell.settled()
    cell.platform.tokens.expire_all()

    for number in range(10):
        cell.put(cell.resident(f"r{number}"))
    await cell.passes(seconds=1)

    assert cell.fetches() == 2
    assert [state for state, _reason in cell.rows()] == ["sent"] * 11
    assert cell.alarms() == []


async def test_who_left_gets_nothing_and_the_text_is_gone(cell: Cell) -> None:
    resident = cell.resident()
    cell.put(resident)
    cell.writer.do_now(_leaves, resident)

    await cell.sender()
    await cell.settled()

    assert cell.rows() == [("dropped", "the resident has left")]
    assert cell.look(Outbox)[0].body is None
    assert cell.platform.calls == type(cell.platform.calls)()


def _leaves(work: Work, resident: int) -> None:
    row = work.db.get(Resident, resident)
    assert row is not None
    row.left_at = work.now_ms


async def test_a_process_that_died_while_sending_leaves_an_unknown_fate(cell: Cell) -> None:
    resident = cell.resident()
    cell.put(resident)
    taken, _ended = cell.writer.do_now(delivery.claim, "dead", 16, ("oa",))

    await cell.sender()
    await cell.passes(minutes=5)

    assert len(taken) == 1
    assert cell.rows() == [("unknown", "interrupted while sending")]
    assert cell.said() == []
    assert len(cell.kept(resident)) == 1


async def test_a_process_that_was_held_up_after_its_claim_does_not_send(cell: Cell) -> None:
    cell.put(cell.resident())
    sender = await cell.sender()
    await cell.settled()
    cell.put(cell.resident("li"))
    [claimed], _ended = cell.writer.do_now(delivery.claim, "n1", 16, ("oa",))
    cell.clock.move(seconds=31)
    cell.writer.do_now(delivery.sweep)

    await sender._deliver(claimed)

    assert cell.rows()[1] == ("unknown", "interrupted while sending")
    assert len(cell.said()) == 1


async def test_a_database_that_is_locked_after_the_push_learns_of_it_later(tmp_path: Path) -> None:
    async with open_cell(tmp_path, busy_ms=100) as cell:
        cell.put(cell.resident(), MOUTH)
        cell.fault("slow", 0.01)
        await cell.sender()
        while not cell.platform.sent:
            await asyncio.sleep(0.01)
        with cell.engine.connect() as other:
            other.exec_driver_sql("begin immediate")
            await asyncio.sleep(1.5)
            during = cell.rows()
            other.exec_driver_sql("rollback")

        rows = await cell.settled()

        assert during == [("sending", None)]
        assert rows == [("sent", "taken by the platform")]
        assert cell.said() == [MOUTH]


_CHILD = """
import asyncio, pathlib, sys
from bot.clock import SetClock, instant
from bot.config import Account, Settings
from bot.crypto import Vault, install
from bot.db import Reader, sqlite_engine
from bot.wechat.gateway import HttpGateway
from bot.wechat.sender import Sender
from bot.work.failpoints import arm
from bot.work.sqlite_writer import SqliteWriter

folder, now, secret, app_id, app_secret, base = sys.argv[1:]

async def run():
    install(Vault(bytes.fromhex(secret)))
    arm("pushed")
    clock, engine = SetClock(instant(int(now))), sqlite_engine(pathlib.Path(folder) / "cell.db")
    writer = SqliteWriter(engine, {}, clock)
    settings = Settings(
        pathlib.Path(folder), wechat=Account("oa", app_id=app_id, app_secret=app_secret, api_base=base)
    )
    sender = Sender(writer, Reader(engine), HttpGateway(writer, clock, "child"), settings, clock, "child")
    await sender.start()
    await asyncio.sleep(20)

asyncio.run(run())
"""


@pytest.mark.faults
async def test_a_process_killed_right_after_the_push_sends_nothing_twice(cell: Cell) -> None:
    residents = [cell.resident(name) for name in ("wang", "li")]
    for resident in residents:
        cell.put(resident, MOUTH)
    account, now = cell.settings.wechat, str(millis(NOON))
    argv = [str(cell.settings.data_dir), now, SECRET.hex(), account.app_id or "", account.app_secret or ""]

    child = await asyncio.create_subprocess_exec(sys.executable, "-c", _CHILD, *argv, account.api_base)
    ended = await asyncio.wait_for(child.wait(), 20)
    arrived = len(cell.said())
    await cell.sender()  # the next start of the service
    await cell.passes(minutes=5)

    assert ended == -signal.SIGKILL
    assert arrived >= 1
    assert {state for state, _reason in cell.rows()} == {"unknown"}
    assert len(cell.said()) == arrived
    assert [len(cell.kept(resident)) for resident in residents] == [1, 1]


async def test_a_text_that_is_too_long_is_cut_before_it_is_sent(cell: Cell) -> None:
    cell.put(cell.resident(), "请带上身份证和合同。" * 300)

    await cell.sender()
    await cell.settled()

    [said] = cell.said()
    assert len(said.encode()) <= 2048
    assert said.endswith("。……")


async def test_a_text_that_the_platform_calls_too_long_is_cut_once_more(cell: Cell) -> None:
    cell.put(cell.resident(), "请带上身份证和合同。" * 60)
    cell.fault("errcode", 45002)

    await cell.sender()
    await cell.settled()

    [said] = cell.said()
    assert len(said.encode()) <= 1024
    assert cell.rows() == [("sent", "taken by the platform")]


async def test_a_text_sealed_with_a_lost_key_fails_and_rings(cell: Cell) -> None:
    cell.put(cell.resident(), body=b"\x01" + b"x" * 60)

    await cell.sender()

    assert await cell.settled() == [("failed", "sealed with a key that is not set")]
    assert cell.alarms() == ["push"]


async def test_without_credentials_all_is_kept(tmp_path: Path) -> None:
    async with open_cell(tmp_path, can_call=False) as cell:
        cell.put(cell.resident())

        sender = await cell.sender()

        assert await cell.settled() == [("kept", "the account may not push")]
        assert not sender.rights.may_push("oa")
        assert not sender.rights.may_push("mini")


async def test_kept_texts_that_were_shown_are_done(cell: Cell) -> None:
    resident = cell.resident(said=0)
    ident = cell.put(resident, MOUTH)
    await cell.sender()
    await cell.settled()
    [kept] = cell.kept(resident)

    shown = cell.writer.do_now(mark_shown, [ident])

    assert (kept.id, shown) == (ident, 1)
    assert cell.rows() == [("sent", "shown with the next reply")]


async def test_a_stop_in_the_middle_leaves_nothing_in_doubt(cell: Cell) -> None:
    for number in range(40):
        cell.put(cell.resident(f"r{number}"))
    cell.fault("slow", 0.002, times=None)
    sender = await cell.sender()
    while not cell.platform.sent:
        await asyncio.sleep(0.001)

    await sender.stop()

    states = [state for state, _reason in cell.rows()]
    assert set(states) == {"sent", "created"}
    assert states.count("sent") == len(cell.said())


async def test_what_waits_too_long_rings_until_it_has_gone(cell: Cell) -> None:
    cell.put(cell.resident())
    cell.clock.move(minutes=11)
    cell.writer.do_now(delivery.sweep)
    rang = cell.alarms()

    await cell.sender()
    await cell.settled()
    cell.writer.do_now(delivery.sweep)

    assert rang == ["outbox"]
    assert cell.alarms() == []


async def test_no_log_line_holds_text_openid_token_or_secret(
    cell: Cell, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for number, kind in enumerate(("errcode", "http", "reset", "hang", "garbage")):
        cell.put(cell.resident(f"o-secret-{number}"), MOUTH)
        cell.fault(kind, 40001 if kind == "errcode" else None)  # type: ignore[arg-type]
    cell.put(cell.resident("o-secret-9"), MOUTH)
    account = cell.settings.wechat

    await cell.sender(total=0.5)
    await cell.settled()

    ours = [record for record in caplog.records if record.name != "aiohttp.access"]  # that is the sandbox
    logged = "\n".join(record.getMessage() + str(record.exc_info) for record in ours)
    tokens = list(cell.platform.tokens._all)
    assert tokens
    assert "rid " in logged
    for hidden in (MOUTH, "o-secret", account.app_secret or "", *tokens):
        assert hidden not in logged
