"""Faults on demand, seen from the caller's side, and the door that sets them."""

import asyncio
import time

import aiohttp
import pytest

from admin.sandbox.account import Credentials, with_token
from admin.sandbox.faults import Fault
from admin.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import WANG, Caller
from tests.sandbox.webhook import Echo

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
async def ready(caller: Caller) -> Caller:
    await caller.signed_in()
    await caller.control("POST", "act", {"openid": WANG, "act": "message"})
    return caller


async def test_a_status_for_the_next_two_calls(ready: Caller) -> None:
    await ready.control("POST", "faults", {"endpoint": SEND, "kind": "http", "value": 502, "times": 2})

    statuses = []
    for _ in range(3):
        async with ready.session.post(
            ready.base + SEND,
            params={"access_token": ready.token},
            data=b'{"touser":"o-wang","msgtype":"text","text":{"content":"x"}}',
        ) as response:
            statuses.append(response.status)

    assert statuses == [502, 502, 200]


async def test_a_code_for_ever_until_it_is_taken_away(ready: Caller) -> None:
    await ready.control(
        "POST", "faults", {"endpoint": SEND, "kind": "errcode", "value": 40001, "times": None}
    )

    codes = [await ready.send("好") for _ in range(4)]
    await ready.control("DELETE", "faults")

    assert codes == [40001] * 4
    assert await ready.send("好") == 0


async def test_a_reset_breaks_the_connection_before_anything_is_done(ready: Caller, sandbox: Sandbox) -> None:
    sandbox.platform.faults.add(Fault(SEND, "reset"))

    with pytest.raises(aiohttp.ClientError):
        await ready.send("好")

    assert not sandbox.platform.sent
    assert sandbox.platform.calls[-1].fault == "reset"
    assert await ready.send("好") == 0


async def test_a_drop_delivers_and_says_nothing(ready: Caller, sandbox: Sandbox) -> None:
    sandbox.platform.faults.add(Fault(SEND, "drop"))

    with pytest.raises(aiohttp.ClientError):
        await ready.send("到了")

    assert [sent.text for sent in sandbox.platform.sent] == ["到了"]
    assert sandbox.platform.book("oa").windows.left(WANG) == 4


async def test_a_hang_lasts_until_the_caller_leaves(ready: Caller, sandbox: Sandbox) -> None:
    sandbox.platform.faults.add(Fault(SEND, "hang"))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await ready.send("好")
    while not any(call.endpoint == SEND for call in sandbox.platform.calls):
        await asyncio.sleep(0.02)

    assert not sandbox.platform.sent
    assert [call.fault for call in sandbox.platform.calls if call.endpoint == SEND] == ["hang"]


async def test_a_drip_is_slow_and_whole(ready: Caller, sandbox: Sandbox) -> None:
    sandbox.platform.faults.add(Fault(SEND, "slow", 0.01))
    start = time.monotonic()

    code = await ready.send("好")

    assert code == 0
    assert time.monotonic() - start > 0.2


async def test_garbage_is_no_json(ready: Caller, sandbox: Sandbox) -> None:
    sandbox.platform.faults.add(Fault("*", "garbage"))

    with pytest.raises(ValueError, match="Expecting value"):
        await ready.send("好")


async def test_tokens_can_be_made_to_expire(ready: Caller) -> None:
    before = await ready.send("好")
    await ready.control("POST", "tokens", {"expire": True})
    expired = await ready.send("好")
    await ready.signed_in()

    assert (before, expired) == (0, 42001)
    assert await ready.send("好") == 0


async def test_time_moves_for_windows_and_not_for_pushes(ready: Caller, sandbox: Sandbox) -> None:
    told = await ready.control("POST", "clock", {"forward": 48 * 3600})
    await ready.signed_in()

    assert told["shift"] == 48 * 3600
    assert await ready.send("好") == 45015
    assert sandbox.platform.book("oa").lines.next(WANG).at == sandbox.platform.clock.now().timestamp()


async def test_the_state_can_be_read(ready: Caller) -> None:
    await ready.send("好")

    state = await ready.control("GET", "state")
    sent = await ready.control("GET", "sent", openid=WANG)

    assert state["doors"]["oa"]["people"] == {WANG: {"follows": True, "left": 4}}
    assert sent["sent"][0]["body"]["text"] == {"content": "好"}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("faults", {"endpoint": SEND, "kind": "flood"}),
        ("faults", {"endpoint": SEND, "kind": "http", "times": 0}),
        ("faults", {"kind": "http"}),
        ("level", {"level": "king"}),
        ("act", {"openid": WANG, "act": "dance"}),
        ("push", {"openid": WANG}),
        ("push", {"openid": WANG, "sample": "nothing like it"}),
        ("clock", {}),
        ("clock", []),
    ],
)
async def test_control_says_what_it_does_not_understand(caller: Caller, name: str, body: object) -> None:
    url = f"{caller.base}/sandbox/control/{name}"

    async with caller.session.post(url, json=body, headers={"X-Sandbox-Control": "1"}) as response:
        assert response.status == 400
        assert (await response.json())["error"]


@pytest.mark.parametrize("headers", [{}, {"X-Sandbox-Control": "1", "Host": "evil.example"}])
async def test_control_is_closed_to_pages_of_other_sites(caller: Caller, headers: dict[str, str]) -> None:
    async with caller.session.get(f"{caller.base}/sandbox/control/state", headers=headers) as response:
        assert response.status == 403


async def test_pushes_can_be_ordered_over_control(caller: Caller, echo: Echo) -> None:
    text = await caller.control("POST", "push", {"openid": WANG, "text": "您好", "times": 3, "at_once": True})
    scan = await caller.control("POST", "push", {"openid": WANG, "sample": "scan"})
    own = await caller.control(
        "POST", "push", {"openid": WANG, "fields": {"MsgType": "event", "Event": "CLICK", "EventKey": "k"}}
    )

    assert (text["outcome"], text["text"], len(text["tries"])) == ("reply", "您说：您好", 3)
    assert (scan["outcome"], own["outcome"]) == ("success", "success")
    assert [message.type for message in echo.read] == ["text"] * 3 + ["event"] * 2
    await caller.signed_in()
    assert await caller.send("好") == 0


async def test_a_template_message_is_reported_by_an_event(caller: Caller, echo: Echo) -> None:
    await caller.signed_in()
    await caller.control("POST", "people", {"openid": WANG})

    await caller.post(
        "/cgi-bin/message/template/send", {"touser": WANG, "template_id": "t-notice", "data": {}}
    )
    async with asyncio.timeout(2):
        await echo.arrived.wait()

    assert echo.read[0].event == "templatesendjobfinish"


async def test_a_sandbox_with_another_token_gets_nowhere(webhook: str, credentials: Credentials) -> None:
    bent = Credentials(with_token(credentials.oa, "another"), credentials.mini)
    sandbox = Sandbox(webhook_url=webhook, mini_url=webhook, credentials=bent)

    verified = await sandbox.pushers["oa"].verify()
    await sandbox.close()

    assert (verified.good, verified.status) == (False, 403)
