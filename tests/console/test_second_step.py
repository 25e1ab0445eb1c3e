"""The second step: codes of a phone, recovery codes, the second check, one's own sessions."""

import asyncio
import re
from pathlib import Path

import pytest

from admin.console import factor, people, sessions, totp
from bot.clock import SetClock, millis
from tests.console.desk import PASSWORD, Browser, Page, audited, browser, staffed
from tests.support import servers
from tests.support.service import Service, serving


def enrolled(service: Service, login: str = "boss", role: str = "head") -> tuple[str, list[str]]:
    """Somebody with a second factor. Returns: secret and recovery codes."""
    made = staffed(service, login, role=role, station=None)
    secret, codes = totp.fresh_secret(), factor.fresh_codes()
    service.store.writer.do_now(people.demo_factor, made, secret, codes)
    return secret, codes


def code(service: Service, secret: str, *, steps: int = 0) -> str:
    """What the phone shows now, or so many steps later."""
    return totp.code_at(secret, millis(service.store.clock.now()) // totp.STEP_MS + steps)


async def password_given(at: Browser, login: str = "boss") -> Page:
    """The page after the password, without the desk's own second step."""
    door = await at.opens("/admin/signin")
    return await at.sends("/admin/signin", form=door.value("form"), next="", login=login, password=PASSWORD)


async def test_a_head_needs_the_code_of_the_phone_after_the_password(timed: Service, clock: SetClock) -> None:
    secret, _codes = enrolled(timed)
    clock.move(seconds=60)

    async with browser(timed) as at:
        asked = await password_given(at)
        half = await at.opens("/admin")
        wrong = await at.gives(await at.opens("/admin/signin/code"), "000000")
        inside = await at.gives(wrong, code(timed, secret))

    assert asked.path == "/admin/signin/code"
    assert half.path == "/admin/signin"
    assert (wrong.status, wrong.path) == (401, "/admin/signin/code")
    assert inside.path == "/admin"


async def test_a_code_that_was_used_is_refused_within_its_step(timed: Service, clock: SetClock) -> None:
    secret, _codes = enrolled(timed)
    clock.move(seconds=60)
    used = code(timed, secret)
    async with browser(timed) as at:
        await at.gives(await password_given(at), used)

    async with browser(timed) as thief:
        again = await thief.gives(await password_given(thief), used)
        clock.move(seconds=30)
        next_one = await thief.gives(again, code(timed, secret))

    assert again.status == 401
    assert next_one.path == "/admin"


async def test_a_recovery_code_counts_once(service: Service) -> None:
    _secret, codes = enrolled(service)

    async with browser(service) as at:
        first = await at.gives(await password_given(at), codes[0].upper())
    async with browser(service) as at:
        second = await at.gives(await password_given(at), codes[0])

    assert first.path == "/admin"
    assert second.status == 401
    assert ("recovery_code", "staff:1") in audited(service)


async def test_guessed_codes_are_locked_and_the_lock_says_nothing(timed: Service, clock: SetClock) -> None:
    secret, _codes = enrolled(timed)
    clock.move(seconds=60)

    async with browser(timed) as at:
        page = await password_given(at)
        tries = [await at.gives(page, "000000") for _n in range(5)]
        locked = await at.gives(page, code(timed, secret))

    said = {(one.status, one.text) for one in (*tries, locked)}
    assert len(said) == 1


async def test_the_second_step_cannot_wait_for_ever_nor_be_skipped(timed: Service, clock: SetClock) -> None:
    secret, _codes = enrolled(timed)

    async with browser(timed) as at:
        page = await password_given(at)
        for path in ("/admin", "/admin/me", "/admin/people", "/admin/signin/second"):
            assert (await at.opens(path)).path == "/admin/signin"
        clock.move(minutes=11)
        late = await at.gives(page, code(timed, secret))

    assert late.path == "/admin/signin"


async def test_a_head_without_a_phone_sets_it_up_before_anything_else(timed: Service) -> None:
    made = staffed(timed, "boss", role="head")
    timed.store.writer.do_now(factor.clear, made)

    async with browser(timed) as at:
        page = await password_given(at)
        token = at.cookie("xiaosi_staff")
        shown = re.search(r"id=\"secret\">([A-Z2-7 ]+)</b>", page.text)
        assert shown
        outside = await at.opens("/admin")
        secret = shown[1].replace(" ", "")
        page = await at.opens("/admin/signin/second")
        wrong = await at.sends("/admin/signin/second", form=page.value("form"), code="12")
        codes = await at.sends("/admin/signin/second", form=page.value("form"), code=code(timed, secret))
        inside = await at.opens("/admin")

    assert page.path == "/admin/signin/second"
    assert "<svg" in page.text
    assert outside.path == "/admin/signin"
    assert wrong.status == 422
    shown_codes = re.findall(r"<li><b class=\"font-monospace\">[a-z2-9]{5}-[a-z2-9]{5}</b>", codes.text)
    assert len(shown_codes) == factor.CODES
    assert inside.path == "/admin"
    assert at.cookie("xiaosi_staff") != token  # nobody fixed this session before


async def test_secrets_and_recovery_codes_do_not_lie_open_in_the_database(service: Service) -> None:
    secret, codes = enrolled(service)

    rows = service.rows("select secret from staff_factor")
    marks = [row[0] for row in service.rows("select mark from recovery_code")]

    assert secret.encode() not in bytes(rows[0][0])
    assert len(marks) == factor.CODES
    assert not set(codes) & set(marks)


async def test_who_needs_none_may_set_one_up_change_it_and_give_it_up(service: Service) -> None:
    staffed(service, "t001")

    async with browser(service) as at:
        await at.signs_in("t001")
        me = await at.opens("/admin/me")
        form = me.value("form")
        page = await at.sends("/admin/me/second/begin", form=form, why="")
        shown = re.search(r"id=\"secret\">([A-Z2-7 ]+)</b>", page.text)
        assert shown
        done = await at.sends("/admin/me/second", form=form, code=code(service, shown[1].replace(" ", "")))
        on = await at.opens("/admin/me")
        fresh = await at.sends("/admin/me/second/codes", form=form)
        await at.sends("/admin/me/second/off", form=form)
        off = await at.opens("/admin/me")

    assert "备用码，只显示这一次" in done.text
    assert "备用码还剩 10 个" in on.text
    assert "备用码，只显示这一次" in fresh.text
    assert "现在只凭密码登录" in off.text


async def test_a_role_that_needs_one_cannot_give_it_up(service: Service) -> None:
    _secret, codes = enrolled(service)

    async with browser(service) as at:
        await at.gives(await password_given(at), codes[0])
        me = await at.opens("/admin/me")
        refused = await at.sends("/admin/me/second/off", form=me.value("form"))

    assert refused.status == 404
    assert service.rows("select count(*) from staff_factor where since is not null")[0][0] == 1


async def test_after_ten_minutes_a_change_asks_for_the_password_again_and_always_why(
    timed: Service, clock: SetClock
) -> None:
    _secret, codes = enrolled(timed)
    other = staffed(timed, "t001")

    async with browser(timed) as at:
        await at.gives(await password_given(at), codes[0])
        clock.move(minutes=11)
        page = await at.opens(f"/admin/people/{other}")
        path, form = f"/admin/people/{other}/password", page.value("form")
        asked = await at.sends(path, form=form)
        wrong = await at.sends(path, form=form, proof="guess", why="忘了密码")
        no_reason = await at.sends(path, form=form, proof=PASSWORD, why=" ")
        before = timed.rows("select count(*) from audit where what = 'staff_reset'")[0][0]
        clock.move(minutes=11)
        done = await at.sends(path, form=form, proof=PASSWORD, why="忘了密码")

    assert 'name="proof"' in asked.text
    assert 'name="why"' in asked.text
    assert (asked.status, wrong.status, no_reason.status, before) == (200, 422, 422, 0)
    assert "只显示这一次" in done.text
    assert ("staff_reset", f"staff:{other}") in audited(timed)
    assert ("second_check", "staff:1") in audited(timed)


async def test_one_sees_and_ends_ones_own_sessions_and_nobody_elses(service: Service) -> None:
    staffed(service, "t001")
    staffed(service, "t002")

    async with browser(service) as at, browser(service) as other, browser(service) as colleague:
        for one, login in ((at, "t001"), (other, "t001"), (colleague, "t002")):
            await one.signs_in(login)
        ref = service.rows("select ref from staff_session where staff_id = 2")[0][0]
        me = await at.opens("/admin/me")
        await at.sends(f"/admin/me/sessions/{ref}/end", form=me.value("form"))
        await at.sends("/admin/me/sessions/end", form=me.value("form"))
        still, gone, theirs = (
            await at.opens("/admin"),
            await other.opens("/admin"),
            await colleague.opens("/admin"),
        )

    assert me.text.count("让它退出") == 1
    assert ref not in me.text
    assert (still.path, gone.path, theirs.path) == ("/admin", "/admin/signin", "/admin")


async def test_a_session_ends_after_twelve_hours_however_busy(timed: Service, clock: SetClock) -> None:
    staffed(timed, "t001")

    async with browser(timed) as at:
        await at.signs_in("t001")
        for _step in range(sessions.LONGEST_MS // (20 * 60_000)):
            clock.move(minutes=20)
            last = await at.opens("/admin")

    assert last.path == "/admin/signin"


@pytest.mark.parametrize(
    ("old", "fresh", "again", "ends"),
    [
        (PASSWORD, "purple-tree-under-rain", "purple-tree-under-rain", True),
        ("wrong", "purple-tree-under-rain", "purple-tree-under-rain", False),
        (PASSWORD, "short", "short", False),
        (PASSWORD, "purple-tree-under-rain", "another-tree-under-rain", False),
    ],
)
async def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(
    service: Service, old: str, fresh: str, again: str, ends: bool
) -> None:
    staffed(service, "t001")

    async with browser(service) as at, browser(service) as other:
        await at.signs_in("t001")
        await other.signs_in("t001")
        me = await at.opens("/admin/me")
        fields = {"old": old, "password": fresh, "again": again, "role": "county_admin", "login": "x"}
        page = await at.sends("/admin/me/password", form=me.value("form"), **fields)
        elsewhere = await other.opens("/admin")

    assert page.status == (200 if ends else 422)
    assert elsewhere.path == ("/admin/signin" if ends else "/admin")
    assert service.rows("select login, role from staff") == [("t001", "clerk")]


async def _one_of_many(service: Service, secret: str, spare: str) -> tuple[int, int]:
    """How often one code, and one recovery code, are good when ten browsers give them at once."""
    writer, shown = service.store.writer, code(service, secret, steps=1)
    by_phone = await asyncio.gather(*(writer.do(factor.check, 1, shown) for _n in range(10)))
    by_spare = await asyncio.gather(*(writer.do(factor.check, 1, spare) for _n in range(10)))
    return sum(by_phone), sum(by_spare)


async def test_of_many_at_once_a_code_lets_one_in(timed: Service) -> None:
    secret, codes = enrolled(timed)

    assert await _one_of_many(timed, secret, codes[0]) == (1, 1)


@pytest.mark.servers
async def test_on_postgresql_too(tmp_path: Path, postgres_server: servers.Postgres, clock: SetClock) -> None:
    with postgres_server.migrated() as url:
        async with (
            serving(tmp_path / "data", clock=clock, database_url=url) as service,
            browser(service) as at,
        ):
            secret, codes = enrolled(service)
            other = staffed(service, "t001")
            good = await _one_of_many(service, secret, codes[0])
            await at.gives(await password_given(at), codes[1])
            page = await at.opens(f"/admin/people/{other}")
            path, fields = f"/admin/people/{other}", {"form": page.value("form"), "why": "值班"}
            named = await at.sends(f"{path}/named", kind_violence="1", **fields)
            inbox = await at.opens("/admin?view=all")
            left = await at.sends(f"{path}/leave", **fields)

    assert good == (1, 1)
    assert (named.status, inbox.status, left.status) == (200, 200, 200)
