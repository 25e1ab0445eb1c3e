"""The pictures: each says what it shows, in a sentence and in numbers."""

from tests.console.desk import browser, staffed
from tests.console.test_threads import asked
from tests.support.service import Service


async def test_each_picture_says_its_finding_and_has_its_numbers(service: Service) -> None:
    staffed(service, "boss", station=None, name="周岚", role="county_admin")
    await asked(service)
    phone = service.phone("oTest-resident-2")
    for _n in range(6):
        await phone.says("单位拖欠工资不给怎么办？")

    async with browser(service) as at:
        await at.signs_in("boss")
        page = await at.opens("/admin/figures")

    assert page.status == 200
    assert page.text.count('role="img"') == page.text.count("看数字") >= 3
    assert "<title" in page.text
    assert "一共 1 件没办完" in page.text
    assert "问工资和用工的最多" in page.text
    assert "柳河" not in page.text  # one task of a station is too few to be told
    assert "哪个所都不到 5 件" in page.text
    assert "style=" not in page.text


async def test_a_day_without_anything_says_so(service: Service) -> None:
    staffed(service)

    async with browser(service) as at:
        await at.signs_in("t001")
        page = await at.opens("/admin/figures")

    assert "现在没有等着的事" in page.text
    assert "太少，画不成图" in page.text
    assert '<svg class="chart"' not in page.text
