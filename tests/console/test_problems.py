"""这一页有问题, and what staff see when the program fails."""

import pytest

from tests.console.desk import audited, browser, staffed
from tests.support.service import Service


async def test_one_press_keeps_the_page_and_not_what_stood_on_it(service: Service) -> None:
    staffed(service)
    staffed(service, "sys", station=None, name="管机器", role="system")

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin")
        at.session.headers["Referer"] = f"{at.base}/admin/search?q=李四"
        thanks = await at.sends("/admin/problem", form=page.value("form"), words="字太小", size="phone")
    async with browser(service) as at:
        await at.signs_in("sys")
        listed = await at.opens("/admin/problems")
        seen = await at.sends("/admin/problems/1/done", form=listed.value("form"))

    assert "这一页有问题" in page.text
    assert "记下了" in thanks.text
    assert service.rows("select page, size, role, done_by from problem") == [
        ("/admin/search", "phone", "clerk", 2)
    ]
    assert "字太小" in listed.text
    assert "李四" not in listed.text
    assert "看过了" in seen.text
    assert ("problem_seen", "problem:1") in audited(service)


async def test_a_page_that_fails_says_a_number_that_a_report_carries(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    staffed(service)

    def broken(*_args: object) -> None:
        raise ValueError("李四的电话")

    monkeypatch.setattr("admin.console.pages.figures.figures.waiting", broken)
    async with browser(service) as at:
        await at.signs_in("t001")
        failed = await at.opens("/admin/figures")
        page = await at.opens("/admin/registers")
        await at.sends("/admin/problem", form=page.value("form"))

    (fault,) = service.rows("select fault from problem")
    assert failed.status == 500
    assert fault[0] in failed.text
    assert fault[0] in caplog.text
    assert "李四" not in failed.text + caplog.text
    assert failed.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_only_who_keeps_the_system_sees_the_list(service: Service) -> None:
    staffed(service, "boss", name="周岚", role="head")

    async with browser(service) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/problems")

    assert page.status == 404
