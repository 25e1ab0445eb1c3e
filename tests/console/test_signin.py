"""Signing in: sessions, locks, forms, the one-time link."""

import asyncio

import pytest

from admin.console import doors, people
from admin.console.passwords import hashed
from bot.clock import SetClock
from tests.console.desk import PASSWORD, browser, staffed
from tests.support.service import Service


async def test_who_is_not_signed_in_is_sent_to_the_door_and_then_where_they_wanted_to_go(
    service: Service,
) -> None:
    staffed(service)

    async with browser(service) as at:
        door = await at.opens("/admin/done")
        inside = await at.signs_in("t001", following="/admin/done")

    assert door.path == "/admin/signin"
    assert door.value("next") == "/admin/done"
    assert inside.path == "/admin/done"
    assert "陈敏" in inside.text


@pytest.mark.parametrize(
    "following", ["https://evil.test/", "//evil.test", "/admin/../x", "/wechat", "/admin//a\\b@evil.test"]
)
async def test_signing_in_leads_nowhere_else(service: Service, following: str) -> None:
    staffed(service)

    async with browser(service) as at:
        inside = await at.signs_in("t001", following=following)

    assert inside.path == "/admin"


async def test_a_lock_tells_nobody_whether_a_name_exists(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        known = [await at.signs_in("t001", "wrong") for _n in range(6)]
        unknown = [await at.signs_in("nobody", "wrong") for _n in range(6)]
        locked = await at.signs_in("t001")

    said = {
        (page.status, page.text.replace("nobody", "t001").replace(page.value("form"), ""))
        for page in (*known, *unknown, locked)
    }
    assert len(said) == 1
    assert locked.status == 401
    assert at.cookie("xiaosi_staff") == ""


async def test_a_lock_opens_after_a_quarter_of_an_hour_or_by_a_reset(timed: Service, clock: SetClock) -> None:
    staffed(timed)
    async with browser(timed) as at:
        for _n in range(6):
            await at.signs_in("t001", "wrong")
        clock.move(minutes=16)
        in_time = await at.signs_in("t001")
    async with browser(timed) as at:
        for _n in range(6):
            await at.signs_in("t001", "wrong")
        timed.store.writer.do_now(people.reset, "t001", hashed("another-good-one"))
        by_reset = await at.signs_in("t001", "another-good-one")

    assert (in_time.path, by_reset.path) == ("/admin", "/admin")


async def test_guesses_at_once_are_counted_before_they_are_checked(service: Service) -> None:
    writer = service.store.writer

    allowed = await asyncio.gather(*(writer.do(doors.attempt, "t001") for _n in range(12)))

    assert sum(allowed) == doors.TRIES


async def test_a_session_ends_after_half_an_hour_of_silence_and_not_before(
    timed: Service, clock: SetClock
) -> None:
    staffed(timed)

    async with browser(timed) as at:
        await at.signs_in("t001")
        clock.move(minutes=29)
        busy = await at.opens("/admin")
        clock.move(minutes=29)
        still = await at.opens("/admin")
        clock.move(minutes=31)
        over = await at.opens("/admin")

    assert [page.path for page in (busy, still, over)] == ["/admin", "/admin", "/admin/signin"]


async def test_who_leaves_is_out_at_once(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        service.store.writer.do_now(people.leave, "t001")
        page = await at.opens("/admin")
        again = await at.signs_in("t001")

    assert page.path == "/admin/signin"
    assert again.status == 401


async def test_signing_out_ends_the_session_itself(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        token = at.cookie("xiaosi_staff")
        me = await at.opens("/admin/me")
        await at.sends("/admin/signout", form=me.value("form"))
        at.session.cookie_jar.update_cookies({"xiaosi_staff": token})
        page = await at.opens("/admin")

    assert page.path == "/admin/signin"


async def test_the_cookie_is_for_this_site_alone_and_the_database_does_not_hold_it(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        door = await at.opens("/admin/signin")
        fields = {"login": "t001", "password": PASSWORD, "form": door.value("form"), "next": ""}
        async with at.session.post(
            f"{at.base}/admin/signin", data=fields, headers={"Origin": at.base}, allow_redirects=False
        ) as answer:
            cookie = answer.headers.getall("Set-Cookie")[0]

    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/admin"))
    assert "Secure" not in cookie
    assert service.rows("select token from staff_session")[0][0] not in cookie


@pytest.mark.parametrize(
    ("origin", "form"), [("https://evil.test", None), ("null", None), (None, "forged"), (None, "")]
)
async def test_a_form_of_another_site_does_nothing(
    service: Service, origin: str | None, form: str | None
) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        me = await at.opens("/admin/me")
        refused = await at.sends(
            "/admin/signout", origin=origin, form=me.value("form") if form is None else form
        )
        still = await at.opens("/admin")

    assert refused.status == 403
    assert still.path == "/admin"


async def test_a_request_that_a_browser_calls_cross_site_does_nothing(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        me = await at.opens("/admin/me")
        headers = {"Sec-Fetch-Site": "cross-site", "Origin": at.base}
        async with at.session.post(
            f"{at.base}/admin/signout", data={"form": me.value("form")}, headers=headers
        ) as answer:
            status = answer.status

    assert status == 403


async def test_every_answer_carries_the_strict_policy(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        pages = [await at.opens(path) for path in ("/admin/signin", "/admin/nothing", "/admin/setup/x")]
        pages.append(await at.signs_in("t001"))

    for page in pages:
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.text.count("<script") == page.text.count('<script src="/static/')
        assert "style=" not in page.text
    assert [page.status for page in pages] == [200, 404, 404, 200]


async def test_the_one_time_link_makes_the_first_account_and_no_second(service: Service) -> None:
    token = service.store.writer.do_now(doors.make_link)
    async with browser(service) as at:
        page = await at.opens(f"/admin/setup/{token}")
        fields = {"form": page.value("form"), "login": "boss", "name": "周岚", "again": PASSWORD}

        weak = await at.sends(f"/admin/setup/{token}", **{**fields, "password": "short", "again": "short"})
        made = await at.sends(f"/admin/setup/{token}", **fields, password=PASSWORD)
        used = await at.opens(f"/admin/setup/{token}")
        inside = await at.signs_in("boss")

    assert weak.status == 422
    assert made.path == "/admin/signin"
    assert used.status == 404
    assert inside.path == "/admin/signin/second", "a county admin sets up the second step first"
    assert service.rows("select login, role from staff") == [("boss", "county_admin")]
    assert service.store.writer.do_now(doors.make_link) is None


async def test_a_start_without_staff_names_the_link_once(service: Service) -> None:
    said = people.announcement(service.store, "https://example.test")

    assert "https://example.test/admin/setup/" in said
    staffed(service)
    assert people.announcement(service.store, "https://example.test") == ""


async def test_demo_staff_get_new_passwords_at_each_start(service: Service) -> None:
    first, second = people.demo_staff(service.store), people.demo_staff(service.store)

    async with browser(service) as at:
        old = await at.signs_in(first[0][0], first[0][2])
        new = await at.signs_in(second[0][0], second[0][2])

    assert [one[0] for one in first] == [one[0] for one in second]
    assert (old.status, new.path) == (401, "/admin")
