"""The gateway towards the platform: what is sent, what is made of each answer, what is never repeated."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.wechat.errcodes import Trouble
from bot.wechat.exchange import LARGEST, Exchange
from bot.wechat.gateway import SEND
from bot.wechat.outcome import Answer, NeverConnected, PutOff, Refused, Sent, Unknown
from tests.support.child import free_port
from tests.wechat.cell import Cell, open_cell

MENU = "/cgi-bin/menu/get"


@pytest.fixture
async def cell(tmp_path: Path) -> AsyncIterator[Cell]:
    async with open_cell(tmp_path) as opened:
        yield opened


@asynccontextmanager
async def _server(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/x"))


async def _ask(url: str, total: float = 5.0) -> Answer:
    exchange = Exchange(total)
    try:
        return await exchange.ask("POST", url, {"access_token": "t"}, {"a": "您"})
    finally:
        await exchange.close()


@pytest.mark.parametrize("door", ["oa", "mini"])
async def test_a_text_arrives_as_it_was_written(cell: Cell, door: str) -> None:
    cell.resident("wang", door=door)  # type: ignore[arg-type]
    account = cell.settings.wechat if door == "oa" else cell.settings.mini
    text = '请看 "第五条"\\u4f60\n<a href="https://example.gov.cn">办理</a> 👍'

    outcome = await cell.gateway().send_text(account, "wang", text)

    assert isinstance(outcome, Sent)
    assert cell.said() == [text]
    assert "\\u60a8" not in cell.platform.calls[-1].body


async def test_a_token_that_is_refused_is_fetched_once_and_the_call_repeated_once(cell: Cell) -> None:
    cell.resident("wang")
    gateway = cell.gateway()
    cell.fault("errcode", 42001)

    outcome = await gateway.send_text(cell.settings.wechat, "wang", "您好")

    assert isinstance(outcome, Sent)
    assert (cell.fetches(), cell.platform.count(SEND), len(cell.said())) == (2, 2, 1)


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_second_refusal_is_an_alarm_and_no_loop(cell: Cell, code: int) -> None:
    gateway = cell.gateway()
    cell.fault("errcode", code, times=None)

    outcomes = [await gateway.send_text(cell.settings.wechat, "wang", "您好") for _ in range(50)]

    assert {type(outcome) for outcome in outcomes} == {PutOff}
    assert (cell.fetches(), cell.platform.count(SEND)) == (2, 2)
    assert cell.alarms() == ["token"]


@pytest.mark.parametrize("kind", ["http", "reset", "drop", "hang", "slow", "garbage"])
async def test_a_send_is_never_repeated_after_it_left(cell: Cell, kind: str) -> None:
    cell.resident("wang")
    gateway = cell.gateway(total=0.6)
    await gateway.call(cell.settings.wechat, "GET", "/cgi-bin/getcallbackip")
    cell.fault(kind)  # type: ignore[arg-type]

    outcome = await gateway.send_text(cell.settings.wechat, "wang", "您好")

    while not cell.platform.count(SEND):  # the platform writes its list when the call is over
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    assert isinstance(outcome, Unknown)
    assert cell.platform.count(SEND) == 1


async def test_a_call_that_may_be_repeated_is_tried_three_times(cell: Cell) -> None:
    gateway = cell.gateway()
    cell.platform.book("oa").menu = {"button": []}
    cell.fault("http", times=2, at=MENU)

    outcome = await gateway.call(cell.settings.wechat, "GET", MENU, repeatable=True)

    assert isinstance(outcome, Sent)
    assert outcome.data == {"menu": {"button": []}}  # no errcode, labelled text/plain
    assert cell.platform.count(MENU) == 3


async def test_a_refusal_comes_with_its_rule_and_request_id(cell: Cell) -> None:
    outcome = await cell.gateway().call(cell.settings.wechat, "GET", MENU)

    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.rule.reason) == (46003, "no menu")
    assert outcome.rid


async def test_a_port_that_nobody_listens_on_means_never_connected() -> None:
    assert isinstance(await _ask(f"http://127.0.0.1:{free_port()}/x"), NeverConnected)


async def test_a_name_that_nobody_knows_means_never_connected() -> None:
    assert isinstance(await _ask("http://nowhere.invalid/x"), NeverConnected)


async def test_an_answer_without_end_is_cut_off() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(LARGEST // 1000):
            await response.write(b" " * 2000)
        return response

    async with _server(endless) as url:
        assert await _ask(url) == Unknown(Trouble.TOO_LARGE)


async def test_a_redirect_does_not_carry_the_token_away() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        raise web.HTTPTemporaryRedirect("/other")

    async with _server(elsewhere) as url:
        outcome = await _ask(url)

    assert outcome == Unknown(Trouble.HTTP_OTHER)
    assert asked == ["/x"]
