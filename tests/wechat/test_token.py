"""The access token: one fetcher a cell, three fetches an incident, and a person when one is needed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.wechat.exchange import Exchange
from bot.wechat.gateway import HttpGateway
from bot.wechat.outbound_models import AccessToken
from bot.wechat.outcome import PutOff, Sent
from bot.wechat.token import PATH, Tokens
from bot.wechat.token_acts import Token, want_token
from bot.work.alarms import open_alarms
from tests.wechat.cell import Cell, open_cell

LIST = "/cgi-bin/getcallbackip"


@pytest.fixture
async def cell(tmp_path: Path) -> AsyncIterator[Cell]:
    async with open_cell(tmp_path) as opened:
        yield opened


def _tokens(cell: Cell, node: str = "n1", total: float = 5.0) -> Tokens:
    exchange = Exchange(total)
    tokens = Tokens(cell.writer, exchange, cell.clock, node)
    cell.ends += [exchange.close, tokens.close]
    return tokens


async def _value(tokens: Tokens, cell: Cell) -> str:
    token = await tokens.get(cell.settings.wechat)
    assert isinstance(token, Token)
    return token.value


async def _incident(cell: Cell, gateway: HttpGateway, steps: int, seconds: float) -> None:
    for _ in range(steps):
        assert isinstance(await gateway.call(cell.settings.wechat, "GET", LIST), PutOff)
        cell.clock.move(seconds=seconds)


async def test_many_nodes_that_need_a_token_fetch_one(cell: Cell) -> None:
    nodes = [_tokens(cell, f"n{number}") for number in range(6)]

    values = await asyncio.gather(*(_value(tokens, cell) for tokens in nodes for _ in range(5)))

    assert len(set(values)) == 1
    assert cell.fetches() == 1


async def test_a_restart_reads_the_token_from_the_database(cell: Cell) -> None:
    before = await _value(_tokens(cell), cell)

    after = await _value(_tokens(cell, "n2"), cell)

    assert after == before
    assert cell.fetches() == 1


async def test_the_token_is_sealed_at_rest(cell: Cell) -> None:
    value = await _value(_tokens(cell), cell)

    with cell.engine.connect() as connection:
        row = connection.exec_driver_sql("select * from access_token").one()

    assert not any(value.encode() in bytes(field) for field in row if isinstance(field, bytes))
    assert not any(value in field for field in row if isinstance(field, str))


async def test_in_its_last_minutes_a_token_is_replaced_before_it_ends(cell: Cell) -> None:
    tokens = _tokens(cell)
    before = await _value(tokens, cell)
    cell.clock.move(seconds=7200 - 200)

    meanwhile = await _value(tokens, cell)
    await asyncio.gather(*tokens._ahead.values())
    after = await _value(tokens, cell)

    assert meanwhile == before  # nobody waits for the new one
    assert after != before
    assert cell.fetches() == 2


async def test_a_failure_to_replace_it_early_stops_nothing(cell: Cell) -> None:
    tokens = _tokens(cell)
    before = await _value(tokens, cell)
    cell.fault("http", times=None, at=PATH)
    cell.clock.move(seconds=7200 - 200)

    for _ in range(10):
        assert await _value(tokens, cell) == before
        await asyncio.gather(*tokens._ahead.values())
        cell.clock.move(seconds=10)

    assert cell.fetches() == 2
    assert cell.alarms() == []


async def test_a_node_that_dies_while_it_fetches_holds_the_others_ten_seconds(cell: Cell) -> None:
    account = cell.settings.wechat
    cell.writer.do_now(want_token, "oa", f"{account.app_id}@{account.api_base}", "dead")
    tokens = _tokens(cell)
    waiting = asyncio.create_task(tokens.get(account))
    await asyncio.sleep(0.15)
    held = cell.fetches()

    cell.clock.move(seconds=11)

    assert isinstance(await waiting, Token)
    assert (held, cell.fetches()) == (0, 1)


@pytest.mark.parametrize("kind", ["http", "reset", "garbage", "hang", "slow"])
async def test_a_token_desk_out_of_order_is_asked_three_times_then_left_alone(cell: Cell, kind: str) -> None:
    gateway = cell.gateway(total=0.1)
    cell.fault(kind, times=None, at=PATH)  # type: ignore[arg-type]

    await _incident(cell, gateway, steps=20, seconds=12)

    assert cell.fetches() == 3
    assert cell.alarms() == ["token"]


async def test_cool_downs_grow_and_have_one_fetch_each(cell: Cell) -> None:
    gateway = cell.gateway()
    cell.fault("errcode", -1, times=None, at=PATH)

    await _incident(cell, gateway, steps=12 * 60, seconds=60)  # twelve hours

    assert 12 <= cell.fetches() <= 18  # 3, then after 5, 10, 20, 40 and each 60 minutes


async def test_when_the_desk_is_back_the_incident_ends(cell: Cell) -> None:
    gateway = cell.gateway()
    cell.fault("http", times=3, at=PATH)
    await _incident(cell, gateway, steps=3, seconds=40)
    cell.clock.move(minutes=7)

    outcome = await gateway.call(cell.settings.wechat, "GET", LIST)

    cell.writer.do_now(lambda work: None)  # what was handed in before is done
    [row] = cell.look(AccessToken)
    assert isinstance(outcome, Sent)
    assert (row.incident_since, row.level) == (None, 0)
    assert cell.alarms() == []


async def test_a_platform_that_refuses_each_second_token_is_not_asked_without_end(cell: Cell) -> None:
    gateway = cell.gateway()
    for _ in range(30):
        cell.fault("errcode", 40001, at=LIST)
        await gateway.call(cell.settings.wechat, "GET", LIST)
        cell.clock.move(seconds=5)
        cell.platform.faults.clear()
        await gateway.call(cell.settings.wechat, "GET", LIST)

    assert cell.fetches() <= 4  # in two and a half minutes


@pytest.mark.parametrize("code", [40013, 40125, 41002, 41004, 40243])
async def test_a_wrong_secret_stops_and_rings_and_a_restart_tries_once(cell: Cell, code: int) -> None:
    cell.fault("errcode", code, times=None, at=PATH)
    account, gateway = cell.settings.wechat, cell.gateway()

    await _incident(cell, gateway, steps=20, seconds=120)
    stopped = cell.fetches()
    restarted = cell.gateway("n1")
    await restarted.start(account)
    await _incident(cell, restarted, steps=3, seconds=60)
    after_restart = cell.fetches()
    cell.platform.faults.clear()
    cell.clock.move(hours=2)

    assert (stopped, after_restart) == (1, 2)
    assert isinstance(await restarted.call(account, "GET", LIST), Sent)


@pytest.mark.parametrize("at", [PATH, LIST])
async def test_an_address_outside_the_whitelist_is_named_in_the_alarm(cell: Cell, at: str) -> None:
    cell.fault("errcode", 40164, times=None, at=at)

    await _incident(cell, cell.gateway(), steps=5, seconds=60)

    [(kind, door, detail, _count)] = cell.reader.now(open_alarms)
    assert (kind, door) == ("token", "oa")
    assert "address 127.0.0.1" in detail
    assert "rid " in detail
    assert cell.platform.count(at) == 1


async def test_a_changed_app_id_forgets_the_old_token(cell: Cell) -> None:
    await _value(_tokens(cell), cell)
    other = cell.platform.credentials.mini
    account = replace(cell.settings.wechat, app_id=other.app_id, app_secret=other.app_secret)

    token = await _tokens(cell, "n2").get(account)

    assert isinstance(token, Token)
    assert cell.platform.tokens.owner(token.value) == other.app_id


async def test_each_door_has_a_token_of_its_own(cell: Cell) -> None:
    tokens = _tokens(cell)

    pair = [await tokens.get(account) for account in (cell.settings.wechat, cell.settings.mini)]

    assert len({token.value for token in pair if isinstance(token, Token)}) == 2


async def test_while_the_database_is_locked_a_call_is_put_off(tmp_path: Path) -> None:
    async with open_cell(tmp_path, busy_ms=50) as cell:
        tokens = _tokens(cell)
        with cell.engine.connect() as other:
            other.exec_driver_sql("begin immediate")
            outcome = await tokens.get(cell.settings.wechat)
            other.exec_driver_sql("rollback")

        assert isinstance(outcome, PutOff)
        assert cell.fetches() == 0


async def test_token_and_secret_stand_in_no_log_and_no_repr(
    cell: Cell, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = _tokens(cell)

    token = await tokens.get(cell.settings.wechat)

    assert isinstance(token, Token)
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name != "aiohttp.access")
    assert "access token 1 fetched" in ours
    for hidden in (token.value, cell.settings.wechat.app_secret or "?"):
        assert hidden not in ours + repr(token) + repr(cell.settings)
