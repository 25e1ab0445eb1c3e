"""The platform's API over HTTP: tokens, windows, sending, media, menus, people, login."""

import re

import pytest

from admin.sandbox import events, messages
from admin.sandbox.account import Door
from admin.sandbox.sandbox import MENU, Sandbox
from bot.clock import SetClock
from tests.sandbox.conftest import WANG, Caller


def writes(sandbox: Sandbox, content: str = "您好", *, menu_id: str = "", openid: str = WANG) -> None:
    line = sandbox.platform.book("oa").lines.next(openid)
    sandbox.platform.acted("oa", messages.text(line, content, menu_id=menu_id))


def taps(sandbox: Sandbox) -> None:
    sandbox.platform.acted("oa", events.click(sandbox.platform.book("oa").lines.next(WANG), "k"))


# Tokens


async def test_a_stable_token_stays_the_same_until_five_minutes_before_its_end(
    caller: Caller, clock: SetClock
) -> None:
    first = await caller.fetch()
    clock.move(seconds=7200 - 301)
    second = await caller.fetch()
    clock.move(seconds=2)
    third = await caller.fetch()

    assert first["expires_in"] == 7200
    assert (second["access_token"], second["expires_in"]) == (first["access_token"], 301)
    assert third["access_token"] != first["access_token"]
    assert third["expires_in"] == 7200


async def test_the_old_stable_token_works_to_its_end(
    caller: Caller, sandbox: Sandbox, clock: SetClock
) -> None:
    old = (await caller.fetch())["access_token"]
    clock.move(seconds=7200 - 200)
    new = (await caller.fetch())["access_token"]
    writes(sandbox)

    codes = []
    for token in (old, new):
        caller.token = token
        codes.append(await caller.send("好"))
    clock.move(seconds=201)
    caller.token = old

    assert codes == [0, 0]
    assert await caller.send("好") == 42001


async def test_forcing_kills_the_old_token_and_is_limited(caller: Caller, clock: SetClock) -> None:
    old = (await caller.fetch())["access_token"]
    forced = await caller.fetch(force=True)
    too_soon = await caller.fetch(force=True)
    for _ in range(19):
        clock.move(seconds=30)
        assert "access_token" in await caller.fetch(force=True)
    clock.move(seconds=30)
    caller_after = await caller.fetch(force=True)
    caller.token = old

    assert forced["access_token"] != old
    assert too_soon["errcode"] == 45011
    assert caller_after["errcode"] == 45009
    assert await caller.send("好") == 40001


async def test_the_plain_token_call_makes_a_new_one_each_time(caller: Caller, clock: SetClock) -> None:
    account = caller.credentials.oa
    query = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
    stable = (await caller.fetch())["access_token"]
    first = (await caller.get("/cgi-bin/token", **query))["access_token"]
    second = (await caller.get("/cgi-bin/token", **query))["access_token"]
    clock.move(minutes=5)

    assert len({stable, first, second}) == 3
    caller.token = first
    assert (await caller.get("/cgi-bin/getcallbackip"))["errcode"] == 42001
    for token in (second, stable):
        caller.token = token
        assert (await caller.get("/cgi-bin/getcallbackip"))["ip_list"] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": "wx0"}, 40013),
        ({"appid": ""}, 41002),
        ({"secret": "no"}, 40125),
        ({"secret": ""}, 41004),
        ({"grant_type": "x"}, 40002),
    ],
)
async def test_wrong_ids_get_no_token(caller: Caller, change: dict[str, str], errcode: int) -> None:
    account = caller.credentials.oa
    body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}

    told = await caller.post("/cgi-bin/stable_token", body | change)

    assert told["errcode"] == errcode
    assert re.search(r" rid: \w+-\w+-\w+$", told["errmsg"])


@pytest.mark.parametrize(("token", "errcode"), [("", 41001), ("short", 40014), ("x" * 140, 40001)])
async def test_wrong_tokens_are_refused(caller: Caller, token: str, errcode: int) -> None:
    caller.token = token

    assert await caller.send("好") == errcode


# Windows


async def test_a_message_opens_five_messages_for_48_hours(
    caller: Caller, sandbox: Sandbox, clock: SetClock
) -> None:
    await caller.signed_in()
    writes(sandbox)

    codes = [await caller.send(f"{number}") for number in range(6)]
    writes(sandbox)
    clock.move(hours=48, seconds=-1)
    await caller.signed_in()
    last = await caller.send("最后")
    clock.move(seconds=1)

    assert codes == [0, 0, 0, 0, 0, 45047]
    assert last == 0
    assert await caller.send("太晚") == 45015
    assert [sent.text for sent in sandbox.platform.sent] == ["0", "1", "2", "3", "4", "最后"]


async def test_a_new_message_opens_the_window_anew(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    writes(sandbox)
    before = [await caller.send("好") for _ in range(4)]
    writes(sandbox)

    after = [await caller.send("好") for _ in range(6)]

    assert before == [0] * 4
    assert after == [0] * 5 + [45047]


@pytest.mark.parametrize("act", ["click", "subscribe", "scan", "menu message", "scancode_waitmsg"])
async def test_a_touch_opens_three_messages_for_a_minute(
    caller: Caller, sandbox: Sandbox, clock: SetClock, act: str
) -> None:
    await caller.signed_in()
    line = sandbox.platform.book("oa").lines.next(WANG)
    pushes = {
        "click": events.click(line, "k"),
        "subscribe": events.subscribe(line),
        "scan": events.scan(line, "s"),
        "menu message": messages.text(line, "工资", menu_id="1"),
        "scancode_waitmsg": events.menu_scan(line, "k", "r", waits=True),
    }
    sandbox.platform.acted("oa", pushes[act])

    codes = [await caller.send("好") for _ in range(4)]
    sandbox.platform.acted("oa", pushes[act])
    clock.move(seconds=60)

    assert codes == [0, 0, 0, 45047]
    assert await caller.send("太晚") == 45015


async def test_other_events_open_nothing(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    line = sandbox.platform.book("oa").lines.next(WANG)
    for push in (
        events.view(line, "https://example.org/"),
        events.whereabouts(line, 34.0, 112.4),
        events.menu_location(line, "k", 34.0, 112.4, "村"),
    ):
        sandbox.platform.acted("oa", push)

    assert await caller.send("好") == 45015


async def test_a_touch_takes_nothing_away_from_the_window_of_a_message(
    caller: Caller, sandbox: Sandbox, clock: SetClock
) -> None:
    await caller.signed_in()
    writes(sandbox)
    taps(sandbox)
    touched = [await caller.send("好") for _ in range(3)]
    clock.move(seconds=61)

    later = [await caller.send("好") for _ in range(6)]

    assert touched == [0] * 3
    assert later == [0] * 5 + [45047]


async def test_who_left_gets_nothing(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    writes(sandbox)
    sandbox.platform.acted("oa", events.unsubscribe(sandbox.platform.book("oa").lines.next(WANG)))

    assert await caller.send("好") == 45015


async def test_the_mini_program_has_five_and_two(caller: Caller, sandbox: Sandbox, clock: SetClock) -> None:
    await caller.signed_in("mini")
    book = sandbox.platform.book("mini")
    sandbox.platform.acted("mini", events.enters_chat(book.lines.next(WANG), "pages/index"))
    entered = [await caller.send("好") for _ in range(3)]
    clock.move(seconds=61)
    sandbox.platform.acted("mini", messages.text(book.lines.next(WANG), "您好"))

    wrote = [await caller.send("好") for _ in range(6)]

    assert entered == [0, 0, 45047]
    assert wrote == [0] * 5 + [45047]


# Sending


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (b"", 44002),
        (b"{", 47001),
        (b"[]", 47001),
        (b"\xff\xfe", 47001),
        (b'{"touser":"o-wang","msgtype":"text","text":{"content":"\\u60a8"}}', 40033),
        (b'{"touser":"o-wang","msgtype":"text","text":{"content":"C:\\\\users"}}', 0),
        (b'{"touser":"o-nobody","msgtype":"text","text":{"content":"x"}}', 40003),
        (b'{"touser":"o-wang","msgtype":"text","text":{"content":""}}', 44004),
        (b'{"touser":"o-wang","msgtype":"text"}', 44004),
        (b'{"touser":"o-wang","msgtype":"fax","fax":{}}', 40008),
        (b'{"touser":"o-wang","msgtype":"image","image":{"media_id":"m"}}', 40007),
        (b'{"touser":"o-wang","msgtype":"news","news":{"articles":[{},{}]}}', 45008),
        ('{"touser":"o-wang","msgtype":"text","text":{"content":"%s"}}' % ("司" * 682), 0),
        ('{"touser":"o-wang","msgtype":"text","text":{"content":"%s"}}' % ("司" * 683), 45002),
    ],
)
async def test_bodies_are_checked(caller: Caller, sandbox: Sandbox, body: bytes | str, errcode: int) -> None:
    await caller.signed_in()
    writes(sandbox)
    raw = body.encode() if isinstance(body, str) else body

    told = await caller.post("/cgi-bin/message/custom/send", raw)

    assert told["errcode"] == errcode


async def test_a_refused_body_costs_no_message(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    writes(sandbox)

    await caller.send("司" * 683)

    assert sandbox.platform.book("oa").windows.left(WANG) == 5


async def test_typing_needs_a_fresh_act_and_does_not_repeat(
    caller: Caller, sandbox: Sandbox, clock: SetClock
) -> None:
    await caller.signed_in()

    async def types(command: str) -> int:
        body = {"touser": WANG, "command": command}
        return int((await caller.post("/cgi-bin/message/custom/typing", body))["errcode"])

    writes(sandbox)
    codes = [await types("Typing"), await types("Typing"), await types("CancelTyping"), await types("Typing")]
    await caller.send("好")
    after_a_message = await types("Typing")
    clock.move(seconds=31)

    assert codes == [0, 45081, 0, 0]
    assert after_a_message == 0
    assert await types("Typing") == 45080
    assert await types("Sing") == 45072


async def test_a_personal_account_may_call_almost_nothing(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    writes(sandbox)
    await caller.control("POST", "level", {"level": "personal"})

    assert await caller.send("好") == 48001
    assert (await caller.post("/cgi-bin/menu/create", MENU))["errcode"] == 48001
    assert "ip_list" in await caller.get("/cgi-bin/getcallbackip")


async def test_only_a_service_account_has_template_messages(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    writes(sandbox)
    body = {"touser": WANG, "template_id": "t-notice", "data": {}}

    as_service = await caller.post("/cgi-bin/message/template/send", body)
    await caller.control("POST", "level", {"level": "subscription"})
    as_subscription = await caller.post("/cgi-bin/message/template/send", body)

    assert as_service["errcode"] == 0
    assert as_service["msgid"] > 0
    assert as_subscription["errcode"] == 48001


async def test_template_messages_go_to_followers_only(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    await caller.control("POST", "people", {"openid": WANG, "follows": False})
    body = {"touser": WANG, "template_id": "t-notice", "data": {}}

    assert (await caller.post("/cgi-bin/message/template/send", body))["errcode"] == 43004
    body["template_id"] = "t-none"
    assert (await caller.post("/cgi-bin/message/template/send", body))["errcode"] == 40037


@pytest.mark.parametrize(("door", "send"), [("mini", "send"), ("oa", "bizsend")])
async def test_one_consent_is_one_notice(caller: Caller, sandbox: Sandbox, door: Door, send: str) -> None:
    await caller.signed_in(door)
    book = sandbox.platform.book(door)
    sandbox.platform.acted(
        door, events.consent_asked(book.lines.next(WANG), {"t-notice": True, "t-other": False})
    )
    body = {"touser": WANG, "template_id": "t-notice", "data": {"thing1": {"value": "调解改到周二"}}}

    codes = [(await caller.post(f"/cgi-bin/message/subscribe/{send}", body))["errcode"] for _ in range(2)]

    assert codes == [0, 43101]


@pytest.mark.parametrize(
    "data",
    [{}, {"thing1": {"value": ""}}, {"thing1": {"value": "字" * 21}}, {"phrase2": {"value": "六个字的话啊"}}],
)
async def test_values_of_a_notice_are_measured(
    caller: Caller, sandbox: Sandbox, data: dict[str, object]
) -> None:
    await caller.signed_in("mini")
    await caller.control("POST", "people", {"door": "mini", "openid": WANG})
    await caller.control("POST", "consents", {"openid": WANG, "template": "t-notice"})
    body = {"touser": WANG, "template_id": "t-notice", "data": data}

    assert (await caller.post("/cgi-bin/message/subscribe/send", body))["errcode"] == 47003


async def test_the_days_calls_run_out(caller: Caller, sandbox: Sandbox, clock: SetClock) -> None:
    await caller.signed_in()
    writes(sandbox)
    await caller.control("POST", "limits", {"endpoint": "/cgi-bin/message/custom/send", "a_day": 1})

    codes = [await caller.send("好"), await caller.send("好")]
    clock.move(hours=15)  # past midnight in China, where this day began at nine
    await caller.signed_in()

    assert codes == [0, 45009]
    assert await caller.send("好") == 0


# Media, menu, people, login


async def test_media_live_for_three_days(caller: Caller, clock: SetClock) -> None:
    await caller.signed_in()
    given = {"base64": "IyFBTVIK", "content_type": "audio/amr", "name": "v.amr"}
    media_id = (await caller.control("POST", "media", given))["media_id"]

    fetched = await caller.get("/cgi-bin/media/get", media_id=media_id)
    clock.move(days=3)
    await caller.signed_in()
    late = await caller.get("/cgi-bin/media/get", media_id=media_id)

    assert fetched == ("audio/amr", b"#!AMR\n")
    assert late["errcode"] == 40007


async def test_a_menu_is_kept_and_told(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    menu = {"button": [{"name": "问", "sub_button": [{"type": "click", "name": "问法律", "key": "ask"}]}]}

    made = await caller.post("/cgi-bin/menu/create", menu)
    told = await caller.get("/cgi-bin/menu/get")
    await caller.get("/cgi-bin/menu/delete")

    assert made["errcode"] == 0
    assert told == {"menu": menu}
    assert (await caller.get("/cgi-bin/menu/get"))["errcode"] == 46003


_KEYED = {"type": "click", "name": "问", "key": "k"}


@pytest.mark.parametrize(
    ("bar", "errcode"),
    [
        ([], 40016),
        ([_KEYED] * 4, 40016),
        ([{"name": "问", "sub_button": [_KEYED] * 6}], 40023),
        (["问"], 40023),
        ([{**_KEYED, "name": "名字太长的按钮"}], 40018),
        ([{**_KEYED, "key": ""}], 40019),
        ([{**_KEYED, "key": "k" * 129}], 40019),
        ([{**_KEYED, "type": "dance"}], 40017),
    ],
)
async def test_menus_have_rules(caller: Caller, bar: list[object], errcode: int) -> None:
    await caller.signed_in()

    assert (await caller.post("/cgi-bin/menu/create", {"button": bar}))["errcode"] == errcode


async def test_people_are_told_without_names(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    line = sandbox.platform.book("oa").lines.next(WANG)
    sandbox.platform.acted("oa", events.subscribe(line, scene="station-01"))

    told = await caller.get("/cgi-bin/user/info", openid=WANG)
    unknown = await caller.get("/cgi-bin/user/info", openid="o-nobody")

    assert (told["subscribe"], told["qr_scene_str"], "nickname" in told) == (1, "station-01", False)
    assert unknown["errcode"] == 40003


async def test_a_login_code_is_good_once_and_for_five_minutes(caller: Caller, clock: SetClock) -> None:
    mini = caller.credentials.mini
    query = {"appid": mini.app_id, "secret": mini.app_secret, "grant_type": "authorization_code"}
    codes = [(await caller.control("POST", "login-code", {"openid": WANG}))["code"] for _ in range(2)]

    first = await caller.get("/sns/jscode2session", js_code=codes[0], **query)
    again = await caller.get("/sns/jscode2session", js_code=codes[0], **query)
    clock.move(minutes=5)
    late = await caller.get("/sns/jscode2session", js_code=codes[1], **query)

    assert first["openid"] == WANG
    assert len(first["session_key"]) == 24
    assert again["errcode"] == 40163
    assert late["errcode"] == 40029


async def test_an_endpoint_of_the_other_door_is_refused(caller: Caller) -> None:
    await caller.signed_in("mini")

    assert (await caller.get("/cgi-bin/menu/get"))["errcode"] == 48001


async def test_every_call_is_remembered_without_secrets(caller: Caller, sandbox: Sandbox) -> None:
    await caller.signed_in()
    await caller.send("好", to="o-nobody")

    calls = (await caller.control("GET", "calls"))["calls"]

    assert [call["endpoint"] for call in calls] == [
        "/cgi-bin/stable_token",
        "/cgi-bin/message/custom/send",
    ]
    assert [call["errcode"] for call in calls] == [None, 40003]
    assert caller.token not in repr(calls)
    assert caller.credentials.oa.app_secret not in repr(calls)
    assert sandbox.platform.count("/cgi-bin/stable_token") == 1
