"""Pushes over HTTP, to a webhook that opens and seals with another program."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from wechatpy import parse_message
from wechatpy.replies import create_reply

from admin.sandbox import events, messages
from admin.sandbox.account import Account, Credentials, Mode, with_token
from admin.sandbox.answers import NOTICE, Outcome, read_answer
from admin.sandbox.markup import to_json, to_xml
from admin.sandbox.messages import Line, Lines, Push
from admin.sandbox.pushing import Pusher
from admin.sandbox.samples import every_kind
from admin.sandbox.sealing import Seal, signature
from bot.clock import SystemClock
from tests.sandbox.webhook import Echo, no_answer

WANG = "o-wang"


@pytest.fixture
async def pusher(webhook: str, credentials: Credentials) -> AsyncIterator[Pusher]:
    async with Pusher(webhook, credentials.oa, wait=0.3) as pusher:
        yield pusher


def said(pusher: Pusher, content: str = "老板拖欠工资") -> Push:
    return messages.text(Lines(pusher.account.original_id, SystemClock()).next(WANG), content)


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_text_comes_back_in_every_mode(pusher: Pusher, echo: Echo, mode: Mode) -> None:
    pusher.account = replace(pusher.account, mode=mode)

    delivery = await pusher.deliver(said(pusher, "工资&<b>\U0001f4b0"))

    assert delivery.outcome is Outcome.REPLY
    assert delivery.text == "您说：工资&<b>\U0001f4b0"
    assert delivery.passive is not None
    assert delivery.passive.sealed == (mode != "plain")
    assert ("encrypt_type" in echo.queries[0]) == (mode != "plain")
    assert (b"FromUserName" in echo.bodies[0]) == (mode != "safe")


@pytest.mark.parametrize("mode", ["plain", "safe"])
async def test_every_kind_of_push_is_taken_by_another_program(pusher: Pusher, echo: Echo, mode: Mode) -> None:
    pusher.account = replace(pusher.account, mode=mode)
    echo.say = lambda message: "收到"
    kinds = every_kind(pusher.account, WANG, Lines(pusher.account.original_id, SystemClock()))
    readable = [push for name, push in kinds.items() if name != "text control"]

    outcomes = [(await pusher.deliver(push)).outcome for push in readable]

    assert len(echo.read) == len(readable)
    assert set(outcomes) == {Outcome.SUCCESS, Outcome.REPLY}


async def test_the_address_is_verified_only_with_the_right_token(pusher: Pusher) -> None:
    good, bad = await pusher.verify(), await pusher.verify(token="another")

    assert good.good
    assert (bad.good, bad.status) == (False, 403)


async def test_an_address_that_wraps_echostr_is_not_verified(pusher: Pusher) -> None:
    async def wrapped(request: web.Request) -> web.Response:
        return web.Response(text=f'"{request.query["echostr"]}"')

    app = web.Application()
    app.router.add_get("/wechat", wrapped)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pusher.webhook_url = "http://{}:{}/wechat".format(*runner.addresses[0])

    verified = await pusher.verify()
    await runner.cleanup()

    assert verified.why == "the answer is not echostr alone"


async def test_no_answer_means_three_tries_of_one_message(pusher: Pusher, echo: Echo) -> None:
    echo.instead = no_answer

    delivery = await pusher.deliver(said(pusher))

    assert [each.broke for each in delivery.tries] == ["timeout"] * 3
    assert all(each.seconds > 0.25 for each in delivery.tries)
    assert (delivery.outcome, delivery.shown) == (Outcome.FAULT, NOTICE)
    assert len({query["nonce"] for query in echo.queries}) == 3
    assert len({Seal.of(pusher.account).open(_sealed(body)) for body in echo.bodies}) == 1


async def test_an_answer_to_the_second_try_ends_the_delivery(pusher: Pusher, echo: Echo) -> None:
    async def first_in_vain(request: web.Request) -> web.StreamResponse | None:
        return await no_answer(request) if len(echo.queries) == 1 else None

    echo.instead = first_in_vain

    delivery = await pusher.deliver(said(pusher))

    assert [each.broke for each in delivery.tries] == ["timeout", ""]
    assert delivery.text == "您说：老板拖欠工资"


async def test_a_service_that_is_not_there_gets_three_tries(pusher: Pusher) -> None:
    pusher.webhook_url = "http://127.0.0.1:9/wechat"

    delivery = await pusher.deliver(said(pusher))

    assert [each.status for each in delivery.tries] == [None] * 3
    assert delivery.outcome is Outcome.FAULT


async def test_the_same_message_three_times_at_once(pusher: Pusher, echo: Echo) -> None:
    delivery = await pusher.deliver_again(said(pusher), times=3, at_once=True)

    assert [each.answer.outcome for each in delivery.tries if each.answer] == [Outcome.REPLY] * 3
    assert len({message.id for message in echo.read}) == 1


async def test_stamps_can_be_stale(pusher: Pusher, echo: Echo) -> None:
    pusher.skew = -3600

    await pusher.deliver(said(pusher))

    assert abs(int(echo.queries[0]["timestamp"]) + 3600 - SystemClock().now().timestamp()) < 5


async def test_a_wrong_token_is_a_fault_at_once(pusher: Pusher, echo: Echo) -> None:
    async def refuses(request: web.Request) -> web.Response:
        return web.Response(status=403)

    echo.instead = refuses
    pusher.account = with_token(pusher.account, "another")

    delivery = await pusher.deliver(said(pusher))

    assert (delivery.outcome, len(delivery.tries), delivery.why) == (Outcome.FAULT, 1, "status 403")


async def test_json_is_pushed_as_json(pusher: Pusher, echo: Echo) -> None:
    async def takes_anything(request: web.Request) -> web.Response:
        return web.Response(text="success")

    echo.instead = takes_anything
    pusher.account = replace(pusher.account, form="json")

    delivery = await pusher.deliver(events.consent_asked(Line("gh", WANG, 1, 2), {"t": True}))

    assert delivery.outcome is Outcome.SUCCESS
    assert echo.bodies[0].startswith(b'{"ToUserName": "gh", "Encrypt": "')


def _sealed(body: bytes) -> str:
    return body.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0].decode()


# What the platform makes of an answer, without a network between.

PUSH = messages.text(Line("gh_x", WANG, 1_790_000_000, 7), "您好")
ACCOUNT = Account("oa", "token", "A" * 43, "wx1", "secret", "gh_x", mode="plain")
HEAD = {"ToUserName": WANG, "FromUserName": "gh_x", "CreateTime": 1_790_000_000}


def judged(fields: dict[str, object], account: Account = ACCOUNT) -> Outcome:
    return read_answer(account, PUSH, 200, to_xml({**HEAD, **fields}).encode()).outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"MsgType": "text", "Content": "好"}, Outcome.REPLY),
        ({"MsgType": "text", "Content": "司" * 682}, Outcome.REPLY),
        ({"MsgType": "text", "Content": "司" * 683}, Outcome.LOST),
        ({"MsgType": "text"}, Outcome.FAULT),
        ({"MsgType": "text", "Content": "好", "ToUserName": "o-other"}, Outcome.FAULT),
        ({"MsgType": "text", "Content": "好", "FromUserName": "gh_y"}, Outcome.FAULT),
        ({"MsgType": "text", "Content": "好", "CreateTime": "now"}, Outcome.FAULT),
        ({"MsgType": "image", "Image": {"MediaId": "m"}}, Outcome.REPLY),
        ({"MsgType": "image", "Image": {"MediaId": ""}}, Outcome.FAULT),
        ({"MsgType": "voice", "Voice": {"MediaId": "m"}}, Outcome.REPLY),
        ({"MsgType": "video", "Video": {"MediaId": "m"}}, Outcome.REPLY),
        ({"MsgType": "music", "Music": {"ThumbMediaId": "m"}}, Outcome.REPLY),
        ({"MsgType": "news", "ArticleCount": 1, "Articles": {"item": [{"Title": "a"}]}}, Outcome.REPLY),
        ({"MsgType": "news", "ArticleCount": 2, "Articles": {"item": [{"Title": "a"}]}}, Outcome.FAULT),
        (
            {"MsgType": "news", "ArticleCount": 2, "Articles": {"item": [{"Title": "a"}, {"Title": "b"}]}},
            Outcome.LOST,
        ),
        ({"MsgType": "transfer_customer_service"}, Outcome.REPLY),
        ({"MsgType": "hologram"}, Outcome.FAULT),
    ],
)
def test_replies_are_judged_as_the_platform_does(fields: dict[str, object], outcome: Outcome) -> None:
    assert judged(fields) is outcome


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"success", Outcome.SUCCESS),
        (200, b"", Outcome.EMPTY),
        (200, b"SUCCESS", Outcome.FAULT),
        (200, b'{"errcode": 0}', Outcome.FAULT),
        (200, b"<html>", Outcome.FAULT),
        (500, b"success", Outcome.FAULT),
        (302, b"", Outcome.FAULT),
    ],
)
def test_other_answers_show_the_notice(status: int, body: bytes, outcome: Outcome) -> None:
    assert read_answer(ACCOUNT, PUSH, status, body).outcome is outcome


def test_a_plain_reply_is_a_fault_in_safe_mode_and_a_sealed_one_in_plain_mode() -> None:
    safe = replace(ACCOUNT, mode="safe")
    plain = to_xml({**HEAD, "MsgType": "text", "Content": "好"})
    sealed = _envelope(safe, plain)

    assert read_answer(safe, PUSH, 200, plain.encode()).outcome is Outcome.FAULT
    assert read_answer(ACCOUNT, PUSH, 200, sealed.encode()).outcome is Outcome.FAULT
    assert read_answer(safe, PUSH, 200, sealed.encode()).outcome is Outcome.REPLY
    for both in (plain, sealed):
        compatible = replace(ACCOUNT, mode="compatible")
        assert read_answer(compatible, PUSH, 200, both.encode()).outcome is Outcome.REPLY


def test_a_sealed_reply_must_carry_its_own_signature() -> None:
    safe = replace(ACCOUNT, mode="safe")
    sealed = _envelope(safe, to_xml({**HEAD, "MsgType": "text", "Content": "好"}))

    assert read_answer(replace(safe, token="t"), PUSH, 200, sealed.encode()).why.startswith("MsgSignature")
    assert read_answer(safe, PUSH, 200, sealed.replace("Nonce", "Nonse").encode()).why.startswith("Nonce")


def test_replies_in_json_mode_are_json() -> None:
    account = replace(ACCOUNT, form="json")
    fields = {**HEAD, "MsgType": "text", "Content": "好"}

    assert read_answer(account, PUSH, 200, to_json(fields).encode()).outcome is Outcome.REPLY
    assert read_answer(account, PUSH, 200, to_xml(fields).encode()).outcome is Outcome.FAULT


def test_a_mini_program_has_no_passive_texts() -> None:
    mini = replace(ACCOUNT, door="mini")

    assert judged({"MsgType": "text", "Content": "好"}, mini) is Outcome.FAULT
    assert judged({"MsgType": "transfer_customer_service"}, mini) is Outcome.REPLY


def _envelope(account: Account, inner: str) -> str:
    sealed = Seal.of(account).close(inner.encode())
    signed = signature(account.token, "1790000000", "n", sealed)
    return to_xml({"Encrypt": sealed, "MsgSignature": signed, "TimeStamp": 1790000000, "Nonce": "n"})


def test_a_reply_made_by_another_program_is_read() -> None:
    reply = create_reply("您好&<b>再见", parse_message(PUSH.xml())).render()

    answer = read_answer(ACCOUNT, PUSH, 200, reply.encode())

    assert answer.outcome is Outcome.REPLY


async def test_a_delivery_can_be_stopped(pusher: Pusher, echo: Echo) -> None:
    echo.instead = no_answer
    task = asyncio.create_task(pusher.deliver(said(pusher)))
    await asyncio.sleep(0.05)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
