"""A clerk looks at what a resident sent while booking, by mouse and by phone."""

from pathlib import Path

import pytest

from bot.clock import SetClock
from tests.browser.test_alerts_in_a_browser import SIZES, good, opened, pictured
from tests.console.desk import staffed
from tests.journeys import booking_desk
from tests.journeys.booking_desk import SELF, STORY, neighbour, says_all
from tests.media.sending import answered, image, settled, voice
from tests.support.service import serving

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
async def test_a_picture_and_a_voice_stand_beside_the_appointment(
    tmp_path: Path,
    template_db: Path,
    clock: SetClock,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.dialogue.joining.GAP_MS", 0)
    async with serving(tmp_path / "data", template=template_db, clock=clock) as service:
        phone = await neighbour(booking_desk.opened(service))
        await phone.hears("我要调解")
        await image(phone)
        await answered(service)
        await voice(phone)
        await answered(service)
        await says_all(phone, STORY, "1", SELF, "2", "确认")
        await settled(service, "kept")
        (begins,) = service.rows("select begins from appointment where state = 'booked'")[0]
        day = clock.at.fromtimestamp(begins / 1000 + 8 * 3600, clock.at.tzinfo).date()
        staffed(service)
        async with opened(service, "t001", size) as page:
            await page.goto(f"{service.base}/admin/day?day={day.isoformat()}")
            thumb = page.get_by_role("img", name="发的图片，点开看大图")
            async with page.expect_response("**/thumb") as small:
                await page.get_by_text("材料、改时间、取消").click()
                await thumb.scroll_into_view_if_needed()
            picture = await small.value
            await picture.finished()
            sounds = await page.locator("audio").count()
            player, row = (
                await page.locator("audio").bounding_box(),
                await page.locator("#visit1").bounding_box(),
            )
            await good(page)
            if place := pictured("day-files", size):
                await page.screenshot(path=place, full_page=True)
            await thumb.click()
            await page.wait_for_url("**/admin/day/1/media/1")

    assert (picture.status, sounds) == (200, 1)
    assert player is not None
    assert row is not None
    assert player["x"] + player["width"] <= row["x"] + row["width"], "it is not cut off"
