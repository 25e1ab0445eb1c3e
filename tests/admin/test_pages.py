"""Health, readiness, metrics and the page of a whole reply."""

import re

from aiohttp import ClientSession

from bot.work.alarms import raise_alarm
from tests.support.service import Service


async def get(service: Service, path: str, **headers: str) -> tuple[int, str]:
    async with ClientSession() as client, client.get(service.base + path, headers=headers) as response:
        return response.status, await response.text()


async def test_it_is_alive_and_ready(service: Service) -> None:
    assert (await get(service, "/healthz"))[0] == 200
    assert (await get(service, "/readyz"))[0] == 200


async def test_an_alarm_shows_in_readyz_and_metrics(service: Service) -> None:
    await service.store.writer.do(raise_alarm, "token", "oa", "the platform refuses the secret")

    _status, ready = await get(service, "/readyz")
    _status, metrics = await get(service, "/metrics")

    assert "the platform refuses the secret" in ready
    assert 'xiaosi_alarms_open{kind="token"} 1.0' in metrics


async def test_who_comes_through_the_proxy_sees_neither_figures_nor_alarms(service: Service) -> None:
    for path in ("/metrics", "/readyz"):
        assert (await get(service, path, **{"X-Forwarded-For": "1.2.3.4"}))[0] == 404


async def test_the_page_of_a_reply_opens_by_its_link_alone(service: Service) -> None:
    from bot.crypto import vault

    await service.phone().says("你好")
    token = f"1-{vault().mark('page|1')[:22]}"

    good, text = await get(service, f"/m/{token}")
    bad, _text = await get(service, f"/m/1-{'0' * 22}")
    odd, _text = await get(service, "/m/x")

    assert (good, bad, odd) == (200, 404, 404)
    assert "小司" in re.sub("<[^>]*>", "", text)


async def test_no_page_of_the_trial_exists_in_the_real_service(service: Service) -> None:
    assert (await get(service, "/try"))[0] == 404
