"""人员: who may change whose account, what a change does, and what leaving takes with it."""

import re

import pytest

from admin.console import factor, people
from bot.errors import Refused
from handlers.handoff import named
from tests.console.desk import Browser, Page, browser, staffed
from tests.support.service import Service

WHY = {"why": "岗位调整"}


async def changes(at: Browser, path: str, **fields: str) -> Page:
    """Send a form of the accounts, with a reason."""
    me = await at.opens("/admin/me")
    return await at.sends(path, form=me.value("form"), **WHY, **fields)


async def test_a_county_admin_adds_somebody_who_signs_in_with_the_password_shown(service: Service) -> None:
    staffed(service, "boss", role="county_admin", station=None)

    async with browser(service) as at, browser(service) as other:
        await at.signs_in("boss")
        page = await changes(
            at, "/admin/people/new", login="t001", name="陈敏", role="clerk", station="liuhe"
        )
        shown = re.search(r"<b class=\"font-monospace\">([a-z0-9-]{19})</b>", page.text)
        assert shown
        inside = await other.signs_in("t001", shown[1])
        listed = await at.opens("/admin/people")

    assert inside.path == "/admin"
    assert "陈敏" in listed.text
    assert shown[1] not in listed.text
    assert service.rows("select role, station_id from staff where login = 't001'") == [("clerk", "liuhe")]


async def test_a_reason_is_always_asked(service: Service) -> None:
    staffed(service, "boss", role="county_admin", station=None)
    other = staffed(service, "t001")

    async with browser(service) as at:
        await at.signs_in("boss")
        me = await at.opens("/admin/me")
        asked = await at.sends(f"/admin/people/{other}/leave", form=me.value("form"))

    assert "为什么要这样做" in asked.text
    assert service.rows("select active from staff where login = 't001'")[0][0]


@pytest.mark.parametrize(
    ("role", "station"),
    [
        ("county_admin", "county"),
        ("head", "liuhe"),
        ("auditor", "county"),
        ("clerk", "chengdong"),
        ("x", "liuhe"),
    ],
)
async def test_a_head_gives_no_more_than_a_head_may(service: Service, role: str, station: str) -> None:
    staffed(service, "boss", role="head", station="liuhe")
    other = staffed(service, "t001", station="liuhe")

    async with browser(service) as at:
        await at.signs_in("boss")
        added = await changes(at, "/admin/people/new", login="t009", name="某", role=role, station=station)
        changed = await changes(at, f"/admin/people/{other}/role", role=role, station=station)

    assert (added.status, changed.status) == (422, 422)
    assert service.rows("select role, station_id from staff where login <> 'boss'") == [("clerk", "liuhe")]


async def test_a_head_resets_a_clerks_phone_and_a_county_admin_a_heads(service: Service) -> None:
    staffed(service, "chief", role="county_admin", station=None)
    head = staffed(service, "boss", role="head", station="liuhe")
    clerk = staffed(service, "t001", station="liuhe")
    service.store.writer.do_now(people.demo_factor, clerk, "A" * 32, factor.fresh_codes())

    async with browser(service) as at, browser(service) as chief:
        await at.signs_in("boss")
        by_head = await changes(at, f"/admin/people/{clerk}/second")
        await chief.signs_in("chief")
        by_chief = await changes(chief, f"/admin/people/{head}/second")
        out = await at.opens("/admin")

    assert (by_head.status, by_chief.status) == (200, 200)
    assert [row[0] for row in service.rows("select staff_id from staff_factor")] == [1]
    assert out.path == "/admin/signin"


@pytest.mark.parametrize("word", ["password", "second", "role", "named", "away", "back", "leave"])
async def test_nobody_changes_their_own_account_or_one_above_or_elsewhere(
    service: Service, word: str
) -> None:
    me = staffed(service, "boss", role="head", station="liuhe")
    above = staffed(service, "chief", role="county_admin", station=None)
    beside = staffed(service, "boss2", role="head", station="liuhe")
    elsewhere = staffed(service, "t002", station="chengdong")
    before = service.rows("select * from staff order by id")

    async with browser(service) as at:
        await at.signs_in("boss")
        answers = [
            await changes(at, f"/admin/people/{one}/{word}", role="clerk", station="liuhe", kind_minor="1")
            for one in (me, above, beside, elsewhere, 999)
        ]

    assert [one.status for one in answers] == [404] * 5
    assert len({one.text for one in answers}) == 1
    assert service.rows("select * from staff order by id") == before
    assert service.rows("select count(*) from named_staff")[0][0] == 0


async def test_a_form_sets_no_field_that_it_does_not_show(service: Service) -> None:
    staffed(service, "boss", role="head", station="liuhe")
    other = staffed(service, "t001", station="liuhe")
    more = {
        "role": "county_admin",
        "station": "county",
        "active": "0",
        "kind_minor": "1",
        "secret": "x",
        "id": "1",
    }

    async with browser(service) as at:
        await at.signs_in("boss")
        for word in ("password", "second", "away", "back"):
            await changes(at, f"/admin/people/{other}/{word}", **more)
        await changes(at, f"/admin/people/{other}/named", **{**more, "kind_none": "1", "kind_minor": ""})

    assert service.rows("select role, station_id, active from staff where id = 2") == [("clerk", "liuhe", 1)]
    assert service.rows("select * from named_staff") == []


async def test_leaving_ends_sessions_second_factor_and_names(service: Service) -> None:
    staffed(service, "boss", role="county_admin", station=None)
    gone = staffed(service, "head1", role="head", station="liuhe")
    service.store.writer.do_now(named.set_kinds, 1, gone, ["minor"])

    async with browser(service) as at, browser(service) as leaver:
        await leaver.signs_in("head1")
        await at.signs_in("boss")
        page = await changes(at, f"/admin/people/{gone}/leave")
        out = await leaver.opens("/admin")
        again = await leaver.signs_in("head1")

    assert "停用了" in page.text
    assert (out.path, again.status) == ("/admin/signin", 401)
    for table in ("staff_session", "staff_factor", "recovery_code", "named_staff"):
        assert service.rows(f"select count(*) from {table} where staff_id = {gone}")[0][0] == 0


async def test_the_last_county_admin_can_neither_leave_nor_become_another(service: Service) -> None:
    staffed(service, "boss", role="county_admin", station=None)
    writer = service.store.writer

    for act, given in ((people.leave, ("boss",)), (people.change, ("boss", "clerk", None))):
        with pytest.raises(Refused, match="last_county_admin"):
            writer.do_now(act, *given)
    staffed(service, "second", role="county_admin", station=None)
    writer.do_now(people.leave, "boss")

    assert service.rows("select login from staff where active") == [("second",)]


async def test_another_role_ends_sessions_and_names(service: Service) -> None:
    staffed(service, "boss", role="county_admin", station=None)
    other = staffed(service, "t001", station="liuhe")
    service.store.writer.do_now(named.set_kinds, 1, other, ["violence"])

    async with browser(service) as at, browser(service) as changed:
        await changed.signs_in("t001")
        await at.signs_in("boss")
        await changes(at, f"/admin/people/{other}/role", role="curator", station="liuhe")
        out = await changed.opens("/admin")

    assert out.path == "/admin/signin"
    assert service.rows("select role from staff where id = 2") == [("curator",)]
    assert service.rows("select * from named_staff") == []


async def test_naming_is_recorded_with_who_before_and_after(service: Service) -> None:
    staffed(service, "boss", role="head", station="liuhe")
    other = staffed(service, "t001", station="liuhe")

    async with browser(service) as at:
        await at.signs_in("boss")
        await changes(at, f"/admin/people/{other}/named", kind_violence="1", kind_minor="1")
        page = await at.opens(f"/admin/people/{other}")

    assert page.text.count(" checked") == 2
    row = service.rows("select staff_id, subject, before, after from audit where what = 'staff_named'")
    assert row[0][:2] == (1, f"staff:{other}")
    assert "violence,minor" in row[0][3]


async def test_roles_that_see_no_threads_are_named_for_none(service: Service) -> None:
    made = staffed(service, "know", role="curator", station=None)

    with pytest.raises(Refused, match="not_nameable"):
        service.store.writer.do_now(named.set_kinds, None, made, ["minor"])


async def test_who_is_away_hands_over_all_at_once_and_says_when_back(service: Service) -> None:
    staffed(service, "t001")

    async with browser(service) as at:
        await at.signs_in("t001")
        me = await at.opens("/admin/me")
        wrong = await at.sends("/admin/me/away", form=me.value("form"), until="2020-01-01T00:00")
        unread = await at.sends("/admin/me/away", form=me.value("form"), since="昨天")
        away = await at.sends("/admin/me/away", form=me.value("form"), until="")
        back = await at.sends("/admin/me/back", form=me.value("form"))

    assert (wrong.status, unread.status) == (422, 422)
    assert "现在不在" in away.text
    assert "现在不在" not in back.text


async def test_who_left_comes_back_with_a_new_password(service: Service) -> None:
    staffed(service, "boss", role="county_admin", station=None)
    other = staffed(service, "t001")
    service.store.writer.do_now(people.leave, "t001")

    async with browser(service) as at, browser(service) as back:
        await at.signs_in("boss")
        page = await changes(at, f"/admin/people/{other}/password")
        shown = re.search(r"<b class=\"font-monospace\">([a-z0-9-]{19})</b>", page.text)
        assert shown
        inside = await back.signs_in("t001", shown[1])

    assert inside.path == "/admin"
