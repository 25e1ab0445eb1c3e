"""A program on the phone asks who is using it, and gets a code that the platform redeems once."""

from collections.abc import AsyncIterator

import pytest

from admin.sandbox.errcodes import ApiRefused
from admin.sandbox.sandbox import Sandbox
from tests.sandbox.test_phone import Browser, opened


@pytest.fixture
async def browser(sandbox: Sandbox) -> AsyncIterator[Browser]:
    async with opened(sandbox) as browser:
        yield browser


async def test_a_code_stands_for_somebody_once(sandbox: Sandbox, browser: Browser) -> None:
    async with browser.session.post(f"{browser.base}/try/login", data={"who": "oSomebody-1"}) as answer:
        code = (await answer.json())["code"]

    assert sandbox.platform.redeem(code) == "oSomebody-1"
    with pytest.raises(ApiRefused):
        sandbox.platform.redeem(code)


async def test_another_site_and_an_odd_name_get_none(browser: Browser) -> None:
    statuses = []
    for who, site in (("oSomebody-1", "cross-site"), ("", "same-origin"), ("a b", "same-origin")):
        headers = {"Sec-Fetch-Site": site}
        async with browser.session.post(
            f"{browser.base}/try/login", data={"who": who}, headers=headers
        ) as answer:
            statuses.append(answer.status)

    assert statuses == [403, 400, 400]
