"""The door over HTTP: modes, keys, freshness, size, and one effect for all tries of a message."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from admin.app import build
from admin.sandbox.account import Credentials, draw_account
from admin.store import Store
from bot.config import Account
from bot.wechat.door import BODY_BYTES
from bot.work.unit import Work
from tests.support import service as running
from tests.support.client import Client, Mode, platform
from tests.support.service import Service, serving

QUESTION = "老板欠工资怎么办？"


@asynccontextmanager
async def county(folder: Path, mode: Mode) -> AsyncIterator[tuple[Service, Client]]:
    """A service whose official account has this mode, and the platform."""
    given = Credentials(draw_account("oa", mode=mode), draw_account("mini", mode=mode, form="json"))
    async with (
        serving(folder, credentials=given) as service,
        platform(given.oa, f"{service.base}/wechat") as client,
    ):
        yield service, client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def safe(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Service, Client]]:
    """One service in safe mode for the tests that leave it as it was."""
    async with county(tmp_path_factory.mktemp("safe"), "safe") as both:
        yield both


def held(service: Service, client: Client, who: str) -> int:
    """How many messages of a resident are stored."""
    from bot.crypto import vault

    mark = vault().mark(f"who|oa|{client.account}|{who}")
    sql = "select count(*) from inbox join resident on resident.id = resident_id where resident.mark = :mark"
    return int(service.rows(sql, mark=mark)[0][0])


# -- modes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_each_mode_answers_in_both_spellings(tmp_path: Path, mode: Mode) -> None:
    async with county(tmp_path, mode) as (service, client):
        for form in ("xml", "json"):
            reply = await client.turned(form=form).says(f"oMode-{form}", QUESTION)

            assert "工资" in reply.text
            assert reply.sealed == (mode != "plain")
        async with platform(service.sandbox.credentials.mini, f"{service.base}/wechat/mini") as mini:
            assert [(await mini.turned(form=form).says("oM", QUESTION)).text for form in ("xml", "json")] == [
                ""
            ] * 2


async def test_compatible_mode_takes_plain_pushes_and_answers_them_plain(tmp_path: Path) -> None:
    async with county(tmp_path, "compatible") as (_service, client):
        reply = await client.turned(mode="plain").says("oPlain", QUESTION)

    assert "工资" in reply.text
    assert not reply.sealed


# -- keys ------------------------------------------------------------------------------------


async def test_while_keys_change_each_push_is_answered_with_its_own_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = draw_account("oa").aes_key

    def built(store: Store, doors: tuple[Account, ...]) -> Any:
        first = replace(doors[0], aes_key_previous=old)
        return build(store, accounts=(first, *doors[1:]), link_base="https://example.test")

    monkeypatch.setattr(running, "_built", built)
    async with county(tmp_path, "safe") as (_service, client):
        replies = [await client.turned(aes_key=key).says("oKeys", QUESTION) for key in (old, client.aes_key)]
        unknown = client.turned(aes_key=draw_account("oa").aes_key)
        query, body = unknown.envelope("oKeys", b"<xml/>")
        refused = await client.post(query, body)

    assert ["工资" in reply.text for reply in replies] == [True, True]
    assert refused.status == 403


# -- the alarm about the clock ----------------------------------------------------------------


def _nothing(_work: Work) -> None:
    """An act behind those that were handed in before."""


async def test_three_stale_senders_in_a_row_ring_once(tmp_path: Path) -> None:
    async with county(tmp_path, "safe") as (service, client):
        late = client.turned(skew=-900)

        async def stale(times: int) -> None:
            for _each in range(times):
                query, body = late.envelope("oL", late.spell(late.message("oL", "text", Content=QUESTION)))
                assert (await client.post(query, body)).status == 403

        async def alarms() -> list[Any]:
            await service.store.writer.do(_nothing)  # what was to be done later is done now
            return service.rows("select kind, subject from alarm where cleared_at is null")

        await stale(2)
        await client.says("oFresh", QUESTION)
        await stale(2)
        forged = client.turned(token="guessed", skew=-900)
        query, body = forged.envelope("oL", b"<xml/>")
        await client.post(query, body)
        assert await alarms() == []
        await stale(3)
        assert [tuple(row) for row in await alarms()] == [("clock", "oa")]


# -- one service from here on: what is kept at rest has one key in a process --------------------


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("kind", ["", "raw"])
async def test_safe_mode_refuses_plain_pushes(safe: tuple[Service, Client], form: str, kind: str) -> None:
    service, client = safe
    plain = client.turned(mode="plain", form=form)
    query, body = plain.envelope("oDown", plain.spell(plain.message("oDown", "text", Content=QUESTION)))

    raw = await plain.post(query | ({"encrypt_type": kind} if kind else {}), body)

    assert raw.status == 403
    assert held(service, client, "oDown") == 0


# -- verification ----------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="module")
async def test_the_verification_is_echoed_alone_and_as_plain_text(safe: tuple[Service, Client]) -> None:
    _service, client = safe
    echo = "<script>alert(1)</script>"

    raw = await client.post(client.query() | {"echostr": echo}, None, method="GET")

    assert (raw.status, raw.body.decode(), raw.content_type) == (200, echo, "text/plain")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("spoilt", ["signature", "timestamp", "nonce"])
async def test_a_verification_of_somebody_else_is_refused(safe: tuple[Service, Client], spoilt: str) -> None:
    _service, client = safe
    query = client.query() | {"echostr": "4375"}

    changed = await client.post(query | {spoilt: query[spoilt][:-1] + "x"}, None, method="GET")
    absent = await client.post({k: v for k, v in query.items() if k != spoilt}, None, method="GET")

    assert (changed.status, absent.status) == (403, 403)
    assert b"4375" not in changed.body + absent.body


# -- freshness -------------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("seconds", [-86_400, -310, 310, 10_000_000])
async def test_a_push_of_another_time_is_refused(safe: tuple[Service, Client], seconds: int) -> None:
    service, client = safe
    late = client.turned(skew=seconds)
    query, body = late.envelope("oLate", late.spell(late.message("oLate", "text", Content=QUESTION)))

    raw = await client.post(query, body)
    greeting = await client.post(late.query() | {"echostr": "1"}, None, method="GET")

    assert (raw.status, greeting.status) == (403, 403)
    assert held(service, client, "oLate") == 0
    assert (await client.says("oOnTime", QUESTION)).text  # and the row of stale ones is broken


# -- size ------------------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="module")
async def test_a_body_over_the_cap_is_refused_and_one_under_it_is_read(safe: tuple[Service, Client]) -> None:
    _service, client = safe
    message = client.message("oLong", "text", Content="？")
    room = BODY_BYTES * 3 // 4 - 1000
    fits = client.envelope("oLong", client.spell(message | {"Pad": "x" * room}))
    over = client.envelope("oLong", client.spell(message | {"Pad": "x" * BODY_BYTES}))

    taken, refused = await client.post(*fits), await client.post(*over)

    assert (taken.status, refused.status) == (200, 413)


# -- one effect ------------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_all_tries_of_a_message_have_one_effect_and_one_answer(
    safe: tuple[Service, Client], form: str, at_once: bool
) -> None:
    service, given = safe
    client, who = given.turned(form=form), f"oTries-{form}-{at_once}"
    before = service.rows("select count(*) from feedback")[0][0]
    await client.says(who, "评价")
    choice = client.message(who, "text", Content="1")

    if at_once:
        replies = await asyncio.gather(*(client.push(choice) for _try in range(3)))
    else:
        replies = [await client.push(choice) for _try in range(3)]

    assert {reply.text for reply in replies} == {"谢谢您告诉我们。有别的事，直接说就行。"}
    assert service.rows("select count(*) from feedback")[0][0] == before + 1
    assert held(service, client, who) == 2


@pytest.mark.asyncio(loop_scope="module")
async def test_a_try_in_another_envelope_is_the_same_message(safe: tuple[Service, Client]) -> None:
    service, client = safe
    message = client.message("oEnvelope", "text", Content=QUESTION)

    replies = [await client.turned(form=form).push(message) for form in ("xml", "json")]

    assert replies[0].text == replies[1].text != ""
    assert held(service, client, "oEnvelope") == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_words_again_are_a_new_message(safe: tuple[Service, Client]) -> None:
    service, client = safe

    replies = [await client.says("oAgain", QUESTION) for _time in range(2)]

    assert all(reply.text for reply in replies)
    assert held(service, client, "oAgain") == 2


@pytest.mark.asyncio(loop_scope="module")
async def test_two_events_of_one_second_both_count_and_their_tries_do_not(
    safe: tuple[Service, Client],
) -> None:
    service, client = safe
    now = int(time.time())
    events = [
        client.event("oBusy", "VIEW", EventKey="https://example.org/a", MenuId=1),
        client.event("oBusy", "VIEW", EventKey="https://example.org/b", MenuId=1),
        client.event("oBusy", "CLICK", EventKey="菜单", MenuId=1),
        client.event("oBusy", "VIEW", EventKey="https://example.org/a", MenuId=2),
    ]

    await asyncio.gather(*(client.push(one | {"CreateTime": now}) for one in events * 3))

    assert held(service, client, "oBusy") == 4


@pytest.mark.asyncio(loop_scope="module")
async def test_the_number_of_a_job_does_not_make_two_reports_one(safe: tuple[Service, Client]) -> None:
    service, client = safe
    first = client.event("oJob", "TEMPLATESENDJOBFINISH", MsgID=77, Status="success")
    second = first | {"Status": "failed:user block"}
    other = client.message("oJob", "image", MediaId="m", PicUrl="u") | {"MsgId": 77}

    for push in (first, second, other, first):
        await client.push(push)

    assert held(service, client, "oJob") == 3


@pytest.mark.asyncio(loop_scope="module")
async def test_a_message_without_a_number_is_known_by_its_payload(safe: tuple[Service, Client]) -> None:
    service, client = safe
    message = client.message("oNumberless", "text", Content=QUESTION)
    del message["MsgId"]

    replies = [await client.push(message) for _try in range(2)]

    assert replies[0].text == replies[1].text != ""
    assert held(service, client, "oNumberless") == 1
