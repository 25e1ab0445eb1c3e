"""The outbox's acts, and the claim, on both engines; two senders on one database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.wechat import delivery
from bot.wechat.fitting import fit
from bot.wechat.models import Outbox, Resident
from bot.wechat.outbox import withdraw
from bot.wechat.rights import lose_right, regain_right, stop_api
from bot.wechat.verdict import Verdict
from bot.work.unit import Work
from tests.support.servers import Postgres
from tests.wechat.cell import Cell, open_cell

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.servers)]


@pytest.fixture(params=BOTH)
async def cell(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cell]:
    if request.param == "sqlite":
        async with open_cell(tmp_path) as opened:
            yield opened
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.migrated() as url:
        async with open_cell(tmp_path, url) as opened:
            yield opened


async def test_the_same_message_is_put_in_once(cell: Cell) -> None:
    resident = cell.resident()

    idents = {cell.put(resident, "一", once="reply:1") for _ in range(3)}

    assert len(idents) == 1
    assert len(cell.rows()) == 1


async def test_what_is_withdrawn_is_dropped_with_its_text(cell: Cell) -> None:
    wang, li = cell.resident("wang"), cell.resident("li")
    cell.put(wang)
    cell.put(li)

    count = cell.writer.do_now(withdraw, wang, "the resident asked")

    assert count == 1
    assert cell.rows() == [("dropped", "the resident asked"), ("created", None)]
    assert cell.look(Outbox)[0].body is None


async def test_a_message_on_its_way_is_not_withdrawn(cell: Cell) -> None:
    resident = cell.resident()
    cell.put(resident)
    cell.writer.do_now(delivery.claim, "n1", 16, ("oa",))

    assert cell.writer.do_now(withdraw, resident, "too late") == 0


async def test_a_claim_takes_the_oldest_of_each_resident_and_charges_the_ledger(cell: Cell) -> None:
    wang, li = cell.resident("wang"), cell.resident("li", said=0, did=2)
    first = cell.put(wang)
    cell.put(wang)
    second = cell.put(li)

    taken, ended = cell.writer.do_now(delivery.claim, "n1", 16, ("oa",))
    again, _ended = cell.writer.do_now(delivery.claim, "n2", 16, ("oa",))

    assert ([one.id for one in taken], ended) == ([first, second], ())
    assert again == ()
    assert [(row.said_left, row.did_left) for row in cell.look(Resident)] == [(4, 0), (0, 1)]


async def test_what_was_not_taken_is_credited_to_the_same_window_only(cell: Cell) -> None:
    wang, li = cell.resident("wang"), cell.resident("li")
    for resident in (wang, li):
        cell.put(resident)
    taken, _ended = cell.writer.do_now(delivery.claim, "n1", 16, ("oa",))
    cell.writer.do_now(_writes_again, li)

    for claimed in taken:
        cell.writer.do_now(delivery.record, claimed, "n1", Verdict("kept", "x", credit=True))

    assert [row.said_left for row in cell.look(Resident)] == [5, 2]


def _writes_again(work: Work, resident: int) -> None:
    row = work.db.get(Resident, resident)
    assert row is not None
    row.said_until, row.said_left = row.said_until + 1000, 2


async def test_a_late_success_corrects_an_unknown_fate(cell: Cell) -> None:
    cell.put(cell.resident())
    [claimed], _ended = cell.writer.do_now(delivery.claim, "n1", 16, ("oa",))
    cell.clock.move(minutes=2)
    cell.writer.do_now(delivery.sweep)

    cell.writer.do_now(delivery.record, claimed, "n1", Verdict("sent", "taken by the platform"))

    assert cell.rows() == [("sent", "taken by the platform")]


async def test_the_sweep_wakes_what_waited_and_drops_what_is_for_nobody(cell: Cell) -> None:
    wang, li = cell.resident("wang"), cell.resident("li")
    cell.put(wang)
    cell.writer.do_now(stop_api, "oa", "send", 2**40 * 2, "45009")
    cell.writer.do_now(delivery.claim, "n1", 16, ("oa",))
    waits = cell.rows()
    cell.put(li)
    cell.writer.do_now(_leaves, li)
    cell.clock.move(days=10_000)

    woken = cell.writer.do_now(delivery.sweep)

    assert waits == [("kept", "waits: 45009")]
    assert woken == 1
    assert cell.rows() == [("created", "waits: 45009"), ("dropped", "the resident has left")]


def _leaves(work: Work, resident: int) -> None:
    row = work.db.get(Resident, resident)
    assert row is not None
    row.left_at = work.now_ms


async def test_rights_are_lost_and_given_back(cell: Cell) -> None:
    cell.put(cell.resident())
    cell.writer.do_now(lose_right, "oa", "push", "48001")
    cell.writer.do_now(lose_right, "oa", "push", "48001")
    cell.writer.do_now(delivery.claim, "n1", 16, ("oa", "mini"))
    kept = cell.rows()
    cell.writer.do_now(regain_right, "oa")
    cell.put(cell.resident("li"))

    taken, _ended = cell.writer.do_now(delivery.claim, "n1", 16, ("oa", "mini"))

    assert kept == [("kept", "the account may not push")]
    assert len(taken) == 1


async def test_what_is_kept_comes_back_oldest_first_and_sealed(cell: Cell) -> None:
    resident = cell.resident(said=0)
    idents = [cell.put(resident, text) for text in ("一", "二")]
    for _ in idents:
        cell.writer.do_now(delivery.claim, "n1", 16, ("oa",))

    kept = cell.kept(resident)

    assert [one.id for one in kept] == idents
    assert all("一".encode() not in one.body for one in kept)


async def test_two_senders_on_one_database_send_each_message_once(cell: Cell) -> None:
    cell.settings = _not_alone(cell.settings)
    residents = [cell.resident(f"r{number}") for number in range(40)]
    for resident in residents:
        for number in range(3):
            cell.put(resident, f"{resident}:{number}")

    await asyncio.gather(cell.sender("n1"), cell.sender("n2"))
    rows = await cell.settled(20)

    assert Counter(state for state, _reason in rows) == {"sent": 120}
    assert Counter(cell.said()).most_common(1)[0][1] == 1
    for resident in residents:
        mine = [text for text in cell.said() if text.startswith(f"{resident}:")]
        assert mine == [f"{resident}:{number}" for number in range(3)]
    assert cell.fetches() == 1
    assert {row.said_left for row in cell.look(Resident)} == {2}


async def test_two_senders_and_a_token_refused_for_ever_cost_three_fetches(cell: Cell) -> None:
    cell.settings = _not_alone(cell.settings)
    for number in range(40):
        cell.put(cell.resident(f"r{number}"))
    cell.fault("errcode", 40001, times=None)

    await asyncio.gather(cell.sender("n1"), cell.sender("n2"))
    for _ in range(6):
        await cell.passes(seconds=45)

    assert cell.fetches() == 3
    assert {state for state, _reason in cell.rows()} == {"kept"}


def _not_alone(settings: Settings) -> Settings:
    """Two senders share this database, so neither may take the other's messages for a dead process's."""
    return replace(settings, database_url=settings.database_url or "postgresql://elsewhere/x")


@pytest.mark.parametrize("link", ["", "https://example.gov.cn/a/17"])
def test_a_long_text_ends_at_a_sentence_and_names_the_page(link: str) -> None:
    text = "请先准备身份证、合同和转账记录。可以当面办理！也可以邮寄；\n" * 60

    fitted = fit(text, link)

    assert len(fitted.encode()) <= 2048
    body = fitted.removesuffix("\n全文请看：" + link) if link else fitted.removesuffix("……")
    assert fitted != body
    assert text.startswith(body)
    assert body[-1] in "。！；"


@pytest.mark.parametrize("unit", ["字", "👩‍👩‍👧", "é", "a", "𠮷"])
def test_a_text_without_any_sentence_is_cut_between_characters(unit: str) -> None:
    fitted = fit(unit * 2500, limit=2048)

    body = fitted.removesuffix("……")
    assert 1900 < len(fitted.encode()) <= 2048
    assert body == unit * (len(body) // len(unit))


def test_a_link_in_the_text_is_not_torn() -> None:
    text = "字" * 665 + '<a href="https://example.gov.cn/guide/17">办理指南</a>' + "字" * 100

    assert fit(text) == "字" * 665 + "……"


def test_a_text_that_fits_is_left_alone() -> None:
    text = "字" * 682

    assert fit(text, "https://example.gov.cn") == text
